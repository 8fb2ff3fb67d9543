"""Names of months and weekdays in the languages of the world (CLDR, from Babel)."""

import unicodedata
from functools import lru_cache

from babel import Locale, UnknownLocaleError

_COMMON = (
    "af ar az be bg bn bs ca cs cy da de el en eo es et eu fa fi fr ga gl gu he hi hr hu hy id is it ja ka kk kn ko ku ky lb lt lv mk ml "
    "mn mr ms my nb ne nl nn pa pl pt ro ru sk sl sq sr sv sw ta te th tr uk ur uz vi zh"
)
COMMON = tuple(_COMMON.split())
"""Languages whose names are read in a text that does not say its language.

In some of the two hundred others that Babel knows `mai` is August and `jan` is June: they count only where an article declares them.
"""
FILLERS = frozenset({"de", "del", "of", "d", "di", "m", "the"})
"""Words that stand beside the name of a month: `12 de diciembre de 2023`, `2023 m. gruodžio 12 d.`."""


def months_named(name: str, language: str = "") -> frozenset[int]:
    """The months, from 1 to 12, that a name or its short form means: several where languages differ (`listopad`), none if unknown.

    `language` is the BCP 47 tag of the text, or empty: names of that language count before those of others.
    """
    word = _folded(name)
    own = _months(_base(language)).get(word, frozenset()) if language else frozenset()
    return own or _common_months().get(word, frozenset())


def is_weekday(name: str, language: str = "") -> bool:
    """Whether a word is the name of a day of the week, or its short form."""
    word = _folded(name)
    return any(word in _weekdays(each) for each in dict.fromkeys((_base(language), "en", *COMMON)))


def _folded(name: str) -> str:
    words = [each.strip(".") for each in unicodedata.normalize("NFC", name).lower().replace("’", " ").replace("'", " ").split()]
    return " ".join(each for each in words if each not in FILLERS)


def _base(language: str) -> str:
    return language.replace("_", "-").partition("-")[0].lower()


@lru_cache(1)
def _common_months() -> dict[str, frozenset[int]]:
    found: dict[str, frozenset[int]] = {}
    for language in COMMON:
        for name, months in _months(language).items():
            found[name] = found.get(name, frozenset()) | months
    return found


@lru_cache(256)
def _months(language: str) -> dict[str, frozenset[int]]:
    """The months by all their names in a language; nothing for a language that CLDR does not know."""
    locale = _locale(language)
    found: dict[str, frozenset[int]] = {}
    for use in ("format", "stand-alone") if locale else ():
        for width in ("wide", "abbreviated"):
            for month, name in locale.months[use][width].items() if locale else ():
                word = _folded(name)
                found[word] = found.get(word, frozenset()) | {month}
    return found


@lru_cache(256)
def _weekdays(language: str) -> frozenset[str]:
    locale = _locale(language)
    if locale is None:
        return frozenset()
    return frozenset(
        _folded(name)
        for use in ("format", "stand-alone")
        for width in ("wide", "abbreviated", "short")
        for name in locale.days[use].get(width, {}).values()
    )


def _locale(language: str) -> Locale | None:
    try:
        return Locale(language)
    except (UnknownLocaleError, ValueError):
        return None
