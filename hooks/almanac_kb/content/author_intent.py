"""The author's intent: publication as the header of an article asks for it (draft, private, unlisted …) in all dialects; misspelt keys."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from almanac_kb.content.publication import Intent, PublicationState
from almanac_kb.core import text as core_text
from almanac_kb.core.diagnostics import Diagnostic, LocalDiagnostic, Severity, quoted
from almanac_kb.frontmatter import fields, values
from almanac_kb.frontmatter.formats import Mapping, Node, Pair, Scalar, Sequence, is_absent, key_form


@dataclass(frozen=True)
class FlagMeaning:
    """The effect of a true-or-false key on publication."""

    withholds: bool
    """The value, true or false, that keeps the article back."""
    state: PublicationState
    """The state of the article when it is withheld."""
    opts_in: bool = False
    """Whether the opposite value opts in, on a site that publishes only articles marked for it."""


TRUE_WITHHOLDS = {
    "draft": PublicationState.DRAFT,
    "unpublished": PublicationState.DRAFT,
    "notpublished": PublicationState.DRAFT,
    "nopublish": PublicationState.DRAFT,
    "dontpublish": PublicationState.DRAFT,
    "donotpublish": PublicationState.DRAFT,
    "noindex": PublicationState.EXCLUDED,
    "private": PublicationState.EXCLUDED,
    "hidden": PublicationState.EXCLUDED,
    "hide": PublicationState.EXCLUDED,
    "secret": PublicationState.EXCLUDED,
    "confidential": PublicationState.EXCLUDED,
    "internal": PublicationState.EXCLUDED,
    "protected": PublicationState.EXCLUDED,
    "exclude": PublicationState.EXCLUDED,
    "excluded": PublicationState.EXCLUDED,
    "headless": PublicationState.EXCLUDED,
    "unlisted": PublicationState.UNLISTED,
    "eleventyexcludefromcollections": PublicationState.UNLISTED,
}
FALSE_WITHHOLDS = {
    "published": PublicationState.DRAFT,
    "publish": PublicationState.DRAFT,
    "dgpublish": PublicationState.DRAFT,
    "public": PublicationState.EXCLUDED,
    "visible": PublicationState.EXCLUDED,
    "routable": PublicationState.EXCLUDED,
    "render": PublicationState.EXCLUDED,
    "build.render": PublicationState.EXCLUDED,
    "build.list": PublicationState.UNLISTED,
}
OPTING_IN = frozenset({"publish", "dgpublish"})
FLAGS = {key: FlagMeaning(True, state) for key, state in TRUE_WITHHOLDS.items()} | {
    key: FlagMeaning(False, state, key in OPTING_IN) for key, state in FALSE_WITHHOLDS.items()
}
"""The flags by their keys, without case, `-`, `_`, spaces and a leading `is`; Hugo's `_build.list` is `build.list`."""
WORDED = frozenset({"published", "publish", "dgpublish", "public"})
"""Flags whose value may also be a status: `published: draft`."""
NO_ADDRESS = "permalink"
"""Key of Eleventy's URL; with `false` in its place, Eleventy writes no page."""
LONGER = ("isdraft", "isprivate", "poststatus", "publishstatus")
"""Keys with a prefix with which slips are compared, too."""
PLAIN_FLAGS = frozenset({"draft", "unpublished", "private", "hidden", "noindex", "unlisted", "dgpublish"})
"""Keys whose value can only be true or false, so that anything else is an error."""
NEVER = frozenset({"never"})
"""Values that mean false in Hugo (`build.list: never`)."""
STATUS = frozenset({"status", "state", "visibility", "access", "audience", "privacy"})
OWNERS = re.compile(r"(?:wp)?(?:post|publish|publication|publishing|page|article|note|document|doc|entry|content|workflow)|wp")
"""Prefixes of a status key: `post_status`."""
INNER = frozenset({"params", "extra", "meta", "metadata"})
"""Maps in which Hugo, Zola and others keep the site's own keys; flags and statuses count in them, too."""
WORDS = {
    **dict.fromkeys(
        ("draft", "drafts", "drafted", "autodraft", "pending", "pendingreview", "pendingpublish", "inreview"), PublicationState.DRAFT
    ),
    **dict.fromkeys(("unpublished", "notpublished"), PublicationState.DRAFT),
    **dict.fromkeys(("future", "scheduled"), PublicationState.SCHEDULED),
    **dict.fromkeys(("private", "hidden", "trash", "trashed", "deleted", "password", "protected", "secret"), PublicationState.EXCLUDED),
    **dict.fromkeys(("inherit", "skip"), PublicationState.EXCLUDED),
    "unlisted": PublicationState.UNLISTED,
}
"""Values of a status that keep an article back, with the state each leads to."""
AUDIENCE_KEYS = frozenset({"visibility", "access", "audience", "privacy"})
AUDIENCES = dict.fromkeys(("internal", "members", "paid", "tiers", "subscribers", "confidential", "restricted"), PublicationState.EXCLUDED)
"""Values that keep an article back in AUDIENCE_KEYS only: in a status they may describe the article's subject."""
PASSWORD = frozenset({"password", "postpassword"})
"""Keys by which WordPress and Hexo protect an article."""
CACHED_KEYS = 2000
"""Size of the caches of keys: the articles of a site use the same few."""
SLIP_LENGTHS = range(4, 31)
"""Lengths, in characters, of the keys that are compared with those that withhold."""


