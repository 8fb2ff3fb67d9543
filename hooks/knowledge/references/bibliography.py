"""The page of all sources: every work with the articles that cite it."""

from collections.abc import Iterable, Mapping

from knowledge.place import Source, Url
from knowledge.reading.article import Article
from knowledge.references import citation
from knowledge.references.citation import Library
from knowledge.slug import safe

PAGE = Source("sources/index.md")
"""The path below docs/ that the page pretends to come from."""
URL = Url("sources/")
"""Its address."""


def write(library: Library, cited: Mapping[Source, tuple[str, ...]], articles: Iterable[Article]) -> str:
    """The page as Markdown: the works by first author and year; below each, links to the articles that cite it."""
    by_url = {article.url: article for article in articles}
    keys = {url: cited.get(article.source, ()) for url, article in by_url.items()}
    lines = ["# Sources", ""]
    for listed in citation.listing(library, keys):
        lines += [f"- <span id='{safe(listed.work.key)}'></span>{citation.reference(listed.work)}", ""]
        links = [f"[{citation.escaped(by_url[url].title)}](<../{by_url[url].source}>)" for url in listed.articles]
        lines += [f"    Cited in {', '.join(links)}." if links else "    Cited by no article yet.", ""]
    return "\n".join(lines)
