"""GitHub-flavoured Markdown from texts: escaped words, their white space, code, formulas, alerts and list items."""

import re
from collections.abc import Iterable

ALERTS = {
    "tip": ("tip", "hint", "success", "check", "done"),
    "important": ("important",),
    "warning": ("warning", "attention", "question", "help", "faq"),
    "caution": ("caution", "danger", "error", "failure", "fail", "missing", "bug"),
}
"""GitHub's alerts, with the admonitions of Material that become them; all others become notes."""
ALERT_OF = {name: each for each, names in ALERTS.items() for name in names}
SPECIAL = re.compile(
    r"[\\`*\[\]]"
    r"|(?<![^\W_])_|_(?![^\W_])"
    r"|<(?=[A-Za-z/!?])"
    r"|&(?=#?\w+;)"
    r"|~(?=~)|(?<=~)~"
    r"|(?m:^)(?:[#>+=-]|\d{1,9}(?=[.)]\s))"
)
"""Characters that Markdown would read as syntax, anywhere or at the start of a line."""
MARKS = re.compile(r"[\\`*\[\]_<&~]")
"""Characters that may be syntax anywhere; a text without them needs a look at the starts of its lines only."""
LINE_START = re.compile(r"^[#>+=\d-]", re.MULTILINE)
"""Characters that may be syntax at the start of a line."""
BLANK_LINES = re.compile(r"[\t \r\n]*[\r\n][\t \r\n]*")
BLANKS = re.compile(r"[\t ]+")
SPACE = " \t\r\n"
BACKTICKS = re.compile(r"`+")
FORMULA = re.compile(r"\s*(?:\\\((?P<inline>.*)\\\)|\\\[(?P<display>.*)\\\])\s*\Z", re.DOTALL)


def escape(text: str) -> str:
    """A text with all Markdown syntax in it escaped."""
    escaped = SPECIAL.sub(_with_backslash, text) if MARKS.search(text) or LINE_START.search(text) else text
    return escaped.replace("$", r"\$") if text.count("$") > 1 else escaped


def _with_backslash(sign: re.Match[str]) -> str:
    """A character escaped; a number at the start of a line has the backslash before its dot."""
    return f"{sign[0]}\\" if sign[0].isdigit() else f"\\{sign[0]}"


def words(text: str, is_with_backslash: bool, at_start: bool, at_end: bool) -> str:
    """A text of HTML as Markdown, escaped where it is not code, without white space at an edge that is the edge of a block."""
    if (at_start or at_end) and not text.strip():
        return ""
    if "\n" in text or "\r" in text:
        text = BLANK_LINES.sub("\n", text)
    if "  " in text or "\t" in text:
        text = BLANKS.sub(" ", text)
    text = escape(text) if is_with_backslash else text
    text = text.lstrip(SPACE) if at_start else text
    return text.rstrip() if at_end else text


def join(parts: Iterable[str]) -> str:
    """The parts joined; line breaks at both sides of a join are merged to the larger number, at most two."""
    joined: list[str] = []
    breaks = 0
    for part in filter(None, parts):
        if not breaks and part[0] != "\n" and part[-1] != "\n":
            joined.append(part)
            continue
        text = part.lstrip("\n")
        before = len(part) - len(text)
        joined.append("\n" * (min(2, max(breaks, before)) if breaks and before else breaks + before))
        text = text.rstrip("\n")
        joined.append(text)
        breaks = len(part) - before - len(text) if text else 0
    return "".join(joined) + "\n" * breaks


def code_span(text: str) -> str:
    """A text as a code span, between as many backticks as it needs."""
    ticks = "`" * (1 + max(map(len, BACKTICKS.findall(text)), default=0))
    blank = " " if "`" in text else ""
    return f"{ticks}{blank}{text}{blank}{ticks}"


def code_block(text: str, language: str, title: str) -> str:
    """A fenced code block, with its title above it where it has one."""
    ticks = "`" * max(3, 1 + max(map(len, BACKTICKS.findall(text)), default=0))
    heading = f"`{title}`\n\n" if title else ""
    return f"\n\n{heading}{ticks}{language}\n{text}\n{ticks}\n\n"


def formula(text: str, inline: bool) -> str:
    """A formula between dollar signs; one whose script Markdown can't express stays as it is."""
    match = FORMULA.match(text)
    if match is None:
        return f"$$\n{text.strip()}\n$$" if text.strip() else ""
    if match["inline"] is not None:
        return f"${match['inline']}$"
    display = match["display"].strip()
    return f"$${' '.join(display.split())}$$" if inline else f"\n\n$$\n{display}\n$$\n\n"


def alert(classes: Iterable[str], text: str) -> str:
    """A block quote that GitHub shows as the alert for the classes of an admonition."""
    name = next((ALERT_OF[each] for each in classes if each in ALERT_OF), "note")
    body = text.strip()
    title, _, rest = body.partition("\n")
    body = rest.strip() if title.strip("*").casefold() == name else body
    quoted = "\n".join(f"> {line}".rstrip() for line in (f"[!{name.upper()}]", *body.split("\n")))
    return f"\n\n{quoted}\n\n"


def item(sign: str, text: str, indent: int = 0) -> str:
    """A list item: its marker and text, with all lines indented to be part of the item."""
    blanks = " " * (indent or len(sign))
    lines = text.strip().split("\n")
    return "\n".join([f"{sign}{lines[0]}".rstrip(), *(f"{blanks}{line}" if line else "" for line in lines[1:])])
