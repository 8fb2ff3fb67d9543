"""Facts: what one output file says that the checks need; the facts of all files in little memory, kept for the next build."""

import json
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from almanac_kb.checks.csp import AllowedContent
from almanac_kb.core import cache

PAGE_SUFFIXES = frozenset({"html", "htm"})
TEXT_SUFFIXES = frozenset({"txt", "md"})
"""Suffixes of files that only the rule `withheld` looks at."""
SUFFIXES = PAGE_SUFFIXES | TEXT_SUFFIXES | {"xml", "svg", "json"}
"""Suffixes of the files that have facts."""


@dataclass(frozen=True)
class ExtractContext:
    """All values beside the file on which the extraction depends."""

    allowed: AllowedContent
    """The hosts and scripts that pages may use, and the absolute URL of the site."""
    withheld_names: frozenset[str]
    """Titles and URLs of the articles that are not published."""


@dataclass(frozen=True)
class Fault:
    """A rule that a file breaks as a whole."""

    rule: str
    """The name of the rule."""
    message: str
    """The fault, in words."""


@dataclass(frozen=True)
class SuspectText:
    """Unwanted content of a page, with texts by which it can be located in the article."""

    rule: str
    """The name of the rule that it breaks: `live`, `remote` or `style`."""
    message: str
    """The fault, in words."""
    words: tuple[str, ...]
    """Texts by which it is located in the article, the most specific first."""


@dataclass(frozen=True)
class BrokenLink:
    """A link of a page to a file, or to a part of a page, that does not exist."""

    url: str
    """The URL as the page has it."""
    file: str = ""
    """The output path of the page that lacks the anchor; empty where the file itself is missing."""
    anchor: str = ""
    """The anchor that does not exist in that page; empty where the file itself is missing."""


