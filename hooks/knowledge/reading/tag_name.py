"""The name of a tag, as authors spell it one way and another."""

import unicodedata

IGNORED = frozenset(" -_\t\u00a0\ufe0e\ufe0f")
"""What spellings of a tag may differ by: space, `-`, `_`, and the selector between two pictures of an emoji."""


def key(name: str) -> str:
    """What spellings of one tag have in common: case, spaces, `-`, `_` and the accents of Latin and Greek letters ignored.

    `C`, `C#` and `C++` differ, and so do letters that other scripts tell apart by a mark, as in Japanese and Russian.
    """
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", name).casefold())
    kept = [each for before, each in zip(" " + folded, folded, strict=False) if each not in IGNORED and not _is_accent(each, before)]
    return "".join(kept) or name.casefold()


def _is_accent(character: str, before: str) -> bool:
    """Whether a character is a mark on a Latin or Greek letter, or on another mark of one."""
    return "\u0300" <= character <= "\u036f" and (before < "\u0400" or "\u1d00" <= before <= "\u1eff")
