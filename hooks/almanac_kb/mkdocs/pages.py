"""The site as pages of MkDocs: articles, refused articles in a preview, the bibliography, the map; files that make their own content."""

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path, PurePath
from typing import Any

from markupsafe import Markup, escape
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import TableOfContents

from almanac_kb.build import BuildContext, context
from almanac_kb.content import routes
from almanac_kb.content.article import Article, ArticleKind
from almanac_kb.core import cache
from almanac_kb.core.diagnostics import Diagnostic
from almanac_kb.core.paths import SourcePath, UrlPath, is_article
from almanac_kb.frontmatter.dates import UNDATED
from almanac_kb.frontmatter.values import TRUE
from almanac_kb.mkdocs import compat, documents, publishing, reports
from almanac_kb.mkdocs.compat import SitePage
from almanac_kb.pages import listings, sidebar, site_map
from almanac_kb.pages.sidebar import Marks
from almanac_kb.render import linker
from almanac_kb.render.document import Document
from almanac_kb.render.linker import LinkSources

log = logging.getLogger("mkdocs.hooks.knowledge")
NAMES_BELOW = '\n<p class="kb-names">{}</p>'


class PageFile(File):
    """A file that keeps its page. awesome-pages takes their pages from all files before it reads a `nav:` that holds `...`."""

    _page: Page | None = None

    @property
    def page(self) -> Page | None:
        return self._page

    @page.setter
    def page(self, value: Page | None) -> None:
        self._page = value or self._page


class ArticleFile(PageFile):
    """The file of an article. awesome-pages reads its `src_path`, and so sees it in the folder that lists it."""

    listed_at = ""
    """The path to show it at: for an article in a folder of its own, `x/index.md` for the page `x.md` of a folder `x`."""

    @property
    def src_path(self) -> str:
        return self.listed_at or self.src_uri

    @src_path.setter
    def src_path(self, value: str) -> None:
        self.src_uri = PurePath(value).as_posix()

    def is_documentation_page(self) -> bool:
        """An article is a page whatever its name ends in; for MkDocs `.mdx` is none."""
        return is_article(self.src_uri)


class LazyFile(File):
    """A generated file whose content is made when it is written, by the process that writes it."""

    make: Callable[[], str | bytes]
    """Returns the content, the same each time."""
    key: Callable[[], str] | None = None
    """Returns the cache key of the content; None where making the content is as quick."""

    @property
    def content_bytes(self) -> bytes:
        content = self.make()
        return content.encode() if isinstance(content, str) else content

    @content_bytes.setter
    def content_bytes(self, value: bytes) -> None:
        self.make, self.key = lambda: value, None

    @property
    def content_string(self) -> str:
        return self.content_bytes.decode("utf-8-sig")

    @content_string.setter
    def content_string(self, value: str) -> None:
        self.make, self.key = lambda: value, None

    def copy_file(self, dirty: bool = False) -> None:
        path = Path(self.abs_dest_path)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(self.content_bytes)


@dataclass(frozen=True)
class LinkedText:
    """The text of an article on its page, whose HTML is made when it is first asked for, and its digest, which needs no HTML."""

    document: Document
    find_links: Callable[[LinkSources], list[tuple[int, int, str]]]
    """Returns the replacements that `linker.put_links` makes in the HTML."""
    own_digest: str
    """The digest of all that this text is made from, beside what its links lead to."""
    sources: LinkSources
    """The possible targets of its links."""
    below: str
    """HTML below the text."""
    known_digest: str = ""
    """Its digest where it is known from the last build; else empty."""

    @property
    def html(self) -> str:
        """The HTML of the text with its links, without what stands below it."""
        return linker.put_links(self.document, self.find_links(self.sources))

    @cached_property
    def digest(self) -> str:
        """The digest of the HTML, and of what the page shows of its table of contents."""
        return self.known_digest or self.digest_with(self.sources)

    def digest_with(self, sources: LinkSources) -> str:
        """The digest of the HTML whose links lead to what these sources have."""
        return cache.cache_key(self.document.digest, json.dumps(self.find_links(sources)), self.below)


def _links(document: Document, source: SourcePath, url: UrlPath, top: bool, sources: LinkSources) -> list[tuple[int, int, str]]:
    return linker.links_on_page(document, source, url, sources.urls, sources.sizes, top=top, documents=sources.documents)


