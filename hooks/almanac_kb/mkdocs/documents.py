"""Compiles the texts of all articles before MkDocs asks for them."""

import logging
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files

from almanac_kb.build import BuildContext
from almanac_kb.content import file_kinds, taxonomy
from almanac_kb.content.article import Article
from almanac_kb.content.author_intent import read_intent
from almanac_kb.content.former_urls import dated_names
from almanac_kb.content.publication import Intent, Publication, Rules
from almanac_kb.content.settings import Settings
from almanac_kb.content.site import Site
from almanac_kb.core.diagnostics import Diagnostic, LocalDiagnostic, Position, Severity, in_file
from almanac_kb.core.packed_text import pack_text
from almanac_kb.core.paths import SourcePath, UrlPath, is_article
from almanac_kb.core.text import decode
from almanac_kb.frontmatter import header
from almanac_kb.markdown.inserted_files import IsWithheld, text_in
from almanac_kb.markdown.link_index import IndexedArticle, LinkIndex, build_link_index
from almanac_kb.mkdocs import compat, material
from almanac_kb.render import batches, images, linker
from almanac_kb.render.document import Document
from almanac_kb.render.environment import CompileEnvironment, GlossaryTerm, Text, text_of
from almanac_kb.render.images import ImageSize

log = logging.getLogger("mkdocs.hooks.knowledge")
DAMAGED_IMAGE = LocalDiagnostic(
    Position(),
    "is no image that browsers show: it is damaged, or something else",
    "save it anew, or get it by `git lfs pull`",
    Severity.NOTICE,
)
SNIPPETS = "pymdownx.snippets"


def environment(files: Files, config: MkDocsConfig, build: BuildContext) -> CompileEnvironment:
    """The environment in which the texts of this site are compiled."""
    assets = [file.src_uri for file in files if not file.is_documentation_page()]
    names = tuple(extension for extension in config.markdown_extensions if isinstance(extension, str))
    added = tuple(extension for extension in config.markdown_extensions if not isinstance(extension, str))
    env = unbuilt_environment(build.site, build.settings, names, config.mdx_configs, assets, build.project)
    is_adopted = material.is_adopted(compat.named_settings(config))
    return replace(
        env, is_adopted=is_adopted, added=added, glossary=glossary_entries(build.site, build.settings), language=build.info.language
    )


def unbuilt_environment(
    site: Site, settings: Settings, extensions: tuple[str, ...], options: Mapping[str, Any], assets: Iterable[str], project: Path
) -> CompileEnvironment:
    """The compile environment of a site that is not built: without glossary, in English.

    `extensions` and `options` are those of Python-Markdown, `assets` the files of the site that are no articles, `project` is the folder
    of mkdocs.yml.
    """
    mounted = {str(source): path for source, path in site.outside.files.items()}
    hidden = (path for path, found in site.publications.items() if found.by_author and not site.rules.shows(found))
    withheld = frozenset(str(site.tree.file(path).resolve()) for path in hidden)
    snippet = partial(
        _snippet, site.tree.docs, mounted, _snippet_folders(extensions, options, project), partial(_is_withheld, site.rules, withheld)
    )
    articles = [
        IndexedArticle(each.source, each.title, (*each.names, *each.aliases, each.url), dated_names(each)) for each in site.published
    ]
    return CompileEnvironment(
        extensions,
        options,
        build_link_index(articles, assets, taxonomy.tag_pages(site.tags), hashtags=settings.hashtags, wikis=site.wikis),
        site.bibliography,
        hosts=settings.hosts,
        trusted=settings.trusted,
        snippet=snippet,
        appended="\n\n".join(filter(None, map(snippet, _appended(extensions, options)))),
        renderer=settings.markdown,
    )


def _snippet_folders(extensions: tuple[str, ...], options: Mapping[str, Any], project: Path) -> tuple[Path, ...]:
    """The folders beside docs/ whose files articles may insert: those that mkdocs.yml names for pymdownx.snippets, by default its own."""
    given = (options.get(SNIPPETS) or {}).get("base_path", ["."])
    return tuple(project / str(path) for path in ([given] if isinstance(given, str) else given)) if SNIPPETS in extensions else ()


