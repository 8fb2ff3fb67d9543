"""A book of articles, as EPUB 3.3 (W3C; XHTML in a ZIP file) or as one HTML file for printing."""

import html
import io
import posixpath
import re
import uuid
import zipfile
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import quote, unquote, urlsplit

from lxml import etree
from lxml.html import HtmlElement, fragment_fromstring, tostring

from almanac_kb.core import text as core_text

XHTML, OPS, XML_LANG = "http://www.w3.org/1999/xhtml", "http://www.idpf.org/2007/ops", "{http://www.w3.org/XML/1998/namespace}lang"
MEDIA_TYPES = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".svg": "image/svg+xml",
    ".webp": "image/webp",
}
"""Media types of images that every reading system shows (EPUB 3.3, section 3.2), by extension."""
DROPPED = frozenset(("audio", "button", "embed", "form", "iframe", "input", "label", "link", "object", "source", "video"))
"""Elements that are removed in a book; their text is kept, except that of scripts and styles."""
KEPT = frozenset(
    (
        *("alt", "aria-label", "cite", "class", "colspan", "datetime", "dir", "headers", "height", "href", "id", "lang"),
        *("reversed", "rowspan", "scope", "span", "src", "start", "title", "type", "value", "width"),
    )
)
"""The attributes that elements keep."""
SILENT = frozenset({"headerlink", "citation-back", "footnote-backref", "md-code__nav"})
"""Classes of links within a page that a book does not need."""
OBSOLETE = {"tt": "code", "center": "div", "font": "span", "strike": "s", "big": "span", "acronym": "abbr", "mark": "mark"}
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
SCHEME = re.compile(r"https?://|mailto:", re.IGNORECASE)
URL_SIGNS = "%/:=&?~#+!$,;'@()*[]-._"
EPOCH = (1980, 1, 1, 0, 0, 0)
"""The time of the files in the ZIP: the first that it can hold, so that the same articles make the same bytes."""
STYLE = """\
body { font-family: serif; line-height: 1.5; overflow-wrap: break-word; }
h1, h2, h3, h4 { font-family: sans-serif; line-height: 1.2; break-after: avoid; }
h1 { break-before: page; }
pre, code { font-family: monospace; font-size: 0.9em; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; padding: 0.5em; border: 1px solid #bbb; }
img { max-width: 100%; height: auto; }
figure { margin: 1em 0; }
figcaption, .facts { color: #555; font-size: 0.9em; }
table { border-collapse: collapse; font-size: 0.9em; }
th, td { padding: 0.3em 0.6em; border: 1px solid #bbb; text-align: start; vertical-align: top; }
.admonition, details { margin: 1em 0; padding: 0 0.8em; border-inline-start: 3px solid #888; }
.admonition-title, summary { font-weight: bold; }
dt { font-weight: bold; }
"""


@dataclass(frozen=True)
class Chapter:
    """An article in a book."""

    file: str
    """Its file in the book: `chapter-1.xhtml`."""
    title: str
    text: str
    """Its HTML without its heading; links and images are files of the book where it has them, else URLs."""
    language: str
    """A BCP 47 tag."""
    direction: str
    """`ltr` or `rtl`."""
    facts: str = ""
    """A line below its title, such as dates and authors."""


@dataclass(frozen=True)
class Book:
    """Articles that are read one after the other."""

    title: str
    language: str
    """A BCP 47 tag."""
    publisher: str
    source: str
    """The URL of its topic or tag, which is also its identifier."""
    contents: str
    """The heading of its table of contents."""
    modified: datetime
    """The date of the last change of an article in it."""
    chapters: tuple[Chapter, ...]
    authors: tuple[str, ...] = ()
    images: Mapping[str, Callable[[], bytes]] = field(default_factory=dict)
    """Functions that read the images, by file in the book."""


