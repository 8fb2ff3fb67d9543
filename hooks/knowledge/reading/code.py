"""Which parts of a Markdown text are code: fenced and indented blocks, `<pre>`, and spans in backticks."""

import re

FENCE = re.compile(r"[ \t>]*+(?P<fence>`{3,}+(?=[^`]*+$)|~{3,}+)")
ITEM = re.compile(r"\s{0,3}(?:[-*+]|\d{1,9}[.)]|!!!|\?\?\?|===|:|\[\^[^\]]+\]:)(?:\s|$)")
BACKTICKS = re.compile(r"`+")


def lines(text: list[str]) -> list[bool]:
    """For each line, whether it belongs to a block of code; the lines of the fences do."""
    found = []
    fence, parent, previous, indented, raw = "", "", "", False, False
    for line in text:
        mark = FENCE.match(line)
        closes = bool(fence) and _closes(line, fence)
        indented = _indented(line) and not ITEM.match(parent) and (indented or not previous.strip())
        raw = raw or "<pre" in line
        found.append(bool(fence or mark or indented or raw))
        raw = raw and "</pre" not in line
        if not fence and mark and not indented:
            fence = mark["fence"]
        elif closes:
            fence = ""
        parent = parent if _indented(line) or not line.strip() else line
        previous = line
    return found


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


def _indented(line: str) -> bool:
    return line.startswith(("    ", "\t")) and bool(line.strip())


def _closes(line: str, fence: str) -> bool:
    rest = line.strip(" \t>")
    return len(rest) >= len(fence) and not rest.strip(fence[0])
