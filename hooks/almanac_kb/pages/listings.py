"""Pages that list articles: paginated listings, the archive by years and months, the page of the bibliography."""

import datetime
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence, Sized
from dataclasses import dataclass, replace
from typing import ClassVar, Generic, TypeVar

from almanac_kb.content import bibliography as content_bibliography
from almanac_kb.content import routes, taxonomy
from almanac_kb.content.article import Article
from almanac_kb.content.authors import AUTHORS_URL, Author
from almanac_kb.content.bibliography import ListedReference
from almanac_kb.content.editions import Edition, editions_of
from almanac_kb.content.sections import Section
from almanac_kb.content.site import Site
from almanac_kb.content.taxonomy import Tag
from almanac_kb.core.languages import sort_key
from almanac_kb.core.messages import Messages
from almanac_kb.core.paths import SourcePath, UrlPath, safe_segment
from almanac_kb.core.text import escape_markdown
from almanac_kb.markdown.references import Bibliography
from almanac_kb.render.reading import initial

Item = TypeVar("Item")

NO_BASE = UrlPath("")
TITLES_PER_PAGE = 500
"""Articles on one page of a list of titles."""
TAGS_PER_PAGE = 300
"""Tags on one page of the index of tags."""
AUTHORS_PER_PAGE = 100
"""Authors on one page of their index."""
YEARS_PER_PAGE = 20
"""Years on one page of the archive."""
BIBLIOGRAPHY_URL = UrlPath("sources/")
"""The URL path of the page of all references."""
BIBLIOGRAPHY_SOURCE = SourcePath("sources/index.md")
"""The source path of that page, which is no file: links in its Markdown are relative to it."""
MAX_POPULAR_TAGS = 12
"""Most tags that the home page shows."""
PAGE_NUMBERS_AROUND = 2
"""Page numbers that a paginator page shows on each side of its own, beside the first and the last."""
SHADES = 4
"""Shades of months with articles in the calendar of the archive."""


@dataclass(frozen=True)
class PaginatorPage(Generic[Item]):
    """One numbered page of a listing."""

    url: UrlPath
    number: int
    """Its number, from 1."""
    items: tuple[Item, ...]
    """The items on this page."""
    count: int
    """Number of items on all pages."""
    previous: UrlPath | None
    """The previous page; None for the first."""
    next: UrlPath | None
    """The next page; None for the last."""
    links: tuple[tuple[int, UrlPath], ...]
    """Numbers and URL paths of the pages to link to: the first, the last, those around this one; none for a listing of one page."""
    is_alphabetical: bool = False
    """Whether its items are in alphabetical order, under their letters."""