def epub(book: Book) -> bytes:
    """The book as an EPUB 3.3 publication."""
    files: dict[str, bytes] = {
        "META-INF/container.xml": CONTAINER.encode(),
        "book/package.opf": _package(book).encode(),
        "book/contents.xhtml": _contents(book).encode(),
        "book/style.css": STYLE.encode(),
    }
    files |= {f"book/{chapter.file}": _chapter(chapter, body) for chapter, body in zip(book.chapters, _bodies(book), strict=True)}
    files |= {f"book/{name}": read() for name, read in book.images.items()}
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(zipfile.ZipInfo("mimetype", EPOCH), "application/epub+zip", zipfile.ZIP_STORED)
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name, EPOCH), data, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def one_page(book: Book, image_url: Callable[[str], str]) -> str:
    """The book as one HTML file; `image_url` gives the URL of each image of the book, such as a `data:` URL."""
    parts, files = [], {chapter.file: f"{_stem(chapter.file)}" for chapter in book.chapters}
    for chapter, body in zip(book.chapters, _bodies(book), strict=True):
        for element in body.iter():
            _place_on_page(element, chapter.file, files, image_url)
        inner = (body.text or "") + "".join(tostring(child, encoding="unicode") for child in body)
        parts.append(f'<section id="{files[chapter.file]}" lang="{_xml(chapter.language)}" dir="{chapter.direction}">{inner}</section>')
    entries = "".join(f'<li><a href="#{files[each.file]}">{_xml(each.title)}</a></li>' for each in book.chapters)
    head = f'<meta charset="utf-8"><title>{_xml(book.title)}</title><style>{STYLE}</style>'
    contents = f"<nav><h2>{_xml(book.contents)}</h2><ol>{entries}</ol></nav>"
    opening = f'<!doctype html>\n<html lang="{_xml(book.language)}"><head>{head}</head>'
    return f'{opening}<body><header><p class="title">{_xml(book.title)}</p></header>{contents}{"".join(parts)}</body></html>\n'


def _place_on_page(element: HtmlElement, file: str, files: Mapping[str, str], image_url: Callable[[str], str]) -> None:
    """Prefixes the ids of a chapter, and its links to them, with the id of the chapter."""
    if not isinstance(element.tag, str):
        return
    if element.get("id"):
        element.set("id", f"{files[file]}-{element.get('id')}")
    target, _, fragment = element.get("href", "").partition("#")
    if element.get("href") and (target in files or not target):
        element.set("href", f"#{files[target or file]}" + (f"-{fragment}" if fragment else ""))
    if element.tag == "img":
        element.set("src", image_url(element.get("src", "")))


CONTAINER = """\
<?xml version="1.0" encoding="UTF-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
  <rootfiles><rootfile full-path="book/package.opf" media-type="application/oebps-package+xml"/></rootfiles>
</container>
"""


def _package(book: Book) -> str:
    """The package document: what the book is, its files, and their order."""
    modified = f"{book.modified:%Y-%m-%dT%H:%M:%SZ}"
    creators = "".join(f"<dc:creator>{_xml(name)}</dc:creator>" for name in book.authors)
    chapters = [(f"c{number}", chapter.file) for number, chapter in enumerate(book.chapters, 1)]
    items = [(name, file, "application/xhtml+xml") for name, file in chapters]
    items += [(f"i{number}", name, media_type(name)) for number, name in enumerate(book.images, 1)]
    manifest = "".join(f'<item id="{name}" href="{_xml(quote(file))}" media-type="{kind}"/>' for name, file, kind in items)
    spine = "".join(f'<itemref idref="{name}"/>' for name, _ in chapters)
    direction = "rtl" if book.chapters and all(chapter.direction == "rtl" for chapter in book.chapters) else "ltr"
    return f"""\
<?xml version="1.0" encoding="UTF-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id" xml:lang="{_xml(book.language)}">
  <metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
    <dc:identifier id="id">urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, book.source)}</dc:identifier>
    <dc:title>{_xml(book.title)}</dc:title>
    <dc:language>{_xml(book.language)}</dc:language>
    {creators}<dc:publisher>{_xml(book.publisher)}</dc:publisher>
    <dc:source>{_xml(book.source)}</dc:source>
    <meta property="dcterms:modified">{modified}</meta>
  </metadata>
  <manifest>
    <item id="contents" href="contents.xhtml" media-type="application/xhtml+xml" properties="nav"/>
    <item id="style" href="style.css" media-type="text/css"/>
    {manifest}
  </manifest>
  <spine page-progression-direction="{direction}"><itemref idref="contents"/>{spine}</spine>
</package>
"""


def _contents(book: Book) -> str:
    links = (f'<a href="{each.file}" lang="{_xml(each.language)}">{_xml(each.title)}</a>' for each in book.chapters)
    entries = "".join(f"<li>{link}</li>" for link in links)
    listed = f'<nav epub:type="toc" id="toc"><h2>{_xml(book.contents)}</h2><ol>{entries}</ol></nav>'
    return _document(book.title, book.language, "ltr", f"<h1>{_xml(book.title)}</h1>{listed}")


def _document(title: str, language: str, direction: str, body: str) -> str:
    tag = _xml(language)
    opening = f'<html xmlns="{XHTML}" xmlns:epub="{OPS}" lang="{tag}" xml:lang="{tag}" dir="{direction}">'
    head = f'<head><title>{_xml(title)}</title><link rel="stylesheet" href="style.css"/></head>'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE html>\n{opening}{head}<body>{body}</body></html>\n'


