"""The tree of a header (front matter): texts, lists and maps with their positions, whatever format the header is written in."""

from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from almanac_kb.core.diagnostics import HeaderError, Position

DEPTH = 12
"""Levels of lists and maps in a header: no field needs more than three, and deep nesting exhausts the stack."""
NULLS = frozenset({"", "~", "null", "Null", "NULL"})
"""Plain texts that mean no value (YAML 1.2, section 10.2.1.1)."""


@dataclass(frozen=True)
class Scalar:
    """A single value as text, not yet read as a number, a date or a flag."""

    text: str
    """The text without its quotes."""
    position: Position
    """Where the value starts."""
    quoted: bool = False
    """Whether it stands in quotes, so that `"null"` is a word."""


@dataclass(frozen=True)
class Sequence:
    """A list of values."""

    items: tuple["Node", ...]
    position: Position


@dataclass(frozen=True)
class Pair:
    """A key and its value."""

    key: str
    position: Position
    """Where the key starts."""
    value: "Node"


@dataclass(frozen=True)
class Mapping:
    """Keys and values in the order in which they are written; no key occurs twice."""

    pairs: tuple[Pair, ...]
    position: Position

    @cached_property
    def folded(self) -> dict[str, Pair]:
        """The pairs by their case-folded keys; of keys that differ in case only, the first."""
        return {pair.key.casefold(): pair for pair in reversed(self.pairs)}


Node: TypeAlias = Scalar | Sequence | Mapping
Plain: TypeAlias = "str | list[Plain] | dict[str, Plain]"
"""A node as Python's own types."""

EMPTY = Mapping((), Position())
"""The header of a text that has none."""


def too_deep(position: Position) -> HeaderError:
    """The error of a header that is nested deeper than DEPTH levels."""
    return HeaderError(position, f"is nested deeper than {DEPTH} levels", "flatten it")


def is_absent(node: Node) -> bool:
    """Whether a node has no value: an empty text, an unquoted `null` or `~`, or a list of nothing else."""
    if isinstance(node, Scalar):
        return not node.text.strip() if node.quoted else node.text.strip() in NULLS
    return isinstance(node, Sequence) and all(is_absent(item) for item in node.items)


def find_pair(mapping: Mapping, path: str) -> Pair | None:
    """The pair at `path`: a lower-case key, or keys joined by dots (`cover.alt`). Case is ignored; a key with a dot in it comes first."""
    pair = mapping.folded.get(path)
    if pair or "." not in path:
        return pair
    head, _, rest = path.partition(".")
    outer = find_pair(mapping, head)
    return find_pair(outer.value, rest) if outer and isinstance(outer.value, Mapping) else None


def plain_text(node: Node) -> Plain:
    """The node as text, lists and dictionaries."""
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Sequence):
        return [plain_text(item) for item in node.items]
    return {pair.key: plain_text(pair.value) for pair in node.pairs}
