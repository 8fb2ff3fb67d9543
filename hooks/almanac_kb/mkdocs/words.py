"""The words of templates: gettext and dates in the language of the page that is rendered; the theme's own words in that language."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from jinja2 import Environment, pass_context
from jinja2.runtime import Context

from almanac_kb.core.messages import Messages
from almanac_kb.mkdocs import compat


@dataclass(frozen=True)
class PageWords:
    """The functions of templates for messages and dates; `site` are the messages of pages that name no language."""

    site: Messages
    theirs: dict[str, Callable[..., str]] = field(default_factory=dict)
    """The functions of MkDocs, which look in the `locales/` of the theme for what our catalogues lack."""

    @pass_context
    def gettext(self, context: Context, message: str) -> str:
        """A message in the language of the page."""
        text = self._messages(context).gettext(message)
        return self.theirs["gettext"](message) if text == message and "gettext" in self.theirs else text

    @pass_context
    def ngettext(self, context: Context, singular: str, plural: str, number: int) -> str:
        """The form of a message for a number, in the language of the page."""
        text = self._messages(context).ngettext(singular, plural, number)
        return self.theirs["ngettext"](singular, plural, number) if text in {singular, plural} and "ngettext" in self.theirs else text

    @pass_context
    def date(self, context: Context, day: date) -> str:
        """A date as it is written in the language of the page."""
        return self._messages(context).date(day)

    def _messages(self, context: Context) -> Messages:
        language = getattr(context.get("page_input"), "language", "")
        return Messages(language) if language else self.site


def install(env: Environment, messages: Messages) -> None:
    """Adds `gettext`, `ngettext` and `{% trans %}`, and the filter `local_date`; `messages` are those of the site."""
    env_globals: dict[str, Any] = dict(env.globals)
    env.add_extension("jinja2.ext.i18n")
    words = PageWords(messages, {name: env_globals[name] for name in ("gettext", "ngettext") if name in env_globals})
    env.globals.update(gettext=words.gettext, ngettext=words.ngettext)
    env.filters["local_date"] = words.date


@lru_cache(100)
def theme_language(tag: str) -> str:
    """The name of the theme's file of words for a language, given as a BCP 47 tag; empty where it has none."""
    names = {path.stem.casefold(): path.stem for path in (compat.THEME_TEMPLATES / "partials" / "languages").glob("*.html")}
    parts = tag.casefold().split("-")
    return next((names[name] for length in range(len(parts), 0, -1) if (name := "-".join(parts[:length])) in names), "")