def _appended(extensions: tuple[str, ...], options: Mapping[str, Any]) -> list[str]:
    """The files that pymdownx.snippets shows below each text."""
    return [str(path) for path in (options.get(SNIPPETS) or {}).get("auto_append") or ()] if SNIPPETS in extensions else []


def _snippet(docs: Path, mounted: Mapping[str, Path], folders: tuple[Path, ...], is_withheld: IsWithheld, path: str) -> str | None:
    """The text of a file of docs/, or of one below those folders, that is neither confidential nor withheld by its own header."""
    found = text_in(docs, mounted, is_withheld, path)
    places = folders if found is None else ()
    return next((text for folder in places if (text := text_in(folder, {}, is_withheld, path)) is not None), found)


def _is_withheld(rules: Rules, withheld: Set[str], path: str, file: Path, data: bytes) -> bool:
    kind = file_kinds.file_kind(path, data[: file_kinds.HEAD])
    if (kind is not None and kind.kind is file_kinds.FileCategory.CONFIDENTIAL) or str(file.resolve()) in withheld:
        return True
    intent = read_intent(header.parse_header(header.split_header(decode(data))).value) if is_article(path) else Intent()
    return not rules.shows(Publication(intent.state))


def texts(site: Site) -> list[Text]:
    """The texts of what is published, in its order."""
    return [text_of(article.source, article.body, article.extra, site.sections[article.section].markdown) for article in site.published]


def glossary_entries(site: Site, settings: Settings) -> tuple[GlossaryTerm, ...]:
    """The terms of the article that the settings name as the glossary; none where there is no such article."""
    listed = (*site.articles, *site.pages)
    source, terms = next(((each.source, each.body.text) for each in listed if each.source == settings.glossary), (SourcePath(""), ""))
    if not terms:
        return ()
    from almanac_kb.markdown import citations, parser  # here, so that a build without a glossary need not load the parser
    from almanac_kb.render import glossary

    dialects = (*parser.DIALECTS, citations.rules(site.bibliography))
    return glossary.read(parser.parse(terms, here=source, index=LinkIndex(), dialects=dialects).tokens)


def glossary_words(site: Site, settings: Settings) -> frozenset[str]:
    """The terms of the glossary as articles write them."""
    return frozenset(entry.term for entry in glossary_entries(site, settings))


def compile_all(build: BuildContext) -> dict[SourcePath, Document]:
    """The document of each published article, in order: from the cache, or compiled by workers."""
    return batches.compile_all(
        texts(build.site),
        build.environment,
        build.disk_cache("texts"),
        build.workers,
        cluster=build.settings.cluster,
        text_file=build.text_file,
        stop_if_superseded=build.stop_if_superseded,
    )


def compile_again(build: BuildContext, article: Article, markdown: str) -> Document:
    """The document of an article whose Markdown a plugin, or its author since the start of the build, changed."""
    text = text_of(article.source, pack_text(markdown), article.extra, build.site.sections[article.section].markdown)
    return build.compiler.compile_text(text)


def urls(files: Files) -> dict[str, UrlPath]:
    """The URL path of each file by its source path."""
    return {file.src_uri: UrlPath(unquote(file.url).removeprefix("./")) for file in files}


def measure(files: Files, build: BuildContext) -> tuple[dict[UrlPath, ImageSize], list[Diagnostic]]:
    """Width and height in pixels of each image in articles, so that nothing moves when it is loaded; a notice for each damaged one."""
    shown = set(_images(build))
    paths = {SourcePath(file.src_uri): Path(file.abs_src_path) for file in files if file.abs_src_path and build.urls[file.src_uri] in shown}
    sizes = {source: images.measure_image(path) for source, path in paths.items()}
    damaged = [in_file(source, "file", DAMAGED_IMAGE) for source, size in sizes.items() if not size and images.is_damaged(paths[source])]
    return {build.urls[source]: size for source, size in sizes.items() if size}, damaged


def _images(build: BuildContext) -> Iterator[UrlPath]:
    for article in build.site.published:
        yield from linker.image_targets(build.documents[article.source], article.source, build.urls)
        if article.image:
            yield UrlPath(article.image)
