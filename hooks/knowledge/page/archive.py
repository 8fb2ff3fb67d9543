"""The archive: all dated articles by year and month."""

from collections.abc import Iterable
from dataclasses import dataclass

from knowledge.page import listing
from knowledge.place import Url
from knowledge.reading.article import Article

ROOT = Url("archive/")
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
class Month:
    """A month in which something was published."""

    number: int
    """From 1 to 12."""
    count: int
    """How many articles it has."""
    url: Url
    """The page of its year on which it starts."""

    @property
    def name(self) -> str:
        return NAMES[self.number - 1]

    @property
    def anchor(self) -> str:
        """The name of its heading there."""
        return f"month-{self.number:02}"


@dataclass(frozen=True)
class Year:
    """A year in which something was published."""

    number: int
    url: Url
    articles: tuple[Article, ...]
    """Its articles: month by month, the last first, in each as given."""
    months: tuple[Month, ...]
    """Its months, the last first."""
    description: str = ""
    """Nothing: what listings show below their name."""


def years(articles: Iterable[Article], size: int) -> tuple[Year, ...]:
    """The years, the last first; `articles` newest first, of which those without a date stay out; `size` articles on a page.

    An article belongs to the month that its author wrote, in whatever time zone.
    """
    groups: dict[int, list[tuple[int, Article]]] = {}
    for article in articles:
        if article.created and not article.withheld:
            groups.setdefault(article.created.year, []).append((article.created.month, article))
    return tuple(_year(number, groups[number], size) for number in sorted(groups, reverse=True))


def months(articles: Iterable[Article], year: Year) -> tuple[tuple[Month, tuple[Article, ...]], ...]:
    """Articles of a year, in the order given, under the months they belong to."""
    by_number = {month.number: month for month in year.months}
    groups: dict[int, list[Article]] = {}
    for article in articles:
        if article.created:
            groups.setdefault(article.created.month, []).append(article)
    return tuple((by_number[number], tuple(found)) for number, found in groups.items())


def _year(number: int, dated: list[tuple[int, Article]], size: int) -> Year:
    url = Url(f"{ROOT}{number:04}/")
    ordered = sorted(dated, key=lambda each: -each[0])
    numbers = [month for month, _ in ordered]
    found = tuple(
        Month(month, numbers.count(month), listing.url(url, numbers.index(month) // size + 1)) for month in dict.fromkeys(numbers)
    )
    return Year(number, url, tuple(article for _, article in ordered), found)
