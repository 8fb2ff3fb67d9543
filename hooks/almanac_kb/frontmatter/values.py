"""Read the value of a field from its node: text, flag, number, names, people, image, URL, permalink. Readers never raise."""

import posixpath
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias, TypeVar
from urllib.parse import unquote, urlsplit

from almanac_kb.core import paths, text
from almanac_kb.core.diagnostics import LocalDiagnostic, Outcome, Position, Severity, quoted
from almanac_kb.core.raw_markdown import read_wikilink
from almanac_kb.frontmatter.formats import Mapping, Node, Pair, Scalar, Sequence, find_pair, is_absent

NOBODY: tuple[str, ...] = ()
"""The value of a field of names where the header has none."""

Value = TypeVar("Value")
ValueReader: TypeAlias = Callable[[Node], Outcome[Value]]
"""A function that reads one kind of value from a node: the value, or an empty one with a diagnostic that says what to write."""

TITLE_LENGTH = 300
DESCRIPTION_LENGTH = 2000
NAME_LENGTH = 100
"""Most characters of a title, of a description or URL, and of a name: more does not fit where it is shown."""
NAMES = 100
"""Most tags or authors of one article, since each tag makes a file; of more, the first are read."""
ADDRESSES = 1000
"""Most aliases of one article, since each makes a file."""
NUMBER = re.compile(r"[+-]?[0-9]{1,300}(?:\.[0-9]{1,300})?")
"""A number that a float can hold."""
NAME_BYTES = 255
"""Most bytes of a file name on most file systems."""
TRUE = frozenset({"true", "yes", "on", "1"})
FALSE = frozenset({"false", "no", "off", "0"})
"""The spellings of flags, in lower case (YAML 1.1, and 1 and 0)."""


def read_text(node: Node, length: int = TITLE_LENGTH) -> Outcome[str]:
    """One line of plain text of at most `length` characters; numbers, dates and `no` are text too, a wikilink is its displayed text."""
    node = without_list(node)
    if not isinstance(node, Scalar):
        return Outcome("", (_must("be text", node),))
    written = text.without_comments(node.text)
    link = read_wikilink(written.strip())
    line = text.one_line(link.label if link else written, node.position)
    if len(line.value) > length:
        message = f"must be at most {length} characters, got {len(line.value)}"
        return Outcome("", (LocalDiagnostic(node.position, message, "shorten it"),))
    return line


def without_list(node: Node) -> Node:
    """`[[lamp]]` without quotes, which YAML reads as a list in a list, as text again; any other node unchanged."""
    inner = node.items[0] if isinstance(node, Sequence) and len(node.items) == 1 else None
    item = inner.items[0] if isinstance(inner, Sequence) and len(inner.items) == 1 else None
    return Scalar(f"[[{item.text}]]", node.position, True) if isinstance(item, Scalar) else node


def read_description(node: Node) -> Outcome[str]:
    """A description: one line of at most DESCRIPTION_LENGTH characters."""
    return read_text(node, DESCRIPTION_LENGTH)


def read_flag(node: Node) -> Outcome[bool]:
    """A flag in any spelling of YAML 1.1, quoted or not; for anything else False, with an error."""
    word = node.text.strip().casefold() if isinstance(node, Scalar) else ""
    if word in TRUE | FALSE:
        return Outcome(word in TRUE)
    return Outcome(False, (_must("be true or false", node),))


def read_number(node: Node) -> Outcome[float | None]:
    """A finite number in decimal notation; for anything else None, with a warning."""
    written = node.text.strip() if isinstance(node, Scalar) else ""
    if NUMBER.fullmatch(written):
        return Outcome(float(written))
    return Outcome(None, (replace(_must("be a number", node), severity=Severity.WARNING),))


def read_names(node: Node) -> Outcome[tuple[str, ...]]:
    """Names, such as tags, without duplicates and empty ones: from a list, or from a text split at commas, semicolons and lines.

    Names in a list may contain commas; a map in it stands for its `name`, `title`, `label` or `value`. A `#` in front is dropped.
    """
    node = without_list(node)
    if isinstance(node, Scalar):
        written = text.without_comments(node.text)
        return _names_of_text(node, re.split(r"[,;\n]", written) if re.search(r"[,;\n]", written) else _hashtags(written))
    return _names(list(node.items) if isinstance(node, Sequence) else [node], NAME_LENGTH)


def read_addresses(node: Node) -> Outcome[tuple[str, ...]]:
    """Aliases, which are old URLs or other names: from a list, or a text split at commas and lines; each as long as a description."""
    node = without_list(node)
    if isinstance(node, Scalar):
        return _names_of_text(node, re.split(r"[,\n]", text.without_comments(node.text)), DESCRIPTION_LENGTH, ADDRESSES)
    return _names(list(node.items) if isinstance(node, Sequence) else [node], DESCRIPTION_LENGTH, ADDRESSES)


