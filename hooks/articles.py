"""Door: reads docs/ through the gate before a build and gives each page its address, its metadata and its text."""

import logging
import os
import posixpath
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path, PurePath
from typing import Any
from urllib.parse import urlsplit

from markupsafe import Markup, escape
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort, PluginError
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import get_toc
from mkdocs.utils.templates import TemplateContext

from knowledge import report
from knowledge.catalogue import gate, mount, repository, settings
from knowledge.catalogue.catalogue import Catalogue
from knowledge.catalogue.settings import SettingsError
from knowledge.forks import ForkError
from knowledge.page import access, heading
from knowledge.place import Source, folder, is_article
from knowledge.problem import Problem, Severity
from knowledge.publishing.command import serving
from knowledge.reading.article import Article, Kind
from knowledge.reading.dates import UNDATED
from knowledge.render import linker

log = logging.getLogger("mkdocs.hooks.knowledge")


class PlacedFile(File):
    """The file of an article, which awesome-pages shall see in the folder that lists it."""

    place = ""
    """The path to see: the folder of an article in a folder of its own, `x/index.md` for the page `x.md` of a folder `x`."""

    @property
    def src_path(self) -> str:
        """The place, or where the file is."""
        return self.place or self.src_uri

    @src_path.setter
    def src_path(self, value: str) -> None:
        self.src_uri = PurePath(value).as_posix()

    def is_documentation_page(self) -> bool:
        """An article is a page, whatever its name ends in; for MkDocs `.mdx` is none."""
        return is_article(self.src_uri)


class ArticlePage(Page):
    """A page whose text and metadata come from the catalogue."""

    def __init__(self, article: Article, file: File, config: MkDocsConfig) -> None:
        super().__init__(article.title, file, config)
        self.article = article
        self.canonical_url = article.canonical or self.canonical_url
        self.update_date = max(UNDATED, f"{article.changed:%Y-%m-%d}" if article.changed else "")

    def read_source(self, config: MkDocsConfig) -> None:
        """Hands over the cleaned Markdown, and only those keys that the theme and the plugins should see."""
        self.markdown = self.article.body
        self.meta = _meta(self.article)

    def render(self, config: MkDocsConfig, files: Files) -> None:
        """Links the compiled text; a text that a plugin changed is rendered by MkDocs."""
        if self.markdown != self.article.body:
            super().render(config, files)
            return
        compiled = config["knowledge_texts"][self.article.source]
        top = self.article.kind is not Kind.ARTICLE
        urls, sizes = config["knowledge_urls"], config["knowledge_sizes"]
        self.content = linker.link(compiled, self.article.source, self.article.url, urls, sizes, top=top)
        self.toc = get_toc(list(compiled.contents))


class RefusedPage(Page):
    """While serving: the page of a refused article, which shows what is wrong with it."""

    def __init__(self, problems: tuple[Problem, ...], file: File, config: MkDocsConfig) -> None:
        super().__init__(f"Refused: {file.src_uri}", file, config)
        self.problems = [each.text(_named(config)) for each in problems]
        self.update_date = UNDATED

    def read_source(self, config: MkDocsConfig) -> None:
        """Nothing of the article is shown: its header could be part of the text."""
        self.markdown = ""
        self.meta = {"template": "refused.html", "search": {"exclude": True}}


def on_config(config: MkDocsConfig) -> None:
    """Reads every article; stops a build before anything is written where there are errors."""
    if not config.use_directory_urls:
        raise PluginError("use_directory_urls must stay true: articles are published as folders")
    docs, project = Path(config.docs_dir), Path(config.config_file_path or "mkdocs.yml").parent
    try:
        chosen = settings.read(config.extra.get("knowledge"))
        mounts = mount.opened(chosen.sources, project, docs)
        catalogue = gate.examine(docs, chosen, _now(), config.site_name, mounts=mounts, known=config.get("knowledge_readings"))
    except (SettingsError, ForkError) as error:
        raise PluginError(str(error)) from None
    config["knowledge"], config["knowledge_settings"] = catalogue, chosen
    config.watch += [str(each.folder) for each in mounts]
    config.markdown_extensions.append(heading.EXTENSION)
    _report(catalogue, config)
    if not serving():
        _stop(catalogue, chosen.refused, config)
        _check_address(config.site_url or "")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Publishes what the catalogue publishes, under the addresses it gives."""
    catalogue: Catalogue = config["knowledge"]
    for source in catalogue.outside.files:
        files.append(_file(source, config))
    written = {file.src_uri: file for file in files if is_article(file.src_uri)}
    for file in written.values():
        files.remove(file)
    for article in catalogue.published:
        file = _placed(article, written.get(article.source), config)
        files.append(file)
        ArticlePage(article, file, config)
    for source in catalogue.refused if serving() else ():
        shown = _file(source, config)
        files.append(shown)
        RefusedPage(catalogue.refused[source], shown, config)
    return files


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Says the other names of an article below its text, where search finds them."""
    if isinstance(page, ArticlePage) and page.article.names:
        names = Markup(", ").join(page.article.names)
        return str(Markup('{}\n<p class="kb-names">Also known as: {}</p>').format(Markup(html), names))
    return html