@dataclass(frozen=True)
class Facts:
    """The facts of one output file. The fields about pages are empty for other files."""

    faults: tuple[Fault, ...] = ()
    """Rules that the file breaks as a whole."""
    suspects: tuple[SuspectText, ...] = ()
    """Unwanted content of a page, reported where it is in the article."""
    leak_candidates: tuple[str, ...] = ()
    """Texts that reveal an unpublished article if they are its title or its URL: titles and headings of a page, strings of a data file."""
    anchors: tuple[str, ...] = ()
    """The ids and names in a page to which a fragment of a URL can lead."""
    broken_links: tuple[BrokenLink, ...] = ()
    """Links of a page that are broken whatever the other files hold: to `file:` URLs, and to missing anchors of the page itself."""
    targets: tuple[str, ...] = ()
    """The paths below the root of the site to which all other URLs lead, sorted, each once."""
    fragments: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Target and fragment of each of these URLs that has a fragment."""
    images: Mapping[str, str] = field(default_factory=dict)
    """The targets of the images that a page shows, by URL."""
    undefined_references: tuple[str, ...] = ()
    """Names in brackets behind brackets, as a Markdown reference without definition leaves them in a page."""


def path_suffix(path: str) -> str:
    """The suffix of a path in lower case, without its dot."""
    return path.rpartition(".")[2].lower()


@dataclass(frozen=True)
class PackedFacts:
    """The facts of a file, of which only the targets of its links are objects."""

    targets: tuple[str, ...]
    rest: bytes
    """All other facts, as JSON."""


def pack_facts(facts: Facts) -> PackedFacts:
    """The facts in little memory."""
    faults = [(fault.rule, fault.message) for fault in facts.faults]
    suspects = [(suspect.rule, suspect.message, suspect.words) for suspect in facts.suspects]
    broken_links = [(link.url, link.file, link.anchor) for link in facts.broken_links]
    others = (facts.leak_candidates, facts.anchors, facts.fragments, facts.images, facts.undefined_references)
    return PackedFacts(facts.targets, json.dumps([faults, suspects, broken_links, *others], separators=(",", ":")).encode())


def unpack_facts(packed: PackedFacts) -> Facts:
    """The facts that were packed; raises ValueError or TypeError for what `pack_facts` did not return."""
    faults, suspects, broken_links, leak_candidates, anchors, fragments, images, undefined_references = json.loads(packed.rest)
    return Facts(
        faults=tuple(Fault(rule, message) for rule, message in faults),
        suspects=tuple(SuspectText(rule, message, tuple(words)) for rule, message, words in suspects),
        leak_candidates=tuple(leak_candidates),
        anchors=tuple(anchors),
        broken_links=tuple(BrokenLink(url, file, anchor) for url, file, anchor in broken_links),
        targets=packed.targets,
        fragments={url: (target, fragment) for url, (target, fragment) in fragments.items()},
        images=dict(images),
        undefined_references=tuple(undefined_references),
    )


MAX_TARGETS_PER_FILE, MIN_TARGETS = 2, 1000
"""So many targets for each file, beside so many others, are stored before those are forgotten to which no file leads any more."""
FactsRow = tuple[str, bytes, bytes]
"""The key of the facts of a file, the numbers of its targets (four bytes each), and its other facts."""


@dataclass(frozen=True)
class StoredFacts:
    """The facts of a build as they are stored."""

    targets: tuple[str, ...] = ()
    """The targets of all links, by number."""
    files: dict[str, FactsRow] = field(default_factory=dict)
    """The facts of each file, by output path."""


class FactsTable:
    """The facts of the files of a site, by output path: those of the last build, and new ones; each target of links is held once."""

    def __init__(self, stored: StoredFacts | None = None) -> None:
        stored = stored or StoredFacts()
        self._targets = list(stored.targets)
        self._numbers = {target: number for number, target in enumerate(stored.targets)}
        self._files = dict(stored.files)
        self._stored = dict(stored.files)

    def key(self, path: str) -> str:
        """The key of the facts of a file, the digest of all that they depend on; empty where there are none."""
        return self._files[path][0] if path in self._files else ""

    def add(self, path: str, key: str, packed: PackedFacts) -> None:
        """Adds the facts of a file in the place of those that it had."""
        self._files[path] = key, array("I", map(self._number, packed.targets)).tobytes(), packed.rest

    def find(self, path: str) -> Facts | None:
        """The facts of a file; None where there are none."""
        row = self._files.get(path)
        return unpack_facts(self._packed(row, self._targets)) if row else None

    def store(self, file: Path, paths: Iterable[str]) -> None:
        """Writes the facts of the files at these output paths to a file, where they are not what was read from it."""
        files = {path: self._files[path] for path in sorted(paths) if path in self._files}
        if files == self._stored:
            return
        if len(self._targets) > MAX_TARGETS_PER_FILE * len(files) + MIN_TARGETS:
            self._renumber(files)
            files = {path: self._files[path] for path in files}
        cache.save_value(file, cache.code_version(()), StoredFacts(tuple(self._targets), files))

    def _number(self, target: str) -> int:
        number = self._numbers.setdefault(target, len(self._targets))
        if number == len(self._targets):
            self._targets.append(target)
        return number

    def _renumber(self, files: Mapping[str, FactsRow]) -> None:
        """Forgets the targets to which none of these files leads any more."""
        former, self._targets, self._numbers, self._files = self._targets, [], {}, {}
        for path, row in files.items():
            self.add(path, row[0], self._packed(row, former))

    @staticmethod
    def _packed(row: FactsRow, targets: Sequence[str]) -> PackedFacts:
        """The facts in a row whose numbers are those of these targets."""
        _, numbers, rest = row
        return PackedFacts(tuple(targets[number] for number in array("I", numbers)), rest)


def load_facts(file: Path) -> FactsTable:
    """The facts that `FactsTable.store` wrote to a file; none where there are none, or where the file is damaged."""
    return FactsTable(cache.load_value(file, cache.code_version(()), StoredFacts))
