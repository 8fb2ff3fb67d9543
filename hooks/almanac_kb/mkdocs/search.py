"""The search index of the site, made from the texts of its pages."""

import logging
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page

from almanac_kb.build import BuildContext
from almanac_kb.content.settings import Settings
from almanac_kb.content.site import Site
from almanac_kb.core import cache
from almanac_kb.core.cache import DiskCache
from almanac_kb.core.paths import parents
from almanac_kb.mkdocs.pages import ArticlePage
from almanac_kb.publish import preview
from almanac_kb.search import index
from almanac_kb.search.documents import SearchDocument
from almanac_kb.search.link_texts import Links, link_texts, links_in

log = logging.getLogger("mkdocs.hooks.knowledge")
FOLDER = "search"
"""The folder of the search index, in the site and among the caches."""


@dataclass(frozen=True)
class SearchInput:
    """The input of the search index, kept until pages are written, so that no page waits for it."""

    pages: tuple[ArticlePage, ...]
    """The pages of the articles that the search finds."""
    site: Site
    language: str
    """The language of the site, a BCP 47 tag: articles that name none are in it."""
    cache: DiskCache | None
    server: dict[str, str] | None = None
    """The server that browsers ask, as the entry file names it."""


def collect(files: Files, config: MkDocsConfig, build: BuildContext) -> SearchInput:
    """The input of the search index: all listed articles, except those with `search: {exclude: true}` in their header."""
    pages = tuple(
        page
        for file in files.documentation_pages()
        if isinstance(page := file.page, ArticlePage) and not _is_excluded(page) and not page.article.is_unlisted
    )
    return SearchInput(pages, build.site, str(config.theme.get("language") or "en"), build.disk_cache(FOLDER), _server(build.settings))


def write(found: SearchInput, folder: Path) -> None:
    """Writes the files of the search index into a folder."""
    aliases = [(tag.name, *tag.aliases) for tag in found.site.tags if tag.aliases]
    other_words = {tag.name: tag.aliases for tag in found.site.tags}
    linked = link_texts(_links(found))
    documents = (_document(page, found, other_words, linked) for page in found.pages)
    index.write_index(documents, folder, language=found.language, aliases=aliases, memory=found.cache, server=found.server)


def _links(found: SearchInput) -> list[Links]:
    """The links of each page, from the cache where it has them."""

    def read(pages: list[ArticlePage]) -> Iterator[Links]:
        return (links_in(page.article.url, page.content or "") for page in pages)

    if found.cache is None:
        return list(read(list(found.pages)))
    code = cache.code_version(())
    pages = {cache.cache_key(code, "links", page.article.url, page.content_digest): page for page in found.pages}
    return [links for _, links in cache.cached(found.cache, pages, read, cache.loader(Links), cache.dump_json)]


def show(found: SearchInput, site: Path) -> None:
    """Writes the search index of a preview into the folder that readers see, of which only the files that changed are written."""
    try:
        with tempfile.TemporaryDirectory() as fresh:
            write(found, Path(fresh))
            (site / FOLDER).mkdir(exist_ok=True)
            preview.sync_folder(Path(fresh), site / FOLDER, frozenset())
        log.info("search: %d articles", len(found.pages))
    except OSError as error:
        log.warning("search: %s", error)


def _document(
    page: ArticlePage, found: SearchInput, other_words: Mapping[str, tuple[str, ...]], linked: Mapping[str, tuple[str, ...]]
) -> SearchDocument:
    article = page.article
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
        digest=page.content_digest,
        html=lambda: page.content or "",
    )


def _server(settings: Settings) -> dict[str, str] | None:
    found = settings.search
    return {"url": found.url, "key": found.key, "collection": found.collection} if found else None


def _is_excluded(page: Page) -> bool:
    search: Any = page.meta.get("search")
    return isinstance(search, Mapping) and bool(search.get("exclude"))
