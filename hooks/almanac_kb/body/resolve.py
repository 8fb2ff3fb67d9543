"""Which article or file a body means: by name as Obsidian does, by path as everyone else does."""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote, unquote

from almanac_kb.body.ledger import Ledger
from almanac_kb.body.vault import key
from almanac_kb.core.paths import candidate_paths, folder, without_suffix

ELSEWHERE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//|#|\?|\Z")
PAGE = re.compile(r"(?:/index)?(?:\.html?)?/?\Z")
LENGTH = 500
"""How long a path or a name may be."""


@dataclass(frozen=True)
class Hit:
    """What was found."""

    path: str
    """Its path below docs/."""
    rivals: tuple[str, ...] = ()
    """The others that were meant as likely, where the name is theirs too."""
    slip: bool = False
    """Whether only the case differs."""


def by_name(ledger: Ledger, target: str) -> Hit | None:
    """What a wikilink means: a path, a file name, a title or another name, case ignored."""
    wanted = target.strip().strip("/")
    if not wanted or len(wanted) > LENGTH:
        return None
    near = _joined(ledger.vault.here, wanted) if wanted.startswith(".") else wanted
    for sort, text in (("path", near), ("tail", near), ("name", wanted)):
        found = ledger.ask(key(sort, text))
        if found:
            return _nearest(found, ledger.vault.here)
    return None


def by_path(ledger: Ledger, target: str) -> Hit | None:
    """What the path of a link means: relative to the article, to its page, or to the root, with or without `.md`."""
    if len(target) > LENGTH:
        return None
    for sort, path in _readings(unquote(target), ledger.vault.here):
        found = ledger.ask(key(sort, path))
        if found:
            hit = _nearest(found, ledger.vault.here)
            bare, wanted = without_suffix(hit.path), without_suffix(path)
            slip = not bare.endswith(wanted) and bare.casefold().endswith(wanted.casefold())
            return Hit(hit.path, hit.rivals if sort == "tail" else (), slip)
    return None


def is_elsewhere(target: str) -> bool:
    """Whether an address leads out of the site, or stays on the page."""
    return bool(ELSEWHERE.match(target))


def title(ledger: Ledger, path: str) -> str:
    """The title of the article at a path, or nothing."""
    found = ledger.ask(f"title:{path}")
    return found[0] if found else ""


def relative(here: str, path: str) -> str:
    """The path as a link from the article at `here`, percent-encoded."""
    return quote(posixpath.relpath(path, folder(here) or "."), safe="/~!$&'*+,;=:@")


def _readings(path: str, here: str) -> Iterator[tuple[str, str]]:
    """The keys a path may be found under, the likeliest first."""
    bare = path.strip()
    for each in dict.fromkeys((bare, PAGE.sub("", bare))):
        yield from (("path", place) for place in candidate_paths(each, here))
    plain = PAGE.sub("", bare).lstrip("./")
    if plain:
        yield from (("name", plain), ("tail", plain))


def _joined(here: str, path: str) -> str:
    return posixpath.normpath(posixpath.join(folder(here), path))


def _nearest(paths: tuple[str, ...], here: str) -> Hit:
    """The path in the article's own folder, else the one with the fewest folders, else the first."""
    beside = [path for path in paths if folder(path) == folder(here)]
    if len(beside) == 1:
        return Hit(beside[0])
    ranked = sorted(beside or paths, key=lambda path: (path.count("/"), path))
    return Hit(ranked[0], tuple(ranked[1:]))
