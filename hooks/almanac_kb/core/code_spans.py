"""Which parts of a Markdown text are code: fenced and indented blocks, `<pre>`, and spans in backticks."""

import re
from collections.abc import Iterable, Iterator

FENCE = re.compile(r"[ \t>]*+(?P<fence>`{3,}+(?=[^`]*+$)|~{3,}+)")
ITEM = re.compile(r"\s{0,3}(?:[-*+]|\d{1,9}[.)]|!!!|\?\?\?|===|:|\[\^[^\]]+\]:)(?:\s|$)")
"""A line below which indented text is its content and no code: a list item, admonition, tab, definition or footnote."""
BACKTICKS = re.compile(r"`+")


def lines(text: Iterable[str]) -> list[bool]:
    """For each line of a text, whether it belongs to a block of code; the lines of the fences do."""
    return list(_iterate_lines(text))


def _iterate_lines(text: Iterable[str]) -> Iterator[bool]:
    fence, parent, after_blank, in_indented, in_pre = "", "", True, False, False
    for line in text:
        is_blank = not line or line.isspace()
        is_deep = not is_blank and line.startswith(("    ", "\t"))
        opening = FENCE.match(line) if "```" in line or "~~~" in line else None
        in_indented = is_deep and (in_indented or after_blank) and not ITEM.match(parent)
        in_pre = in_pre or "<pre" in line
        yield bool(fence or opening or in_indented or in_pre)
        in_pre = in_pre and "</pre" not in line
        if not fence and opening and not in_indented:
            fence = opening["fence"]
        elif fence and _closes(line, fence):
            fence = ""
        if not is_blank and not is_deep:
            parent = line
        after_blank = is_blank


def spans(line: str) -> list[tuple[int, int]]:
    """Start and end of each span of code in one line: a run of backticks to the next run of as many (CommonMark 0.31, section 6.1)."""
    runs = [match.span() for match in BACKTICKS.finditer(line)]
    next_of_length: dict[int, int] = {}
    closing = [-1] * len(runs)
    for index in range(len(runs) - 1, -1, -1):
        length = runs[index][1] - runs[index][0]
        closing[index] = next_of_length.get(length, -1)
        next_of_length[length] = index
    code, index = [], 0
    while index < len(runs):
        if closing[index] > 0:
            code.append((runs[index][0], runs[closing[index]][1]))
            index = closing[index]
        index += 1
    return code


def _closes(line: str, fence: str) -> bool:
    rest = line.strip(" \t>")
    return len(rest) >= len(fence) and not rest.strip(fence[0])
