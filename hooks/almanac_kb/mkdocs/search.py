"""The search index of the site, made from the texts of its pages."""

import logging
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page

from almanac_kb.build import CACHE, BuildContext
from almanac_kb.content.settings import Settings
from almanac_kb.content.site import Site
from almanac_kb.core import cache
from almanac_kb.core.cache import DiskCache
from almanac_kb.core.folders import explain_error
from almanac_kb.core.paths import UrlPath, parents
from almanac_kb.mkdocs.pages import ArticlePage
from almanac_kb.publish.site_tree import Manifest, ManifestEntry, SiteTree
from almanac_kb.render import linker
from almanac_kb.render.document import Document
from almanac_kb.search import documents
from almanac_kb.search.documents import ENTRY, IndexInput, LinkText, SearchDocument, is_file_of_index, link_texts, links_in, target_of

log = logging.getLogger("mkdocs.hooks.knowledge")
FOLDER = "search"
"""The folder of the search index, in the site and among the caches."""


@dataclass(frozen=True)
class SearchInput:
    """The input of the search index, kept until pages are written, so that no page waits for it."""

    pages: tuple[ArticlePage, ...]
    """The pages of the articles that the search finds."""
    site: Site
    urls: Mapping[str, UrlPath]
    """The URL path of each file of the site, by its source path."""
    language: str
    """The language of the site, a BCP 47 tag: articles that name none are in it."""
    cache: DiskCache | None
    folder: Path
    """The folder of what is kept of the index for the next build."""
    server: dict[str, str] | None = None
    """The server that browsers ask, as the entry file names it."""


def collect(files: Files, config: MkDocsConfig, build: BuildContext) -> SearchInput:
    """The input of the search index: all listed articles, except those with `search: {exclude: true}` in their header."""
    pages = tuple(
        page
        for file in files.documentation_pages()
        if isinstance(page := file.page, ArticlePage) and not _is_excluded(page) and not page.article.is_unlisted
    )
    folder = build.project / CACHE / FOLDER
    return SearchInput(pages, build.site, build.urls, build.info.language, build.disk_cache(FOLDER), folder, _server(build.settings))


def write(found: SearchInput, wanted: IndexInput, tree: SiteTree, kept: Collection[str] = ()) -> dict[str, ManifestEntry]:
    """Writes the files of the index `wanted` that its folder, the tree, does not have yet; returns the entries of all, by path in it.

    Other files of an older site are removed from the folder, unless they are in `kept`.
    """
    tree.folder.mkdir(exist_ok=True)
    entries = _unchanged(wanted, tree)
    if not entries:
        from almanac_kb.search import index  # here, so that a build whose index is that of the last does not load what makes it

        def provide(path: str, key: str, make: Callable[[], bytes]) -> None:
            entries[path] = tree.provide(path, key, make)

        index.write_index(wanted, provide, found.cache, found.folder / "index")
    tree.remove_others({*entries, *kept})
    return entries


def show(found: SearchInput, site: Path, last: Manifest) -> Manifest:
    """Writes the search index of a preview into the folder that readers see; returns the entries of its files. `last` are those before."""
    try:
        entries = write(found, index_input(found), SiteTree(site / FOLDER, last, is_older=True))
        log.info("search: %d articles", len(found.pages))
    except OSError as error:
        log.warning("search: %s", explain_error(error))
        return last
    return entries


def written_files(entries: Manifest) -> Manifest:
    """The entries of the index among those of a whole site, by path in its folder; empty where the index was not made with the site."""
    paths = {path: path.removeprefix(f"{FOLDER}/") for path in entries if path.startswith(f"{FOLDER}/")}
    return {inner: entries[path] for path, inner in paths.items() if is_file_of_index(inner)}


def _unchanged(wanted: IndexInput, tree: SiteTree) -> dict[str, ManifestEntry]:
    """The entries of the index of the last site where it is this very index and nobody touched it since; else empty."""
    last = {path: known for path, known in (tree.last_manifest or tree.manifest).items() if is_file_of_index(path)}
    if ENTRY not in last or last[ENTRY].key != wanted.key:
        return {}
    found = {path: tree.reuse(path, known.key) for path, known in last.items()}
    entries = {path: entry for path, entry in found.items() if entry}
    return entries if len(entries) == len(found) else {}


def index_input(found: SearchInput) -> IndexInput:
    """Returns the input of the index. It reads all articles; a forked worker that did so would copy their memory."""
    linked = link_texts(_links(found))
    other_words = {tag.name: tag.aliases for tag in found.site.tags}
    aliases = [(tag.name, *tag.aliases) for tag in found.site.tags if tag.aliases]
    indexed = (_document(page, found, other_words, linked) for page in found.pages)
    return documents.index_input(indexed, found.language, aliases, found.server)


def _links(found: SearchInput) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """The URL path of each page, and its links by text and target; links of texts are kept for the next build."""
    file, code = found.folder / "links", cache.code_version(())
    known = (cache.load_value(file, code, dict[str, list[LinkText]]) if found.cache else None) or {}
    links: dict[str, list[LinkText]] = {}
    for page in found.pages:
        url, document = page.article.url, _document_of(page)
        if document is None:
            yield url, [(each.text, target) for each in links_in(page.content or "") if (target := target_of(each.href, url)) is not None]
            continue
        in_text = links[document.digest] = known[document.digest] if document.digest in known else list(links_in(document.html.text))
        targets = linker.targets_at(document, [each.start for each in in_text], page.article.source, found.urls)
        both = ((each.text, targets[each.start] if each.start in targets else target_of(each.href, url)) for each in in_text)
        yield url, [(text, target) for text, target in both if target is not None]
    if found.cache and links.keys() != known.keys():
        cache.save_value(file, code, links)


def _document_of(page: ArticlePage) -> Document | None:
    """The compiled text that a page shows; None where a plugin changed its HTML."""
    return page.linked.document if page.linked and not page.is_changed else None


def _text(page: ArticlePage) -> tuple[str, Callable[[], str]]:
    """The digest of the HTML of a page, in which links may lead anywhere, and what returns that HTML."""
    if page.linked is None or page.is_changed:
        return page.content_digest, lambda: page.content or ""
    document, below = page.linked.document, page.linked.below
    return cache.cache_key(document.digest, below), lambda: f"{document.html.text}{below}"


def _document(
    page: ArticlePage, found: SearchInput, other_words: Mapping[str, tuple[str, ...]], linked: Mapping[str, tuple[str, ...]]
) -> SearchDocument:
    article = page.article
    digest, html = _text(page)
    sections_above = [path for path in reversed((article.section, *parents(article.section))) if path]
    return SearchDocument(
        url=article.url,
        title=article.title,
        description=article.description,
        names=article.names,
        tags=article.tags,
        tag_words=tuple(word for tag in article.tags for word in other_words.get(tag, ())),
        linked=linked.get(article.url, ()),
        topics=tuple((path, found.site.sections[path].title) for path in sections_above if path in found.site.sections),
        date=article.created.date() if article.created else None,
        language=article.language or found.language,
        digest=digest,
        html=html,
    )


def _server(settings: Settings) -> dict[str, str] | None:
    found = settings.search
    return {"url": found.url, "key": found.key, "collection": found.collection} if found else None


def _is_excluded(page: Page) -> bool:
    search: Any = page.meta.get("search")
    return isinstance(search, Mapping) and bool(search.get("exclude"))
