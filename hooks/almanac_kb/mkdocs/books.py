"""The command `book`: the articles of a topic or a tag as an EPUB, as one HTML file, or as a PDF."""

import argparse
import base64
import posixpath
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from almanac_kb.content.article import Article
from almanac_kb.content.site import Site, SiteInfo, article_language
from almanac_kb.core import languages, paths
from almanac_kb.core.folders import write_whole
from almanac_kb.core.paths import SourcePath, UrlPath, absolute_url, base_url
from almanac_kb.exports import book
from almanac_kb.exports.book import Book, Chapter
from almanac_kb.mkdocs import defaults
from almanac_kb.mkdocs.configuration import read_configuration
from almanac_kb.render import linker
from almanac_kb.render.document import Document

FORMATS = ("epub", "html", "pdf")
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
"""The date of a book of undated articles."""
ELSEWHERE = "elsewhere/"
"""Marks the URL path of a page that is not in the book, until it is replaced by its absolute URL."""
OUTSIDE = re.compile(rf'(?<=href=")(?:\.\./)*{ELSEWHERE}([^"]*)')


def add_commands(commands: Any) -> None:
    """Adds the command to those of the command line, `commands` as `ArgumentParser.add_subparsers` returns them."""
    making = commands.add_parser("book", help=write_book.__doc__)
    making.add_argument("what", help="a folder of docs/, or a tag")
    making.add_argument("--format", choices=FORMATS, default="epub", help="epub (as it is), html, or pdf, which needs WeasyPrint")
    making.add_argument("--output", help="the file to write (TITLE.epub)")
    making.set_defaults(command=write_book)


def write_book(options: argparse.Namespace) -> int:
    """Makes a book of a topic, by its folder, or of a tag, by its name: an EPUB, one HTML file, or a PDF."""
    configuration = read_configuration()
    site = configuration.load()
    found = find(options.what, site)
    if found is None or not found[2]:
        print(f"{options.what}: is no folder of {configuration.docs} with articles, and no tag; name one of both", file=sys.stderr)
        return 2
    name, description, author = (str(configuration.values.get(key) or "") for key in ("site_name", "site_description", "site_author"))
    info = SiteInfo(name, base_url(configuration.values.get("site_url")), description, author, configuration.language)
    title, url, articles = found
    compiled = configuration.compile(site, defaults.EXTENSIONS)
    made = make(
        title or info.name, url, articles, site, compiled, info, lambda each: site.outside.files.get(each) or configuration.docs / each
    )
    path = Path(options.output or file_name(made.title, options.format))
    try:
        write_whole(path, render(made, options.format))
    except ImportError:
        print("a PDF needs WeasyPrint: pip install 'almanac-kb[pdf]'", file=sys.stderr)
        return 1
    print(f"{path}: {len(made.chapters)} {'article' if len(made.chapters) == 1 else 'articles'}")
    return 0


def find(name: str, site: Site) -> tuple[str, UrlPath, tuple[Article, ...]] | None:
    """Title, URL path and articles of a topic, by its folder, or of a tag, by its name; None where there is neither.

    A topic begins with its own page, and goes on with its articles and its subtopics in the order of its list.
    """
    folder = name.strip("/").removeprefix("docs/")
    section = site.sections.get(folder if folder != "." else "")
    if section is not None:
        return section.title, section.url, tuple(_in_order(section.path, site))
    tag = next((tag for tag in site.tags if tag.name.casefold() == name.casefold()), None)
    return (tag.name, tag.url, tag.articles) if tag else None


def _in_order(path: str, site: Site) -> Iterator[Article]:
    section = site.sections[path]
    if section.index is not None:
        yield section.index
    yield from (article for article in section.articles if article.is_listed)
    for child in section.children:
        yield from _in_order(child, site)


def make(
    title: str,
    url: UrlPath,
    articles: tuple[Article, ...],
    site: Site,
    documents: Mapping[SourcePath, Document],
    info: SiteInfo,
    file: Callable[[SourcePath], Path],
) -> Book:
    """The book of some articles; `file` gives the path of each image of docs/."""
    files = {article.source: f"chapter-{number}.xhtml" for number, article in enumerate(articles, 1)}
    shown = {target for article in articles for target in _pictures(documents[article.source])}
    images = {source: f"image-{number}{posixpath.splitext(source)[1].lower()}" for number, source in enumerate(sorted(shown), 1)}
    images = {source: name for source, name in images.items() if book.media_type(name) and file(source).is_file()}
    addresses = {str(article.source): UrlPath(f"{ELSEWHERE}{article.url}") for article in site.published}
    addresses |= {str(asset): UrlPath(f"{ELSEWHERE}{asset}") for asset in site.assets}
    addresses |= {str(tag.url): UrlPath(f"{ELSEWHERE}{tag.url}") for tag in site.tags}
    addresses |= {str(source): UrlPath(name) for source, name in {**files, **images}.items()}
    chapters = tuple(_chapter(article, files[article.source], addresses, documents, info) for article in articles)
    dates = [article.changed for article in articles if article.changed]
    return Book(
        title,
        info.language,
        info.name,
        absolute_url(info.base, url),
        info.messages.gettext("Contents"),
        max(dates, default=EPOCH),
        chapters,
        tuple(dict.fromkeys(author for article in articles for author in article.authors)),
        {name: partial(Path.read_bytes, file(source)) for source, name in images.items()},
    )


def _pictures(document: Document) -> Iterator[SourcePath]:
    starts = {image.source for image in document.images}
    return (link.target for link in document.links if link.start in starts and link.target is not None)


def _chapter(
    article: Article,
    file: str,
    addresses: Mapping[str, UrlPath],
    documents: Mapping[SourcePath, Document],
    info: SiteInfo,
) -> Chapter:
    linked = linker.link_html(documents[article.source], article.source, UrlPath(file), addresses, documents=documents)
    text = OUTSIDE.sub(lambda match: absolute_url(info.base, UrlPath(unquote(match[1]))), linked)
    _, text = linker.divide_heading(text)
    language = article_language(article, info)
    facts = " · ".join(filter(None, (", ".join(article.authors), info.messages.date(article.created) if article.created else "")))
    return Chapter(file, article.title, linker.demote_headings(text), language, languages.direction(language), facts)


def render(made: Book, format_name: str) -> bytes:
    """The bytes of the book in one of the formats; raises ImportError where WeasyPrint, which PDF needs, is not installed."""
    if format_name == "epub":
        return book.epub(made)
    page = book.one_page(made, partial(_data_url, made))
    if format_name == "html":
        return page.encode()
    from weasyprint import HTML

    pdf: bytes = HTML(string=page, base_url=made.source).write_pdf()
    return pdf


def _data_url(made: Book, name: str) -> str:
    data = base64.b64encode(made.images[name]()).decode() if name in made.images else ""
    return f"data:{book.media_type(name)};base64,{data}"


def file_name(title: str, format_name: str) -> str:
    """The name of the file of a book: `garden-tools.epub`."""
    return f"{paths.slug_from_tag(title) or 'book'}.{format_name}"
