"""A page of the built site, parsed: what its head says, what it links to and loads, and the anchors that links can lead to."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import takewhile

from lxml import etree

from almanac_kb.core.paths import folder

ACTIVE = ("object", "embed", "applet", "base", "frame", "form")
"""Elements that embed, send or navigate by themselves."""
INSPECTED = ("title", "h1", "link", "meta", "script", *ACTIVE)
"""Elements that the rules about the head and about active content look at."""
LINKING = ("a", "area", "link", "use")
"""Elements whose `href` is a link."""
LOADING = ("img", "script", "iframe", "source", "video", "audio", "track", "embed", "frame", "input", "image")
"""Elements whose `src` or `poster` is loaded."""
POLICY_HEADER = "content-security-policy"
IDS = etree.XPath("//@id", smart_strings=False)
VERSION_LINKS = etree.XPath("//*[@data-md-component='outdated']//a")
"""The links to other versions of the site, which are builds of their own."""
BRACKETED_TEXTS = etree.XPath("//article//text()[contains(., '][')][not(ancestor::code or ancestor::pre)]", smart_strings=False)


@dataclass(frozen=True)
class HtmlPage:
    """A page of the built site."""

    path: str
    """Its output path."""
    tree: etree._Element
    inspected_elements: tuple[etree._Element, ...]
    """The elements whose tag is in `INSPECTED`, in order."""
    source: bytes
    """Its bytes in lower case: what does not occur in them need not be searched for in the tree."""
    titles: tuple[str, ...]
    """The texts of its `<title>` elements."""
    headings: tuple[str, ...]
    """The texts of its headings of the first level."""
    canonical: tuple[str, ...]
    """Its canonical URLs."""
    descriptions: tuple[str, ...]
    policies: tuple[str, ...]
    """Its Content Security Policies; none where an element that they should restrict stands before them."""
    links: frozenset[str]
    """The URLs that it links to, as it has them."""
    sources: frozenset[str]
    """The URLs of what it loads, as it has them."""
    anchors: frozenset[str]
    """The ids and names to which a fragment can lead."""
    is_redirect: bool
    """Whether it only sends readers to another page."""

    @property
    def folder(self) -> str:
        """The folder in which it lies."""
        return folder(self.path)


def parse(data: bytes) -> etree._Element | None:
    """The root element of a page; None where the file is empty."""
    return etree.fromstring(data, etree.HTMLParser(encoding="utf-8", huge_tree=True)) if data and not data.isspace() else None


def read_page(path: str, data: bytes) -> HtmlPage | None:
    """The page in the bytes of the output file `path`; None where the file is empty."""
    tree = parse(data)
    if tree is None:
        return None
    inspected, linking, loading = tuple(tree.iter(*INSPECTED)), tuple(tree.iter(*LINKING)), tuple(tree.iter(*LOADING))
    versions = set(VERSION_LINKS(tree)) if b'"outdated"' in data else set()
    linking = tuple(element for element in linking if element not in versions)
    by_tag: dict[str, list[etree._Element]] = {}
    for element in inspected:
        by_tag.setdefault(element.tag, []).append(element)
    meta = by_tag.get("meta", [])
    return HtmlPage(
        path=path,
        tree=tree,
        inspected_elements=inspected,
        source=data.lower(),
        titles=tuple(element_text(title) for title in by_tag.get("title", ()) if next(title.iterancestors("svg"), None) is None),
        headings=tuple(element_text(heading) for heading in by_tag.get("h1", ())),
        canonical=tuple(link.get("href") or "" for link in by_tag.get("link", ()) if link.get("rel") == "canonical"),
        descriptions=tuple(element.get("content") or "" for element in meta if element.get("name") == "description"),
        policies=_policies(tree, meta),
        links=frozenset(url for element in linking for name in ("href", "xlink:href") if (url := element.get(name)) is not None),
        sources=frozenset(url for element in loading for name in ("src", "poster") if (url := element.get(name)) is not None),
        anchors=frozenset((*IDS(tree), *(name for link in tree.iter("a") if (name := link.get("name")) is not None))),
        is_redirect=any(_http_equiv(element) == "refresh" for element in meta),
    )


def bracketed_texts(page: HtmlPage) -> list[str]:
    """The texts of an article outside code that contain `][`, as a Markdown reference without definition leaves it."""
    return list(BRACKETED_TEXTS(page.tree)) if b"][" in page.source else []


def elements_by_url(tree: etree._Element, wanted: Iterable[str]) -> dict[str, list[etree._Element]]:
    """The elements of a page that link to each of these URLs or load it, in order."""
    elements: dict[str, list[etree._Element]] = {url: [] for url in wanted}
    for element in tree.iter(*{*LINKING, *LOADING}):
        for name in ("href", "src", "poster"):
            url = element.get(name)
            if url in elements:
                elements[url].append(element)
    return elements


def element_text(element: etree._Element) -> str:
    """The text of an element, with each run of white space as one space."""
    return " ".join("".join(element.itertext()).split())


def _policies(tree: etree._Element, meta: list[etree._Element]) -> tuple[str, ...]:
    """The policies of a page; none unless the first stands before everything in the head but the encoding."""
    head = tree.find("head")
    before = [] if head is None else takewhile(lambda element: _http_equiv(element) != POLICY_HEADER, head.iter(etree.Element))
    if any(element.tag != "head" and element.get("charset") is None for element in before):
        return ()
    return tuple(element.get("content") or "" for element in meta if _http_equiv(element) == POLICY_HEADER)


def _http_equiv(element: etree._Element) -> str:
    return (element.get("http-equiv") or "").lower()
