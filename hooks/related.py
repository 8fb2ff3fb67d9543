"""Door: below an article, what is like it and what leads to it."""

from functools import partial
from typing import Any

from jinja2 import Environment
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import event_priority
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.utils.templates import TemplateContext

from knowledge import forks
from knowledge.catalogue.catalogue import Catalogue
from knowledge.page import backlinks, reading_time, related
from knowledge.reading.article import Article
from knowledge.render import linker


@event_priority(-10)
def on_config(config: MkDocsConfig) -> None:
    """Has all articles compared, while other doors go on."""
    catalogue: Catalogue = config["knowledge"]
    compared = partial(related.related, [article for article in catalogue.articles if not article.withheld])
    config["knowledge_compared"] = forks.beside(compared, ("mkdocs",)) if config["knowledge_settings"].fast else compared


def on_env(env: Environment, config: MkDocsConfig, files: Files) -> Environment:
    """Follows all links of the compiled texts, wikilinks among them."""
    catalogue: Catalogue = config["knowledge"]
    articles = {article.source: article for article in catalogue.articles}
    found = config["knowledge_compared"]().items()
    config["knowledge_related"] = {source: tuple(articles[other] for other in others) for source, others in found}
    texts, urls = config["knowledge_texts"], config["knowledge_urls"]
    shown = [article for article in catalogue.published if not article.withheld]
    config["knowledge_backlinks"] = backlinks.backlinks(shown, lambda each: linker.targets(texts[each.source], each.source, urls))
    return env


def on_page_context(context: TemplateContext, page: Page, config: MkDocsConfig, nav: Navigation) -> TemplateContext:
    """Gives the template what stands below the text, and how long that takes to read."""
    article: Article | None = getattr(page, "article", None)
    if article is not None:
        values: dict[str, Any] = {
            "related": config["knowledge_related"].get(article.source, ()),
            "backlinks": config["knowledge_backlinks"].get(article.url, ()),
            "minutes": reading_time.minutes(reading_time.words(article.body)),
        }
        context.update(values)  # type: ignore[typeddict-item]
    return context
