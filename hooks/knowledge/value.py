"""Reads the values of a header: one function per kind of value, each returning what it read and what is to be said."""

import re
from collections.abc import Callable
from typing import TypeAlias, TypeVar
from urllib.parse import urlsplit

from knowledge import plaintext
from knowledge.node import Mapping, Node, Scalar, Sequence, absent, get
from knowledge.problem import Found, Note, Severity, quoted

NOBODY: tuple[str, ...] = ()
"""No names."""

Value = TypeVar("Value")
Reader: TypeAlias = Callable[[Node], Found[Value]]
"""A function that reads one kind of value."""

TITLE_LENGTH = 300
DESCRIPTION_LENGTH = 2000
NAME_LENGTH = 100
NAMES = 100
"""How many tags, aliases or authors an article may have."""

TRUE = frozenset({"true", "yes", "on", "1"})
FALSE = frozenset({"false", "no", "off", "0"})


def text(node: Node, length: int = TITLE_LENGTH) -> Found[str]:
    """One line of plain text; a number, a date or `no` is text as well."""
    if not isinstance(node, Scalar):
        return Found("", (_must("be text", node),))
    line = plaintext.one_line(node.text, node.mark)
    if len(line.value) > length:
        message = f"must be at most {length} characters, got {len(line.value)}"
        return Found("", (Note(node.mark, message, "shorten it"),))
    return line


def description(node: Node) -> Found[str]:
    """A summary: longer than a title may be, still one line."""
    return text(node, DESCRIPTION_LENGTH)


def flag(node: Node) -> Found[bool]:
    """`true` or `false` in any of YAML's spellings, quoted or not."""
    word = node.text.strip().casefold() if isinstance(node, Scalar) else ""
    if word in TRUE | FALSE:
        return Found(word in TRUE)
    return Found(False, (_must("be true or false", node),))


def number(node: Node) -> Found[float | None]:
    """A finite number."""
    written = node.text.strip() if isinstance(node, Scalar) else ""
    if re.fullmatch(r"[+-]?\d{1,9}(?:\.\d{1,9})?", written):
        return Found(float(written))
    return Found(None, (_must("be a number", node),))


def names(node: Node) -> Found[tuple[str, ...]]:
    """Names from a list, a comma string, or a single word; empty items are left out, maps give their `name`.

    A list keeps the commas of its items; `#hash` loses its `#`.
    """
    if isinstance(node, Scalar):
        parts = re.split(r"[,;\n]", node.text) if re.search(r"[,;\n]", node.text) else _hashes(node.text)
        return _names([Scalar(part, node.mark, True) for part in parts])
    return _names(list(node.items) if isinstance(node, Sequence) else [node])


def authors(node: Node) -> Found[tuple[str, ...]]:
    """Names of people: a string (`A and B`, `A, B`), a list, or maps with `name`."""
    if isinstance(node, Scalar):
        return _names([Scalar(part, node.mark, True) for part in re.split(r",| and | & |;", node.text)])
    return _names(list(node.items) if isinstance(node, Sequence) else [node])


def image(node: Node) -> Found[str]:
    """The path of an image, or its http address; of a map its `src`, `image`, `url`, `path` or `file`."""
    if isinstance(node, Mapping):
        inner = next((pair for key in ("src", "image", "url", "path", "file", "filename") if (pair := get(node, key))), None)
        return image(inner.value) if inner else Found("", (_must("be the path of an image", node),))
    if isinstance(node, Sequence) and len(node.items) == 1:
        return image(node.items[0])
    path = text(node, DESCRIPTION_LENGTH)
    scheme = re.match(r"([a-z][a-z0-9+.-]*):", path.value, re.IGNORECASE)
    if scheme and scheme[1].lower() not in {"http", "https"}:
        return Found("", (_must("be the path of an image", node),))
    if not path.notes and not re.search(r"[./]", path.value):
        return Found("", (_must("be the path of an image", node),))
    return path


def address(node: Node) -> Found[str]:
    """An http or https address."""
    link = text(node, DESCRIPTION_LENGTH)
    if link.notes or is_http(link.value):
        return link
    return Found("", (_must("be an http address", node),))


def is_http(link: str) -> bool:
    """Whether a text is an http or https address with a host (RFC 3986)."""
    try:
        parts = urlsplit(link)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and not re.search(r"[\s<>\"]", link)


def _hashes(written: str) -> list[str]:
    words = written.split()
    return words if len(words) > 1 and all(word.startswith("#") for word in words) else [written]


def _names(nodes: list[Node]) -> Found[tuple[str, ...]]:
    found, notes = [], list[Note]()
    for node in nodes:
        if isinstance(node, Mapping):
            pair = next((pair for key in ("name", "title", "label", "value") if (pair := get(node, key))), None)
            node = pair.value if pair else node
        if absent(node):
            continue
        name = text(node, NAME_LENGTH)
        cleaned = name.value.removeprefix("#").strip()
        notes += name.notes
        if cleaned and cleaned not in found:
            found.append(cleaned)
    if len(found) > NAMES:
        notes.append(Note(nodes[0].mark, f"must be at most {NAMES}, got {len(found)}", "keep those a reader would look for"))
    return Found(tuple(found), tuple(notes))


def _must(be: str, node: Node) -> Note:
    return Note(node.mark, f"must {be}, got {_shown(node)}", _EXAMPLES.get(be, ""), Severity.ERROR)


def _shown(node: Node) -> str:
    if isinstance(node, Scalar):
        return quoted(node.text)
    return "a list" if isinstance(node, Sequence) else "a map"


_EXAMPLES = {
    "be text": "write one line of text, in quotes if it holds a colon",
    "be true or false": "write true or false",
    "be a number": "write a number such as 10",
    "be the path of an image": "write a path inside docs/, such as images/cover.png",
    "be an http address": "write https://…",
}
