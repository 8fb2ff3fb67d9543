"""Languages by BCP 47 tag: validation, writing direction, native names, and alphabetical order (CLDR)."""

import re
import unicodedata
from functools import lru_cache

from babel import Locale, UnknownLocaleError

TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
"""A language tag of BCP 47, without its rarer forms."""
RIGHT_TO_LEFT = re.compile(
    r"(?:ar|arc|az-arab|ckb|dv|fa|he|iw|khw|ks|ku-arab|mzn|nqo|pa-arab|pnb|ps|sd|syr|ug|ur|yi)(?:-|$)", re.IGNORECASE
)
"""Languages whose usual script is written from right to left; a tag may name another script."""
SCRIPTS = re.compile(r"-(?P<script>[A-Za-z]{4})(?:-|$)")
RIGHT_TO_LEFT_SCRIPTS = frozenset({"adlm", "arab", "aran", "hebr", "mand", "nkoo", "rohg", "syrc", "thaa"})


def language_tag(written: str) -> str:
    """The BCP 47 tag of a language as an author wrote it (`de_AT` gives `de-AT`); empty where it is none."""
    tag = written.strip().replace("_", "-")
    return tag if TAG.fullmatch(tag) else ""


def primary_subtag(tag: str) -> str:
    """The first part of a language tag in lower case, that of the language without region and script: `de` of `de-AT` and `de_AT`."""
    return tag.replace("_", "-").partition("-")[0].lower()


@lru_cache(1000)
def locale(tag: str) -> Locale | None:
    """The CLDR data of a language, given as a BCP 47 tag; None where there are none."""
    try:
        return Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError):
        return None


def is_english(language: str) -> bool:
    """Whether a BCP 47 tag is one of English, whose messages need no catalogue."""
    return primary_subtag(language) == "en"


def direction(tag: str) -> str:
    """`rtl` for a language that is written from right to left, else `ltr`."""
    script = SCRIPTS.search(tag)
    is_rtl = script["script"].lower() in RIGHT_TO_LEFT_SCRIPTS if script else bool(RIGHT_TO_LEFT.match(tag))
    return "rtl" if is_rtl else "ltr"


@lru_cache(1000)
def own_name(tag: str) -> str:
    """The name of a language in that language: `Deutsch`, `português (Brasil)`, `简体中文`; the tag itself where Babel does not know it."""
    known = locale(tag)
    name = known.get_display_name() if known else None
    return name[:1].upper() + name[1:] if name else tag


def is_regional(name: str) -> bool:
    """Whether a name can only be that of a language with a region or script: `zh-cn`, `pt-BR`, `sr_latn`."""
    tag = language_tag(name)
    return "-" in tag and locale(tag) is not None


NUMBER = re.compile(r"([0-9]{1,50})")
COLLATIONS = {
    "cs": "c<č, h<ch, r<ř, s<š, z<ž",
    "da": "z<æ=ä<ø=ö<å",
    "es": "n<ñ",
    "et": "s<š<z<ž, w<õ<ä<ö<ü",
    "fi": "z<å<ä=æ<ö=ø",
    "hr": "c<č<ć, d<đ, s<š, z<ž",
    "hu": "o<ö, u<ü",
    "is": "a<á, d<ð, e<é, i<í, o<ó, u<ú, y<ý, z<þ<æ<ö<å",
    "lt": "c<č, s<š, z<ž",
    "lv": "c<č, g<ģ, k<ķ, l<ļ, n<ņ, s<š, z<ž",
    "nb": "z<æ=ä<ø=ö<å",
    "nn": "z<æ=ä<ø=ö<å",
    "no": "z<æ=ä<ø=ö<å",
    "pl": "a<ą, c<ć, e<ę, l<ł, n<ń, o<ó, s<ś, z<ź<ż",
    "ro": "a<ă<â, i<î, s<ș, s<ş, t<ț, t<ţ",
    "sk": "a<ä, c<č, h<ch, o<ô, s<š, z<ž",
    "sl": "c<č<ć, d<đ, s<š, z<ž",
    "sv": "z<å<ä=æ<ö=ø",
    "tr": "c<ç, g<ğ, h<ı, o<ö, s<ş, u<ü",
}
"""By language, letters that sort behind another letter of its alphabet (`<`), or equal to one (`=`), after the rules of CLDR.

In all other languages a letter with a diacritic sorts as the letter without it. Source: unicode.org/reports/tr35/tr35-collation.html.
"""
NO_SIGN = {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
"""Base letters of letters that Unicode does not decompose."""

Key = tuple[tuple[int, int, str], ...]


def sort_key(name: str, language: str = "") -> tuple[Key, str]:
    """A key that sorts names as a dictionary of `language` (a BCP 47 tag) does: ignoring case, and with numbers in them by their value.

    `Step 2` sorts before `Step 10`; `Ålesund` sorts after `Zürich` in Swedish and before `Berlin` in German. Names that differ only in case
    or diacritics sort by code point; symbols sort before numbers, numbers before letters.
    """
    letters = _letters(primary_subtag(language), name.isascii())
    parts = NUMBER.split(unicodedata.normalize("NFC", name).casefold())
    return tuple(
        (1, int(part), "") if index % 2 else (2 if part[0].isalpha() else 0, 0, _fold(part, letters))
        for index, part in enumerate(parts)
        if part
    ), name


def _fold(text: str, letters: dict[str, str]) -> str:
    """The text with each letter replaced by what it sorts as in the language."""
    for written, placed in letters.items():
        text = text.replace(written, placed)
    if text.isascii():
        return text
    return "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))


@lru_cache(64)
def _letters(language: str, is_ascii: bool) -> dict[str, str]:
    """The sort key of each special letter of a language: the letter before it and a private-use character, behind all letters.

    `is_ascii` is for names in ASCII, in which only letters such as `ch` are special.
    """
    letters: dict[str, str] = {}
    for chain in filter(None, COLLATIONS.get(language, "").split(", ")):
        first, *behind = chain.split("<")
        for number, letter in enumerate(behind):
            if letter in "abcdefghijklmnopqrstuvwxyz":
                first = letter
            for same in letter.split("=") if letter != first else ():
                letters[same] = f"{first}{chr(0xE000 + number)}"
    special = {**letters, **{letter: plain for letter, plain in NO_SIGN.items() if letter not in letters}}
    return {letter: placed for letter, placed in special.items() if letter.isascii() or not is_ascii}
