"""The map of a site: its topics and articles in rows, and an arc for each two of them that link to each other."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from almanac_kb.content.article import Article
from almanac_kb.content.site import Site
from almanac_kb.core.paths import SourcePath, UrlPath, parents
from almanac_kb.core.text import shorten, width

MAP_SOURCE = SourcePath("map/index.md")
"""The source path of the page, which is no file."""
MOST_ROWS = 60
"""Most rows of the map; with more articles, topics and their subtopics stand for them."""
MOST_ARCS = 300
ROW, INDENT, LABELS, WIDTH = 24, 16, 340, 520
"""Height of a row, indent of a level, where the labels end and how wide the map is, in pixels."""
LABEL_LENGTH, TOPIC_LENGTH = 46, 40
"""The widest label of an article and of a topic, which is bold beside a count, in Latin letters; each level below has two less."""
STRONGEST = 6
"""The width of the widest arc, in pixels."""


@dataclass(frozen=True)
class MapRow:
    """A topic or an article on the map."""

    title: str
    label: str
    """The title, shortened."""
    url: UrlPath
    count: int
    """Number of articles that a topic stands for; 0 for an article."""
    x: int
    y: int
    """The start of its label, in pixels."""
    others: tuple[tuple[str, UrlPath], ...]
    """Titles and URL paths of the rows that are linked with it, in the order of the map."""


@dataclass(frozen=True)
class MapArc:
    """A line between two rows."""

    path: str
    """The path as the attribute `d` of SVG's `<path>` has it."""
    width: float


@dataclass(frozen=True)
class SiteMap:
    """The content of the page of the map."""

    rows: tuple[MapRow, ...]
    arcs: tuple[MapArc, ...]
    height: int
    width: int = WIDTH
    dot: int = LABELS
    """The position of the dots of the rows, in pixels from the left."""
    is_grouped: bool = False
    """Whether topics stand for their articles."""


@dataclass(frozen=True)
class _MapNode:
    title: str
    url: UrlPath
    level: int
    count: int = 0


def draw(site: Site, backlinks: Mapping[UrlPath, tuple[Article, ...]]) -> SiteMap:
    """The map of a site; `backlinks` are the articles that link to each URL path."""
    articles = [article for article in site.articles if article.is_listed]
    folders = _folders(site)
    is_grouped = len(articles) + len(folders) > MOST_ROWS
    places = _topics(site, folders[:MOST_ROWS]) if is_grouped else _articles(site, folders, articles)
    row_of = {place.url: number for number, place in enumerate(places)}
    topics = [site.sections[folder].url for folder in folders]
    shown = {url: row_of[url] for url in topics if url in row_of}
    links = Counter[tuple[int, int]]()
    rows = {article.url: _row(article, site, row_of, shown, is_grouped=is_grouped) for article in articles}
    for url, linking in backlinks.items():
        for other in linking:
            one, two = rows.get(url), rows.get(other.url)
            if one is not None and two is not None and one != two:
                links[min(one, two), max(one, two)] += 1
    heaviest = dict(links.most_common(MOST_ARCS))
    return SiteMap(
        tuple(_map_row(number, place, places, heaviest) for number, place in enumerate(places)),
        tuple(_arc(one, two, count) for (one, two), count in sorted(heaviest.items())),
        ROW * (len(places) + 1),
        is_grouped=is_grouped,
    )


def _folders(site: Site) -> list[str]:
    """The topics with articles: all of the first level, then those below, as far as they fit; in the order of the site."""
    full = [path for path, section in site.sections.items() if path and section.members]
    nearest = sorted(full, key=lambda path: (path.count("/"), -len(site.sections[path].members), path))[:MOST_ROWS]
    return [path for path in _walk("", site) if path in set(nearest)]


def _walk(path: str, site: Site) -> list[str]:
    return [found for child in site.sections[path].children for found in (child, *_walk(child, site))]


def _topics(site: Site, folders: list[str]) -> list[_MapNode]:
    sections = [site.sections[path] for path in folders]
    return [_MapNode(section.title, section.url, section.path.count("/"), len(section.members)) for section in sections]


def _articles(site: Site, folders: list[str], articles: list[Article]) -> list[_MapNode]:
    places = [_MapNode(article.title, article.url, 0) for article in articles if article.section not in folders]
    for path, topic in zip(folders, _topics(site, folders), strict=True):
        places.append(topic)
        inside = [each for each in site.sections[path].articles if each.is_listed]
        places += [_MapNode(each.title, each.url, topic.level + 1) for each in inside if each.url != topic.url]
    return places


def _row(article: Article, site: Site, row_of: Mapping[UrlPath, int], shown: Mapping[UrlPath, int], *, is_grouped: bool) -> int | None:
    """The row that shows an article: its own, or that of the nearest topic above it."""
    if not is_grouped:
        return row_of.get(article.url)
    above = (site.sections[path].url for path in (article.section, *parents(article.section)) if path in site.sections)
    return next((shown[url] for url in above if url in shown), None)


def _map_row(number: int, place: _MapNode, places: list[_MapNode], links: Mapping[tuple[int, int], int]) -> MapRow:
    others = sorted({one + two - number for one, two in links if number in (one, two)})
    return MapRow(
        place.title,
        _label(place),
        place.url,
        place.count,
        INDENT * place.level,
        _y(number),
        tuple((places[other].title, places[other].url) for other in others),
    )


def _label(place: _MapNode) -> str:
    limit = (TOPIC_LENGTH if place.count else LABEL_LENGTH) - 2 * place.level
    return shorten(place.title, limit * len(place.title) // max(1, width(place.title)))


def _arc(one: int, two: int, count: int) -> MapArc:
    start, end = _y(one), _y(two)
    reach = LABELS + min(WIDTH - LABELS, 24 + (end - start) // 3)
    return MapArc(f"M{LABELS} {start}C{reach} {start} {reach} {end} {LABELS} {end}", min(STRONGEST, 1 + (count - 1) * 0.5))


def _y(number: int) -> int:
    return ROW * number + ROW
