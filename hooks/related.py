"""Door: below an article, what is like it and what leads to it."""

from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.utils.templates import TemplateContext

from knowledge import backlinks, reading, related
from knowledge.article import Article
from knowledge.catalogue import Catalogue


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Compares all articles, once, and follows all their links."""
    catalogue: Catalogue = config["knowledge"]
    config["knowledge_related"] = related.related([article for article in catalogue.articles if not article.withheld])
    config["knowledge_backlinks"] = backlinks.backlinks([article for article in catalogue.published if not article.withheld])
    return files


def on_page_context(context: TemplateContext, page: Page, config: MkDocsConfig, nav: Navigation) -> TemplateContext:
    """Gives the template what stands below the text, and how long that takes to read."""
    article: Article | None = getattr(page, "article", None)
    if article is not None:
        values: dict[str, Any] = {
            "related": config["knowledge_related"].get(article.source, ()),
            "backlinks": config["knowledge_backlinks"].get(article.source, ()),
            "minutes": reading.minutes(reading.words(article.body)),
        }
        context.update(values)  # type: ignore[typeddict-item]
    return context
