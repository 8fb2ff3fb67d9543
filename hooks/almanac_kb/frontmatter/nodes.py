"""A header as a tree of texts with positions; where it starts and ends."""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from almanac_kb.core.diagnostics import HeaderError, Position

DEPTH = 12
"""How deep the lists and maps of a header may be nested."""
SEPARATORS = re.compile(r"[-_ ]")
NULLS = frozenset({"", "~", "null", "Null", "NULL"})


@dataclass(frozen=True)
class Scalar:
    """A single value, not yet taken for a number, a date or a flag."""

    text: str
    """What was written, without its quotes."""
    position: Position
    """Where it starts."""
    quoted: bool = False
    """Whether it stood in quotes, so that `"null"` is a word."""


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
    """Keys and values in the order they were written; no key stands twice."""

    pairs: tuple[Pair, ...]
    position: Position

    @cached_property
    def folded(self) -> dict[str, Pair]:
        """The pairs by the form of their keys, of two the first."""
        return {key_form(pair.key): pair for pair in reversed(self.pairs)}


Node: TypeAlias = Scalar | Sequence | Mapping
Plain: TypeAlias = "str | list[Plain] | dict[str, Plain]"

EMPTY = Mapping((), Position())


def key_form(key: str) -> str:
    """A key without case and without what stands between its words: `featured-image`, `featured_image` and `featuredImage` are one."""
    return SEPARATORS.sub("", key.casefold())


def too_deep(position: Position) -> HeaderError:
    """What an author is told of lists in lists in lists."""
    return HeaderError(position, f"is nested deeper than {DEPTH} levels", "flatten it")


def is_absent(node: Node) -> bool:
    """Whether nothing was said: no text, `null`, `~`, or a list of nothing else."""
    if isinstance(node, Scalar):
        return not node.text.strip() if node.quoted else node.text.strip() in NULLS
    return isinstance(node, Sequence) and all(is_absent(item) for item in node.items)


def says_the_same(first: Node, second: Node) -> bool:
    """Whether a key that stands twice says one thing: the same value, or nothing in one of the two places."""
    return is_absent(first) or is_absent(second) or plain_text(first) == plain_text(second)


def find_pair(mapping: Mapping, path: str) -> Pair | None:
    """The pair at `path`, in any form of its keys: the key itself, or keys joined by dots (`cover.alt`)."""
    found = mapping.folded.get(key_form(path))
    if found or "." not in path:
        return found
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
