"""The texts of all articles, compiled before MkDocs asks for them, and what they show."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files

from almanac_kb.build import BuildContext
from knowledge.catalogue.lookup import lookup
from knowledge.page import picture_size
from knowledge.page.picture_size import Size
from knowledge.place import Source, Url
from knowledge.references import glossary
from knowledge.render import linker, workshop
from knowledge.render.compiled import Compiled
from knowledge.render.compiler import Text
from knowledge.render.workbench import Workbench


def environment(files: Files, config: MkDocsConfig, build: BuildContext) -> Workbench:
    """What the texts of this site are compiled with."""
    site, settings = build.site, build.settings
    assets = [file.src_uri for file in files if not file.is_documentation_page()]
    terms = next((article.body for article in site.published if article.source == settings.glossary), "")
    return Workbench(
        tuple(config.markdown_extensions),
        config.mdx_configs,
        lookup(site, assets, settings),
        site.library,
        glossary.read(terms),
        frozenset(settings.hosts),
        settings.trusted,
    )


def compile_all(build: BuildContext) -> dict[Source, Compiled]:
    """The compiled text of each published article, in their order: from the cache, or by all processors."""
    articles = build.site.published
    texts = [Text(article.source, article.body) for article in articles]
    compiled = workshop.compile_all(texts, build.environment, build.memo("texts"), build.workers)
    return {article.source: document for article, document in zip(articles, compiled, strict=True)}


def urls(files: Files) -> dict[str, Url]:
    """The URL path of each file by its source path."""
    return {file.src_uri: Url(unquote(file.url).removeprefix("./")) for file in files}


def measure(files: Files, build: BuildContext) -> dict[Url, Size]:
    """Width and height of each image that an article shows, so that nothing moves when it is loaded."""
    shown = set(_images(build))
    paths = {build.urls[file.src_uri]: file.abs_src_path for file in files if file.abs_src_path and build.urls[file.src_uri] in shown}
    sizes = {url: picture_size.measure(Path(path)) for url, path in paths.items()}
    return {url: size for url, size in sizes.items() if size}


def _images(build: BuildContext) -> Iterator[Url]:
    for article in build.site.published:
        yield from linker.pictures(build.documents[article.source], article.source, build.urls)
        if article.image:
            yield Url(article.image)
