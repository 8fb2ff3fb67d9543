"""Facts: what one output file says, whatever the other files say; and how facts are stored in the cache."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Fault:
    """A rule that a file breaks as a whole."""

    rule: str
    """The name of the rule."""
    message: str
    """What is wrong."""


@dataclass(frozen=True)
class SuspectText:
    """Something in a page that should not be there, and by which it can be located in the article."""

    rule: str
    """The name of the rule that it breaks: `live`, `remote` or `style`."""
    message: str
    """What is wrong."""
    words: tuple[str, ...]
    """Texts to search for in the article, the most specific first."""


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
    """What one output file says. The fields of pages are empty for other files."""

    faults: tuple[Fault, ...] = ()
    """What is wrong with the file as a whole."""
    suspects: tuple[SuspectText, ...] = ()
    """What in a page should not be there; its author is told where it stands."""
    leak_candidates: tuple[str, ...] = ()
    """Texts that reveal an unpublished article if they are its title or its URL: titles and headings of a page, strings of a data file."""
    anchors: tuple[str, ...] = ()
    """The ids and names in a page to which a fragment of a URL can lead."""
    broken_links: tuple[BrokenLink, ...] = ()
    """Links of a page that are broken whatever the other files hold: to `file:` URLs, and to missing anchors of the page itself."""
    links: Mapping[str, str] = field(default_factory=dict)
    """All other URLs that lead to the site, in their order, each with the path below the root of the site to which it leads."""
    fragments: Mapping[str, str] = field(default_factory=dict)
    """The fragment of each URL in `links` that has one."""
    images: tuple[str, ...] = ()
    """The URLs in `links` of the images that a page shows."""
    undefined_references: tuple[str, ...] = ()
    """Names in brackets behind brackets, as a Markdown reference without definition leaves them in a page."""


def dump_facts(facts: Facts) -> bytes:
    """The facts as bytes for the cache."""
    faults = [(fault.rule, fault.message) for fault in facts.faults]
    suspects = [(suspect.rule, suspect.message, suspect.words) for suspect in facts.suspects]
    broken_links = [(link.url, link.file, link.anchor) for link in facts.broken_links]
    rest = (facts.leak_candidates, facts.anchors, facts.links, facts.fragments, facts.images, facts.undefined_references)
    return json.dumps([faults, suspects, broken_links, *rest], separators=(",", ":")).encode()


def load_facts(data: bytes) -> Facts:
    """The facts in the bytes that `dump_facts` returned; raises ValueError or TypeError for other bytes."""
    faults, suspects, broken_links, leak_candidates, anchors, links, fragments, images, undefined_references = json.loads(data)
    return Facts(
        faults=tuple(Fault(rule, message) for rule, message in faults),
        suspects=tuple(SuspectText(rule, message, tuple(words)) for rule, message, words in suspects),
        leak_candidates=tuple(leak_candidates),
        anchors=tuple(anchors),
        broken_links=tuple(BrokenLink(url, file, anchor) for url, file, anchor in broken_links),
        links=dict(links),
        fragments=dict(fragments),
        images=tuple(images),
        undefined_references=tuple(undefined_references),
    )