def read_authors(node: Node) -> Outcome[tuple[str, ...]]:
    """Names of people: from a text (`A and B`, `A, B`), a list of texts, or maps with a `name`."""
    node = without_list(node)
    if isinstance(node, Scalar):
        return _names_of_text(node, re.split(r",| and | & |;", text.without_comments(node.text)))
    return _names(list(node.items) if isinstance(node, Sequence) else [node], NAME_LENGTH)


def read_image(node: Node) -> Outcome[str]:
    """The path of an image, or its http URL: of a list the first, of a map its `src`, `image`, `url`, `path` or `file`."""
    node = without_list(node)
    if isinstance(node, Mapping):
        values = [pair.value for key in ("src", "image", "url", "path", "file", "filename") if (pair := find_pair(node, key))]
        present = [value for value in values if not is_absent(value)]
        return read_image(present[0]) if present else Outcome("", () if values else (_no_image(node),))
    if isinstance(node, Sequence):
        return read_image(next((item for item in node.items if not is_absent(item)), Scalar("", node.position)))
    if _is_unquoted(node, FALSE):
        return Outcome("")
    linked = read_wikilink(node.text.strip())
    path = text.one_line(linked.path, node.position) if linked else read_text(node, DESCRIPTION_LENGTH)
    scheme = re.match(r"([a-z][a-z0-9+.-]*+):", path.value, re.IGNORECASE)
    if path.value and ((scheme and not is_http_url(path.value)) or not re.search(r"[./]", path.value)):
        return Outcome("", (_no_image(node),))
    return path


def _no_image(node: Node) -> LocalDiagnostic:
    """The warning for an image that is no path: the article is published, with a drawn card."""
    return replace(_must("be the path of an image", node), severity=Severity.WARNING)


def read_url(node: Node) -> Outcome[str]:
    """An http or https URL."""
    url = read_text(node, DESCRIPTION_LENGTH)
    if url.diagnostics or is_http_url(url.value):
        return url
    return Outcome("", (_must("be an http address", node),))


