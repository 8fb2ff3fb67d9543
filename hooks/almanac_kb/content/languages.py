"""Languages by their BCP 47 tags: valid ones, their direction, and their names for people who speak them (CLDR, from Babel)."""

import re
from functools import lru_cache

from almanac_kb.core import messages

TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
"""A language tag of BCP 47, without its rarer forms."""
RIGHT_TO_LEFT = re.compile(
    r"(?:ar|arc|az-arab|ckb|dv|fa|he|iw|khw|ks|ku-arab|mzn|nqo|pa-arab|pnb|ps|sd|syr|ug|ur|yi)(?:-|$)", re.IGNORECASE
)
"""Languages that are written from right to left in the script that they have unless the tag names another."""
SCRIPTS = re.compile(r"-(?P<script>[A-Za-z]{4})(?:-|$)")
RIGHT_TO_LEFT_SCRIPTS = frozenset({"adlm", "arab", "aran", "hebr", "mand", "nkoo", "rohg", "syrc", "thaa"})


def language_tag(written: str) -> str:
    """What an author wrote as a language as a BCP 47 tag (`de_AT` gives `de-AT`); empty where it is none."""
    tag = written.strip().replace("_", "-")
    return tag if TAG.fullmatch(tag) else ""


def direction(tag: str) -> str:
    """`rtl` for a language that is written from right to left, else `ltr`."""
    script = SCRIPTS.search(tag)
    is_rtl = script["script"].lower() in RIGHT_TO_LEFT_SCRIPTS if script else bool(RIGHT_TO_LEFT.match(tag))
    return "rtl" if is_rtl else "ltr"


@lru_cache(1000)
def own_name(tag: str) -> str:
    """The name of a language in itself: `Deutsch`, `português (Brasil)`, `简体中文`; the tag where Babel does not know it."""
    locale = messages.locale(tag)
    name = locale.get_display_name() if locale else None
    return name[:1].upper() + name[1:] if name else tag


def is_regional(name: str) -> bool:
    """Whether a name can be nothing but that of a language and a region or script: `zh-cn`, `pt-BR`, `sr_latn`."""
    tag = language_tag(name)
    return "-" in tag and messages.locale(tag) is not None
