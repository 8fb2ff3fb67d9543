"""Decode, normalise and repair text (UTF-8, NFC, mojibake)."""

import re
import unicodedata
from dataclasses import dataclass
from difflib import unified_diff
from functools import partial

import ftfy
from ftfy.badness import badness

from almanac_kb.core.code_mask import masked
from almanac_kb.core.diagnostics import HeaderError, LocalDiagnostic, Outcome, Position, Severity, limited, quoted

ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
"""Characters that XML 1.0 forbids or discourages (section 2.2); newline, tab and U+0085 stay."""
STEERING = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
"""Characters that are not seen and make text read as something else: direction overrides, zero-width spaces."""
BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Overrides, embeddings and isolates: in code they show another program than the one that runs (CVE-2021-42574)."""
SPACE = re.compile(r"[\s\u0085\u2028\u2029]+")
SEEN = bytes((*b"\t\n\r", *range(0x20, 0x7F)))
REMOVED = ((ILLEGAL, "control character"), (BIDI, "direction override"))


def one_line(text: str, position: Position) -> Outcome[str]:
    """The text as one line: white space folded, invisible characters removed and noted."""
    kept = STEERING.sub("", ILLEGAL.sub("", text))
    line = unicodedata.normalize("NFC", SPACE.sub(" ", kept).strip())
    if len(kept) == len(text):
        return Outcome(line)
    lost = sorted({f"U+{ord(character):04X}" for character in set(text) - set(kept)})
    message = f"has invisible characters ({', '.join(lost)}); read as {quoted(line)}"
    return Outcome(line, (LocalDiagnostic(position, message, "delete them", Severity.NOTICE),))


def clean_block(text: str) -> Outcome[str]:
    """A text of many lines without the characters that no output may hold; each line that had some is noted."""
    met = [] if _is_plain(text) else [(pattern, name) for pattern, name in REMOVED if pattern.search(text)]
    diagnostics = [note for pattern, name in met for note in limited(_places(pattern, text), partial(_removed, name))]
    for pattern, _ in met:
        text = pattern.sub("", text)
    return Outcome(text, tuple(diagnostics))


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


def _removed(name: str, place: tuple[int, int, str]) -> LocalDiagnostic:
    line, column, character = place
    return LocalDiagnostic(Position(line, column), f"has a {name} (U+{ord(character):04X}), left out", "delete it", Severity.NOTICE)


FILE_SIZE = 2 * 1024 * 1024
"""How many bytes an article may have."""


def decode(data: bytes) -> str:
    """The text; raises HeaderError where the bytes are no text."""
    if len(data) > FILE_SIZE:
        raise HeaderError(Position(), f"has {len(data):,} bytes, more than {FILE_SIZE:,}", "split it, or keep it out of docs/")
    if b"\0" in data:
        raise HeaderError(_end(data[: data.index(b"\0")]), "is not text: it holds NUL bytes", "save it as UTF-8 text")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        position, byte = _end(data[: error.start]), data[error.start]
        raise HeaderError(position, f"is not UTF-8: byte 0x{byte:02X}", "save it as UTF-8") from None
    return _lines(text.lstrip("\ufeff"))


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _end(before: bytes) -> Position:
    text = _lines(before.decode("utf-8", errors="replace").lstrip("\ufeff"))
    return Position(text.count("\n") + 1, len(text.rpartition("\n")[2]) + 1)


WORD = re.compile(r"[^ \t]+")
EXPECTED = {
    chr(point)
    for first, last in (
        (0x20, 0x7E),
        (0xA0, 0xFF),
        (0x2000, 0x203F),
        (0x2080, 0x20BF),
        (0x2100, 0x213F),
        (0x2180, 0x21BF),
        (0xFE0F, 0xFE0F),
        (0x1F000, 0x1FAFF),
    )
    for point in range(first, last + 1)
}
"""What text is mended to: Western letters, punctuation, arrows, emoji. `thé»…` is French, and a Chinese character to a decoder."""
SHOUTED = re.compile(r"[A-ZÀ-Þ]{2}[ÂÃ][»›’”]")
"""«MAÇÃ» is Portuguese."""
LENGTH = 1000
"""How long a word may be, in characters."""
SUBJECT = re.compile(r"mojibake|character encoding|text encoding|charset|code ?page|latin-?1|windows-1252|iso-8859", re.I)
"""An article about encodings shows broken text on purpose."""


@dataclass(frozen=True)
class Repair:
    """A word that was broken."""

    position: Position
    before: str
    after: str


def repair_mojibake(text: str) -> tuple[str, tuple[Repair, ...]]:
    """The text with its broken words mended, and what was mended."""
    if text.isascii():
        return text, ()
    lines, known = text.split("\n"), dict[str, str]()
    suspects = {index: words for index, line in enumerate(lines) if not line.isascii() and (words := _broken(line, known))}
    if not suspects or SUBJECT.search(text):
        return text, ()
    mask = masked(text, indented=True).split("\n")
    repairs: list[Repair] = []
    for index, words in suspects.items():
        lines[index], found = _line(lines[index], mask[index], index + 1, words)
        repairs += found
    return "\n".join(lines), tuple(repairs)


def repaired(text: str) -> Outcome[str]:
    """The repaired text, each repair noted."""
    mended, repairs = repair_mojibake(text)
    return Outcome(mended, limited(repairs, _note))


def show_difference(name: str, before: str, after: str) -> str:
    """What a repair changes, as a unified diff."""
    lines = unified_diff(before.splitlines(keepends=True), after.splitlines(keepends=True), name, name)
    return "".join(line if line.endswith("\n") else line + "\n" for line in lines)


def _note(each: Repair) -> LocalDiagnostic:
    message = f"{quoted(each.before)} is broken text; published as {quoted(each.after)}"
    return LocalDiagnostic(each.position, message, "`python hooks fix` rewrites the file", Severity.NOTICE)


def _broken(line: str, known: dict[str, str]) -> list[tuple[int, str, str]]:
    words = [(match.start(), match[0]) for match in WORD.finditer(line)]
    for _, word in words:
        if word not in known:
            known[word] = _word(word)
    return [(start, word, known[word]) for start, word in words if known[word] != word]


def _line(line: str, mask: str, number: int, words: list[tuple[int, str, str]]) -> tuple[str, list[Repair]]:
    """The line with its broken words mended; what the mask covers is code and stays."""
    parts, repairs, end = [], [], 0
    for start, word, mended in words:
        if "\0" not in mask[start : start + len(word)]:
            parts += [line[end:start], mended]
            end = start + len(word)
            repairs.append(Repair(Position(number, start + 1), word, mended))
    return "".join([*parts, line[end:]]), repairs


def _word(word: str) -> str:
    if word.isascii() or len(word) > LENGTH or not badness(word):
        return word
    mended = ftfy.fix_encoding(word)
    plain = not badness(mended) and len(mended) < len(word) and EXPECTED.issuperset(set(mended) - set(word))
    return mended if plain and not SHOUTED.search(word) else word


IGNORED = frozenset(" -_\t\u00a0\ufe0e\ufe0f")
"""What spellings of a tag may differ by: space, `-`, `_`, and the selector between two pictures of an emoji."""


def tag_key(name: str) -> str:
    """What spellings of one tag have in common: case, spaces, `-`, `_` and the accents of Latin and Greek letters ignored.

    `C`, `C#` and `C++` differ, and so do letters that other scripts tell apart by a mark, as in Japanese and Russian.
    """
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", name).casefold())
    kept = [each for before, each in zip(" " + folded, folded, strict=False) if each not in IGNORED and not _is_accent(each, before)]
    return "".join(kept) or name.casefold()


def _is_accent(character: str, before: str) -> bool:
    """Whether a character is a mark on a Latin or Greek letter, or on another mark of one."""
    return "\u0300" <= character <= "\u036f" and (before < "\u0400" or "\u1d00" <= before <= "\u1eff")
