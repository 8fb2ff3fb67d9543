"""Listings in numbered pages, the pages of a paginator."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from almanac_kb.core.paths import UrlPath
from almanac_kb.pages import listings


def test_a_short_listing_is_one_page_without_links() -> None:
    (page,) = listings.paginate("abc", UrlPath("tags/x/"), 3)
    assert (page.url, page.items, page.count, page.previous, page.next, page.links) == ("tags/x/", ("a", "b", "c"), 3, None, None, ())


def test_an_empty_listing_is_one_page() -> None:
    assert [page.items for page in listings.paginate("", UrlPath(""), 3)] == [()]


def test_a_long_listing_has_pages_that_are_linked() -> None:
    pages = listings.paginate(range(100), UrlPath("tags/x/"), 10)
    assert [page.url for page in pages[:2]] == ["tags/x/", "tags/x/page/2/"]
    middle = pages[4]
    assert (middle.number, middle.items, middle.previous, middle.next) == (5, tuple(range(40, 50)), "tags/x/page/4/", "tags/x/page/6/")
    assert [number for number, _ in middle.links] == [1, 3, 4, 5, 6, 7, 10]
    assert (pages[0].previous, pages[1].previous, pages[-1].next) == (None, "tags/x/", None)


@given(st.integers(0, 500), st.integers(1, 50))
def test_every_item_stands_once_and_in_order(count: int, size: int) -> None:
    pages = listings.paginate(range(count), UrlPath(""), size)
    assert [item for page in pages for item in page.items] == list(range(count))
    assert all(len(page.items) <= size for page in pages)


@pytest.mark.parametrize("number", [1, 500, 1000])
def test_a_page_of_ten_thousand_articles_links_to_a_few(number: int) -> None:
    page = listings.paginate(range(10_000), UrlPath(""), 10)[number - 1]
    assert len(page.links) <= 2 * listings.PAGE_NUMBERS_AROUND + 3
    assert {1, number, 1000} <= {other for other, _ in page.links}
