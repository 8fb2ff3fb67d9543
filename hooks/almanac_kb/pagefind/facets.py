"""What the results of a search are narrowed and sorted by: topic, tag, and date of every article."""

from collections.abc import Iterable, Mapping
from typing import Any

from almanac_kb.content.reader import Article
from almanac_kb.content.site import Site
from almanac_kb.core.paths import UrlPath, folder


def table(catalogue: Site, ids: Mapping[UrlPath, str]) -> dict[str, Any]:
    """The facets of each article whose record has an id, in columns: `id`, `topic`, `date`, `tags`.

    `topics` are title and the number of the topic above (-1 for none); topics and tags of an article are numbers in these lists, dates
    are days since 1970 (null for none).
    """
    found = sorted((article for article in catalogue.published if article.url in ids), key=lambda article: ids[article.url])
    topics = {path: number for number, path in enumerate(path for path in catalogue.sections if path)}
    tags = {tag.name: number for number, tag in enumerate(catalogue.tags)}
    return {
        "topics": [[catalogue.sections[path].title, topics.get(folder(path), -1)] for path in topics],
        "tags": list(tags),
        "id": [ids[article.url] for article in found],
        "topic": [topics.get(article.section, -1) for article in found],
        "date": [_day(article) for article in found],
        "tagged": [_numbers(article.tags, tags) for article in found],
    }


def _day(article: Article) -> int | None:
    return article.created.date().toordinal() - 719163 if article.created else None


def _numbers(names: Iterable[str], numbers: Mapping[str, int]) -> list[int]:
    return sorted(numbers[name] for name in names if name in numbers)
