"""Door: what machines read: the head of each page, and the files for crawlers, language models and programs."""

from functools import partial
from pathlib import Path
from typing import Any

from deferred import deferred
from jinja2 import Environment
from markupsafe import Markup
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import event_priority
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.utils import write_file
from mkdocs.utils.templates import TemplateContext

from knowledge.catalogue.catalogue import Catalogue
from knowledge.feeds.feed import Site
from knowledge.machines import copies
from knowledge.page import head, translation
from knowledge.place import Url, base
from knowledge.reading.article import Article, Kind


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Adds the files for machines, where docs/ has none of that name, and dates the pages of topics by what they list."""
    catalogue: Catalogue = config["knowledge"]
    site = config["knowledge_site"] = _site(config)
    for url, make in copies.files(catalogue, site, lambda: config["knowledge_related"]).items():
        if url not in files.src_uris or url.endswith(".md"):
            # Not named .md, which MkDocs would take for a page.
            file = deferred(config, f"{url}.txt" if url.endswith(".md") else url, make)
            file.dest_uri = url
            files.append(file)
    config["knowledge_versions"] = translation.versions((each for each in catalogue.published if not each.withheld), site)
    for file in files.documentation_pages():
        _date(file.page, catalogue)
    return files


@event_priority(-60)
def on_env(env: Environment, config: MkDocsConfig, files: Files) -> None:
    """Has the text of all articles written beside the pages."""
    there, folder = frozenset(files.src_uris), Path(config.site_dir)
    config["knowledge_jobs"].append(partial(_write_whole, config["knowledge"], config["knowledge_site"], there, folder))


def on_page_context(context: TemplateContext, page: Page, config: MkDocsConfig, nav: Navigation) -> TemplateContext:
    """Gives the template what a page says of itself to machines."""
    catalogue: Catalogue = config["knowledge"]
    site: Site = config["knowledge_site"]
    article: Article | None = getattr(page, "article", None)
    if article is not None:
        cited = config["knowledge_texts"][article.source].cited
        size = config["knowledge_sizes"].get(article.image)
        found = head.of_article(article, catalogue, site, config["knowledge_versions"], cited, size)
    elif hasattr(page, "leaf"):
        url = Url(page.file.dest_uri.removesuffix("index.html"))
        description = str(page.meta.get("description") or "")
        found = head.of_listing(getattr(page, "subject", None), str(page.title), url, description, catalogue, site)
    else:
        return context
    values: dict[str, Any] = {"machines": found, "graph": Markup(found.graph)}
    context.update(values)  # type: ignore[typeddict-item]
    return context


def _write_whole(catalogue: Catalogue, site: Site, there: frozenset[str], folder: Path) -> None:
    for url, content in copies.whole(catalogue, site).items():
        if url not in there:
            write_file(content.encode(), str(folder / url))


def _date(page: Page | None, catalogue: Catalogue) -> None:
    article: Article | None = getattr(page, "article", None)
    if page and article and article.kind is Kind.INDEX:
        listed = catalogue.topics[article.topic].members if article.topic else catalogue.articles
        page.update_date = max([page.update_date, *(f"{each.changed:%Y-%m-%d}" for each in listed if each.changed)])


def _site(config: MkDocsConfig) -> Site:
    language = str(config.theme.get("language") or "en")
    return Site(config.site_name, base(config.site_url), config.site_description or "", config.site_author or "", language)
