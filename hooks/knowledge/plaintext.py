"""Text without markup, safe for every output: NFC, no control characters, one line where one line is meant."""

import re
import unicodedata
from collections.abc import Iterator

from knowledge.problem import Found, Mark, Note, Severity, few, quoted

ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
"""Characters that XML 1.0 forbids or discourages (section 2.2); newline, tab and U+0085 stay."""
STEERING = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
"""Characters that are not seen and make text read as something else: direction overrides, zero-width spaces."""
BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Overrides, embeddings and isolates: in code they show another program than the one that runs (CVE-2021-42574)."""
SPACE = re.compile(r"[\s\u0085\u2028\u2029]+")
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
    kinds = [few(tuple(_lines_with(pattern, name, text))) for pattern, name in REMOVED if pattern.search(text)]
    return Found(BIDI.sub("", ILLEGAL.sub("", text)), tuple(note for notes in kinds for note in notes))


def shorten(text: str, length: int) -> str:
    """The text, cut at a word with an ellipsis where it is longer than `length` characters."""
    if len(text) <= length:
        return text
    cut = text[: length - 1]
    return (cut.rpartition(" ")[0] or cut).rstrip(" ,;:.") + "…"


def _lines_with(pattern: re.Pattern[str], name: str, text: str) -> Iterator[Note]:
    for number, line in enumerate(text.split("\n"), 1):
        found = pattern.search(line)
        if found:
            message = f"has a {name} (U+{ord(found[0]):04X}), left out"
            yield Note(Mark(number, found.start() + 1), message, "delete it", Severity.NOTICE)
