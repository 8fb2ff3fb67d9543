"""Topics: the folders of docs/ that hold articles, each with a page that lists them."""

from collections.abc import Iterable
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass

from knowledge import slug
from knowledge.catalogue.pages_file import NAME, PagesFile
from knowledge.place import Source, Url, folder, name, parents
from knowledge.problem import Note, Problem, Severity, problem
from knowledge.reading.article import Article, Kind, from_file_name


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
    direct, members = _held(articles)
    titles = {path: title(path, files.get(path), indexes.get(path), site) for path in direct}
    children = _children(direct, titles)
    return {
        path: Topic(
            path=path,
            url=url(path),
            title=titles[path],
            description=indexes[path].description if path in indexes else "",
            kind=kind(path, files),
            index=indexes.get(path),
            articles=tuple(sorted(direct[path], key=lambda each: (_named(each.source, path, files), *_place(each)))),
            members=tuple(members[path]),
            children=tuple(sorted(children.get(path, ()), key=lambda each: _named(each, path, files))),
            schema=schema(path, files),
        )
        for path in sorted(direct)
    }


def url(path: str) -> Url:
    """The address of a folder's page."""
    return Url(f"{slug.from_folder(path)}/") if path else Url("")


def kind(path: str, files: Dictionary[str, PagesFile]) -> str:
    """The kind of a topic: its own, or that of the nearest folder above that has one."""
    return next((files[each].kind for each in (path, *parents(path)) if each in files and files[each].kind), "article")


def schema(path: str, files: Dictionary[str, PagesFile]) -> str:
    """The schema.org type of a topic's articles: its own, or that of the nearest folder above that names one."""
    return next((files[each].schema for each in (path, *parents(path)) if each in files and files[each].schema), "Article")


def title(path: str, file: PagesFile | None, index: Article | None, site: str) -> str:
    """The name of a topic; the root's is the name of the site."""
    if not path:
        return site
    return (file.title if file else "") or (index.title if index else "") or from_file_name(Source(f"{name(path)}.md"))


def dropped(topics: Dictionary[str, Topic], files: Dictionary[str, PagesFile]) -> tuple[Problem, ...]:
    """What a `.pages` leaves out of the navigation because its `nav` has no `...`."""
    problems = []
    for path, file in files.items():
        lost = sorted(each for each in _names(topics[path]) if not file.shows(each)) if path in topics else []
        if lost:
            shown = ", ".join(lost[:5]) + (f" and {len(lost) - 5} more" if len(lost) > 5 else "")
            note = Note(file.mark, f"leaves out of the navigation: {shown}", "add - ..., or name them", Severity.WARNING)
            problems.append(problem(Source(f"{path}/{NAME}" if path else NAME), "nav", note))
    return tuple(problems)


def _held(articles: Iterable[Article]) -> tuple[dict[str, list[Article]], dict[str, list[Article]]]:
    """What each folder holds itself, and the articles of it and of all below."""
    direct: dict[str, list[Article]] = {"": []}
    members: dict[str, list[Article]] = {"": []}
    for article in articles:
        for path in (article.topic, *parents(article.topic)):
            direct.setdefault(path, [])
            members.setdefault(path, [])
            if article.kind is Kind.ARTICLE:
                members[path].append(article)
        if article.kind is not Kind.INDEX:
            direct[article.topic].append(article)
    return direct, members


def _names(topic: Topic) -> set[str]:
    paths = (*(article.source for article in topic.articles), *topic.children)
    return {path.removeprefix(f"{topic.path}/").partition("/")[0] for path in paths}


def _named(path: str, topic: str, files: Dictionary[str, PagesFile]) -> int:
    """The position of a file or folder in the navigation that the `.pages` of its topic names; what is not named comes last."""
    names = [each for each, _ in files[topic].names] if topic in files else []
    last = path.removeprefix(f"{topic}/").partition("/")[0]
    return names.index(last) if last in names else len(names)


def _place(article: Article) -> tuple[bool, float, float, str, str]:
    moment = article.created.timestamp() if article.created else float("-inf")
    return article.order is None, article.order or 0.0, -moment, article.title.casefold(), article.url


def _children(paths: Iterable[str], titles: Dictionary[str, str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for path in paths:
        if path:
            found.setdefault(folder(path), []).append(path)
    return {path: tuple(sorted(below, key=lambda each: (titles[each].casefold(), each))) for path, below in found.items()}