def _bodies(book: Book) -> list[HtmlElement]:
    """The text of each chapter; links to articles outside the book are removed, links to missing ids lead to the chapter."""
    bodies = [_body(chapter, book.images.keys()) for chapter in book.chapters]
    ids = {chapter.file: {element.get("id") for element in body.iter()} for chapter, body in zip(book.chapters, bodies, strict=True)}
    for chapter, body in zip(book.chapters, bodies, strict=True):
        for link in body.iter("a"):
            if link.get("href") is not None:
                _lead(link, chapter.file, ids)
    return bodies


def _lead(link: HtmlElement, file: str, ids: Mapping[str, set[str | None]]) -> None:
    written = link.get("href", "")
    path, _, fragment = written.partition("#")
    if SCHEME.match(written):
        link.set("href", quote(written, safe=URL_SIGNS))
    elif (path or file) not in ids:
        del link.attrib["href"]
    elif xml_id(unquote(fragment)) in ids[path or file]:
        link.set("href", f"{path}#{xml_id(unquote(fragment))}")
    else:
        link.set("href", path or file)


def _chapter(chapter: Chapter, body: HtmlElement) -> bytes:
    inner = _xml(body.text or "") + "".join(_xhtml(child) for child in body)
    return _document(chapter.title, chapter.language, chapter.direction, inner).encode()


def _xhtml(element: HtmlElement) -> str:
    text: str = etree.tostring(element, encoding="unicode", method="xml")
    return text


def _body(chapter: Chapter, images: Set[str]) -> HtmlElement:
    """The text of a chapter with its title, of elements and attributes that XHTML has in a book alone."""
    facts = f'<p class="facts">{_xml(chapter.facts)}</p>' if chapter.facts else ""
    whole = f"<h1>{_xml(chapter.title)}</h1>{facts}{core_text.ILLEGAL.sub('', chapter.text)}"
    body: HtmlElement = fragment_fromstring(whole, create_parent="body")
    seen: set[str] = set()
    for element in [*body.iter()]:
        if not isinstance(element.tag, str):
            element.drop_tree()
        elif element is not body:
            _clean(element, seen, images)
    return body


def _clean(element: HtmlElement, seen: set[str], images: Set[str]) -> None:
    if element.tag in {"script", "style"} or not SILENT.isdisjoint(element.get("class", "").split()):
        element.drop_tree()
        return
    if element.tag in DROPPED:
        source = element.get("src", "")
        if element.tag in {"iframe", "video", "audio"} and urlsplit(source).scheme in {"http", "https"}:
            element.tag, element.text = "a", source
            element.attrib.clear()
            element.set("href", source)
            return
        element.drop_tag()
        return
    element.tag = OBSOLETE.get(element.tag, element.tag)
    if element.tag == "img" and unquote(element.get("src", "")) not in images:
        element.tag, element.text = "span", element.get("alt", "")
        element.attrib.clear()
        return
    _clean_attributes(element, seen)


def _clean_attributes(element: HtmlElement, seen: set[str]) -> None:
    for name in [*element.attrib]:
        if name not in KEPT or (name == "type" and element.tag not in {"ol", "ul"}):
            del element.attrib[name]
    if element.get("lang"):
        element.set(XML_LANG, element.get("lang", ""))
    identifier = xml_id(element.get("id", "")) if element.get("id") else ""
    if identifier and identifier not in seen:
        element.set("id", identifier)
        seen.add(identifier)
    elif element.get("id"):
        del element.attrib["id"]
    if element.tag == "img":
        element.set("alt", element.get("alt", ""))
    for name in ("width", "height"):
        if element.tag != "img" and name in element.attrib:
            del element.attrib[name]


def xml_id(identifier: str) -> str:
    """An id as XML has names: other characters by their numbers, so that two different ids stay different."""
    if NAME.fullmatch(identifier):
        return identifier
    return "id-" + "".join(each if each.isascii() and (each.isalnum() or each in "-.") else f"_{ord(each):x}_" for each in identifier)


def media_type(name: str) -> str:
    """The media type of an image by the end of its name; empty where not every reading system shows it."""
    return MEDIA_TYPES.get(posixpath.splitext(name)[1].lower(), "")


def _stem(file: str) -> str:
    return posixpath.splitext(file)[0]


def _xml(text: str) -> str:
    """A text as XML, without the characters that XML forbids."""
    return html.escape(core_text.ILLEGAL.sub("", text))
