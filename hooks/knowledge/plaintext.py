"""Text without markup, safe for every output: NFC, no control characters, one line where one line is meant."""

import re
import unicodedata
from functools import partial

from knowledge.problem import Found, Mark, Note, Severity, few, quoted

ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
"""Characters that XML 1.0 forbids or discourages (section 2.2); newline, tab and U+0085 stay."""
STEERING = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
"""Characters that are not seen and make text read as something else: direction overrides, zero-width spaces."""
BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Overrides, embeddings and isolates: in code they show another program than the one that runs (CVE-2021-42574)."""
SPACE = re.compile(r"[\s\u0085\u2028\u2029]+")
SEEN = bytes((*b"\t\n\r", *range(0x20, 0x7F)))
REMOVED = ((ILLEGAL, "control character"), (BIDI, "direction override"))


def one_line(text: str, mark: Mark) -> Found[str]:
    """The text as one line: white space folded, invisible characters removed and noted."""
    kept = STEERING.sub("", ILLEGAL.sub("", text))
    line = unicodedata.normalize("NFC", SPACE.sub(" ", kept).strip())
    if len(kept) == len(text):
        return Found(line)
    lost = sorted({f"U+{ord(character):04X}" for character in set(text) - set(kept)})
    message = f"has invisible characters ({', '.join(lost)}); read as {quoted(line)}"
    return Found(line, (Note(mark, message, "delete them", Severity.NOTICE),))


def block(text: str) -> Found[str]:
    """A text of many lines without the characters that no output may hold; each line that had some is noted."""
    met = [] if _is_plain(text) else [(pattern, name) for pattern, name in REMOVED if pattern.search(text)]
    notes = [note for pattern, name in met for note in few(_places(pattern, text), partial(_removed, name))]
    for pattern, _ in met:
        text = pattern.sub("", text)
    return Found(text, tuple(notes))


def shorten(text: str, length: int) -> str:
    """The text, cut at a word with an ellipsis where it is longer than `length` characters."""
    if len(text) <= length:
        return text
    cut = text[: length - 1]
    return (cut.rpartition(" ")[0] or cut).rstrip(" ,;:.") + "…"


def _is_plain(text: str) -> bool:
    """Whether all characters are those of ASCII that are seen, as mostly: bytes are looked through many times faster than text."""
    return text.isascii() and not text.encode().translate(None, SEEN)


def _places(pattern: re.Pattern[str], text: str) -> list[tuple[int, int, str]]:
    lines = enumerate(text.split("\n"), 1)
    return [(number, match.start() + 1, match[0]) for number, line in lines if (match := pattern.search(line))]


def _removed(name: str, place: tuple[int, int, str]) -> Note:
    line, column, character = place
    return Note(Mark(line, column), f"has a {name} (U+{ord(character):04X}), left out", "delete it", Severity.NOTICE)
