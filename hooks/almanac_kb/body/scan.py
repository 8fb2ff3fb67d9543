"""The block structure of a Markdown text, line by line, as CommonMark 0.31 and Python-Markdown's own blocks define it."""

import enum
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from almanac_kb.body import callouts, opaque
from almanac_kb.body.box import CLOSE, OPEN, Box, Holds
from almanac_kb.body.cursor import Cursor

DEPTH = 24
"""How deep boxes may stand in each other; deeper markers are text."""


class Kind(enum.Enum):
    """What a line is, apart from the boxes it stands in."""

    __hash__ = object.__hash__  # which costs nothing; an Enum's is written in Python
    BLANK = "blank"
    EMPTY = "empty"
    """A list item's marker with nothing behind it."""
    TEXT = "text"
    HEADING = "heading"
    UNDERLINE = "underline"
    RULE = "rule"
    TABLE = "table"
    OPENER = "opener"
    """The first line of a box, where that is all it is: `!!! note`, `> [!NOTE]`."""
    CLOSER = "closer"
    """The last line of a marked box."""
    FENCE = "fence"
    """The first line of code between fences."""
    CODE = "code"
    """A line between fences."""
    FENCE_END = "fence end"
    INDENTED = "indented"
    """A line of an indented block of code."""
    HTML = "html"
    OPAQUE = "opaque"
    """HTML whose content is no Markdown: scripts, comments, `<pre>`; and display mathematics."""


class Line(NamedTuple):
    """A line and where it stands."""

    start: int
    """Where it starts in the text."""
    end: int
    """Where its line break is."""
    body: int
    """Where it starts once the markers and the indentation of its boxes are passed."""
    owed: int
    """Columns of a tab cut in two by the boxes, to be written as spaces."""
    boxes: tuple[Box, ...]
    """The boxes it stands in, the outermost first."""
    kind: Kind
    leaf: int
    """The block it belongs to: lines of one paragraph share it."""


class Leaf(NamedTuple):
    """The block that is open."""

    kind: Kind
    end: opaque.Ending | None = None
    """What ends it, where it is code or opaque."""


ITEM = re.compile(r"([-+*]|\d{1,9}([.)]))(?=[ \t]|\Z)")
HEADING = re.compile(r"#{1,6}(?:[ \t]|\Z)")
SETEXT = re.compile(r"(?:=+|-+)[ \t]*\Z")
RULE = re.compile(r"(?:(?:\*[ \t]*){3,}+|(?:-[ \t]*){3,}+|(?:_[ \t]*){3,}+)\Z")
NATIVE = re.compile(r"(?:!!!|\?\?\?\+?|={3}[!+]{0,2})[ \t]+[\w\"-]")
LABEL = re.compile(r"\[\^[^\]\s]{1,100}\]:[ \t]*|:[ \t]{1,3}(?=\S)")
DELIMITERS = re.compile(r"\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*+\|?[ \t]*\Z")
HTML = re.compile(
    r"</?(?:address|article|aside|blockquote|body|center|col|colgroup|dd|details|dialog|dir|div|dl|dt|fieldset|figcaption|figure|footer|form|frame"
    r"|frameset|h[1-6]|head|header|hr|html|iframe|legend|li|link|main|menu|menuitem|nav|noframes|ol|optgroup|option|p|param|search|section|summary"
    r"|table|tbody|td|tfoot|th|thead|title|tr|track|ul)(?=[\s/>]|\Z)",
    re.IGNORECASE,
)
LONE_TAG = re.compile(r"(?:</[A-Za-z][\w-]*[ \t]*>|<[A-Za-z][\w-]*(?:[ \t][^<>]*)?>)[ \t]*\Z")
PIPE = re.compile(r"(?<!\\)\|")
QUOTE_MARKS = " \t>"


def scan(markdown: str) -> tuple[Line, ...]:
    """The lines of the text in order, with the boxes they stand in and what they are."""
    return tuple(_Scanner(markdown).lines())


