"""What a compiled text depends on: the text, and the environment in which it is compiled."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from almanac_kb.core import cache as core_cache
from almanac_kb.core.cache import code_version
from almanac_kb.core.packed_text import PackedText
from almanac_kb.core.paths import SourcePath, folder
from almanac_kb.core.urls import NO_HOSTS, Hosts
from almanac_kb.markdown import renderers
from almanac_kb.markdown.inserted_files import Lookup, answer, no_snippets
from almanac_kb.markdown.link_index import LinkIndex
from almanac_kb.markdown.references import Bibliography
from almanac_kb.markdown.renderers import AUTO, PYTHON_MARKDOWN

PACKAGES = ("markdown-it-py", "markdown", "pymdown-extensions", "pygments", "mkdocs-material", "nh3")
"""Packages whose versions affect compiled texts."""


@dataclass(frozen=True)
class Text:
    """The body of an article, to be compiled."""

    source: SourcePath
    markdown: PackedText
    """The Markdown after the front matter."""
    renderer: str = AUTO
    """`markdown:` of its header."""
    folder_renderer: str = AUTO
    """`markdown:` of the nearest `.pages` that has one."""


@dataclass(frozen=True)
class GlossaryTerm:
    """A term of the glossary."""

    term: str
    """The term as articles write it: `AUC`, `510(k)`, `machine learning`."""
    short: str
    """The first sentence of its definition, as plain text."""
    anchor: str
    """The id of the term on the page of the glossary."""


@dataclass(frozen=True)
class CompileEnvironment:
    """Everything a compiled text depends on beside the text itself; picklable."""

    extensions: tuple[str, ...] = ()
    """Names of Python-Markdown's extensions, in order."""
    options: Mapping[str, Any] = field(default_factory=dict)
    """The options of each extension, by name."""
    index: LinkIndex = field(default_factory=LinkIndex)
    """Names of all files of the site."""
    bibliography: Bibliography = field(default_factory=Bibliography)
    """The references that articles may cite."""
    glossary: tuple[GlossaryTerm, ...] = ()
    """The terms that are explained in texts."""
    hosts: Hosts = NO_HOSTS
    """Hosts from which images, media and frames may come."""
    trusted: tuple[str, ...] = ()
    """Folders of docs/ whose authors may write any HTML."""
    snippet: Lookup = no_snippets
    """Returns the text of a file of docs/ that an article may insert, by path."""
    appended: str = ""
    """Markdown appended to each text: definitions of abbreviations and links (`auto_append` of pymdownx.snippets)."""
    renderer: str = AUTO
    """`markdown:` of the settings."""
    language: str = "en"
    """The language of the site as a BCP 47 tag, for words that the renderer adds, such as titles of callouts."""
    is_adopted: bool = False
    """Whether the site was one of MkDocs before, so that its texts are written for Python-Markdown."""
    added: tuple[Any, ...] = ()
    """Extension objects made by MkDocs plugins; they have state, and exist in this process only."""

    def answer(self, key: str) -> tuple[str, ...]:
        """The present value of a key of `Document.lookups`."""
        path = key.removeprefix("snippet:")
        return self.index.by_key.get(key, ()) if path == key else answer(self.snippet(path))


def text_of(source: SourcePath, body: PackedText, extra: Mapping[str, Any], folder_renderer: str) -> Text:
    """The Text of an article; `extra` are the other fields of its header, of which `markdown` names a renderer, as may its folder."""
    return Text(source, body, str(extra.get("markdown", AUTO)).strip().lower(), folder_renderer)


def renderer_of(text: Text, env: CompileEnvironment) -> tuple[str, str]:
    """The renderer of a text, `commonmark` or `python-markdown`, and the reason as a phrase."""
    if env.added:
        return PYTHON_MARKDOWN, "a plugin adds an extension"
    return renderers.choose(
        article=text.renderer, folder=text.folder_renderer, site=env.renderer, extensions=env.extensions, is_adopted=env.is_adopted
    )


def fingerprint(env: CompileEnvironment) -> str:
    """A digest of the environment without link index and snippets, of package versions and of this project's code."""
    parts = repr(
        (env.extensions, env.bibliography, env.glossary, env.hosts, env.trusted, env.appended, env.renderer, env.is_adopted, env.language)
    )
    return core_cache.cache_key(parts, setting_text(env.options), code_version(PACKAGES))


def setting_text(value: object) -> str:
    """A setting as a text that is equal in every build: functions by name, mappings sorted by key."""
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{key!r}:{setting_text(value[key])}" for key in sorted(value, key=str)) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(setting_text, value)) + "]"
    if isinstance(value, partial):
        return f"{setting_text(value.func)}({setting_text(value.args)},{setting_text(value.keywords)})"
    if callable(value):
        return f"{getattr(value, '__module__', '')}.{getattr(value, '__qualname__', type(value).__qualname__)}"
    return repr(value)


def is_trusted(source: SourcePath, folders: tuple[str, ...]) -> bool:
    """Whether an article is in or below a folder whose authors may write any HTML; `.` is all of docs/."""
    return any(place == "." or f"{folder(source)}/".startswith(f"{place}/") for place in folders)
