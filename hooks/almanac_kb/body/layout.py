"""The blocks of a text laid out for Python-Markdown: boxes indented by four columns, blank lines where it needs them."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, pairwise

from almanac_kb.body import fences, indented
from almanac_kb.body.box import Box, Holds, continuing
from almanac_kb.body.ledger import Ledger
from almanac_kb.body.scan import Kind, Line
from almanac_kb.body.text import Edit, Text

CODE = frozenset({Kind.FENCE, Kind.CODE, Kind.FENCE_END})
NEEDY = CODE | {Kind.TABLE, Kind.INDENTED}
"""Lines that need a blank line between themselves and another block."""
HOLLOW = frozenset({Kind.BLANK, Kind.CLOSER})
"""Lines that are written as blank lines."""
BESIDE = frozenset({Kind.TEXT, Kind.HEADING})
"""What may stand beside the marker of a list item; all else goes below it."""
FRAMES = frozenset({Holds.CALLOUT, Holds.MARKED})
"""Boxes whose lines are indented here and not at home."""
BULLETS = frozenset("-+*")
NOTHING = "<!-- -->"
"""Stands beside a marker that nothing else may stand beside."""


def translate(text: Text, ledger: Ledger) -> Text:
    """The text with its lists, quotes, callouts and code as Python-Markdown reads them; what they show stays the same."""
    lines = text.scanned
    groups = indented.groups(lines)
    inner = {line.start for group in groups for line in group if line.kind is Kind.BLANK}
    outer = [line for line in lines if line.start not in inner]
    written = (*_prefixes(text, outer, ledger), *_blanks(text, lines, ledger), *_fences(text, lines, ledger))
    return text.edited([*written, *_partings(lines), *(edit for group in groups for edit in indented.edits(text.markdown, group))])


def _prefixes(text: Text, lines: Sequence[Line], ledger: Ledger) -> Iterator[Edit]:
    before: tuple[Box, ...] = ()
    for line in lines:
        old = text.markdown[line.start : line.body]
        new = _prefix(line, before) + ("" if line.kind is Kind.INDENTED else " " * line.owed)
        if line.kind in HOLLOW or line.body == line.end:
            yield Edit(
                line.start, line.end, text.markdown[line.start : line.end] if line.kind is Kind.BLANK and not line.boxes else new.rstrip()
            )
        elif old != new:
            yield Edit(line.start, line.body, new)
        if old != new and line.kind not in HOLLOW:
            ledger.counts.update(_reason(line, before))
        before = line.boxes


def _prefix(line: Line, before: tuple[Box, ...]) -> str:
    shared = _shared(before, line.boxes)
    opened = line.boxes[shared:]
    outer = continuing(line.boxes[:shared])
    if not opened:
        return outer
    items = max((index for index, box in enumerate(opened, 1) if box.holds is Holds.ITEM), default=0)
    first = outer + "".join(map(_opening, opened[:items]))
    if not items or (items == len(opened) and line.kind in BESIDE):
        return first + "".join(map(_opening, opened[items:]))
    inner = outer + continuing(opened[:items])
    below = "" if line.kind is Kind.EMPTY else f"\n{inner.rstrip()}\n{inner}" + "".join(map(_opening, opened[items:]))
    return first + NOTHING + below


def _opening(box: Box) -> str:
    return "> " if box.holds is Holds.QUOTE else box.opening


def _reason(line: Line, before: tuple[Box, ...]) -> list[str]:
    """What a line whose beginning changes counts as: the lines of a callout count once."""
    opened = line.boxes[_shared(before, line.boxes) :]
    if opened and opened[-1].holds is Holds.CALLOUT:
        return ["callout"]
    framed = bool(line.boxes) and line.boxes[-1].holds in FRAMES
    return [] if framed else ["indentation"]


def _blanks(text: Text, lines: Sequence[Line], ledger: Ledger) -> Iterator[Edit]:
    for before, line in pairwise(lines):
        if line.kind not in HOLLOW and _apart(before, line):
            shared = line.boxes[: _shared(before.boxes, line.boxes)]
            yield Edit(line.start, line.start, continuing(shared).rstrip() + "\n")
            ledger.count("list below text" if _lists(before, line) else "blank line")
            _part(shared)
        elif line.boxes and line.boxes[-1] not in before.boxes and line.kind not in BESIDE:
            _part(line.boxes)


def _partings(lines: Sequence[Line]) -> Iterator[Edit]:
    """Something unseen between two quotes, and two lists with other marks, which Python-Markdown would make one."""
    for before, line in pairwise(line for line in lines if line.kind not in HOLLOW):
        shared = _shared(before.boxes, line.boxes)
        if before.boxes[shared:] and line.boxes[shared:] and _merge(before.boxes[shared], line.boxes[shared]):
            outer = continuing(line.boxes[:shared])
            yield Edit(line.start, line.start, f"{outer}{NOTHING}\n{outer.rstrip()}\n")


def _merge(closed: Box, opened: Box) -> bool:
    if closed.holds is not opened.holds or closed.holds not in (Holds.QUOTE, Holds.ITEM):
        return False
    return closed.holds is Holds.QUOTE or (closed.sort != opened.sort and (closed.sort in BULLETS) is (opened.sort in BULLETS))


def _part(boxes: Iterable[Box]) -> None:
    for box in boxes:
        box.loose = True


def _lists(before: Line, line: Line) -> bool:
    opened = line.boxes[_shared(before.boxes, line.boxes) :]
    return bool(opened) and opened[0].holds is Holds.ITEM and before.kind is Kind.TEXT


def _apart(before: Line, line: Line) -> bool:
    """Whether Python-Markdown needs a blank line between the two."""
    shared = _shared(before.boxes, line.boxes)
    closed, opened = before.boxes[shared:], line.boxes[shared:]
    if before.kind in HOLLOW:
        return before.kind is Kind.BLANK and any(box.holds is Holds.QUOTE for box in closed)
    if before.kind is line.kind is Kind.RULE:
        return True
    if opened and opened[0].sort == "label":
        return bool(closed) and closed[0].sort != "label"
    if closed and opened and closed[0].sort == opened[0].sort and opened[0].holds is Holds.ITEM:
        return closed[0].loose
    if closed:
        return True
    if before.kind is Kind.EMPTY and not opened:
        return line.kind is not Kind.TEXT
    tight = shared > 0 and line.boxes[shared - 1].holds is Holds.ITEM and not line.boxes[shared - 1].loose
    if opened:
        return before.kind is not Kind.OPENER and not (tight and opened[0].holds is Holds.ITEM)
    return before.leaf != line.leaf and not tight and bool({before.kind, line.kind} & NEEDY) and before.kind is not Kind.OPENER


def _fences(text: Text, lines: Sequence[Line], ledger: Ledger) -> Iterator[Edit]:
    for is_code, group in groupby(lines, key=lambda line: line.leaf if line.kind in CODE else 0):
        if is_code:
            yield from _fence(text, list(group), ledger)


def _fence(text: Text, lines: list[Line], ledger: Ledger) -> Iterator[Edit]:
    first, last = lines[0], lines[-1]
    opener = text.markdown[first.body : first.end]
    fence = fences.fence(opener, [text.markdown[line.body : line.end] for line in lines if line.kind is Kind.CODE])
    yield from _changed(text, first, fences.opening(opener, fence), ledger)
    if last.kind is Kind.FENCE_END:
        yield from _changed(text, last, fence, ledger)
    else:
        yield Edit(last.end, last.end, "\n" + continuing(last.boxes) + fence)
        ledger.count("code without end")


def _changed(text: Text, line: Line, written: str, ledger: Ledger) -> Iterator[Edit]:
    if text.markdown[line.body : line.end] != written:
        yield Edit(line.body, line.end, written)
        ledger.count("code fence")


def _shared(one: tuple[Box, ...], other: tuple[Box, ...]) -> int:
    """How many boxes the two share."""
    count = 0
    for left, right in zip(one, other, strict=False):
        if left is not right:
            break
        count += 1
    return count
