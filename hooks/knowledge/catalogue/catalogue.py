"""The catalogue: every article in its place. It alone decides what is published, where, under which tags, in which order."""

import datetime
from collections.abc import Iterable
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, field, replace
from functools import cached_property

from knowledge.catalogue import address, picture, tag, topic, vocabulary
from knowledge.catalogue.mount import Outside
from knowledge.catalogue.pages_file import PagesFile
from knowledge.catalogue.settings import Settings
from knowledge.catalogue.tag import Tag
from knowledge.catalogue.topic import Topic
from knowledge.catalogue.vocabulary import Vocabulary
from knowledge.place import Source, Url
from knowledge.problem import Problem, Severity, worst
from knowledge.reading import tag_name
from knowledge.reading.article import Article, Kind, Reading
from knowledge.references.citation import Library


@dataclass(frozen=True)
class Folder:
    """What lies in docs/ beside articles."""

    assets: frozenset[str] = frozenset()
    """The paths of all files that are no articles."""
    pages: Dictionary[str, PagesFile] = field(default_factory=dict)
    """The `.pages` file of each folder that has one."""
    words: Vocabulary = field(default_factory=Vocabulary)
    """The vocabulary of tags."""
    library: Library = field(default_factory=Library)
    """The sources that articles cite."""
    unread: Dictionary[Source, str] = field(default_factory=dict)
    """The Markdown files that are no articles, and why."""
    outside: Outside = field(default_factory=Outside)
    """What is mounted from elsewhere."""


@dataclass(frozen=True)
class Catalogue:
    """A knowledge base, complete."""

    articles: tuple[Article, ...]
    """What is listed and fed, newest first, equal dates by address; undated ones last."""
    pages: tuple[Article, ...]
    """The pages of topics of `kind: page`, and the pages that folders have of their own."""
    topics: Dictionary[str, Topic]
    """Every topic by its folder; the root is the home page."""
    tags: tuple[Tag, ...]
    """Every tag that an article or a page carries, by name."""
    vocabulary: Vocabulary
    """The vocabulary the tags were read with."""
    library: Library
    """The sources that articles cite."""
    redirects: Dictionary[Url, Url]
    """Old addresses, and where each leads."""
    withheld: Dictionary[Source, str]
    """Files that are not published, and why: `draft`, `scheduled for 2027-01-01`, `expired on …`."""
    refused: Dictionary[Source, tuple[Problem, ...]]
    """Files with errors, and what is wrong."""
    problems: tuple[Problem, ...]
    """All there is to say, by file and place; what the refused files say among it."""
    kept_back: tuple[Article, ...] = ()
    """The articles that are withheld, as they were read."""
    outside: Outside = field(default_factory=Outside)
    """The files that are mounted from elsewhere."""

    @property
    def published(self) -> tuple[Article, ...]:
        """All articles and pages."""
        return self.articles + self.pages

    @cached_property
    def tag(self) -> Dictionary[str, Tag]:
        """Every tag by its name."""
        return {each.name: each for each in self.tags}


def build(
    readings: Iterable[Reading], folder: Folder, problems: Iterable[Problem], *, settings: Settings, now: datetime.datetime, site: str
) -> Catalogue:
    """Puts what was read in its place. `now` decides what is scheduled or expired, nothing else; `problems` are those of other files."""
    read = sorted(readings, key=lambda reading: reading.source)
    sources = {reading.source for reading in read}
    sound = [reading.article for reading in read if reading.article and worst(reading.problems) < Severity.ERROR]
    judged = [replace(article, withheld=_withheld(article, now)) for article in sound]
    pictured, unpictured = picture.find([each for each in judged if settings.drafts or not each.withheld], folder.assets)
    placed = address.assign(pictured, folder.pages, sources=sources, assets=folder.assets)
    tagged, misspelled = _tagged(placed.articles, folder.words)
    articles = tuple(sorted(tagged, key=_newest))
    listed = tuple(article for article in articles if article.kind is Kind.ARTICLE)
    topics = topic.index(articles, folder.pages, site)
    said = [*problems, *(each for reading in read for each in reading.problems), *unpictured, *placed.problems, *misspelled]
    return Catalogue(
        articles=listed,
        pages=tuple(article for article in articles if article.kind is not Kind.ARTICLE),
        topics=topics,
        tags=tag.index(articles, folder.words),
        vocabulary=folder.words,
        library=folder.library,
        redirects=placed.redirects,
        withheld={**folder.unread, **{each.source: each.withheld for each in judged if each.withheld and not settings.drafts}},
        refused=_refused(said, sources),
        problems=tuple(sorted((*said, *topic.dropped(topics, folder.pages)))),
        kept_back=() if settings.drafts else tuple(each for each in judged if each.withheld),
        outside=folder.outside,
    )


def _withheld(article: Article, now: datetime.datetime) -> str:
    if article.withheld:
        return article.withheld
    if article.created and article.created > now:
        return f"scheduled for {article.created:%Y-%m-%d}"
    if article.expires and article.expires <= now:
        return f"expired on {article.expires:%Y-%m-%d}"
    return ""


def _newest(article: Article) -> tuple[float, str]:
    return -article.created.timestamp() if article.created else float("inf"), article.url


def _tagged(articles: list[Article], words: Vocabulary) -> tuple[list[Article], tuple[Problem, ...]]:
    chosen, problems = tag.spellings(articles, words)
    resolved = []
    for article in articles:
        names = (vocabulary.resolve(chosen[tag_name.key(written)], words) for written in article.tags)
        resolved.append(replace(article, tags=tuple(dict.fromkeys(filter(None, names)))))
    return resolved, problems


def _refused(problems: list[Problem], articles: set[Source]) -> dict[Source, tuple[Problem, ...]]:
    refused: dict[Source, tuple[Problem, ...]] = {}
    for each in sorted(problems):
        if each.severity is Severity.ERROR and each.source in articles:
            refused[each.source] = (*refused.get(each.source, ()), each)
    return refused