def paginate(items: Sequence[Item], base: UrlPath, size: int) -> tuple[PaginatorPage[Item], ...]:
    """The pages of a listing whose first page is at `base`, `size` items on each; one empty page where there are no items."""
    total = max(1, -(-len(items) // size))
    return tuple(_paginator_page(items, base, size, number, total) for number in range(1, total + 1))


def alphabet_url(base: UrlPath) -> UrlPath:
    """The URL path of the list of all titles of the listing at `base`."""
    return UrlPath(f"{base}page/a-z/")


def has_alphabet(subject: object, count: int, size: int) -> bool:
    """Whether a listing of `count` articles, `size` on a page, has an alphabetical list of all titles."""
    return count > size and getattr(subject, "order", "") != "title"


def title_ranks(articles: Iterable[Article], language: str) -> Mapping[UrlPath, int]:
    """The rank of each article, by its URL path, among all titles, sorted as in a dictionary of a language (BCP 47)."""
    ordered = sorted(articles, key=lambda article: (sort_key(article.title, language), article.url))
    return {article.url: rank for rank, article in enumerate(ordered)}


def alphabet(articles: Sequence[Article], base: UrlPath, ranks: Mapping[UrlPath, int]) -> tuple[PaginatorPage[Article], ...]:
    """The list of all titles of the listing at `base`, in the order of their `ranks`."""
    return _alphabetical(sorted(articles, key=lambda article: ranks[article.url]), alphabet_url(base))


def _alphabetical(articles: Sequence[Article], base: UrlPath) -> tuple[PaginatorPage[Article], ...]:
    return tuple(replace(page, is_alphabetical=True) for page in paginate(articles, base, TITLES_PER_PAGE))


def paginator_url(base: UrlPath, number: int) -> UrlPath:
    """The URL path of a numbered page of the listing at `base`: `tags/ai/` for the first, `tags/ai/page/2/` for the second."""
    return base if number == 1 else UrlPath(f"{base}page/{number}/")


def tag_index(tags: tuple[Tag, ...], base: UrlPath, language: str) -> tuple[PaginatorPage[Tag], ...]:
    """The pages of the index of all tags, by group, below the URL path of the edition in a language."""
    return paginate(taxonomy.grouped_tags(tags, language), UrlPath(f"{base}{taxonomy.TAGS_URL}"), TAGS_PER_PAGE)


def page_counts(site: Site) -> dict[UrlPath, int]:
    """The number of pages of each listing of the site, by the URL path of its first page."""
    counts: dict[UrlPath, int] = {}
    for edition in editions_of(site):
        counts |= {url: count for url, count in _edition_counts(edition).items() if url in edition.own}
    return counts


def _edition_counts(edition: Edition) -> dict[UrlPath, int]:
    site, base = edition.site, edition.base
    size = site.rules.settings.per_page
    years = edition_years(edition)
    items: dict[UrlPath, Sized] = {section.url: section.articles if path else site.articles for path, section in site.sections.items()}
    subjects: tuple[Tag | Author | ArchiveYear, ...] = (*site.tags, *site.authors, *years)
    items |= {subject.url: subject.articles for subject in subjects}
    counts = {url: -(-len(found) // size) for url, found in items.items()}
    by_title = [section for section in site.sections.values() if section.path and section.order == "title"]
    counts |= {section.url: -(-len(section.articles) // TITLES_PER_PAGE) for section in by_title}
    counts |= {UrlPath(f"{base}{taxonomy.TAGS_URL}"): -(-len(site.tags) // TAGS_PER_PAGE)}
    counts |= {UrlPath(f"{base}{routes.ARCHIVE_URL}"): -(-len(years) // YEARS_PER_PAGE)}
    counts |= {UrlPath(f"{base}{AUTHORS_URL}"): len(author_index(site, base))}
    return {url: max(1, count) for url, count in counts.items() if count or url in items}


def author_index(site: Site, base: UrlPath) -> tuple[PaginatorPage[Author], ...]:
    """The pages of the index of all authors, by name, below the URL path of an edition; none where something else has its URL path."""
    url = UrlPath(f"{base}{AUTHORS_URL}")
    taken = {article.url for article in site.published} | {section.url for section in site.sections.values()}
    people = sorted(site.authors, key=lambda author: author.name.casefold())
    return paginate(people, url, AUTHORS_PER_PAGE) if people and url not in taken else ()


def _paginator_page(items: Sequence[Item], base: UrlPath, size: int, number: int, total: int) -> PaginatorPage[Item]:
    linked = {1, total, *range(max(1, number - PAGE_NUMBERS_AROUND), min(total, number + PAGE_NUMBERS_AROUND) + 1)}
    return PaginatorPage(
        url=paginator_url(base, number),
        number=number,
        items=tuple(items[(number - 1) * size : number * size]),
        count=len(items),
        previous=paginator_url(base, number - 1) if number > 1 else None,
        next=paginator_url(base, number + 1) if number < total else None,
        links=tuple((other, paginator_url(base, other)) for other in sorted(linked)) if total > 1 else (),
    )


def section_listing(section: Section, site: Site, size: int) -> tuple[PaginatorPage[Article], ...]:
    """The pages of a section's listing, `size` articles on each: those in the section; for the home page all, the last changed first."""
    if section.path and section.order == "title":
        return _alphabetical(section.articles, section.url)
    return paginate(section.articles if section.path else by_change(site.articles), section.url, size)


def by_change(articles: Iterable[Article]) -> tuple[Article, ...]:
    """The articles by the time at which they were published or changed, the latest first; undated ones last, in the order given."""
    return tuple(sorted(articles, key=_change_order))


def changed(article: Article) -> datetime.datetime | None:
    """The date at which an article was changed after its publication; None where it was not."""
    return article.updated if article.updated and article.created and article.updated > article.created else None


def latest_change(articles: Iterable[Article]) -> datetime.datetime | None:
    """The latest date of publication or change among articles; None where none has a date."""
    return max((date for article in articles for date in (article.created, article.updated) if date), default=None)


def _change_order(article: Article) -> float:
    date = changed(article) or article.created
    return -date.timestamp() if date else math.inf


def popular_tags(tags: Sequence[Tag]) -> tuple[Tag, ...]:
    """The MAX_POPULAR_TAGS tags with the most articles, in the order given."""
    popular = {tag.name for tag in sorted(tags, key=lambda tag: -len(tag.articles))[:MAX_POPULAR_TAGS]}
    return tuple(tag for tag in tags if tag.name in popular)


@dataclass(frozen=True)
class ArchiveMonth:
    """A month in which articles were published."""

    number: int
    """From 1 to 12."""
    count: int
    """Number of its articles."""
    url: UrlPath
    """The page in the listing of its year on which its articles begin."""

    @property
    def anchor(self) -> str:
        """The id of its heading on that page."""
        return f"month-{self.number:02}"


@dataclass(frozen=True)
class ArchiveYear:
    """A year in which articles were published."""

    number: int
    url: UrlPath
    articles: tuple[Article, ...]
    """Its articles by month, the last month first, within a month in the order given."""
    months: tuple[ArchiveMonth, ...]
    """The months with articles, the last first."""
    description: ClassVar[str] = ""
    """Always empty; listing templates read `subject.description`."""


def edition_years(edition: Edition) -> tuple[ArchiveYear, ...]:
    """The years of the archive of an edition; none where the site has no archive."""
    site = edition.site
    return archive_years(edition.dated, site.rules.settings.per_page, edition.base) if site.has_archive else ()


def archive_years(articles: Iterable[Article], size: int, base: UrlPath = NO_BASE) -> tuple[ArchiveYear, ...]:
    """The years of the archive, the last first; `size` is the number of articles on a page, `base` the URL path of the edition.

    `articles` are given newest first; those without a date, and those that are not listed, are left out. An article belongs to the
    month that its author wrote, in whatever time zone.
    """
    years: dict[int, list[tuple[int, Article]]] = {}
    for article in articles:
        if article.created and article.is_listed:
            years.setdefault(article.created.year, []).append((article.created.month, article))
    return tuple(_archive_year(number, years[number], size, base) for number in sorted(years, reverse=True))


def group_by_month(articles: Iterable[Article], year: ArchiveYear) -> tuple[tuple[ArchiveMonth, tuple[Article, ...]], ...]:
    """Articles of one page of a year, in the order given, under their months."""
    by_number = {month.number: month for month in year.months}
    groups: dict[int, list[Article]] = {}
    for article in articles:
        if article.created:
            groups.setdefault(article.created.month, []).append(article)
    return tuple((by_number[number], tuple(group)) for number, group in groups.items())


def _archive_year(number: int, dated: list[tuple[int, Article]], size: int, base: UrlPath) -> ArchiveYear:
    """The year of articles that are given with the numbers of their months."""
    url = UrlPath(f"{base}{routes.year_url(number)}")
    ordered = sorted(dated, key=lambda pair: -pair[0])
    numbers = [month for month, _ in ordered]
    months = tuple(
        ArchiveMonth(month, numbers.count(month), paginator_url(url, numbers.index(month) // size + 1)) for month in dict.fromkeys(numbers)
    )
    return ArchiveYear(number, url, tuple(article for _, article in ordered), months)


def shade(count: int, most: int) -> int:
    """The shade of a month with `count` articles in the calendar of the archive, from 0 (none) to 4; `most` is the highest count."""
    return -(-SHADES * count // most)


def bibliography_markdown(
    bibliography: Bibliography, cited: Mapping[SourcePath, tuple[str, ...]], articles: Iterable[Article], messages: Messages
) -> str:
    """The page of all references as Markdown: by first author and year below their topics, or below letters where none has a topic.

    Each has the number of articles that cite it, and links back to the citations. `cited` maps the source path of each article to the
    keys of the references that it cites.
    """
    by_url = {article.url: article for article in articles}
    keys = {url: cited.get(article.source, ()) for url, article in by_url.items()}
    lines = [f"# {messages.gettext('Sources')}", ""]
    for title, references in _bibliography_groups(content_bibliography.list_references(bibliography, keys, messages.language), messages):
        lines += [f"## {escape_markdown(title)}", ""]
        for listed in references:
            anchor = safe_segment(listed.reference.key)
            lines += [f"- <span id='{anchor}'></span>{content_bibliography.format_reference(listed.reference)}", ""]
            lines += [f"    {_cited_in(listed, by_url, messages)}", ""]
    return "\n".join(lines)


def _bibliography_groups(references: Sequence[ListedReference], messages: Messages) -> Iterator[tuple[str, tuple[ListedReference, ...]]]:
    """The references under the headings of the page of all sources."""
    has_topics = any(listed.reference.topic for listed in references)
    groups: dict[str, list[ListedReference]] = {}
    for listed in references:
        written = listed.reference.authors or listed.reference.title
        title = _topic_title(listed.reference.topic, messages) if has_topics else initial(written)
        groups.setdefault(title, []).append(listed)
    other = messages.gettext("Other sources")
    for title in sorted(groups, key=lambda title: (title == other, sort_key(title, messages.language))):
        yield title, tuple(groups[title])


def _topic_title(topic: str, messages: Messages) -> str:
    words = topic.replace("-", " ").replace("_", " ").strip()
    return words[:1].upper() + words[1:] if words else messages.gettext("Other sources")


def _cited_in(listed: ListedReference, articles: Mapping[UrlPath, Article], messages: Messages) -> str:
    if not listed.articles:
        return messages.gettext("Cited by no article yet.")
    spot = f"#cite:{listed.reference.key}:1"
    links = [f"[{escape_markdown(articles[url].title)}](<../{articles[url].source}{spot}>)" for url in listed.articles]
    words = messages.ngettext("Cited in %(count)s article: %(articles)s.", "Cited in %(count)s articles: %(articles)s.", len(links))
    return words % {"count": len(links), "articles": ", ".join(links)}