class ArticlePage(SitePage):
    """The page of an article. Its HTML and its table of contents are made when they are first asked for."""

    linked: LinkedText | None = None
    """Its text as it was compiled; None as long as it was not."""
    is_changed = False
    """Whether a plugin has changed its HTML since."""
    _content: str | None = None
    _markdown: str | None = None
    _toc: TableOfContents | None = None

    def __init__(self, article: Article, file: File, config: MkDocsConfig) -> None:
        super().__init__(article.title, file, config)
        self.article = article
        self.canonical_url = article.canonical or self.canonical_url
        self.update_date = max(UNDATED, f"{article.changed:%Y-%m-%d}" if article.changed else "")

    @property
    def markdown(self) -> str:
        """Its Markdown, as plugins left it."""
        return self.article.body.text if self._markdown is None else self._markdown

    @markdown.setter
    def markdown(self, value: str | None) -> None:
        self._markdown = value

    @property
    def content(self) -> str | None:
        """The HTML of the text and of what stands below it."""
        if self._content is None and self.linked:
            self._content = f"{self.linked.html}{self.linked.below}"
        return self._content

    @content.setter
    def content(self, value: str | None) -> None:
        if value is not self._content:  # MkDocs sets what plugins return, which mostly is what they got
            self._content, self.is_changed = value, True

    def release(self) -> None:
        """Forgets the HTML and the table of contents, which are made again when they are asked for; for pages that no plugin changed."""
        self._content, self._toc, self.is_changed = None, None, False

    @property
    def content_digest(self) -> str:
        """The digest of what `content` returns, for which no HTML is made unless a plugin did."""
        return self.linked.digest if self.linked and not self.is_changed else cache.cache_key(self.content or "")

    @property
    def has_own_toc(self) -> bool:
        """Whether something beside the compiled text may have set the table of contents."""
        return self._toc is not None or self.linked is None

    @property
    def toc(self) -> TableOfContents:
        """The table of contents."""
        if self._toc is None and self.linked:
            self._toc = compat.table_of_contents(self.linked.document.toc)
        return self._toc or compat.table_of_contents(())

    @toc.setter
    def toc(self, value: TableOfContents) -> None:
        self._toc = value or None

    @property
    def language_tag(self) -> str:
        """The language that its article declares, as a BCP 47 tag, or empty."""
        return self.article.language_tag

    @property
    def marks(self) -> Marks:
        """The marks that its header puts beside its title in the navigation."""
        return sidebar.marks(self.article)

    def read_source(self, config: MkDocsConfig) -> None:
        """Sets the Markdown without its header, and the keys meant for theme and plugins."""
        self.markdown = None
        name, is_there = template_of(self.article, config)
        self.meta = {**_meta(self.article), **({"template": name} if is_there else {})}

    def render(self, config: MkDocsConfig, files: Files) -> None:
        """Links the compiled text; a text that a plugin changed is compiled again, so that it is translated and sanitized, too."""
        build, article = context(config), self.article
        if (self._markdown is not None and self._markdown != article.body.text) or build.environment.added:
            before = build.documents[article.source]
            build.documents[article.source] = documents.compile_again(build, article, self.markdown)
            reports.document(article, build.documents[article.source], before, config, build)
        document = build.documents[article.source]
        top = article.kind is not ArticleKind.ARTICLE or not article.image
        find_links = partial(_links, document, article.source, article.url, top)
        # Below the text, so that the search finds the other names too.
        names = build.info.messages.gettext("Also known as: %(names)s") % {"names": ", ".join(article.names)}
        below = str(Markup(NAMES_BELOW).format(names)) if article.names else ""
        self._content, self._toc, self.is_changed = None, None, False
        own = cache.cache_key(document.digest, article.source, article.url, repr(top), below)
        self.linked = LinkedText(document, find_links, own, build.link_sources, below)


