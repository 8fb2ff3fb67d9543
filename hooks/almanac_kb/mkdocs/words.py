"""The words of templates: gettext and dates in the language of the page that is rendered; the theme's own words in that language."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, pass_context, pass_environment
from jinja2.runtime import Context
from markupsafe import escape

from almanac_kb.core.messages import Messages
from almanac_kb.mkdocs import compat


class ThemeWords(dict[str, str]):
    """The theme's words in one of its languages, by their keys; those that it lacks are English, or the key itself.

    A word of a partial of the theme is asked for once. Partials of a site can show anything, hence they are asked each time.
    """

    def __init__(self, env: Environment, language: str) -> None:
        self._templates = [env.get_template(f"partials/languages/{name}.html") for name in (language, "en")]
        files = (Path(each.filename or "") for each in self._templates)
        self._is_fixed = all(file.is_relative_to(compat.THEME_TEMPLATES) for file in files)

    def __missing__(self, key: str) -> str:
        own, english = (vars(each.module)["t"] for each in self._templates)
        text = escape(own(key) or english(key) or key)
        if self._is_fixed:
            self[key] = text
        return text


@dataclass(frozen=True)
class PageWords:
    """The functions of templates for messages and dates; `site` are the messages of pages that name no language."""

    site: Messages
    theirs: dict[str, Callable[..., str]] = field(default_factory=dict)
    """The functions of MkDocs, which look in the `locales/` of the theme for what our catalogues lack."""
    of_theme: dict[str, "ThemeWords"] = field(default_factory=dict)
    """The theme's words, by the name of their language."""

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

    @pass_environment
    def theme(self, env: Environment, language: str) -> Callable[[str], str]:
        """The function that returns the theme's words in one of its languages by their keys, as `t` of its partial does."""
        words = self.of_theme.get(language)
        if words is None:
            words = self.of_theme[language] = ThemeWords(env, language)
        return words.__getitem__

    def _messages(self, context: Context) -> Messages:
        language = getattr(context.get("page_input"), "language", "")
        return Messages(language) if language else self.site


def install(env: Environment, messages: Messages) -> None:
    """Adds `gettext`, `ngettext` and `{% trans %}`, and the filter `local_date`; `messages` are those of the site."""
    env_globals: dict[str, Any] = dict(env.globals)
    env.add_extension("jinja2.ext.i18n")
    words = PageWords(messages, {name: env_globals[name] for name in ("gettext", "ngettext") if name in env_globals})
    env.globals.update(gettext=words.gettext, ngettext=words.ngettext, theme_words=words.theme)
    env.filters["local_date"] = words.date


@lru_cache(100)
def theme_language(tag: str) -> str:
    """The name of the theme's file of words for a language, given as a BCP 47 tag; empty where it has none."""
    names = {path.stem.casefold(): path.stem for path in (compat.THEME_TEMPLATES / "partials" / "languages").glob("*.html")}
    parts = tag.casefold().split("-")
    return next((names[name] for length in range(len(parts), 0, -1) if (name := "-".join(parts[:length])) in names), "")
