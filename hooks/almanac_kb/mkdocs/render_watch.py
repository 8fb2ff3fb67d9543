"""Detects templates that read more than the cache key of their page covers, so that such a page is not cached.

Templates get a stand-in for each object of MkDocs from which the whole site can be reached. It answers from the values in the
key; any other access goes to the object itself, and is recorded. Variables, filters, tests and tags of plugins and hooks can show
anything, so their use is recorded, too.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from typing import Any

from jinja2 import Environment, pass_context
from jinja2.defaults import DEFAULT_NAMESPACE
from jinja2.filters import FILTERS
from jinja2.runtime import Context
from jinja2.tests import TESTS
from jinja2.utils import missing
from mkdocs.utils.templates import script_tag_filter, url_filter

from almanac_kb.mkdocs import compat
from almanac_kb.mkdocs.jinja import PageUrls
from almanac_kb.mkdocs.words import PageWords

WHOLE_SITE = frozenset({"pages", "build_date_utc"})
"""Variables of MkDocs that no cache key covers."""
RANDOM = frozenset({"lipsum", "random"})
"""A function and a filter of Jinja that return something else each time."""
OWN = frozenset({PageUrls.url, PageWords.date, PageWords.theme})
"""Our functions of templates, which show nothing that the key of a page does not cover."""
GETTEXT = frozenset({"_", "gettext", "ngettext", "pgettext", "npgettext"})
"""Functions of Jinja's extension for translations, which MkDocs switches on."""
KNOWN_EXTENSIONS = ("jinja2.", "mkdocs.", "properdocs.")
"""Beginnings of the names of modules whose extensions of Jinja show nothing of a site."""
OnRead = Callable[[str], None]


class _Attributes:
    """The attributes of a stand-in, which Python finds without a call of `__getattr__`."""

    __slots__ = ("__dict__",)


class StandIn(_Attributes):
    """Replaces an object in a template: has the values in the cache key, and records any other use of the object.

    Missing names and emptiness are not recorded: the key covers the names of the object, and whether it is empty.
    """

    __slots__ = ("_name", "_note", "_object", "_values")

    def __init__(self, name: str, real: object, values: Mapping[str, object], note: OnRead) -> None:
        self._name, self._object, self._values, self._note = name, real, values, note
        _Attributes.__dict__["__dict__"].__get__(self).update(values)

    @property
    def __dict__(self) -> dict[str, Any]:  # type: ignore[override]
        attributes: dict[str, Any] = vars(self._noted())
        return attributes

    @property  # type: ignore[misc]  # for isinstance(), by which objects of MkDocs compare themselves
    def __class__(self) -> type:
        return type(self._object)

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._object, name)
        self._note(f"{self._name}.{name}")
        return value

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, str) and key in self._values:
            return self._values[key]
        value = self._object[key]  # type: ignore[index]  # raises TypeError where it has no items
        self._note(f"{self._name}[{key!r}]")
        return value

    def __bool__(self) -> bool:
        return bool(self._object)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._noted())

    def __len__(self) -> int:
        return len(self._noted())

    def __contains__(self, item: object) -> bool:
        return item in self._noted()

    def __eq__(self, other: object) -> bool:
        return bool(other == self._noted())  # another stand-in is asked by this, and notes it too

    def __hash__(self) -> int:
        return hash(self._object)

    def __str__(self) -> str:
        return str(self._noted())

    def _noted(self) -> Any:
        self._note(self._name)
        return self._object


class RenderWatch:
    """Records what the templates of one build read that no cache key covers."""

    def __init__(self) -> None:
        self.by_all: set[str] = set()
        """Names of what any page may have read: what a filter returns, or a template that was imported, is not read again for each page."""
        self._by_page: set[str] = set()
        self._variables: Mapping[str, object] = {}

    @contextmanager
    def page(self, variables: Mapping[str, object], stand_ins: Callable[[OnRead], Mapping[str, object]]) -> Iterator[dict[str, object]]:
        """Context of the rendering of one page; gives its variables, with the stand-ins in their places."""
        self._by_page, self._variables = set(), variables
        try:
            yield {**variables, **stand_ins(self._by_page.add)}
        finally:
            self._variables = {}

    @property
    def has_read_more(self) -> bool:
        """Whether the page rendered last read anything that its key does not cover."""
        return bool(self._by_page or self.by_all)

    def note(self, context: Context, name: str, value: object) -> None:
        """Records the use of a variable in a template where no key covers its value."""
        if name in WHOLE_SITE and value is self._variables.get(name):
            self._by_page.add(name)
        elif name in context.environment.globals and value is context.environment.globals[name] and not _is_known_global(name, value):
            # A template that is imported without the variables of the page is rendered once, for all pages.
            (self._by_page if "config" in context.parent else self.by_all).add(name)


def install(env: Environment, watch: RenderWatch) -> None:
    """Makes all templates look up their variables through `watch`."""

    class WatchedContext(compat.LeanContext):
        def resolve_or_missing(self, key: str) -> Any:
            if key in self.vars:
                return self.vars[key]
            value = self.parent.get(key, missing)
            if key in WHOLE_SITE or key in env.globals:
                watch.note(self, key, value)
            return value

    env.context_class = WatchedContext


def watch_functions(env: Environment, watch: RenderWatch) -> None:
    """Records the use of filters and tests of plugins and hooks; their tags always count as used."""
    known = {*FILTERS.values(), *TESTS.values(), url_filter, script_tag_filter}
    tables: tuple[dict[str, Any], ...] = (env.filters, env.tests)
    for functions in tables:
        for name, function in functions.items():
            if name in RANDOM or not (function in known or getattr(function, "__func__", None) in OWN):
                functions[name] = _watched(name, function, watch.by_all.add)
    watch.by_all.update(foreign_extensions(env))


def foreign_extensions(env: Environment) -> list[str]:
    """The names of the extensions of plugins and hooks, whose tags can show anything."""
    return [name for name, extension in env.extensions.items() if not type(extension).__module__.startswith(KNOWN_EXTENSIONS)]


def names(env: Environment) -> list[list[str]]:
    """The names of filters, tests and globals of an environment, on which the meaning of undefined ones depends."""
    return [sorted(env.globals), sorted(env.filters), sorted(env.tests)]


def _is_known_global(name: str, value: object) -> bool:
    is_ours = getattr(value, "__func__", None) in OWN
    return name not in RANDOM and (is_ours or name in GETTEXT or value is DEFAULT_NAMESPACE.get(name))


def _watched(name: str, function: Callable[..., Any], note: OnRead) -> Callable[..., Any]:
    """The function, wrapped to record its calls.

    Jinja passes the context to it, so that it is never called when a template is compiled; others may call it without.
    """
    passed = compat.passed_argument(function)

    @pass_context
    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        note(name)
        if passed == "context" or not (args and isinstance(args[0], Context)):
            return function(*args, **kwargs)
        context, *values = args
        own = {"eval_context": [context.eval_ctx], "environment": [context.environment]}.get(passed, [])
        return function(*own, *values, **kwargs)

    return call
