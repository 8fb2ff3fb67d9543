"""Reads the values of a header: one function per kind of value, each returning what it read and what is to be said."""

import re
from collections.abc import Callable
from typing import TypeAlias, TypeVar
from urllib.parse import urlsplit

from knowledge import plaintext
from knowledge.problem import Found, Note, Severity, quoted
from knowledge.reading.node import Mapping, Node, Scalar, Sequence, absent, get

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
        return _parts(node, re.split(r"[,;\n]", node.text) if re.search(r"[,;\n]", node.text) else _hashes(node.text))
    return _names(list(node.items) if isinstance(node, Sequence) else [node], NAME_LENGTH)


def addresses(node: Node) -> Found[tuple[str, ...]]:
    """Addresses and other names from a list or a comma string; they may be longer than the names of people and tags."""
    if isinstance(node, Scalar):
        return _parts(node, re.split(r"[,\n]", node.text), DESCRIPTION_LENGTH)
    return _names(list(node.items) if isinstance(node, Sequence) else [node], DESCRIPTION_LENGTH)


def authors(node: Node) -> Found[tuple[str, ...]]:
    """Names of people: a string (`A and B`, `A, B`), a list, or maps with `name`."""
    if isinstance(node, Scalar):
        return _parts(node, re.split(r",| and | & |;", node.text))
    return _names(list(node.items) if isinstance(node, Sequence) else [node], NAME_LENGTH)


def image(node: Node) -> Found[str]:
    """The path of an image, or its http address: of a list the first, of a map its `src`, `image`, `url`, `path` or `file`."""
    if isinstance(node, Mapping):
        inner = [pair.value for key in ("src", "image", "url", "path", "file", "filename") if (pair := get(node, key))]
        said = [each for each in inner if not absent(each)]
        return image(said[0]) if said else Found("", () if inner else (_must("be the path of an image", node),))
    if isinstance(node, Sequence):
        return image(next((item for item in node.items if not absent(item)), Scalar("", node.mark)))
    if _is_word(node, FALSE):
        return Found("")
    path = text(node, DESCRIPTION_LENGTH)
    scheme = re.match(r"([a-z][a-z0-9+.-]*+):", path.value, re.IGNORECASE)
    if path.value and ((scheme and not is_http(path.value)) or not re.search(r"[./]", path.value)):
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


def _is_word(node: Node, words: frozenset[str]) -> bool:
    return isinstance(node, Scalar) and not node.quoted and node.text.strip().casefold() in words


def _parts(node: Scalar, parts: list[str], length: int = NAME_LENGTH) -> Found[tuple[str, ...]]:
    if _is_word(node, frozenset({"false"})):
        return Found(NOBODY)
    if _is_word(node, frozenset({"true"})):
        return Found(NOBODY, (_must("be names", node),))
    return _names([Scalar(part, node.mark, True) for part in parts], length)


def _names(nodes: list[Node], length: int) -> Found[tuple[str, ...]]:
    found: dict[str, None] = {}
    notes: list[Note] = []
    for node in map(_named, nodes):
        if not absent(node):
            name = text(node, length)
            notes += name.notes
            found[name.value.removeprefix("#").strip()] = None
    names = tuple(filter(None, found))
    if len(names) > NAMES:
        notes.append(Note(nodes[0].mark, f"must be at most {NAMES}, got {len(names)}", "keep those a reader would look for"))
    return Found(names, tuple(notes))


def _named(node: Node) -> Node:
    if not isinstance(node, Mapping):
        return node
    return next((pair.value for key in ("name", "title", "label", "value") if (pair := get(node, key))), node)


def _must(be: str, node: Node) -> Note:
    return Note(node.mark, f"must {be}, got {_shown(node)}", _EXAMPLES.get(be, ""), Severity.ERROR)


def _shown(node: Node) -> str:
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
