"""The texts of all articles, compiled before MkDocs asks for them, and what they show."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from urllib.parse import unquote

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files

from almanac_kb.build import BuildContext
from almanac_kb.content import taxonomy
from almanac_kb.content.reader import Article
from almanac_kb.content.settings import Settings
from almanac_kb.content.site import Site
from almanac_kb.core.paths import SourcePath, UrlPath
from almanac_kb.markdown import citations, parser, standard
from almanac_kb.markdown.dialects.snippets import text_in
from almanac_kb.markdown.link_index import IndexedArticle, LinkIndex, build_link_index
from almanac_kb.render import compiler, glossary, images, linker
from almanac_kb.render.compiler import CompileEnvironment, text_of
from almanac_kb.render.document import Document
from almanac_kb.render.glossary import Entry
from almanac_kb.render.images import ImageSize


def environment(files: Files, config: MkDocsConfig, build: BuildContext) -> CompileEnvironment:
    """What the texts of this site are compiled with."""
    site, settings = build.site, build.settings
    assets = [file.src_uri for file in files if not file.is_documentation_page()]
    articles = [IndexedArticle(each.source, each.title, (*each.names, *each.aliases, each.url)) for each in site.published]
    return CompileEnvironment(
        tuple(config.markdown_extensions),
        config.mdx_configs,
        build_link_index(articles, assets, taxonomy.tag_pages(site.tags), hashtags=settings.hashtags),
        site.bibliography,
        glossary_entries(site, settings),
        frozenset(settings.hosts),
        settings.trusted,
        snippet=partial(text_in, Path(config.docs_dir), {str(source): path for source, path in site.outside.files.items()}),
        renderer=settings.markdown,
        language=build.info.language,
    )


def glossary_entries(site: Site, settings: Settings) -> tuple[Entry, ...]:
    """The terms of the article that the settings name as the glossary; none where there is no such article."""
    listed = (*site.articles, *site.pages)
    source, terms = next(((each.source, each.body) for each in listed if each.source == settings.glossary), (SourcePath(""), ""))
    dialects = (*standard.DIALECTS, citations.rules(site.bibliography))
    return glossary.read(parser.parse(terms, here=source, index=LinkIndex(), dialects=dialects).tokens)


def compile_all(build: BuildContext) -> dict[SourcePath, Document]:
    """The document of each published article, in their order: from the cache, or by all processors."""
    sections = build.site.sections
    texts = [text_of(each.source, each.body, each.extra, sections[each.section].markdown) for each in build.site.published]
    return compiler.compile_all(texts, build.environment, build.memo("texts"), build.workers, pause=build.pause)


def compile_again(build: BuildContext, article: Article, markdown: str) -> Document:
    """The document of an article whose Markdown a plugin changed, or its author since the build began."""
    text = text_of(article.source, markdown, article.extra, build.site.sections[article.section].markdown)
    return build.compiler.compile(text.source, text.markdown, renderer=text.renderer, folder_renderer=text.folder_renderer)


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
