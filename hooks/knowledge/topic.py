"""Topics: the folders of docs/ that hold articles, each with a page that lists them."""

from collections.abc import Iterable
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass

from knowledge import slug
from knowledge.article import Article, Kind, from_file_name
from knowledge.pages_file import PagesFile
from knowledge.place import Source, Url, folder, name, parents


@dataclass(frozen=True)
class Topic:
    """A folder as readers see it."""

    path: str
    """The folder below docs/; the root, which is the home page, is empty."""
    url: Url
    """The address of its page."""
    title: str
    """The name from `.pages`, else of its index, else of the folder."""
    description: str
    """What its index says it is about."""
    kind: str
    """`article`, or `page` where its pages are in navigation and search only."""
    index: Article | None
    """The author's page for it; None where one is made."""
    articles: tuple[Article, ...]
    """What lies in the folder itself: by order, then newest, then title."""
    members: tuple[Article, ...]
    """The articles of the folder and of all below it, newest first; without pages."""
    children: tuple[str, ...]
    """The paths of the topics in it, by title."""
    schema: str = "Article"
    """What schema.org calls its articles: `Article` or `MedicalWebPage`."""


def index(articles: tuple[Article, ...], files: Dictionary[str, PagesFile], site: str) -> dict[str, Topic]:
    """Every topic by its path; `articles` newest first, with their kind and topic, the pages of folders among them."""
    indexes = {article.topic: article for article in articles if article.kind is Kind.INDEX}
    direct: dict[str, list[Article]] = {"": []}
    members: dict[str, list[Article]] = {"": []}
    for article in articles:
        for path in (article.topic, *parents(article.topic)):
            direct.setdefault(path, [])
            if article.kind is Kind.ARTICLE:
                members.setdefault(path, []).append(article)
        if article.kind is not Kind.INDEX:
            direct[article.topic].append(article)
    titles = {path: title(path, files.get(path), indexes.get(path), site) for path in direct}
    children = _children(direct, titles)
    return {
        path: Topic(
            path,
            url(path),
            titles[path],
            indexes[path].description if path in indexes else "",
            kind(path, files),
            indexes.get(path),
            tuple(sorted(direct[path], key=_place)),
            tuple(members.get(path, ())),
            children.get(path, ()),
            schema(path, files),
        )
        for path in sorted(direct)
    }


def url(path: str) -> Url:
    """The address of a folder's page."""
    return Url(f"{slug.from_folder(path)}/") if path else Url("")


def kind(path: str, files: Dictionary[str, PagesFile]) -> str:
    """The kind of a topic: its own, or that of the nearest folder above that has one."""
    return next((files[each].kind for each in (path, *parents(path)) if each in files and files[each].kind != "article"), "article")


def schema(path: str, files: Dictionary[str, PagesFile]) -> str:
    """The schema.org type of a topic's articles: its own, or that of the nearest folder above that names one."""
    return next((files[each].schema for each in (path, *parents(path)) if each in files and files[each].schema), "Article")


def title(path: str, file: PagesFile | None, index: Article | None, site: str) -> str:
    """The name of a topic; the root's is the name of the site."""
    if not path:
        return site
    return (file.title if file else "") or (index.title if index else "") or from_file_name(Source(f"{name(path)}.md"))


def _place(article: Article) -> tuple[bool, float, float, str, str]:
    moment = article.created.timestamp() if article.created else float("-inf")
    return article.order is None, article.order or 0.0, -moment, article.title.casefold(), article.url


def _children(paths: Iterable[str], titles: Dictionary[str, str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for path in paths:
        if path:
            found.setdefault(folder(path), []).append(path)
    return {path: tuple(sorted(below, key=lambda each: (titles[each].casefold(), each))) for path, below in found.items()}
