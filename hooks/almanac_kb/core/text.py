"""Decode, normalise and repair text: bytes to text, control characters, mojibake; the comparison of tag names."""

import enum
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches, unified_diff
from functools import lru_cache, partial

from almanac_kb.core.diagnostics import HeaderError, LocalDiagnostic, Outcome, Position, Severity, limited, quoted
from almanac_kb.core.raw_markdown import masked

FILE_SIZE = 2 * 1024 * 1024
"""Most bytes of an article: a larger file is no text that somebody reads, and takes long to render."""
MAX_COMPARED_LENGTH = 200
"""Longest word, in characters, for which a similar name is looked up: names are compared letter by letter."""
MIN_SIMILARITY = 0.8
"""The least ratio of `difflib.SequenceMatcher` at which a name is suggested; at 0.6 all keys with the same year would be."""
MAX_WORD = 1000
"""Longest word, in characters, whose encoding is repaired: longer ones are data, and the repair takes long."""

ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
"""Characters that XML 1.0 forbids or discourages (section 2.2); newline, tab and U+0085 are allowed."""
STEERING = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
"""Invisible characters that make text appear as something else: direction overrides, zero-width spaces."""
BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Direction overrides, embeddings and isolates: code with them displays a program other than the one that runs (CVE-2021-42574)."""
REMOVED = ((ILLEGAL, "control character"), (BIDI, "direction override"))
"""The characters that are removed from bodies, with their names in messages."""
MARKDOWN_SYNTAX = re.compile(r"[\\`*_{}\[\]<>&|~^=$#!+@]|(?<=[\dc])/|\((?=[A-Za-z]{1,2}\))|:(?=[\w+-]+:)")
"""Characters that Markdown or one of its extensions may read as syntax."""
BACKSLASH_ESCAPES = frozenset("\\`*_{}[]()>#+!")
"""Characters that a backslash escapes in Markdown; others need a character reference."""
WHITE_SPACE = re.compile(r"[\s\u0085\u2028\u2029]+")
PRINTABLE_ASCII = bytes((*b"\t\n\r", *range(0x20, 0x7F)))


def decode(data: bytes) -> str:
    """The text of a file in UTF-8, with `\\n` line ends and without a byte order mark.

    Raises HeaderError, with the position of the fault, where the bytes are not UTF-8, contain NUL, or are more than FILE_SIZE.
    """
    if len(data) > FILE_SIZE:
        raise HeaderError(Position(), f"has {len(data):,} bytes, more than {FILE_SIZE:,}", "split it, or keep it out of docs/")
    if b"\0" in data:
        raise HeaderError(_position_after(data[: data.index(b"\0")]), "is not text: it holds NUL bytes", "save it as UTF-8 text")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        position, byte = _position_after(data[: error.start]), data[error.start]
        raise HeaderError(position, f"is not UTF-8: byte 0x{byte:02X}", "save it as UTF-8") from None
    return _with_unix_line_ends(text.lstrip("\ufeff"))


def _with_unix_line_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _position_after(data: bytes) -> Position:
    """The position of the character that follows these bytes at the start of a file."""
    text = _with_unix_line_ends(data.decode("utf-8", errors="replace").lstrip("\ufeff"))
    return Position(text.count("\n") + 1, len(text.rpartition("\n")[2]) + 1)


def one_line(text: str, position: Position) -> Outcome[str]:
    """The text as one line in NFC: white space folded, invisible characters removed, with a notice at `position` that names them."""
    visible = STEERING.sub("", ILLEGAL.sub("", text))
    line = unicodedata.normalize("NFC", WHITE_SPACE.sub(" ", visible).strip())
    if len(visible) == len(text):
        return Outcome(line)
    removed = sorted({f"U+{ord(character):04X}" for character in set(text) - set(visible)})
    message = f"has invisible characters ({', '.join(removed)}); read as {quoted(line)}"
    return Outcome(line, (LocalDiagnostic(position, message, "delete them", Severity.NOTICE),))


COMMENTS = tuple(
    (re.compile(start), re.compile(end))
    for start, end in (
        (r"<!--", r"-->"),
        (r"(?<![%\d])%%(?!%)", r"(?<!%)%%(?!%)"),
        (r"\{\{-?\s*/\*", r"\*/\s*-?\}\}"),
        (r"\{/\*", r"\*/\}"),
        (r"\{%-?\s*comment\s*-?%\}", r"\{%-?\s*endcomment\s*-?%\}"),
        (r"\{%-?\s*#", r"%\}"),
        (r"\{#(?![A-Za-z-])", r"#\}"),
        (r"\{::comment\}", r"\{:/(?:comment)?\}"),
    )
)
"""The starts and ends of comments in the texts that articles are written in: HTML, Obsidian, Hugo, MDX, Liquid, Jinja, kramdown."""
CODE_SPAN = re.compile(r"`[^`]++`")
MAY_COMMENT = re.compile(r"<!--|%%|\{[{%/#:]")


def without_comments(text: str) -> str:
    """A plain text, such as a title or a description, without the comments in it, but for those in a code span."""
    if not MAY_COMMENT.search(text):
        return text
    for start, end in COMMENTS:
        parts, position, mask = [], 0, CODE_SPAN.sub(lambda span: "\0" * len(span[0]), text)
        while (opening := start.search(mask, position)) and (closing := end.search(mask, opening.end())):
            parts.append(text[position : opening.start()])
            position = closing.end()
        text = "".join((*parts, text[position:])) if parts else text
    return text


def clean_block(text: str) -> Outcome[str]:
    """A text of several lines without control characters and direction overrides; a notice for each line and kind that was removed."""
    present = [] if _is_printable_ascii(text) else [(pattern, name) for pattern, name in REMOVED if pattern.search(text)]
    diagnostics = [
        diagnostic
        for pattern, name in present
        for diagnostic in limited(_first_in_each_line(pattern, text), partial(_removal_notice, name))
    ]
    for pattern, _ in present:
        text = pattern.sub("", text)
    return Outcome(text, tuple(diagnostics))


def _is_printable_ascii(text: str) -> bool:
    """Whether a text is printable ASCII, as most are; a test on bytes is many times faster than a search in text."""
    return text.isascii() and not text.encode().translate(None, PRINTABLE_ASCII)


def _first_in_each_line(pattern: re.Pattern[str], text: str) -> list[tuple[int, int, str]]:
    """Line, column and text of the first match in each line that has one."""
    lines = enumerate(text.split("\n"), 1)
    return [(number, match.start() + 1, match[0]) for number, line in lines if (match := pattern.search(line))]


def _removal_notice(name: str, match: tuple[int, int, str]) -> LocalDiagnostic:
    line, column, character = match
    return LocalDiagnostic(Position(line, column), f"has a {name} (U+{ord(character):04X}), left out", "delete it", Severity.NOTICE)


def width(text: str) -> int:
    """The width of a text in Latin letters; characters of Chinese, Japanese and Korean are twice as wide (Unicode Annex 11)."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def shorten(text: str, length: int) -> str:
    """The text in at most `length` characters: cut at a word, with an ellipsis, where it is longer."""
    if len(text) <= length:
        return text
    start = text[: length - 1]
    return (start.rpartition(" ")[0] or start).rstrip(" ,;:.") + "…"


