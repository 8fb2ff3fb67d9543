"""The way from the home page to a page, as breadcrumbs."""

from collections.abc import Mapping

from knowledge.catalogue import tag
from knowledge.catalogue.tag import Tag
from knowledge.catalogue.topic import Topic
from knowledge.page import archive
from knowledge.page.archive import Year
from knowledge.place import Url, parents
from knowledge.reading.article import Article, Kind

Step = tuple[str, Url]
"""A name and the address it leads to."""


def way(subject: Article | Topic | Tag | Year, topics: Mapping[str, Topic]) -> tuple[Step, ...]:
    """The home page, what lies between, and the page of the subject; the page of a topic is the topic."""
    home = (topics[""].title, topics[""].url)
    if isinstance(subject, Topic):
        return _topics(subject.path, topics)
    if isinstance(subject, Tag):
        return home, ("Tags", tag.ROOT), (subject.name, subject.url)
    if isinstance(subject, Year):
        return home, ("Archive", archive.ROOT), (str(subject.number), subject.url)
    above = _topics(subject.topic, topics)
    return above if subject.kind is Kind.INDEX else (*above, (subject.title, subject.url))


def _topics(path: str, topics: Mapping[str, Topic]) -> tuple[Step, ...]:
    above = (*reversed(parents(path)), path)
    return tuple((topics[each].title, topics[each].url) for each in above if each in topics)
