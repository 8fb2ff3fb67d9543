"""What a reader sees or hears of a page: its texts and the attributes that are read aloud; and which of it is an English message."""

import re
from html.parser import HTMLParser

from almanac_kb.core import messages

PLACEHOLDER = re.compile(r"%\(\w+\)s")
NAMES = ("aria-label", "placeholder", "title", "alt")
"""Attributes whose values readers see or hear."""


class _Texts(HTMLParser):
    """The texts and named attributes of HTML; those of scripts and styles are none."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag
        self.texts += [value for name, value in attrs if name in NAMES and value]

    def handle_data(self, data: str) -> None:
        if self._inside not in {"script", "style", "kbd"} and data.strip():
            self.texts.append(" ".join(data.split()))


def seen(html: str) -> list[str]:
    """The texts of a page."""
    reader = _Texts()
    reader.feed(html)
    return reader.texts


def forms(text: object) -> tuple[str, ...]:
    """The singular and plural forms of a message or of its translation."""
    return tuple(text) if isinstance(text, list | tuple) else (str(text),)


def english_words(language: str, html: str) -> list[str]:
    """The texts of a page that are messages of ours in English, and not what another language says too."""
    catalogue = messages.read_catalogue(language)
    single = {form for message in catalogue if message.id for form in forms(message.id) if form not in forms(message.string)}
    english = re.compile("|".join(PLACEHOLDER.sub(".+", re.sub(r"([?.])", r"\\\1", form)) for form in sorted(single)))
    return [text for text in seen(html) if english.fullmatch(text)]
