"""The words of templates and scripts in the language of a site: gettext catalogues, and dates and month names from CLDR (Babel).

Catalogues are `locale/<language>/LC_MESSAGES/almanac_kb.po`, read as they are: there are no compiled files that could be out of date.
English is the text in the code; a message that a catalogue lacks is shown in English.
"""

import datetime
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

from almanac_kb.core.languages import is_english, locale

ENGLISH = Locale("en")
FOLDER = Path(__file__).parent.parent / "locale"
FILE = Path("LC_MESSAGES", "almanac_kb.po")
"""The catalogue of a language, in its folder below `FOLDER`."""


@dataclass(frozen=True)
class Messages:
    """The messages of a site in its language. `%(name)s` in a message is a placeholder, which the caller fills by `%`."""

    language: str = "en"
    """A BCP 47 tag: `de`, `pt-BR`. A language without a catalogue has English messages."""

    def gettext(self, message: str) -> str:
        """The message in the language of the site; `message` itself, which is English, where its catalogue lacks it."""
        return _translations(self.language).ugettext(message)

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        """The form of a message that this language has for a number: German has two, Arabic six, Japanese one."""
        return _translations(self.language).ungettext(singular, plural, number)

    def date(self, day: datetime.date) -> str:
        """A date as it is written in this language: `12.03.2024`, `12 mars 2024`, `2024年3月12日`.

        In English, whose readers differ in whether the day or the month comes first, it is `2024-03-12` (ISO 8601).
        """
        return f"{day:%Y-%m-%d}" if is_english(self.language) else format_date(day, "medium", locale=self._locale)

    def month(self, number: int) -> str:
        """The name of a month, from 1 to 12, as a heading: `March`, `März`, `3月`."""
        name: str = self._locale.months["stand-alone"]["wide"][number]
        return name[:1].upper() + name[1:]

    def short_month(self, number: int) -> str:
        """The shortest name of a month that is still clear, as below a chart: `Mar`, `Mär`, `3月`."""
        name: str = self._locale.months["stand-alone"]["abbreviated"][number]
        return name

    def month_of_year(self, year: int, month: int) -> str:
        """A month with its year: `March 2024`, `März 2024`, `2024年3月`."""
        return format_skeleton("yMMMM", datetime.date(year, month, 1), locale=self._locale)

    @property
    def _locale(self) -> Locale:
        return locale(self.language) or ENGLISH


def message(text: str) -> str:
    """The text itself; marks it for extraction into the catalogues where `gettext` is called with a variable."""
    return text


def languages() -> tuple[str, ...]:
    """The BCP 47 tags of the languages that have a catalogue."""
    return tuple(sorted(path.parent.parent.name for path in FOLDER.glob(f"*/{FILE.as_posix()}")))


def read_catalogue(language: str) -> Catalog:
    """The catalogue of a language, one of `languages()`."""
    with (FOLDER / language / FILE).open("rb") as file:
        return read_po(file, language)


def script_catalogue(language: str, others: Iterable[str] = ()) -> str:
    """The source of `assets/catalogue.js`, the module with the messages of our scripts.

    They are those of the language of the site; in a page of one of the `others` those of that language.
    """
    words = ",\n".join(f"{json.dumps(tag)}: {_script_words(tag)}" for tag in dict.fromkeys((language, *others)))
    return (
        f"const words = {{\n{words}\n}};\n"
        "const asked = globalThis.document?.documentElement.lang;\n"
        f"export const language = asked in words ? asked : {json.dumps(language)};\n"
        "export const { messages, plural } = words[language];\n"
    )


def _script_words(language: str) -> str:
    """The messages of our scripts in one language, and the function that says which of the forms of a message a number has."""
    tag = _catalogue_tag(language)
    catalogue = read_catalogue(tag) if tag else Catalog("en")
    of_scripts = (message for message in catalogue if any(path.endswith(".js") for path, _ in message.locations))
    texts = {message.id if isinstance(message.id, str) else message.id[0]: message.string for message in of_scripts if message.string}
    values = json.dumps(texts, ensure_ascii=False, indent=1)
    plural = f"(n) => Number({catalogue.plural_expr})"  # C, in which gettext writes it, is JavaScript here
    return f"{{ messages: {values}, plural: {plural} }}"


def _catalogue_tag(language: str) -> str | None:
    """The language whose catalogue serves a tag: `pt` for `pt-BR`, which has none of its own; None where there is none."""
    parts = language.replace("-", "_").split("_")
    tags = ("_".join(parts[:length]) for length in range(len(parts), 0, -1))
    return next((tag for tag in tags if tag in languages()), None)


@lru_cache(100)
def _translations(language: str) -> NullTranslations:
    """The translations for a tag; those of English where there is no catalogue."""
    tag = _catalogue_tag(language)
    if tag is None:
        return NullTranslations()
    compiled = BytesIO()
    write_mo(compiled, read_catalogue(tag))
    compiled.seek(0)
    return Translations(compiled)
