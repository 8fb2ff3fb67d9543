"""Where articles are published: the part a file plays, its address, the old addresses that lead to it, and who was there first."""

from collections.abc import Iterable
from collections.abc import Mapping as Dictionary
from dataclasses import replace

from knowledge import slug, topic
from knowledge.article import Article, Kind
from knowledge.pages_file import PagesFile
from knowledge.place import Source, Url, folder, name, parents, stem
from knowledge.problem import Mark, Note, Problem, Severity, problem

INDEXES = ("index.md", "_index.md", "README.md")
"""The files that are the page of their folder, the first of them that is there."""
RESERVED = {
    "tags": "the index of tags",
    "archive": "the archive",
    "assets": "the files of the theme",
    "search": "the search",
    "robots.txt": "a file of the site",
    "llms.txt": "a file of the site",
    "llms-full.txt": "a file of the site",
    "articles.json": "a file of the site",
}
"""First parts of addresses that the site makes itself."""
FILES = ("index.md", "cover.svg", "cover.png", "feed.xml", "llms.txt")
"""Last parts of addresses that are files beside a page."""


def assign(articles: list[Article], files: Dictionary[str, PagesFile]) -> tuple[list[Article], dict[Url, Url], tuple[Problem, ...]]:
    """The articles with kind, topic and address, the redirects from old addresses, and what can't stand where it wants to.

    Of two articles with one address the first by path keeps it; the other is refused, and both are named.
    """
    roles = _roles(articles)
    taken: dict[str, Source] = {}
    placed: list[Article] = []
    problems: list[Problem] = []
    for article in sorted(articles, key=lambda each: (roles[each.source] is not Kind.INDEX, each.source)):
        moved = _place(article, roles[article.source], files)
        note = _conflict(moved, taken)
        if note:
            problems.append(problem(article.source, "address", note))
        else:
            taken[moved.url.casefold()] = article.source
            placed.append(moved)
    for path in {each for article in placed for each in (article.topic, *parents(article.topic))}:
        taken.setdefault(topic.url(path).casefold(), Source(path))
    redirects, more = _redirects(placed, taken)
    return placed, redirects, (*problems, *more)


def _roles(articles: Iterable[Article]) -> dict[Source, Kind]:
    by_folder: dict[str, dict[str, Article]] = {}
    crowded: set[str] = set()
    for article in articles:
        path = folder(article.source)
        by_folder.setdefault(path, {})[name(article.source)] = article
        crowded.update(parents(path))
    roles = {}
    for path, files in by_folder.items():
        main = next((each for each in INDEXES if each in files), "")
        alone = path and path not in crowded and len(files) == 1
        for file, article in files.items():
            is_index = file == main and not (alone and article.created)
            roles[article.source] = Kind.INDEX if is_index else Kind.ARTICLE
    return roles


def _place(article: Article, role: Kind, files: Dictionary[str, PagesFile]) -> Article:
    path = folder(article.source)
    if role is Kind.INDEX:
        return replace(article, kind=role, topic=path, url=topic.url(path))
    own_folder = name(article.source) in INDEXES and path
    home = folder(path) if own_folder else path
    last = article.slug or slug.from_file(name(path) if own_folder else stem(article.source))
    whole = f"{article.path}/" if article.path else f"{topic.url(home)}{last}/"
    kind = Kind.PAGE if topic.kind(home, files) == "page" else Kind.ARTICLE
    return replace(article, kind=kind, topic=home, url=Url(whole))


def _conflict(article: Article, taken: Dictionary[str, Source]) -> Note | None:
    first = article.url.partition("/")[0]
    if first in RESERVED:
        return Note(article.address_mark, f"/{article.url} belongs to {RESERVED[first]}", "give the article a slug, or move it")
    last = name(article.url.rstrip("/"))
    if last in FILES:
        return Note(article.address_mark, f"/{article.url} would hide the file {last} of the page above", "give the article a slug")
    other = taken.get(article.url.casefold())
    if other is not None:
        return Note(article.address_mark, f"/{article.url} is the address of {other} already", "give one of them another slug")
    return None


def _redirects(articles: list[Article], taken: Dictionary[str, Source]) -> tuple[dict[Url, Url], list[Problem]]:
    redirects: dict[Url, Url] = {}
    problems = []
    for article in articles:
        for alias in article.aliases:
            old = Url(alias)
            other = redirects.get(old)
            if old == article.url or other == article.url:
                continue
            if alias.casefold() in taken or other is not None or alias.partition("/")[0] in RESERVED:
                message = f"the old address /{alias} belongs to another page; it does not lead here"
                problems.append(problem(article.source, "aliases", Note(Mark(), message, "leave it out", Severity.WARNING)))
            else:
                redirects[old] = article.url
    return redirects, problems