def read_intent(header: Mapping) -> Intent:
    """Returns the publication that a header asks for: the strictest of all its statements."""
    entries = [_HeaderKey(_key(key), pair, key) for key, pair in _pairs(header)]
    known = {entry.key for entry in entries if entry.is_known}
    found = [intent for entry in entries if (intent := entry.intent(known))]
    notes = tuple(note for intent in found for note in intent.notes)
    strictest = min(found, key=lambda intent: STRICTNESS.index(intent.state), default=Intent())
    return Intent(strictest.state, strictest.reason, any(intent.opted_in for intent in found), notes)


STRICTNESS = (
    PublicationState.EXCLUDED,
    PublicationState.DRAFT,
    PublicationState.SCHEDULED,
    PublicationState.UNLISTED,
    PublicationState.PUBLISHED,
)


@dataclass(frozen=True)
class _HeaderKey:
    """A key of a header that may say something about publication."""

    key: str
    """The key without case, `-`, `_` and spaces."""
    pair: Pair
    written: str
    """The key as its author wrote it."""

    @property
    def is_known(self) -> bool:
        return _is_known(self.key)

    def intent(self, known: Iterable[str]) -> Intent | None:
        """Returns the publication that this key asks for; None where it says nothing about it."""
        if self.is_known:
            return self._of(self.key)
        meant = "" if self.written.casefold() in fields.SPELLINGS else _slip(self.key)
        if not meant or meant in known:
            return None
        intent = self._of(meant)
        if intent is None or intent.state is PublicationState.PUBLISHED:
            return None
        shown = self.pair.value.text if isinstance(self.pair.value, Scalar) else "…"
        message = f"is no known field but close to {meant}; the article stays back"
        note = LocalDiagnostic(self.pair.position, message, f"write {meant}: {shown}, or another {meant} to publish it", Severity.WARNING)
        return Intent(intent.state, f"{self.written}: {shown}, taken for {meant}", notes=((self.written, note),))

    def _of(self, key: str) -> Intent | None:
        node = self.pair.value
        if key == NO_ADDRESS:
            is_false = isinstance(node, Scalar) and not node.quoted and node.text.strip().casefold() == "false"
            return Intent(PublicationState.EXCLUDED, f"{self.written}: false") if is_false else None
        if key in PASSWORD:
            return Intent(PublicationState.EXCLUDED, f"{self.written} is set")
        if key in STATUS:
            words = {**WORDS, **AUDIENCES, **dict.fromkeys(values.FALSE, PublicationState.EXCLUDED)} if key in AUDIENCE_KEYS else WORDS
            found = ((words[word], written) for written in _words(node) for word in _status_words(written) if word in words)
            return next((Intent(state, f"{self.written}: {written}") for state, written in found), None)
        meaning = FLAGS[key]
        word = node.text.strip().casefold() if isinstance(node, Scalar) else ""
        if word in values.TRUE | values.FALSE | (frozenset() if meaning.withholds else NEVER):
            if (word in values.TRUE) == meaning.withholds:
                return Intent(meaning.state, f"{self.written}: {word}")
            return Intent(opted_in=meaning.opts_in)
        if key in WORDED and _folded(word) in WORDS:
            return Intent(WORDS[_folded(word)], f"{self.written}: {word}")
        return self._unclear(meaning) if key in PLAIN_FLAGS else None

    def _unclear(self, meaning: FlagMeaning) -> Intent:
        shown = quoted(self.pair.value.text) if isinstance(self.pair.value, Scalar) else "a list or a map"
        note = LocalDiagnostic(
            self.pair.value.position, f"must be true or false, got {shown}; the article stays back", "write one of them", Severity.WARNING
        )
        return Intent(meaning.state, f"{self.written} is neither true nor false", notes=((self.written, note),))


