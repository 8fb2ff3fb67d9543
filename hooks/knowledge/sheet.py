"""A page as it was written: what its head says, where it leads, and what in it can be led to."""

from dataclasses import dataclass

from lxml import etree

from knowledge.place import folder

LINKS = etree.XPath("//@href", smart_strings=False)
SOURCES = etree.XPath("//@src | //@poster", smart_strings=False)
NAMES = etree.XPath("//@id | //a/@name", smart_strings=False)
LATE = etree.XPath("//meta[@http-equiv = 'Content-Security-Policy'][1]/preceding::*[not(self::head or self::meta[@charset])]")
LITERAL = etree.XPath("//article//text()[contains(., '][')][not(ancestor::code or ancestor::pre)]", smart_strings=False)
LEADING = etree.XPath("//*[@href or @src or @poster]", smart_strings=False)
HEAD = ("title", "h1", "link", "meta")


@dataclass(frozen=True)
class Sheet:
    """A page of the site."""

    path: str
    """The file it was written to."""
    tree: etree._Element
    """Its elements."""
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


def read(path: str, data: bytes) -> Sheet | None:
    """The page of a file's bytes; None where there is nothing in it."""
    tree = etree.fromstring(data, etree.HTMLParser(encoding="utf-8", huge_tree=True)) if data.strip() else None
    if tree is None:
        return None
    head = {name: list(tree.iter(name)) for name in HEAD}
    meta = [(each.get("name"), (each.get("http-equiv") or "").lower(), each.get("content") or "") for each in head["meta"]]
    return Sheet(
        path,
        tree,
        data.lower(),
        tuple(text(each) for each in head["title"] if each.getparent().tag != "svg"),
        tuple(text(each) for each in head["h1"]),
        tuple(each.get("href") or "" for each in head["link"] if each.get("rel") == "canonical"),
        tuple(content for name, _, content in meta if name == "description"),
        () if LATE(tree) else tuple(content for _, name, content in meta if name == "content-security-policy"),
        frozenset(LINKS(tree)),
        frozenset(SOURCES(tree)),
        frozenset(NAMES(tree)),
        any(name == "refresh" for _, name, _ in meta),
    )


def literal(sheet: Sheet) -> list[str]:
    """The texts outside code in which `][` stands, as it does where a reference has no definition."""
    return list(LITERAL(sheet.tree)) if b"][" in sheet.source else []


def leading(sheet: Sheet) -> dict[str, list[etree._Element]]:
    """The elements that lead somewhere, in order, by the address as it is written."""
    found: dict[str, list[etree._Element]] = {}
    for element in LEADING(sheet.tree):
        for name in ("href", "src", "poster"):
            if element.get(name) is not None:
                found.setdefault(element.get(name), []).append(element)
    return found


def text(element: etree._Element) -> str:
    """The text of an element, white space folded."""
    return " ".join("".join(element.itertext()).split())
