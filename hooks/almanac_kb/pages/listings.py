"""Paginated lists, archive, page of the bibliography."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from almanac_kb.content import bibliography as content_bibliography
from almanac_kb.content.bibliography import Bibliography
from almanac_kb.content.reader import Article
from almanac_kb.core.paths import SourcePath, UrlPath, safe_segment

Item = TypeVar("Item")

NEIGHBOURS = 2
"""How many page numbers are shown on each side of the current one."""


@dataclass(frozen=True)
class PaginatorPage(Generic[Item]):
    """One page of a listing."""

    url: UrlPath
    """Its address."""
    number: int
    """Its number, from one."""
    items: tuple[Item, ...]
    """What it lists."""
    count: int
    """How many items the whole listing has."""
    previous: UrlPath | None
    """The address of the page before it."""
    next: UrlPath | None
    """The address of the page after it."""
    links: tuple[tuple[int, UrlPath], ...]
    """The numbers and addresses to show: the first, the last, and those near this one."""


def paginate(items: Sequence[Item], base: UrlPath, size: int) -> tuple[PaginatorPage[Item], ...]:
    """The pages of a listing at `base`, `size` items each; one empty page where there is nothing to list."""
    total = max(1, -(-len(items) // size))
    return tuple(_leaf(items, base, size, number, total) for number in range(1, total + 1))


def paginator_url(base: UrlPath, number: int) -> UrlPath:
    """The address of a page of the listing at `base`: `tags/ai/`, then `tags/ai/page/2/`."""
    return base if number == 1 else UrlPath(f"{base}page/{number}/")


def _leaf(items: Sequence[Item], base: UrlPath, size: int, number: int, total: int) -> PaginatorPage[Item]:
    near = {1, total, *range(max(1, number - NEIGHBOURS), min(total, number + NEIGHBOURS) + 1)}
    return PaginatorPage(
        paginator_url(base, number),
        number,
        tuple(items[(number - 1) * size : number * size]),
        len(items),
        paginator_url(base, number - 1) if number > 1 else None,
        paginator_url(base, number + 1) if number < total else None,
        tuple((each, paginator_url(base, each)) for each in sorted(near)) if total > 1 else (),
    )


ROOT = UrlPath("archive/")
NAMES = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


@dataclass(frozen=True)
class ArchiveMonth:
    """A month in which something was published."""

    number: int
    """From 1 to 12."""
    count: int
    """How many articles it has."""
    url: UrlPath
    """The page of its year on which it starts."""

    @property
    def name(self) -> str:
        return NAMES[self.number - 1]

    @property
    def anchor(self) -> str:
        """The name of its heading there."""
        return f"month-{self.number:02}"


@dataclass(frozen=True)
class ArchiveYear:
    """A year in which something was published."""

    number: int
    url: UrlPath
    articles: tuple[Article, ...]
    """Its articles: month by month, the last first, in each as given."""
    months: tuple[ArchiveMonth, ...]
    """Its months, the last first."""
    description: str = ""
    """Nothing: what listings show below their name."""


def archive_years(articles: Iterable[Article], size: int) -> tuple[ArchiveYear, ...]:
    """The years, the last first; `articles` newest first, of which those without a date stay out; `size` articles on a page.

    An article belongs to the month that its author wrote, in whatever time zone.
    """
    groups: dict[int, list[tuple[int, Article]]] = {}
    for article in articles:
        if article.created and article.is_listed:
            groups.setdefault(article.created.year, []).append((article.created.month, article))
    return tuple(_year(number, groups[number], size) for number in sorted(groups, reverse=True))


def group_by_month(articles: Iterable[Article], year: ArchiveYear) -> tuple[tuple[ArchiveMonth, tuple[Article, ...]], ...]:
    """Articles of a year, in the order given, under the months they belong to."""
    by_number = {month.number: month for month in year.months}
    groups: dict[int, list[Article]] = {}
    for article in articles:
        if article.created:
            groups.setdefault(article.created.month, []).append(article)
    return tuple((by_number[number], tuple(found)) for number, found in groups.items())


def _year(number: int, dated: list[tuple[int, Article]], size: int) -> ArchiveYear:
    url = UrlPath(f"{ROOT}{number:04}/")
    ordered = sorted(dated, key=lambda each: -each[0])
    numbers = [month for month, _ in ordered]
    found = tuple(
        ArchiveMonth(month, numbers.count(month), paginator_url(url, numbers.index(month) // size + 1)) for month in dict.fromkeys(numbers)
    )
    return ArchiveYear(number, url, tuple(article for _, article in ordered), found)


STEP, BAR, TALL = 60, 44, 90
"""The width of a month, the width of its bar, the height of the tallest bar."""
TOP, BOTTOM = 28, 28
"""The room above the bars for numbers, and below for the names of months."""


def draw_year_chart(year: ArchiveYear, most: int, address: Callable[[UrlPath], str]) -> str:
    """An SVG (2) of twelve months; the bar of `most` articles is the tallest. `address` makes a link of an address of the site."""
    size = {"viewBox": f"0 0 {12 * STEP} {TOP + TALL + BOTTOM}", "class": "kb-chart", "role": "group"}
    root = Element("svg", {**size, "aria-label": f"Articles in each month of {year.number}"})
    found = {month.number: month for month in year.months}
    for number, name in enumerate(NAMES, 1):
        left = (number - 1) * STEP
        if number in found:
            _bar(root, found[number], year, left, max(4, round(TALL * found[number].count / most)), address)
        else:
            SubElement(root, "rect", {**_box(left, 1), "class": "kb-chart__none"})
        _text(root, left, TOP + TALL + 21, name[:3], {"aria-hidden": "true"})
    return ElementTree.tostring(root, encoding="unicode")


def _bar(root: Element, month: ArchiveMonth, year: ArchiveYear, left: int, height: int, address: Callable[[UrlPath], str]) -> None:
    words = f"{month.name} {year.number}: {month.count} {'article' if month.count == 1 else 'articles'}"
    anchor = SubElement(root, "a", {"href": f"{address(month.url)}#{month.anchor}", "aria-label": words})
    SubElement(anchor, "title").text = words
    SubElement(anchor, "rect", {"x": str(left), "y": "0", "width": str(STEP), "height": str(TOP + TALL), "class": "kb-chart__place"})
    SubElement(anchor, "rect", {**_box(left, height), "class": "kb-chart__bar"})
    _text(anchor, left, TOP + TALL - height - 6, str(month.count), {})


def _box(left: int, height: int) -> dict[str, str]:
    return {"x": str(left + (STEP - BAR) // 2), "y": str(TOP + TALL - height), "width": str(BAR), "height": str(height)}


def _text(parent: Element, left: int, y: int, words: str, more: dict[str, str]) -> None:
    SubElement(parent, "text", {"x": str(left + STEP // 2), "y": str(y), "text-anchor": "middle", **more}).text = words


PAGE = SourcePath("sources/index.md")
"""The path below docs/ that the page pretends to come from."""
URL = UrlPath("sources/")
"""Its address."""


def bibliography_markdown(bibliography: Bibliography, cited: Mapping[SourcePath, tuple[str, ...]], articles: Iterable[Article]) -> str:
    """The page as Markdown: the works by first author and year; below each, links to the articles that cite it."""
    by_url = {article.url: article for article in articles}
    keys = {url: cited.get(article.source, ()) for url, article in by_url.items()}
    lines = ["# Sources", ""]
    for listed in content_bibliography.list_references(bibliography, keys):
        lines += [f"- <span id='{safe_segment(listed.work.key)}'></span>{content_bibliography.format_reference(listed.work)}", ""]
        links = [f"[{content_bibliography.escape_markdown(by_url[url].title)}](<../{by_url[url].source}>)" for url in listed.articles]
        lines += [f"    Cited in {', '.join(links)}." if links else "    Cited by no article yet.", ""]
    return "\n".join(lines)
