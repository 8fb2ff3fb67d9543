"""A picture of a year: how many articles each month has, as bars that lead to them."""

from collections.abc import Callable
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from knowledge.page.archive import NAMES, Month, Year
from knowledge.place import Url

STEP, BAR, TALL = 60, 44, 90
"""The width of a month, the width of its bar, the height of the tallest bar."""
TOP, BOTTOM = 28, 28
"""The room above the bars for numbers, and below for the names of months."""


def draw(year: Year, most: int, address: Callable[[Url], str]) -> str:
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


def _bar(root: Element, month: Month, year: Year, left: int, height: int, address: Callable[[Url], str]) -> None:
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
