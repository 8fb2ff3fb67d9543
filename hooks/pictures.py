"""Door: how large each picture of an article is, so that nothing moves when it comes."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import event_priority
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.utils.templates import TemplateContext

from knowledge.catalogue.catalogue import Catalogue
from knowledge.page import picture_size
from knowledge.place import Url
from knowledge.reading.article import Article
from knowledge.render import linker


@event_priority(-110)
def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Measures every picture that an article shows, once."""
    shown, urls = set(_shown(config)), config["knowledge_urls"]
    paths = {urls[file.src_uri]: file.abs_src_path for file in files if file.abs_src_path and urls[file.src_uri] in shown}
    sizes = {url: picture_size.measure(Path(path)) for url, path in paths.items()}
    config["knowledge_sizes"] = {url: size for url, size in sizes.items() if size}
    return files


def on_page_context(context: TemplateContext, page: Page, config: MkDocsConfig, nav: Navigation) -> TemplateContext:
    """Gives the template the size of the picture above the text."""
    article: Article | None = getattr(page, "article", None)
    if article is not None and article.image:
        values: dict[str, Any] = {"hero": config["knowledge_sizes"].get(article.image)}
        context.update(values)  # type: ignore[typeddict-item]
    return context


def _shown(config: MkDocsConfig) -> Iterator[Url]:
    catalogue: Catalogue = config["knowledge"]
    for article in catalogue.published:
        yield from linker.pictures(config["knowledge_texts"][article.source], article.source, config["knowledge_urls"])
        if article.image:
            yield Url(article.image)
