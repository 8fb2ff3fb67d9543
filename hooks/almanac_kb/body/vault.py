"""What a body may look up of the other articles and files: by path, file name, title, other name and old address."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from almanac_kb.core.paths import stem, without_suffix

INDEXES = ("/index", "/_index", "/readme")


@dataclass(frozen=True)
class Vault:
    """All articles and files of a site under the keys they may be asked for; a key is found in one step."""

    found: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    """The paths below docs/ that each key leads to, in order; `title:` keys lead to a title."""
    here: str = ""
    """The path of the article whose body is translated."""

    def get(self, key: str) -> tuple[str, ...]:
        """What is found under a key, or nothing."""
        return self.found.get(key, ())

    def at(self, here: str) -> "Vault":
        """The vault as the body of the article at `here` sees it."""
        return replace(self, here=here)


def build(articles: Iterable[tuple[str, str, Sequence[str]]], assets: Iterable[str], tags: Mapping[str, str] | None = None) -> Vault:
    """The vault of the articles, each given as its path, its title and its other names and old addresses, and of the other files.

    `tags` has the page of each key of a tag, where words behind `#` are tags.
    """
    found: defaultdict[str, set[str]] = defaultdict(set)
    found.update({"hashtags": {"on"}} if tags is not None else {})
    found.update({f"tag:{word}": {page} for word, page in (tags or {}).items()})
    for source, title, names in articles:
        bare = without_suffix(source)
        _add_path(found, source, source, bare, *(bare[: -len(index)] for index in INDEXES if bare.casefold().endswith(index)))
        found[f"title:{source}"].add(title)
        for spoken in (title, stem(source), *names):
            found[key("name", spoken.strip("/"))].add(source)
    for asset in assets:
        _add_path(found, asset, asset)
    return Vault(MappingProxyType({each: tuple(sorted(paths)) for each, paths in found.items()}))


def key(sort: str, text: str) -> str:
    """The key for a text: `name`, `path` or `tail`; case and the two ways to write an accent make no difference."""
    return f"{sort}:{unicodedata.normalize('NFC', text).casefold()}"


def _add_path(found: defaultdict[str, set[str]], source: str, *paths: str) -> None:
    for path in paths:
        found[key("path", path)].add(source)
        for tail in _tails(path):
            found[key("tail", tail)].add(source)


def _tails(path: str) -> list[str]:
    parts = path.split("/")
    return ["/".join(parts[index:]) for index in range(len(parts))]
