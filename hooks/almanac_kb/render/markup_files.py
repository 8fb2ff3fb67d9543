"""Files of docs/ that browsers open as documents (HTML, SVG, XML): whether they are published, cleaned or left out."""

import codecs
import enum
import gzip
import mimetypes
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import webencodings
from lxml import etree, html

from almanac_kb.core import urls
from almanac_kb.core.diagnostics import LocalDiagnostic, Position, Severity
from almanac_kb.render import css, svg


class Action(enum.Enum):
    """The treatment of a file."""

    PUBLISH = "publish"
    """Published unchanged."""
    REPLACE = "replace"
    """Published with the content in the decision."""
    LEAVE_OUT = "leave out"


@dataclass(frozen=True)
class Decision:
    """The decision on a file that browsers open as a document."""

    action: Action
    data: bytes = b""
    """For `REPLACE`: the content to publish."""
    reasons: tuple[str, ...] = ()
    """The content that was removed, or the reason why the file is left out: `<script>`, `onclick of <button>`."""


PUBLISH = Decision(Action.PUBLISH)
XML_ENDINGS = frozenset(
    {
        ".xml",
        ".xsd",
        ".xsl",
        ".xslt",
        ".rdf",
        ".rss",
        ".atom",
        ".kml",
        ".gpx",
        ".wsdl",
        ".wadl",
        ".xht",
        ".xhtml",
        ".xhtm",
        ".mathml",
        ".mml",
        ".xul",
        ".xbl",
        ".owl",
        ".xspf",
        ".xlf",
        ".tmx",
        ".dae",
        ".x3d",
        ".gml",
        ".plist",
        ".opml",
        ".opf",
        ".ncx",
        ".jnlp",
        ".vxml",
        ".ttml",
        ".dfxp",
        ".mpd",
        ".musicxml",
        ".drawio",
        ".dio",
        ".xmp",
        ".xmi",
        ".bpmn",
        ".fxml",
        ".resx",
        ".nuspec",
        ".csproj",
    }
)
HTML_ENDINGS = frozenset({".html", ".htm"})
SERVED_BY_PROGRAMS = frozenset(
    {
        ".shtml",
        ".shtm",
        ".stm",
        ".php",
        ".php3",
        ".php4",
        ".php5",
        ".phtml",
        ".phar",
        ".asp",
        ".aspx",
        ".ashx",
        ".jsp",
        ".jspx",
        ".cgi",
        ".fcgi",
        ".cfm",
        ".htc",
    }
)
"""Files that some servers execute or process, whatever they contain."""
ARCHIVED_PAGES = frozenset({".mht", ".mhtml", ".webarchive", ".maff"})
PAGE = frozenset({"html", "head", "body", "title", "meta", "main", "article", "header", "footer", "nav", "details", "summary", "link"})
"""HTML elements, beside those of articles, that may occur in an XML document."""
RUNNING = frozenset(
    {
        "applet",
        "base",
        "embed",
        "fencedframe",
        "form",
        "frame",
        "frameset",
        "iframe",
        "math",
        "noembed",
        "noframes",
        "object",
        "param",
        "plaintext",
        "portal",
        "script",
        "svg",
        "template",
        "xmp",
    }
)
"""HTML elements that run, embed or send something, or change how others are read."""
DATA_SCRIPTS = frozenset({"application/json", "application/ld+json"})
CHARSET = re.compile(rb"<meta[^>]+?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
META = re.compile(r"<meta[^>]+?charset\s*=[^>]*>", re.IGNORECASE)
HEAD_BYTES = 1024
"""Bytes in which browsers look for the encoding (HTML, section 13.2.3.2)."""
BYTE_ORDER_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
SHOWN_REASONS = 5
"""Most reasons in one message."""
TYPES = mimetypes.MimeTypes(filenames=())


def decide_file(path: str, data: Callable[[], bytes], *, is_trusted: bool) -> Decision:
    """The decision on a file by its output path, whose bytes `data` returns; of trusted files, only the encoding of pages is put right."""
    if not is_trusted:
        return decide_markup(path, data)
    return Decision(Action.REPLACE, decode_page(data()).encode()) if document_ending(path) in HTML_ENDINGS else PUBLISH


def note(decision: Decision) -> LocalDiagnostic | None:
    """The warning of what a file loses by a decision; None where it loses nothing."""
    reasons, more = decision.reasons[:SHOWN_REASONS], len(decision.reasons) - SHOWN_REASONS
    named = ", ".join(reasons) + (f" and {more} more" if more > 0 else "")
    if decision.action is Action.LEAVE_OUT:
        message, hint = f"is not published: {named}", "take that out, or name its folder in extra.knowledge.trusted"
    elif reasons:
        message, hint = f"is published without {named}", "name its folder in extra.knowledge.trusted to publish it as it is"
    else:
        return None
    return LocalDiagnostic(Position(), message, hint, Severity.WARNING)


def decide_markup(path: str, data: Callable[[], bytes]) -> Decision:
    """The decision on a file; `data` returns its bytes, and is called only where the name is that of a document."""
    ending = document_ending(path)
    if ending in SERVED_BY_PROGRAMS:
        return Decision(Action.LEAVE_OUT, reasons=(f"servers run or fill in files that end in {ending}",))
    if ending in ARCHIVED_PAGES:
        return Decision(Action.LEAVE_OUT, reasons=("a saved page with all its programs",))
    try:
        if ending in {".svg", ".svgz"}:
            return _drawing(data(), compressed=ending == ".svgz")
        if ending in XML_ENDINGS:
            return _judged(_xml_reasons(data()))
        if ending in HTML_ENDINGS:
            return _page(data())
    except (svg.SvgError, etree.ParserError) as error:
        return Decision(Action.LEAVE_OUT, reasons=(str(error),))
    return PUBLISH if ending or _has_known_type(path) else _judged(_reasons_of_unknown(data()))


def _has_known_type(path: str) -> bool:
    """Whether servers know the type of a file by its ending; many give XML formats that few have heard of a type of their own."""
    return any(ending in types for ending in [f".{path.casefold().rpartition('.')[2]}"] for types in TYPES.types_map)


def _reasons_of_unknown(data: bytes) -> tuple[str, ...]:
    """Names the content of a file of an unknown type that would run if a server took it for XML; nothing where it is none."""
    if not data[:HEAD_BYTES].lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0").startswith(b"<"):
        return ()
    try:
        return _xml_reasons(data)
    except svg.SvgError:
        return ()


def document_ending(path: str) -> str:
    """The extension by which servers choose the media type, in lower case: the last known one (`page.html.de` is a page)."""
    for ending in reversed(path.rpartition("/")[2].casefold().strip(". ").split(".")[1:]):
        dotted = f".{ending.strip()}"
        if dotted in {".svg", ".svgz"} or dotted in XML_ENDINGS | HTML_ENDINGS | SERVED_BY_PROGRAMS | ARCHIVED_PAGES:
            return dotted
        if dotted in TYPES.types_map[True] or dotted in TYPES.types_map[False]:
            return ""
    return ""


def decode_page(data: bytes) -> str:
    """The text of an HTML page: in the encoding it declares, else UTF-8, else Windows-1252 (WHATWG Encoding)."""
    marked = next((name for mark, name in BYTE_ORDER_MARKS if data.startswith(mark)), "")
    if marked:
        return data.decode(marked, errors="replace")
    named = CHARSET.search(data[:HEAD_BYTES])
    encoding = webencodings.lookup(named[1].decode("ascii", errors="replace")) if named else None
    if encoding and not encoding.name.startswith("utf-"):
        return str(encoding.codec_info.decode(data, "replace")[0])
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("utf-8" if encoding else "windows-1252", errors="replace")


def _judged(reasons: tuple[str, ...]) -> Decision:
    return Decision(Action.LEAVE_OUT, reasons=reasons) if reasons else PUBLISH


def _drawing(data: bytes, *, compressed: bool) -> Decision:
    packed = compressed and data.startswith(b"\x1f\x8b")
    cleaned = svg.clean_svg(_unpacked(data) if packed else data)
    return Decision(Action.REPLACE, gzip.compress(cleaned.data, mtime=0) if packed else cleaned.data, cleaned.removed)


def _unpacked(data: bytes) -> bytes:
    unpacker = zlib.decompressobj(wbits=31)
    try:
        found = unpacker.decompress(data, svg.SIZE + 1)
    except zlib.error:
        raise svg.SvgError("is damaged: it can't be unpacked") from None
    if not unpacker.eof:
        raise svg.SvgError(f"is damaged, or has more than {svg.SIZE:,} bytes when unpacked")
    return found


def _xml_reasons(data: bytes) -> tuple[str, ...]:
    """Names the content of an XML file that could run, load or deceive; empty where the file is plain data."""
    tree = svg.parse_xml(data)
    root = tree.getroot()
    return tuple(dict.fromkeys((*_prolog(tree), *(reason for element in root.iter() for reason in _live(element)))))


def _prolog(tree: etree._ElementTree) -> Iterator[str]:
    if tree.docinfo.internalDTD is not None and tree.docinfo.internalDTD.entities():
        yield "a DOCTYPE with entities"
    if svg.ATTRIBUTE_LIST in etree.tostring(tree):
        yield "a DOCTYPE with attributes"
    for instruction in tree.xpath("//processing-instruction()"):
        yield f"the instruction <?{instruction.target}?>"


def _live(element: etree._Element) -> Iterator[str]:
    if not isinstance(element.tag, str):
        return
    name, space = etree.QName(element).localname, etree.QName(element).namespace
    if space == svg.XHTML:
        yield from _live_html(element, str(name))
    elif space == svg.SVG:
        yield f"<{name}> of SVG; save the drawing as .svg"
    elif space and space.startswith(("http://www.mozilla.org/", "http://www.w3.org/1998/Math/MathML")):
        yield f"<{name}>"


def _live_html(element: etree._Element, name: str) -> Iterator[str]:
    if name not in svg.HTML | PAGE or (name == "link" and "stylesheet" in element.get("rel", "").casefold()):
        yield f"<{name}>"
    yield from (f"{key} of <{name}>" for key in map(str, element.attrib) if _is_live(etree.QName(key).localname, str(element.get(key))))


def _is_live(key: str, value: str) -> bool:
    """Whether an attribute of an HTML element within XML runs or loads something."""
    if key == "http-equiv":
        return value.strip().casefold() != "content-type"
    if key == "style":
        return css.clean_declarations(value)[1]
    if key in {"href", "src"}:
        return urls.scheme(value) not in (svg.LINKED if key == "href" else {""})
    return key.casefold().startswith("on") or key in {"srcdoc", "formaction", "srcset", "ping"}


def _page(data: bytes) -> Decision:
    """The decision on an HTML page: left out where anything would run, else converted to UTF-8."""
    text = decode_page(data).removeprefix("\ufeff")
    reasons = tuple(dict.fromkeys(_page_reasons(text)))
    if reasons:
        return Decision(Action.LEAVE_OUT, reasons=reasons)
    try:
        if data.decode() == text:
            return PUBLISH
    except UnicodeDecodeError:
        pass
    renamed = META.sub('<meta charset="utf-8">', text, count=1)
    return Decision(Action.REPLACE, (renamed if META.search(text) else f'<meta charset="utf-8">{text}').encode())


def _page_reasons(text: str) -> Iterator[str]:
    if not text.strip():
        return
    parser = html.HTMLParser(encoding="utf-8", huge_tree=False)
    for element in html.document_fromstring(text.encode(errors="replace"), parser=parser).iter():
        if not isinstance(element.tag, str):
            continue
        name = element.tag.rpartition(":")[2].casefold()
        if name in RUNNING and not (name == "script" and element.get("type", "").strip().casefold() in DATA_SCRIPTS):
            yield f"<{name}>"
        for key, value in element.attrib.items():
            if key.casefold().startswith("on") or key in {"srcdoc", "formaction"}:
                yield f"{key} of <{name}>"
            elif key.rpartition(":")[2] in {"href", "src", "action", "data"} and urls.scheme(value) in {"javascript", "vbscript", "data"}:
                yield f"the address {urls.normalized_as_browsers_do(value)[:60]} of <{name}>"
            elif key == "http-equiv" and value.strip().casefold() == "refresh":
                yield "a refresh that leads elsewhere by itself"