class _Scanner:
    """Reads a text line by line, keeping the boxes and the block that are open."""

    def __init__(self, markdown: str) -> None:
        self._lines = markdown.split("\n")
        self._boxes: list[Box] = []
        self._leaf: Leaf | None = None
        self._number = 0
        self._next = ""
        self._head = False

    def lines(self) -> Iterator[Line]:
        """The lines in order."""
        start = 0
        for line, below in pairwise([*self._lines, ""]):
            self._next = below
            yield self._read(line, start)
            start += len(line) + 1

    def _read(self, line: str, start: int) -> Line:
        plain = None if self._boxes or self._head else self._plainly(line)
        if plain:
            return Line(start, start + len(line), start, 0, (), plain, self._number)
        cursor = Cursor(line)
        matched = self._match(cursor)
        kind = self._goes_on(cursor, matched) or self._begins(cursor, matched)
        for box in self._boxes:
            box.loose = box.loose or (box.blank and kind is not Kind.BLANK)
            box.blank = kind is Kind.BLANK
            box.empty = box.empty and kind in (Kind.BLANK, Kind.EMPTY)
        if (self._boxes or kind is not Kind.TEXT) and kind not in VERBATIM:
            cursor.take(len(line))
        return Line(start, start + len(line), start + cursor.at, cursor.owed, tuple(self._boxes), kind, self._number)

    def _plainly(self, line: str) -> Kind | None:
        """What most lines outside of boxes are: empty, prose that starts with a letter, code. None where that needs a closer look."""
        if self._leaf is not None and self._leaf.kind is not Kind.TEXT:
            end = self._leaf.end if self._leaf.kind is Kind.FENCE else None
            return Kind.CODE if end and not end.indent and not end.ends(line) else None
        if not line:
            self._leaf = None
            return Kind.BLANK
        if not line[0].isalpha() or "-" in self._next:
            return None
        return Kind.TEXT if self._leaf else self._open(Leaf(Kind.TEXT))

    def _match(self, cursor: Cursor) -> int:
        for index, box in enumerate(self._boxes):
            if not _continues(box, cursor):
                return index
        return len(self._boxes)

    def _goes_on(self, cursor: Cursor, matched: int) -> Kind | None:
        """What the line is where it goes on with code, HTML or mathematics; such blocks end with their boxes."""
        leaf, head, self._head = self._leaf, self._head, False
        if head and matched == len(self._boxes):
            return Kind.TABLE
        if leaf is None or matched < len(self._boxes) or leaf.kind not in (Kind.FENCE, Kind.OPAQUE, Kind.HTML):
            return None
        if leaf.end is None:
            return None if cursor.blank() or cursor.rest().lstrip().startswith((OPEN, CLOSE)) else Kind.HTML
        ends = leaf.end.ends(cursor.rest())
        if ends:
            self._leaf = None
        if leaf.kind is Kind.OPAQUE:
            return Kind.OPAQUE
        cursor.take(leaf.end.indent)
        return Kind.FENCE_END if ends else Kind.CODE

    def _begins(self, cursor: Cursor, matched: int) -> Kind:
        if cursor.blank():
            self._close(matched)
            return Kind.BLANK
        paragraph = self._leaf is not None and (self._leaf.kind is Kind.TEXT or self._lazy(matched))
        opened = False
        while (start := self._start(cursor, matched, paragraph and matched == len(self._boxes))) is not None:
            if not opened:
                self._close(matched)
            opened, paragraph = True, False
            if not isinstance(start, Box):
                return self._open(start)
            self._boxes.append(start)
            matched = len(self._boxes)
            if start.holds is not Holds.ITEM and start.opening and cursor.blank():
                self._open(Leaf(Kind.OPENER))
                self._leaf = Leaf(Kind.OPENER) if start.holds is Holds.CALLOUT else None
                return Kind.OPENER
            if cursor.blank():
                return self._open(Leaf(Kind.EMPTY if start.holds is Holds.ITEM else Kind.BLANK))
        return self._plain(cursor, matched, paragraph)

    def _plain(self, cursor: Cursor, matched: int, paragraph: bool) -> Kind:
        """What a line is that starts nothing: code, a row of a table, or text, maybe of a paragraph that goes on."""
        if paragraph and not (self._is_head(cursor) and matched == len(self._boxes)):
            return self._open(Leaf(Kind.TEXT)) if self._lazy(matched) else Kind.TEXT
        table = self._leaf is not None and self._leaf.kind is Kind.TABLE and matched == len(self._boxes)
        if cursor.indent() >= 4:
            again = self._leaf is not None and self._leaf.kind is Kind.INDENTED and matched == len(self._boxes)
            return Kind.INDENTED if again else self._ended(matched, Leaf(Kind.INDENTED))
        if table:
            return Kind.TABLE
        self._head = self._is_head(cursor)
        return self._ended(matched, Leaf(Kind.TABLE if self._head else Kind.TEXT))

    def _lazy(self, matched: int) -> bool:
        """Whether the line goes on with the callout whose first line is right above, although it lacks the `>`."""
        return self._leaf is not None and self._leaf.kind is Kind.OPENER and matched < len(self._boxes)

    def _ended(self, matched: int, leaf: Leaf) -> Kind:
        self._close(matched)
        return self._open(leaf)

    def _close(self, matched: int) -> None:
        del self._boxes[matched:]
        self._leaf = None

    def _open(self, leaf: Leaf) -> Kind:
        self._number += 1
        over = leaf.kind not in LASTING or (leaf.kind is Kind.OPAQUE and leaf.end is None)
        self._leaf = None if over else leaf
        return leaf.kind

    def _is_head(self, cursor: Cursor) -> bool:
        """Whether the line is the head of a table: the next line has as many delimiters as this one has cells."""
        below = self._next.lstrip(QUOTE_MARKS)
        if "-" not in below or "|" not in cursor.line + below or not DELIMITERS.match(below):
            return False
        return _cells(cursor.rest()) == _cells(below) and cursor.indent() < 4

    def _start(self, cursor: Cursor, matched: int, paragraph: bool) -> Box | Leaf | None:
        """The box or block that the line starts at the cursor; passes over the marker of a box."""
        rest = cursor.rest().lstrip(" \t")
        if rest.startswith((OPEN, CLOSE)):
            return self._marked(cursor, rest, matched)
        indent = cursor.indent()
        if indent >= 4 or not rest or rest[0].isalpha():
            return None
        if rest[0] == ">" and matched < DEPTH:
            return _quote(cursor)
        leaf = _leaf(rest, indent, paragraph)
        if leaf is not None or matched >= DEPTH:
            return leaf
        return _native(cursor, rest) or _item(cursor, rest, indent, paragraph)

    def _marked(self, cursor: Cursor, rest: str, matched: int) -> Box | Leaf:
        cursor.take(len(cursor.line))
        cursor.skip(len(rest))
        if rest.startswith(OPEN) and matched < DEPTH:
            return Box(Holds.MARKED, opening=rest[len(OPEN) :])
        inner = [index for index, box in enumerate(self._boxes) if box.holds is Holds.MARKED]
        if inner and rest.startswith(CLOSE):
            del self._boxes[inner[-1] :]
        return Leaf(Kind.CLOSER)


