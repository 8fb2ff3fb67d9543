"""Which parts of a Markdown text are code: fenced and indented blocks, `<pre>`, and spans in backticks."""

import re
from collections.abc import Iterable, Iterator

FENCE = re.compile(r"[ \t>]*+(?P<fence>`{3,}+(?=[^`]*+$)|~{3,}+)")
ITEM = re.compile(r"\s{0,3}(?:[-*+]|\d{1,9}[.)]|!!!|\?\?\?|===|:|\[\^[^\]]+\]:)(?:\s|$)")
BACKTICKS = re.compile(r"`+")


def lines(text: Iterable[str]) -> list[bool]:
    """For each line, whether it belongs to a block of code; the lines of the fences do."""
    return list(told(text))


def told(text: Iterable[str]) -> Iterator[bool]:
    """The same, line by line, for those who need only the first."""
    fence, parent, after_blank, indented, raw = "", "", True, False, False
    for line in text:
        blank = not line or line.isspace()
        deep = not blank and line.startswith(("    ", "\t"))
        position = FENCE.match(line) if "```" in line or "~~~" in line else None
        indented = deep and (indented or after_blank) and not ITEM.match(parent)
        raw = raw or "<pre" in line
        yield bool(fence or position or indented or raw)
        raw = raw and "</pre" not in line
        if not fence and position and not indented:
            fence = position["fence"]
        elif fence and _closes(line, fence):
            fence = ""
        if not blank and not deep:
            parent = line
        after_blank = blank


def spans(line: str) -> list[tuple[int, int]]:
    """Where the spans of code of one line start and end: runs of equally many backticks (CommonMark 0.31, section 6.1)."""
    runs = [match.span() for match in BACKTICKS.finditer(line)]
    following: dict[int, int] = {}
    closing = [-1] * len(runs)
    for index in range(len(runs) - 1, -1, -1):
        length = runs[index][1] - runs[index][0]
        closing[index] = following.get(length, -1)
        following[length] = index
    found, index = [], 0
    while index < len(runs):
        if closing[index] > 0:
            found.append((runs[index][0], runs[closing[index]][1]))
            index = closing[index]
        index += 1
    return found


def _closes(line: str, fence: str) -> bool:
    rest = line.strip(" \t>")
    return len(rest) >= len(fence) and not rest.strip(fence[0])
