"""The header of an article as a small tree whose leaves are still the text the author wrote."""

from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from knowledge.problem import Mark

DEPTH = 12
"""How deep the lists and maps of a header may be nested."""
NULLS = frozenset({"", "~", "null", "Null", "NULL"})


@dataclass(frozen=True)
class Scalar:
    """A single value, not yet taken for a number, a date or a flag."""

    text: str
    """What was written, without its quotes."""
    mark: Mark
    """Where it starts."""
    quoted: bool = False
    """Whether it stood in quotes, so that `"null"` is a word."""


@dataclass(frozen=True)
class Sequence:
    """A list of values."""

    items: tuple["Node", ...]
    mark: Mark


@dataclass(frozen=True)
class Pair:
    """A key and its value."""

    key: str
    mark: Mark
    """Where the key starts."""
    value: "Node"


@dataclass(frozen=True)
class Mapping:
    """Keys and values in the order they were written; no key stands twice."""

    pairs: tuple[Pair, ...]
    mark: Mark

    @cached_property
    def folded(self) -> dict[str, Pair]:
        """The pairs by their keys without case, of two the first."""
        return {pair.key.casefold(): pair for pair in reversed(self.pairs)}


Node: TypeAlias = Scalar | Sequence | Mapping
Plain: TypeAlias = "str | list[Plain] | dict[str, Plain]"

EMPTY = Mapping((), Mark())


class HeaderError(Exception):
    """A header that can't be read: where, why, and how to mend it."""

    def __init__(self, mark: Mark, message: str, mend: str = "") -> None:
        super().__init__(message)
        self.mark, self.message, self.mend = mark, message, mend


def too_deep(mark: Mark) -> HeaderError:
    """What an author is told of lists in lists in lists."""
    return HeaderError(mark, f"is nested deeper than {DEPTH} levels", "flatten it")


def absent(node: Node) -> bool:
    """Whether nothing was said: no text, `null`, `~`, or a list of nothing else."""
    if isinstance(node, Scalar):
        return not node.text.strip() if node.quoted else node.text.strip() in NULLS
    return isinstance(node, Sequence) and all(absent(item) for item in node.items)


def get(mapping: Mapping, path: str) -> Pair | None:
    """The pair at `path`, case ignored: the key itself, or keys joined by dots (`cover.alt`)."""
    found = mapping.folded.get(path)
    if found or "." not in path:
        return found
    head, _, rest = path.partition(".")
    outer = get(mapping, head)
    return get(outer.value, rest) if outer and isinstance(outer.value, Mapping) else None


def plain(node: Node) -> Plain:
    """The node as text, lists and dictionaries."""
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    return {pair.key: plain(pair.value) for pair in node.pairs}
