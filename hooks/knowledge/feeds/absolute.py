"""HTML whose addresses are absolute, for readers that show an article away from its site."""

from urllib.parse import urljoin

from lxml.html import document_fromstring, tostring

from knowledge import plaintext
from knowledge.place import Link


def absolute(fragment: str, base: Link) -> str:
    """The HTML of an article's text with every link and source resolved against its own address."""
    if not fragment.strip():
        return ""
    root = document_fromstring(f"<body>{fragment}</body>").body
    root.attrib.clear()
    root.make_links_absolute(base, handle_failures="ignore")
    for element in root.iter("video", "img", "source"):
        if element.get("poster"):
            element.set("poster", _joined(base, element.get("poster", "")))
        if element.get("srcset"):
            element.set("srcset", ", ".join(_candidate(base, each) for each in element.get("srcset", "").split(", ")))
    text: str = tostring(root, encoding="unicode")
    return plaintext.ILLEGAL.sub("", text.strip().removeprefix("<body>").removesuffix("</body>"))


def _candidate(base: Link, written: str) -> str:
    address, space, size = written.strip().partition(" ")
    return f"{_joined(base, address)}{space}{size}"


def _joined(base: Link, address: str) -> str:
    try:
        return urljoin(base, address)
    except ValueError:
        return address
