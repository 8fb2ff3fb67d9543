"""Authors: the people in `.authors.yml`, in the form of Material's blog or Docusaurus, and the articles that each of them wrote."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from almanac_kb.content.article import Article
from almanac_kb.core import paths, text
from almanac_kb.core.diagnostics import Diagnostic, HeaderError, LocalDiagnostic, Severity, in_file, quoted
from almanac_kb.core.paths import SourcePath, UrlPath
from almanac_kb.core.text import tag_key
from almanac_kb.frontmatter import formats, values
from almanac_kb.frontmatter.formats import Pair, find_pair, is_absent

AUTHOR_FILE = SourcePath(".authors.yml")
"""The file below docs/ that names people: a map of keys to maps, at the top or below `authors:`."""
AUTHORS_URL = UrlPath("authors/")
"""The URL path of the folder in which each author has a page."""
DESCRIPTIONS = ("description", "title")
"""Keys of what a person is or does, in Material and in Docusaurus."""


@dataclass(frozen=True)
class Author:
    """A person in the author file, with the articles that name this person."""

    key: str
    """The key that articles may write instead of the name."""
    name: str
    description: str = ""
    """The profession or role of the person, in one line."""
    url: UrlPath = UrlPath("")
    """The URL path of the person's page."""
    articles: tuple[Article, ...] = ()
    """The person's articles, newest first."""
    slug: str = ""
    """The slug of the person's URL in Material's blog; empty where it is the key."""


@dataclass(frozen=True)
class AuthorFile:
    """The content of `.authors.yml`."""

    authors: tuple[Author, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    """The name of each person, by key."""


def read_author_file(data: bytes, source: SourcePath = AUTHOR_FILE) -> tuple[AuthorFile, tuple[Diagnostic, ...]]:
    """The author file in the bytes of `source`, and its diagnostics; a person without name is called by the key."""
    try:
        tree, _ = formats.parse_yaml(text.decode(data))
    except HeaderError as error:
        return AuthorFile(), (in_file(source, "file", LocalDiagnostic(error.position, error.message, error.hint)),)
    inner = find_pair(tree, "authors")
    people = inner.value.pairs if inner and isinstance(inner.value, formats.Mapping) else tree.pairs
    authors, problems = [], list[LocalDiagnostic]()
    for pair in people:
        if isinstance(pair.value, formats.Mapping):
            authors.append(_author(pair, pair.value))
        else:
            message = f"{quoted(pair.key)} must be a map with a name"
            problems.append(LocalDiagnostic(pair.position, message, "write name: below it", Severity.WARNING))
    file = AuthorFile(tuple(authors), {author.key: author.name for author in authors})
    return file, tuple(in_file(source, "authors", problem) for problem in problems)


def merged(files: Iterable[AuthorFile]) -> AuthorFile:
    """The people of several author files; of those with one key the first counts."""
    people = {author.key: author for file in reversed([*files]) for author in file.authors}
    return AuthorFile(tuple(people.values()), {key: author.name for key, author in people.items()})


def with_names(article: Article, file: AuthorFile) -> Article:
    """The article with the names of its authors in place of their keys."""
    names = tuple(dict.fromkeys(file.names.get(name, name) for name in article.authors))
    return article if names == article.authors else replace(article, authors=names)


def authors_of(articles: Iterable[Article], file: AuthorFile, taken: Iterable[UrlPath]) -> tuple[Author, ...]:
    """The people in the file who wrote one of the articles, which are newest first; those whose URL path is `taken` are left out."""
    written: dict[str, list[Article]] = {}
    for article in articles:
        for name in article.authors:
            written.setdefault(tag_key(name), []).append(article)
    return tuple(_with_urls(file, written, set(taken)))


def _with_urls(file: AuthorFile, written: Mapping[str, list[Article]], taken: set[UrlPath]) -> Iterator[Author]:
    for author in file.authors:
        articles = written.get(tag_key(author.name), [])
        url = UrlPath(f"{AUTHORS_URL}{paths.slug_from_tag(author.key)}/")
        if articles and url not in taken:
            taken.add(url)
            yield replace(author, url=url, articles=tuple(articles))


def _author(pair: Pair, person: formats.Mapping) -> Author:
    name = _text(person, "name") or pair.key
    description = next((text for key in DESCRIPTIONS if (text := _text(person, key))), "")
    return Author(pair.key, name, description, slug=_text(person, "slug"))


def _text(person: formats.Mapping, key: str) -> str:
    pair = find_pair(person, key)
    return "" if pair is None or is_absent(pair.value) else values.read_description(pair.value).value
