"""The texts of all articles, compiled before MkDocs asks for them, and what they show."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files

from almanac_kb.body import glossary, workshop
from almanac_kb.body.compiled import Compiled
from almanac_kb.body.compiler import Text
from almanac_kb.body.workbench import Workbench
from almanac_kb.build import BuildContext
from almanac_kb.content.loader import site_link_index
from almanac_kb.core.paths import SourcePath, UrlPath
from almanac_kb.render import images, linker
from almanac_kb.render.images import ImageSize


def environment(files: Files, config: MkDocsConfig, build: BuildContext) -> Workbench:
    """What the texts of this site are compiled with."""
    site, settings = build.site, build.settings
    assets = [file.src_uri for file in files if not file.is_documentation_page()]
    terms = next((article.body for article in (*site.articles, *site.pages) if article.source == settings.glossary), "")
    return Workbench(
        tuple(config.markdown_extensions),
        config.mdx_configs,
        site_link_index(site, assets, settings),
        site.bibliography,
        glossary.read(terms),
        frozenset(settings.hosts),
        settings.trusted,
    )


def compile_all(build: BuildContext) -> dict[SourcePath, Compiled]:
    """The compiled text of each published article, in their order: from the cache, or by all processors."""
    articles = build.site.published
    texts = [Text(article.source, article.body) for article in articles]
    compiled = workshop.compile_all(texts, build.environment, build.memo("texts"), build.workers)
    return {article.source: document for article, document in zip(articles, compiled, strict=True)}


def urls(files: Files) -> dict[str, UrlPath]:
    """The URL path of each file by its source path."""
    return {file.src_uri: UrlPath(unquote(file.url).removeprefix("./")) for file in files}


def measure(files: Files, build: BuildContext) -> dict[UrlPath, ImageSize]:
    """Width and height of each image that an article shows, so that nothing moves when it is loaded."""
    shown = set(_images(build))
    paths = {build.urls[file.src_uri]: file.abs_src_path for file in files if file.abs_src_path and build.urls[file.src_uri] in shown}
    sizes = {url: images.measure_image(Path(path)) for url, path in paths.items()}
    return {url: size for url, size in sizes.items() if size}


def _images(build: BuildContext) -> Iterator[UrlPath]:
    for article in build.site.published:
        yield from linker.image_targets(build.documents[article.source], article.source, build.urls)
        if article.image:
            yield UrlPath(article.image)
