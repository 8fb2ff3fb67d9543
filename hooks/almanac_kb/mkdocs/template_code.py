"""The cache of compiled templates: a template is compiled again only if its source, or anything that Jinja compiles it with, is another.

Jinja evaluates constant expressions when it compiles a template. What its own filters return depends on nothing else; filters and tests
of plugins and hooks are never evaluated then (`render_watch.watch_functions`); where one of them brings tags, nothing is kept.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from jinja2 import Environment
from jinja2.bccache import Bucket, BytecodeCache

from almanac_kb.core import cache
from almanac_kb.core.cache import BuildCache
from almanac_kb.mkdocs import compat, render_watch

PLAIN = (str, int, bool, tuple, type(None))
"""The types of the settings of an environment that a compiled template depends on."""


class TemplateCode(BytecodeCache):
    """The cache as Jinja asks it; `version` is a digest of all that every template is compiled with."""

    def __init__(self, stored: BuildCache, version: str) -> None:
        self._stored, self._version = stored, version

    def load_bytecode(self, bucket: Bucket) -> None:
        """Gives the bucket the stored code; Jinja leaves it alone where its source or version is another."""
        data = self._stored.find(bucket.key)
        if data is not None:
            bucket.bytecode_from_string(data)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Stores the code of a bucket with the next batch."""
        self._stored.add(bucket.key, bucket.bytecode_to_string())

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        """The key of a template: new code takes the place of the old."""
        return cache.cache_key(name, filename or "")

    def get_source_checksum(self, source: str) -> str:
        """The digest of everything that the code of a template depends on."""
        return cache.cache_key(self._version, source)


def install(env: Environment, stored: BuildCache | None, packages: Iterable[str]) -> None:
    """Gives an environment the cache, after `render_watch.watch_functions`; code of these packages is part of what it compiles with."""
    is_known = type(env) is Environment and env.finalize is None and isinstance(env.autoescape, bool)
    if stored and is_known and env.bytecode_cache is None and not render_watch.foreign_extensions(env):
        env.bytecode_cache = TemplateCode(stored, _version(env, packages))


def _version(env: Environment, packages: Iterable[str]) -> str:
    settings = {name: value for name, value in vars(env).items() if isinstance(value, PLAIN)}
    generator = env.code_generator_class
    values = [sorted(settings.items()), sorted(env.policies.items()), sorted(env.extensions), generator.__module__, generator.__qualname__]
    return cache.cache_key(repr(values), repr(_functions(env.filters)), repr(_functions(env.tests)), cache.code_version(packages))


def _functions(table: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """The names of filters or tests, each with its function and with what Jinja passes to that beside the values."""
    return sorted(
        (name, str(getattr(each, "__module__", "")), str(getattr(each, "__qualname__", "")), compat.passed_argument(each))
        for name, each in table.items()
    )