def is_http_url(text: str) -> bool:
    """Whether a text is an http or https URL with a host (RFC 3986)."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and not re.search(r"[\s<>\"]", text)


def _hashtags(text: str) -> list[str]:
    """The words of a text that consists of hashtags (`#a #b`); else a list of the text itself."""
    words = text.split()
    return words if len(words) > 1 and all(word.startswith("#") for word in words) else [text]


def _is_unquoted(node: Node, words: frozenset[str]) -> bool:
    """Whether a node is one of these words, in any case, without quotes."""
    return isinstance(node, Scalar) and not node.quoted and node.text.strip().casefold() in words


def _names_of_text(node: Scalar, parts: list[str], length: int = NAME_LENGTH, limit: int = NAMES) -> Outcome[tuple[str, ...]]:
    if _is_unquoted(node, frozenset({"false"})):
        return Outcome(NOBODY)
    if _is_unquoted(node, frozenset({"true"})):
        return Outcome(NOBODY, (_must("be names", node),))
    return _names([Scalar(part, node.position, True) for part in parts], length, limit)


def _names(nodes: list[Node], length: int, limit: int = NAMES) -> Outcome[tuple[str, ...]]:
    unique: dict[str, None] = {}
    diagnostics: list[LocalDiagnostic] = []
    for node in map(_name_in_map, nodes):
        if not is_absent(node):
            name = read_text(node, length)
            diagnostics += name.diagnostics
            unique[name.value.removeprefix("#").strip()] = None
    names = tuple(filter(None, unique))
    if len(names) > limit:
        message = f"must be at most {limit}, got {len(names)}; the first count"
        diagnostics.append(LocalDiagnostic(nodes[0].position, message, "keep those a reader would look for", Severity.WARNING))
    return Outcome(names[:limit], tuple(diagnostics))


def _name_in_map(node: Node) -> Node:
    """The node of the name in a map; any other node unchanged."""
    if not isinstance(node, Mapping):
        return without_list(node)
    return next((pair.value for key in ("name", "title", "label", "value") if (pair := find_pair(node, key))), node)


def _must(be: str, node: Node) -> LocalDiagnostic:
    """The error for a node that is not what a reader requires; `be` completes `must …`."""
    return LocalDiagnostic(node.position, f"must {be}, got {_description(node)}", _EXAMPLES.get(be, ""), Severity.ERROR)


def _description(node: Node) -> str:
    if isinstance(node, Scalar):
        return quoted(node.text)
    return "a list" if isinstance(node, Sequence) else "a map"


_EXAMPLES = {
    "be text": "write one line of text, in quotes if it holds a colon",
    "be true or false": "write true or false",
    "be names": "write a list such as [health, research]",
    "be a number": "write a number such as 10",
    "be the path of an image": "write a path inside docs/, such as images/cover.png",
    "be an http address": "write https://…",
}
"""Hints, by the requirement that `_must` is called with."""

PERMALINK_PATTERN = re.compile(r":[a-z_]+(?=[/.-]|$)|\{[{%]")
"""URL patterns for all articles of a site, as Jekyll and Eleventy write them: `/:year/:title/`, `/blog/{{ slug }}/`."""
HTML_SUFFIXES = (".html", ".htm")


@dataclass(frozen=True)
class Permalink:
    """The URL that a `permalink`, `slug` or similar field asks for; all fields are empty where it asks for none."""

    slug: str = ""
    """The last part of the URL path."""
    path: str = ""
    """The whole URL path, without slashes at its ends."""
    canonical: str = ""
    """The http URL where the article was first published."""
    position: Position = Position()
    """The position of the value in the file."""


def read_permalink(pair: Pair) -> Outcome[Permalink]:
    """The permalink in a pair: a canonical URL if the value is an http URL, a whole path if it contains a slash, else a slug."""
    position = pair.value.position
    if _asks_for_nothing(pair):
        return Outcome(Permalink())
    written = read_text(pair.value, DESCRIPTION_LENGTH)
    if is_http_url(written.value):
        return Outcome(Permalink(canonical=written.value, position=position), written.diagnostics)
    if PERMALINK_PATTERN.search(written.value):
        message = f"{quoted(written.value)} is a pattern; the file name is used"
        warning = LocalDiagnostic(position, message, "write the address itself", Severity.WARNING)
        return Outcome(Permalink(), (*written.diagnostics, warning))
    is_path = "/" in written.value
    safe = _safe_path(written.value) if is_path else paths.safe_segment(_without_html_suffix(written.value))
    diagnostics = written.diagnostics + _permalink_notices(written.value, safe, is_path, position)
    if not safe:
        return Outcome(Permalink(), diagnostics)
    return Outcome(Permalink(path=safe, position=position) if is_path else Permalink(slug=safe, position=position), diagnostics)


def is_old_address(alias: str) -> bool:
    """Whether an alias is an old URL, not another name of the article."""
    return "/" in alias or alias.endswith(HTML_SUFFIXES)


def old_address(alias: str) -> str:
    """The old URL path of this site that an alias gives: percent-decoded, without a slash at the start; empty where it is none.

    Dot segments are resolved as browsers do (RFC 3986, section 5.2.4); a path that no file can have is none.
    """
    if is_http_url(alias) or alias.startswith("//"):
        return ""
    written = unicodedata.normalize("NFC", unquote(alias.partition("#")[0].partition("?")[0].strip())).replace("\\", "/")
    path = posixpath.normpath(f"/{written}").lstrip("/")
    if not path or not path.isprintable() or "\ufffd" in path or any(len(part.encode()) > NAME_BYTES for part in path.split("/")):
        return ""
    return path if path.endswith(HTML_SUFFIXES) else f"{path}/"


def _asks_for_nothing(pair: Pair) -> bool:
    """Whether the value is a flag, or a number in `id`, which is a database key."""
    text = pair.value.text.strip() if isinstance(pair.value, Scalar) else ""
    return text.casefold() in {"false", "true"} or (pair.key.casefold() == "id" and text.isdigit())


def _safe_path(written: str) -> str:
    path = _without_html_suffix(written.strip("/"))
    return paths.safe_path(path.removesuffix("/index") if path != "index" else "")


def _without_html_suffix(written: str) -> str:
    return written.removesuffix(".html").removesuffix(".htm")


def _permalink_notices(written: str, safe: str, is_path: bool, position: Position) -> tuple[LocalDiagnostic, ...]:
    """A notice where the permalink differs from what its author wrote."""
    if not written or (safe and safe == _without_html_suffix(written.strip("/")).removesuffix("/index")):
        return ()
    if not safe:
        message = f"{quoted(written)} has nothing an address may hold; the file name is used"
        return (LocalDiagnostic(position, message, "", Severity.NOTICE),)
    published = f"/{safe}/" if is_path else safe
    message = f"{quoted(written)} is no safe address; published as {quoted(published)}"
    return (LocalDiagnostic(position, message, f"write {published}", Severity.NOTICE),)
