"""Door: reads docs/ through the gate before a build and gives each page its address, its metadata and its text."""

import logging
import os
import posixpath
from datetime import UTC, datetime
from pathlib import Path, PurePath
from typing import Any
from urllib.parse import urlsplit

from markupsafe import Markup, escape
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort, PluginError
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import get_toc
from mkdocs.utils.templates import TemplateContext

from knowledge import report
from knowledge.catalogue import gate, settings
from knowledge.catalogue.catalogue import Catalogue
from knowledge.catalogue.settings import SettingsError
from knowledge.page import access, heading
from knowledge.place import Source, folder
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
        self.content = linker.link(compiled, self.article.source, self.article.url, config["knowledge_urls"])
        self.toc = get_toc(list(compiled.contents))


class RefusedPage(Page):
    """While serving: the page of a refused article, which shows what is wrong with it."""

    def __init__(self, problems: tuple[Problem, ...], file: File, config: MkDocsConfig) -> None:
        super().__init__(f"Refused: {file.src_uri}", file, config)
        self.problems = [each.text(_root(config)) for each in problems]
        self.update_date = UNDATED

    def read_source(self, config: MkDocsConfig) -> None:
        """Nothing of the article is shown: its header could be part of the text."""
        self.markdown = ""
        self.meta = {"template": "refused.html", "search": {"exclude": True}}


def on_config(config: MkDocsConfig) -> None:
    """Reads every article; stops a build before anything is written where there are errors."""
    if not config.use_directory_urls:
        raise PluginError("use_directory_urls must stay true: articles are published as folders")
    try:
        chosen = settings.read(config.extra.get("knowledge"))
    except SettingsError as error:
        raise PluginError(str(error)) from None
    catalogue = gate.examine(Path(config.docs_dir), chosen, _now(), config.site_name)
    config["knowledge"], config["knowledge_settings"] = catalogue, chosen
    config.markdown_extensions.append(heading.EXTENSION)
    _report(catalogue, config)
    if not serving():
        _stop(catalogue, chosen.refused, config)
        _check_address(config.site_url or "")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Publishes what the catalogue publishes, under the addresses it gives."""
    catalogue: Catalogue = config["knowledge"]
    articles = {article.source: article for article in catalogue.published}
    for file in list(files.documentation_pages(inclusion=lambda _: True)):
        files.remove(file)
        source = Source(file.src_uri)
        if source in articles:
            moved = _file(file, articles[source], config)
            files.append(moved)
            ArticlePage(articles[source], moved, config)
        elif source in catalogue.refused and serving():
            files.append(file)
            RefusedPage(catalogue.refused[source], file, config)
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


def _file(file: File, article: Article, config: MkDocsConfig) -> File:
    moved = PlacedFile(file.src_uri, file.src_dir, config.site_dir, True, dest_uri=f"{article.url}index.html", inclusion=file.inclusion)
    is_index = article.kind is Kind.INDEX
    if folder(article.source) != article.topic:
        moved.place = posixpath.join(article.topic, "index.md") if is_index else posixpath.dirname(article.source)
    moved.name = "index" if is_index else posixpath.basename(article.url.rstrip("/"))
    return moved


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


def _root(config: MkDocsConfig) -> str:
    return Path(config.docs_dir).name


def _report(catalogue: Catalogue, config: MkDocsConfig) -> None:
    report.tell(catalogue.problems, _root(config), log)
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
        log.error("published without %d refused articles: %s", len(catalogue.refused), ", ".join(catalogue.refused))
