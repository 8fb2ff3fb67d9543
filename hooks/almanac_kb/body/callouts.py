"""Callouts and admonitions in the words of each dialect, as the admonitions of Python-Markdown."""

import re
from dataclasses import dataclass

CALLOUT = re.compile(r"\[!([A-Za-z][\w -]{0,60})(?:\|[^\]\n]{0,100})?\]([+-]?)[ \t]*(.*)")

SORTS: dict[str, tuple[str, ...]] = {
    "note": ("note", "memo", "seealso", "default"),
    "abstract": ("abstract", "summary", "tldr"),
    "info": ("info", "todo", "information", "primary"),
    "tip": ("tip", "hint", "important", "secondary"),
    "success": ("success", "check", "done"),
    "question": ("question", "help", "faq"),
    "warning": ("warning", "caution", "attention", "alert", "warn"),
    "failure": ("failure", "fail", "missing"),
    "danger": ("danger", "error", "critical"),
    "bug": ("bug",),
    "example": ("example",),
    "quote": ("quote", "cite"),
}
"""Material's admonitions, and the words other dialects have for them."""
KNOWN = {word: sort for sort, words in SORTS.items() for word in words}


@dataclass(frozen=True)
class Callout:
    """The first line of a callout."""

    word: str
    """What its author calls it."""
    title: str
    """Its title, or empty."""
    fold: str = ""
    """`-` where it starts folded, `+` where it may be folded, empty where it can't be."""


def read(rest: str) -> Callout | None:
    """The callout that the first line of a quote opens (`[!NOTE]- Title`), or None."""
    found = CALLOUT.match(rest)
    return Callout(found[1], found[3].strip(), found[2]) if found else None


def opening(callout: Callout) -> str:
    """The callout as the first line of an admonition: `??? tip "Title"`; a word Material doesn't know is a note of that name."""
    word = callout.word.strip().casefold()
    position = {"": "!!!", "-": "???", "+": "???+"}[callout.fold]
    title = callout.title or callout.word.strip().replace("-", " ").capitalize()
    return f'{position} {KNOWN.get(word, "note")} "{quotable(title)}"'


def quotable(title: str) -> str:
    """A title as it may stand in double quotes."""
    return " ".join(title.replace('"', "&quot;").split())