WORD = re.compile(r"[^ \t]+")
REPAIRED_CHARACTERS = {
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
"""The characters that a repair may yield: Western letters, punctuation, arrows, emoji. `thé»…` is French, but decodes to Chinese."""
CAPITALS_IN_QUOTES = re.compile(r"[A-ZÀ-Þ]{2}[ÂÃ][»›’”]")
"""A word that looks like mojibake and is not: «MAÇÃ» is Portuguese."""
ABOUT_ENCODINGS = re.compile(r"mojibake|character encoding|text encoding|charset|code ?page|latin-?1|windows-1252|iso-8859", re.I)
"""An article about encodings shows mojibake on purpose; its text is left alone."""


@dataclass(frozen=True)
class Repair:
    """A word of mojibake, and the word that was meant."""

    position: Position
    before: str
    after: str


def repaired(text: str) -> Outcome[str]:
    """The text with its mojibake repaired, and a notice for each repair."""
    fixed, repairs = repair_mojibake(text)
    return Outcome(fixed, limited(repairs, _repair_notice))


def repair_mojibake(text: str) -> tuple[str, tuple[Repair, ...]]:
    """The text with its mojibake repaired (UTF-8 that was once read as windows-1252, by ftfy), and the repairs in order.

    Code is left alone, and so is a text about encodings.
    """
    if text.isascii():
        return text, ()
    lines, known = text.split("\n"), dict[str, str]()
    broken = {index: words for index, line in enumerate(lines) if not line.isascii() and (words := _broken_words(line, known))}
    if not broken or ABOUT_ENCODINGS.search(text):
        return text, ()
    mask = masked(text, indented=True).split("\n")
    repairs: list[Repair] = []
    for index, words in broken.items():
        lines[index], line_repairs = _repair_line(lines[index], mask[index], index + 1, words)
        repairs += line_repairs
    return "\n".join(lines), tuple(repairs)


class Slip(enum.Enum):
    """A slip of the hand that turns one word into another."""

    SWAPPED = "swapped"
    """Two neighbouring letters are swapped."""
    DOUBLED = "doubled"
    """A letter is there twice."""
    ENDING = "ending"
    """The last letter is missing, or there is one more."""
    LETTER = "letter"
    """Another letter is missing, or wrong, or there is one more."""


def slip(written: str, known: str) -> Slip | None:
    """The slip by which a word differs from a known one; None where they are the same, or differ by more."""
    if written == known or abs(len(written) - len(known)) > 1:
        return None
    if any(written[at] == written[at + 1] and written[:at] + written[at + 1 :] == known for at in range(len(written) - 1)):
        return Slip.DOUBLED
    start = next((at for at, pair in enumerate(zip(written, known, strict=False)) if pair[0] != pair[1]), None)
    if start is None:
        return Slip.ENDING
    rest, wanted = written[start:], known[start:]
    if rest[:2] == wanted[1::-1] and rest[2:] == wanted[2:]:
        return Slip.SWAPPED
    return Slip.LETTER if rest[1:] == wanted or rest == wanted[1:] or rest[1:] == wanted[1:] else None


def most_similar(word: str, names: Iterable[str]) -> str:
    """The name that a word was probably meant to be, for messages ("did you mean"); empty where none is similar, or the word is too long.

    That is the word in another case, else a name of which two letters are swapped or one is doubled in it, else the name most like it.
    """
    if len(word) > MAX_COMPARED_LENGTH:
        return ""
    wanted, by_form = word.casefold(), {name.casefold(): name for name in names}
    if wanted in by_form:
        return by_form[wanted]
    slips = (form for form in by_form if slip(wanted, form) in (Slip.SWAPPED, Slip.DOUBLED))
    alike = next(slips, "") or next(iter(get_close_matches(wanted, by_form, n=1, cutoff=MIN_SIMILARITY)), "")
    return by_form.get(alike, "")


def escape_markdown(text: str) -> str:
    """Text as Markdown that shows exactly this text, whatever extensions of Markdown are on."""

    def escape(match: re.Match[str]) -> str:
        return f"\\{match[0]}" if match[0] in BACKSLASH_ESCAPES else f"&#{ord(match[0])};"

    return MARKDOWN_SYNTAX.sub(escape, text)


def show_difference(name: str, before: str, after: str) -> str:
    """The difference of two texts of the file `name` as a unified diff; empty where they are the same."""
    lines = unified_diff(before.splitlines(keepends=True), after.splitlines(keepends=True), name, name)
    return "".join(line if line.endswith("\n") else line + "\n" for line in lines)


def _repair_notice(repair: Repair) -> LocalDiagnostic:
    message = f"{quoted(repair.before)} is broken text; published as {quoted(repair.after)}"
    return LocalDiagnostic(repair.position, message, "`python hooks fix` rewrites the file", Severity.NOTICE)


def _broken_words(line: str, known: dict[str, str]) -> list[tuple[int, str, str]]:
    """Start, text and repair of each broken word of a line; `known` caches the repairs by word, and is added to."""
    words = [(match.start(), match[0]) for match in WORD.finditer(line)]
    for _, word in words:
        if word not in known:
            known[word] = _repair_word(word)
    return [(start, word, known[word]) for start, word in words if known[word] != word]


def _repair_line(line: str, mask: str, number: int, words: list[tuple[int, str, str]]) -> tuple[str, list[Repair]]:
    """The line with its broken words repaired, except in code, which has NULs in the mask."""
    parts, repairs, end = [], [], 0
    for start, word, fixed in words:
        if "\0" not in mask[start : start + len(word)]:
            parts += [line[end:start], fixed]
            end = start + len(word)
            repairs.append(Repair(Position(number, start + 1), word, fixed))
    return "".join([*parts, line[end:]]), repairs


def _repair_word(word: str) -> str:
    """The word that was meant, where a repair removes everything odd, shortens it, and yields expected characters; else the word itself."""
    if word.isascii() or len(word) > MAX_WORD:
        return word
    import ftfy
    from ftfy.badness import badness

    if not badness(word):
        return word
    fixed = ftfy.fix_encoding(word)
    is_plausible = not badness(fixed) and len(fixed) < len(word) and REPAIRED_CHARACTERS.issuperset(set(fixed) - set(word))
    return fixed if is_plausible and not CAPITALS_IN_QUOTES.search(word) else word


SEPARATORS = frozenset(" -_\t\u00a0\ufe0e\ufe0f")
"""Characters that make no difference between tag names: white space, `-`, `_`, and the variation selectors of emoji."""
CACHED_TAGS = 10_000
"""Names of tags whose keys are kept: a site has far fewer tags than articles that use them."""


@lru_cache(CACHED_TAGS)
def tag_key(name: str) -> str:
    """The key that all spellings of one tag share: it ignores case, spaces, `-`, `_` and the accents of Latin and Greek letters.

    `C`, `C#` and `C++` have different keys, and so have letters that other scripts distinguish by an accent, as Japanese and Russian do.
    """
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", name).casefold())
    pairs = zip(" " + folded, folded, strict=False)
    significant = [character for before, character in pairs if character not in SEPARATORS and not _is_accent(character, before)]
    return "".join(significant) or name.casefold()


def _is_accent(character: str, before: str) -> bool:
    """Whether a character is an accent on a Latin or Greek letter; `before` is the character in front of it."""
    return "\u0300" <= character <= "\u036f" and (before < "\u0400" or "\u1d00" <= before <= "\u1eff")