def on_page_context(context: TemplateContext, page: Page, config: MkDocsConfig, nav: Navigation) -> TemplateContext:
    """Gives the template the heading apart from the text: the facts of the article stand between them."""
    first, rest = heading.divide(page.content or "")
    context["heading"], context["text"] = Markup(first), Markup(access.ease(heading.demote(rest)))  # type: ignore[typeddict-unknown-key]
    return context


def _file(source: Source, config: MkDocsConfig) -> PlacedFile:
    """A file of docs/, or of a folder mounted there, which editors find where the repository has it."""
    file = PlacedFile(source, config.docs_dir, config.site_dir, True)
    catalogue: Catalogue = config["knowledge"]
    path = catalogue.outside.files.get(source)
    if path:
        file.abs_src_path, file.edit_uri = str(path), repository.way(path, Path(config.docs_dir))
    return file


def _placed(article: Article, written: File | None, config: MkDocsConfig) -> PlacedFile:
    """The file of an article at its address; nothing is `written` where MkDocs left one out for another that it takes for the same page."""
    file = _file(article.source, config)
    file.dest_uri = f"{article.url}index.html"
    file.inclusion = written.inclusion if written else InclusionLevel.UNDEFINED
    is_index = article.kind is Kind.INDEX
    if folder(article.source) != article.topic:
        file.place = posixpath.join(article.topic, "index.md") if is_index else posixpath.dirname(article.source)
    file.name = "index" if is_index else posixpath.basename(article.url.rstrip("/"))
    return file


def _meta(article: Article) -> dict[str, Any]:
    dates = {"created": article.created, "updated": article.updated}
    return {
        "title": escape(article.title),
        "description": article.description,
        "tags": [escape(tag) for tag in article.tags],
        "author": ", ".join(article.authors),
        **{key: value for key, value in dates.items() if value},
        "extra": dict(article.extra),
        **({"search": {"exclude": True}} if _excluded(article) else {}),
    }


def _excluded(article: Article) -> bool:
    search = article.extra.get("search")
    return isinstance(search, dict) and search.get("exclude") == "true"


def _now() -> datetime:
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    return datetime.fromtimestamp(int(epoch), UTC) if epoch else datetime.now(UTC)


def _named(config: MkDocsConfig) -> Callable[[Source], str]:
    catalogue: Catalogue = config["knowledge"]
    return catalogue.outside.named(Path(config.docs_dir).name)


def _report(catalogue: Catalogue, config: MkDocsConfig) -> None:
    report.tell(catalogue.problems, _named(config), log)
    counts = len(catalogue.published), len(catalogue.withheld), len(catalogue.refused)
    log.info("%d articles and pages to publish, %d withheld, %d refused", *counts)


def _check_address(site_url: str) -> None:
    if urlsplit(site_url).hostname in {"127.0.0.1", "localhost", "::1", None}:
        log.info("site_url is %s: links in feeds and the sitemap lead to this machine; set SITE_URL to publish", site_url or "not set")


def _stop(catalogue: Catalogue, refused: str, config: MkDocsConfig) -> None:
    errors = sum(each.severity is Severity.ERROR for each in catalogue.problems)
    warnings = sum(each.severity is Severity.WARNING for each in catalogue.problems)
    outside = any(each.severity is Severity.ERROR and each.source not in catalogue.refused for each in catalogue.problems)
    if errors and (refused == "stop" or outside):
        raise Abort(
            f"Aborted with {errors} errors in {len(catalogue.refused)} articles; "
            "REFUSED=skip mkdocs build publishes without them. Nothing was written."
        )
    if (errors or warnings) and config.strict:
        raise Abort(f"Aborted with {errors} errors and {warnings} warnings in strict mode. Nothing was written.")
    if catalogue.refused:
        log.error(
            "published without %d refused articles: %s",
            len(catalogue.refused),
            ", ".join(catalogue.outside.names.get(each, each) for each in catalogue.refused),
        )
