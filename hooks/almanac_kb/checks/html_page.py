"""A page as it was written: what its head says, where it leads, and what in it can be led to."""

from dataclasses import dataclass
from itertools import takewhile

from lxml import etree

from almanac_kb.core.paths import folder

IDS = etree.XPath("//@id", smart_strings=False)
LEADS = ("a", "area", "link", "use")
SHOWS = ("img", "script", "iframe", "source", "video", "audio", "track", "embed", "frame", "input", "image")
LITERAL = etree.XPath("//article//text()[contains(., '][')][not(ancestor::code or ancestor::pre)]", smart_strings=False)
LEADING = etree.XPath("//*[@href or @src or @poster]", smart_strings=False)
ACTIVE = ("object", "embed", "applet", "base", "frame", "form")
"""Elements that embed, send or move by themselves."""
TELLING = ("title", "h1", "link", "meta", "script", *ACTIVE)
POLICY = "content-security-policy"


@dataclass(frozen=True)
class HtmlPage:
    """A page of the site."""

    path: str
    """The file it was written to."""
    tree: etree._Element
    """Its elements."""
    telling: tuple[etree._Element, ...]
    """Its titles, links of the head, metadata, scripts and whatever else acts by itself, in order."""
    source: bytes
    """Its bytes, in lower case."""
    titles: tuple[str, ...]
    headings: tuple[str, ...]
    """Those of the first level."""
    canonical: tuple[str, ...]
    descriptions: tuple[str, ...]
    policies: tuple[str, ...]
    """Its content security policies; none where something stands before them."""
    links: frozenset[str]
    """Where it leads."""
    sources: frozenset[str]
    """What it loads."""
    names: frozenset[str]
    """The names of its parts."""
    moved: bool
    """Whether it only leads to another page."""

    @property
    def folder(self) -> str:
        """The folder it lies in."""
        return folder(self.path)


def read_page(path: str, data: bytes) -> HtmlPage | None:
    """The page of a file's bytes; None where there is nothing in it."""
    tree = etree.fromstring(data, etree.HTMLParser(encoding="utf-8", huge_tree=True)) if data and not data.isspace() else None
    if tree is None:
        return None
    telling, leads, shows = tuple(tree.iter(*TELLING)), tuple(tree.iter(*LEADS)), tuple(tree.iter(*SHOWS))
    head: dict[str, list[etree._Element]] = {}
    for each in telling:
        head.setdefault(each.tag, []).append(each)
    meta = head.get("meta", [])
    return HtmlPage(
        path,
        tree,
        telling,
        data.lower(),
        tuple(element_text(each) for each in head.get("title", ()) if next(each.iterancestors("svg"), None) is None),
        tuple(element_text(each) for each in head.get("h1", ())),
        tuple(each.get("href") or "" for each in head.get("link", ()) if each.get("rel") == "canonical"),
        tuple(each.get("content") or "" for each in meta if each.get("name") == "description"),
        _policies(tree, meta),
        frozenset(value for each in leads for name in ("href", "xlink:href") if (value := each.get(name)) is not None),
        frozenset(value for each in shows for name in ("src", "poster") if (value := each.get(name)) is not None),
        frozenset((*IDS(tree), *(name for each in tree.iter("a") if (name := each.get("name")) is not None))),
        any(_equivalent(each) == "refresh" for each in meta),
    )


def undefined_references(sheet: HtmlPage) -> list[str]:
    """The texts outside code in which `][` stands, as it does where a reference has no definition."""
    return list(LITERAL(sheet.tree)) if b"][" in sheet.source else []


def link_elements(sheet: HtmlPage) -> dict[str, list[etree._Element]]:
    """The elements that lead somewhere, in order, by the address as it is written."""
    found: dict[str, list[etree._Element]] = {}
    for element in LEADING(sheet.tree):
        for name in ("href", "src", "poster"):
            if element.get(name) is not None:
                found.setdefault(element.get(name), []).append(element)
    return found


def element_text(element: etree._Element) -> str:
    """The text of an element, white space folded."""
    return " ".join("".join(element.itertext()).split())


def _policies(tree: etree._Element, meta: list[etree._Element]) -> tuple[str, ...]:
    first = tree.find("head")
    before = [] if first is None else list(takewhile(lambda each: _equivalent(each) != POLICY, first.iter(etree.Element)))
    late = [each for each in before if each.tag != "head" and each.get("charset") is None]
    return () if late else tuple(each.get("content") or "" for each in meta if _equivalent(each) == POLICY)


def _equivalent(element: etree._Element) -> str:
    return (element.get("http-equiv") or "").lower()
