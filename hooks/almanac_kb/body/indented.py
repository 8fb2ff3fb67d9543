"""Code that is indented, as code between fences: there it keeps its tabs, its blank lines and the spaces at the ends of its lines."""

from collections.abc import Iterator, Sequence

from almanac_kb.body import fences
from almanac_kb.body.box import continuing
from almanac_kb.body.cursor import Cursor
from almanac_kb.body.scan import Kind, Line
from almanac_kb.body.text import Edit


def groups(lines: Sequence[Line]) -> list[list[Line]]:
    """The lines of each block of indented code, with the blank lines in it."""
    found: list[list[Line]] = []
    blank: list[Line] = []
    last: Line | None = None
    for line in lines:
        if line.kind is Kind.BLANK:
            blank.append(line)
            continue
        if line.kind is Kind.INDENTED:
            goes_on = last is not None and last.kind is Kind.INDENTED and last.boxes == line.boxes
            found += [] if goes_on else [[]]
            found[-1] += [*blank, line] if goes_on else [line]
        last, blank = line, []
    return found


def edits(markdown: str, group: Sequence[Line]) -> Iterator[Edit]:
    """The edits that put fences around a block of code and take its indentation away."""
    boxes = group[-1].boxes
    outer = continuing(boxes)
    code = [_code(markdown, line) for line in group]
    fence = fences.fence("```", code)
    for index, (line, written) in enumerate(zip(group, code, strict=True)):
        before = f"{fence}\n{outer}" if index == 0 else ""
        after = f"\n{outer}{fence}" if index == len(group) - 1 else ""
        if line.kind is Kind.BLANK:
            yield Edit(line.start, line.end, f"{outer}{written}" if written else outer.rstrip())
        else:
            yield Edit(line.body, line.end, f"{before}{written}{after}")


def _code(markdown: str, line: Line) -> str:
    """A line of code without the four columns that make it one."""
    lead = markdown[line.start : line.body]
    cursor = Cursor(markdown[line.start : line.end], len(lead), len(lead.expandtabs(4)) - line.owed, line.owed)
    cursor.take(4)
    return cursor.rest()
