"""Headings and rules that CommonMark has and Python-Markdown does not: several lines underlined, `# C#`, dashes far apart."""

import re
from collections.abc import Iterator, Sequence

from almanac_kb.body.ledger import Ledger
from almanac_kb.body.scan import Kind, Line
from almanac_kb.body.text import Edit, Text

MARKED = re.compile(r"#{6}|={2}|-{2}|[-_*][ \t]|\\$|#[ \t]*$|^[ \t>]*[=-][ \t]*$", re.MULTILINE)
"""Where there may be something to do."""
HEADING = re.compile(r"(#{1,6})[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*\Z")
RULE = re.compile(r"(?:-{3,}|\*{3,}|_{3,}|- - -|\* \* \*|_ _ _)[ \t]*\Z")
"""A rule that Python-Markdown reads."""
DEFINITION = re.compile(r"\[[^\]\n]{1,200}\]:")
BREAK = re.compile(r"(?<!\\)\\\Z")


def translate(text: Text, ledger: Ledger) -> Text:
    """The text with each heading and rule outside code as Python-Markdown reads them."""
    return text.edited(_edits(text.markdown, text.scanned, ledger)) if MARKED.search(text.markdown) else text


def _edits(markdown: str, lines: Sequence[Line], ledger: Ledger) -> Iterator[Edit]:
    for index, line in enumerate(lines):
        written = markdown[line.body : line.end]
        if line.kind is Kind.UNDERLINE:
            yield from _underlined(markdown, paragraph(lines, index), line, ledger)
        elif line.kind is Kind.HEADING and not written.strip("# \t"):
            ledger.count("empty heading")
            yield Edit(line.body, line.end, "")
        elif line.kind is Kind.HEADING and (heading := HEADING.match(written)) and _misread(heading, written):
            ledger.count("heading")
            yield Edit(line.body, line.end, f"{heading[1]} {_ended(heading[2])}")
        elif line.kind is Kind.RULE and not RULE.match(written):
            ledger.count("rule")
            yield Edit(line.body, line.end, "***")


def paragraph(lines: Sequence[Line], index: int) -> Sequence[Line]:
    """The lines of the paragraph right above a line."""
    first = index
    while first and lines[first - 1].kind is Kind.TEXT and lines[first - 1].leaf == lines[index - 1].leaf:
        first -= 1
    return lines[first:index]


def _underlined(markdown: str, above: Sequence[Line], line: Line, ledger: Ledger) -> Iterator[Edit]:
    """The edits that put the lines of an underlined heading behind `#`, where Python-Markdown wants them on one line outside lists."""
    words = [markdown[each.body : each.end].strip(" \t") for each in above]
    plain = len(above) == 1 and not above[0].boxes and not words[0].endswith("\\")
    if not above or plain or DEFINITION.match(words[0]):
        return
    ledger.count("heading")
    position = "#" if markdown[line.body] == "=" else "##"
    yield Edit(above[0].body, line.end, f"{position} {_ended(' '.join(words))}")


def _misread(heading: re.Match[str], written: str) -> bool:
    line = written.rstrip(" \t")
    return heading[2].endswith(("#", "\\")) or (line != written and line.endswith("#"))


def _ended(heading: str) -> str:
    """The text of a heading, its last character not taken for a mark."""
    if BREAK.search(heading):
        return f"{heading[:-1]}&#92;"
    escaped = heading.endswith("\\#") and not heading.endswith("\\\\#")
    return f"{heading[:-1]}\\#" if heading.endswith("#") and not escaped else heading