def _pairs(header: Mapping) -> Iterator[tuple[str, Pair]]:
    for pair in header.pairs:
        if isinstance(pair.value, Mapping) and _folded(pair.key) == "build":
            yield from ((f"{pair.key}.{inner.key}", inner) for inner in pair.value.pairs if not is_absent(inner.value))
        elif isinstance(pair.value, Mapping) and _folded(pair.key) in INNER:
            yield from ((inner.key, inner) for inner in pair.value.pairs if not is_absent(inner.value) and _is_known(_key(inner.key)))
        elif not is_absent(pair.value):
            yield pair.key, pair


@lru_cache(CACHED_KEYS)
def _folded(text: str) -> str:
    return re.sub(r"[\s_-]", "", text.casefold())


@lru_cache(CACHED_KEYS)
def _key(written: str) -> str:
    """A key without case, signs, and what stands in front of the word that is known: `is_private`, `post-status`."""
    key = _folded(written)
    if key.removeprefix("is") in FLAGS:
        return key.removeprefix("is")
    owner = OWNERS.match(key)
    return key[owner.end() :] if owner and key[owner.end() :] in {"status", "state"} else key


def _is_known(key: str) -> bool:
    return key in FLAGS or key in STATUS or key in PASSWORD or key == NO_ADDRESS


def _status_words(written: str) -> Iterator[str]:
    """The words of a status: without signs, emoji and the brackets of a wikilink, also each of several parted by commas and the like."""
    yield from (re.sub(r"[\W_]", "", part.casefold()) for part in re.split(r"[,;:/|(]", written))


def _words(node: Node) -> Iterator[str]:
    if isinstance(node, Scalar):
        yield node.text.strip()
    elif isinstance(node, Sequence):
        yield from (item.text.strip() for item in node.items if isinstance(item, Scalar))


@lru_cache(CACHED_KEYS)
def _slip(key: str) -> str:
    """The withholding key that this key is one slip away from (one letter more, less, other, or two swapped); empty for none."""
    if len(key) not in SLIP_LENGTHS:
        return ""
    return next((_key(known) for known in (*FLAGS, *sorted(STATUS), *LONGER) if core_text.slip(key, known)), "")


MAX_SLIP_FILES = 5
"""Most files in which a misspelt key may occur; in more, it is a key that the site uses on purpose."""


def judge(near_misses: Iterable[Diagnostic], own: Iterable[str]) -> Iterator[Diagnostic]:
    """The diagnostics of keys that may be slips: a warning in each file, but for a key of many files one notice in the first of them.

    `own` are the keys that the site's settings name as its own; they are left out.
    """
    known = set(map(key_form, own))
    by_key: dict[str, list[Diagnostic]] = {}
    for each in near_misses:
        if key_form(each.field) not in known:
            by_key.setdefault(key_form(each.field), []).append(each)
    for found in by_key.values():
        if len(found) <= MAX_SLIP_FILES:
            yield from found
        else:
            message = f"{found[0].message}; since it stands in {len(found):,} files, it is taken for a key of your own"
            hint = f"add {found[0].field} to keys below extra.knowledge in mkdocs.yml, if it is"
            yield replace(min(found), message=message, hint=hint, severity=Severity.NOTICE)