class RefusedPage(Page):
    """The page of a refused article in a preview: its errors, without its text, which might contain parts of its header."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...], file: File, config: MkDocsConfig) -> None:
        super().__init__(context(config).info.messages.gettext("Refused: %(file)s") % {"file": file.src_uri}, file, config)
        self.diagnostics = [problem.text(reports.names(config, context(config))) for problem in diagnostics]
        self.update_date = UNDATED

    def read_source(self, config: MkDocsConfig) -> None:
        self.markdown = ""
        self.meta = {"template": "refused.html", "search": {"exclude": True}}


class MapPage(Page):
    """The page of the map, which its template shows."""

    def __init__(self, title: str, file: File, config: MkDocsConfig) -> None:
        super().__init__(title, file, config)
        self.update_date = UNDATED

    def read_source(self, config: MkDocsConfig) -> None:
        self.markdown = ""
        self.meta = {"template": "map.html", "title": self.title, "search": {"exclude": True}}

    def render(self, config: MkDocsConfig, files: Files) -> None:
        self.content = ""


class TextPage(Page):
    """A page with generated Markdown, such as the bibliography and the health report."""

    def __init__(
        self, title: str, description: str, text: str, url: UrlPath, file: File, config: MkDocsConfig, *, template: str = ""
    ) -> None:
        super().__init__(title, file, config)
        self.description, self.text, self.own_url, self.template = description, text, url, template
        self.update_date = UNDATED

    def read_source(self, config: MkDocsConfig) -> None:
        self.markdown = self.text
        template = {"template": self.template} if self.template else {}
        self.meta = {"title": self.title, "description": self.description, "search": {"exclude": True}, **template}

    def render(self, config: MkDocsConfig, files: Files) -> None:
        """Compiles the text as that of an article, changed by plugins or not."""
        build, source = context(config), SourcePath(self.file.src_uri)
        compiled = build.compiler.compile(source, self.markdown or "", renderer="python-markdown")
        self.content = linker.link_html(compiled, source, self.own_url, build.urls)
        self.toc = compat.table_of_contents(compiled.toc)


def add_bibliography(files: Files, config: MkDocsConfig, build: BuildContext) -> bool:
    """Adds the page of all sources where there are any; whether it did. An article or section of that URL keeps it."""
    bibliography = build.site.bibliography
    if not bibliography.references or any(file.dest_uri == f"{listings.BIBLIOGRAPHY_URL}index.html" for file in files):
        return False
    cited = {source: document.citations for source, document in build.documents.items()}
    file = PageFile.generated(config, listings.BIBLIOGRAPHY_SOURCE, content="", inclusion=InclusionLevel.NOT_IN_NAV)
    listed, messages = (*build.site.articles, *build.site.pages), build.info.messages
    hidden = publishing.cited_by_withheld(build.site) - {key for keys in cited.values() for key in keys}
    shown = replace(bibliography, references=tuple(each for each in bibliography.references if each.key not in hidden))
    text = listings.bibliography_markdown(shown, cited, listed, messages)
    description = messages.gettext("Every source that the articles of this site cite.")
    TextPage(messages.gettext("Sources"), description, text, listings.BIBLIOGRAPHY_URL, file, config, template="sources.html")
    files.append(file)
    return True


def add_map(files: Files, config: MkDocsConfig, build: BuildContext) -> bool:
    """Adds the page of the map where there are articles enough; whether it did. An article or section of that URL keeps it."""
    if not build.site.has_map:
        if routes.is_enough_for_map(build.site.published):
            log.info("notice: /%s is the address of an article, so this site has no map", routes.MAP_URL)
        return False
    file = PageFile.generated(config, site_map.MAP_SOURCE, content="", inclusion=InclusionLevel.NOT_IN_NAV)
    MapPage(build.info.messages.gettext("Map"), file, config)
    files.append(file)
    return True


def lazy_file(config: MkDocsConfig, path: str, make: Callable[[], str | bytes], key: Callable[[], str] | None = None) -> LazyFile:
    """A file at an output path whose content `make` returns, and `key` the cache key of that content."""
    file = LazyFile.generated(config, path, content="")
    assert isinstance(file, LazyFile)  # noqa: S101 - for the type; `generated` is declared to return any File
    file.make, file.key = make, key
    return file


def _material_meta(article: Article) -> dict[str, Any]:
    """The keys of a header that Material reads, where they are text: `hide`, `robots`, `status`, `icon`, `subtitle`, `comments`."""
    hide = article.extra.get("hide")
    hidden = [hide] if isinstance(hide, str) else [part for part in hide if isinstance(part, str)] if isinstance(hide, list) else []
    texts = {key: value for key in ("robots", "status", "icon", "subtitle") if isinstance(value := article.extra.get(key), str)}
    comments = {"comments": given.lower() in TRUE} if isinstance(given := article.extra.get("comments"), str) and given else {}
    return {**({"hide": hidden} if hidden else {}), **texts, **comments}


def template_of(article: Article, config: MkDocsConfig) -> tuple[str, bool]:
    """The template that a header names, and whether the theme or a folder of overrides has it; empty for names of another system."""
    name = article.extra.get("template")
    if not isinstance(name, str) or not name.endswith(".html") or not sidebar.THEME_NAME.fullmatch(name.removesuffix(".html")):
        return "", False
    return name, any(Path(folder, name).is_file() for folder in config.theme.dirs)


def _meta(article: Article) -> dict[str, Any]:
    dates = {"created": article.created, "updated": article.updated}
    search = article.extra.get("search")
    is_excluded = isinstance(search, dict) and str(search.get("exclude")).strip().casefold() in TRUE
    return {
        "title": escape(article.title),
        "description": article.description,
        "tags": [escape(name) for name in article.tags],
        "author": ", ".join(article.authors),
        **_material_meta(article),
        **{key: value for key, value in dates.items() if value},
        "extra": dict(article.extra),
        **({"search": {"exclude": True}} if is_excluded else {}),
    }