def _continues(box: Box, cursor: Cursor) -> bool:
    if box.holds in (Holds.QUOTE, Holds.CALLOUT):
        return _takes_quote(cursor)
    if box.holds is Holds.MARKED:
        return True
    if cursor.blank():
        cursor.take(box.indent)
        return not box.empty
    fits = cursor.indent() >= box.indent
    cursor.take(box.indent if fits else 0)
    return fits


def _takes_quote(cursor: Cursor) -> bool:
    indent = cursor.indent()
    if indent >= 4 or not cursor.rest().lstrip(" \t").startswith(">"):
        return False
    cursor.take(indent)
    cursor.skip(1)
    cursor.take(1)
    return True


def _quote(cursor: Cursor) -> Box:
    _takes_quote(cursor)
    callout = callouts.read(cursor.rest())
    if callout is None:
        return Box(Holds.QUOTE)
    cursor.take(len(cursor.line))
    cursor.skip(len(cursor.rest()))
    return Box(Holds.CALLOUT, opening=callouts.opening(callout))


def _leaf(rest: str, indent: int, paragraph: bool) -> Leaf | None:
    """The block that starts with these characters; some can't start below a line of a paragraph."""
    if paragraph and SETEXT.match(rest):
        return Leaf(Kind.UNDERLINE)
    if HEADING.match(rest):
        return Leaf(Kind.HEADING)
    if RULE.match(rest):
        return Leaf(Kind.RULE)
    ending = opaque.fence(rest, indent)
    if ending is not None:
        return Leaf(Kind.FENCE, ending)
    ending = opaque.start(rest)
    if ending is not None:
        return Leaf(Kind.OPAQUE, None if opaque.whole(rest, ending) else ending)
    html = rest[0] == "<" and (HTML.match(rest) or (not paragraph and LONE_TAG.match(rest)))
    return Leaf(Kind.HTML) if html else None


def _native(cursor: Cursor, rest: str) -> Box | None:
    if NATIVE.match(rest):
        cursor.take(3)
        cursor.skip(len(rest))
        return Box(Holds.INDENTED, 4, opening=rest)
    label = LABEL.match(rest)
    if label is None:
        return None
    cursor.take(3)
    cursor.skip(label.end())
    return Box(Holds.INDENTED, 4, "label", label[0])


def _item(cursor: Cursor, rest: str, indent: int, paragraph: bool) -> Box | None:
    found = ITEM.match(rest)
    if found is None:
        return None
    empty = not rest[found.end() :].strip(" \t")
    if paragraph and (empty or (found[2] and int(found[1][:-1]) != 1)):
        return None
    cursor.take(indent)
    cursor.skip(found.end())
    space = cursor.indent()
    space = space if 1 <= space <= 4 and not empty else 1
    cursor.take(space)
    width = indent + found.end() + space
    return Box(Holds.ITEM, width, found[2] or found[1], found[0] + " " * space, empty=empty)


def _cells(row: str) -> int:
    return len(PIPE.findall(row.strip().removeprefix("|").removesuffix("|"))) + 1


LASTING = frozenset({Kind.TEXT, Kind.TABLE, Kind.FENCE, Kind.HTML, Kind.OPAQUE, Kind.INDENTED})
VERBATIM = frozenset({Kind.BLANK, Kind.CODE, Kind.INDENTED, Kind.HTML, Kind.OPAQUE})
