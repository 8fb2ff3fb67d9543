"""What one output file says; how it is learned; a parsed page."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Fault:
    """Something that must hold of a file and does not."""

    rule: str
    """The rule that it breaks."""
    message: str
    """What is wrong."""


@dataclass(frozen=True)
class SuspectText:
    """Something in a page that should not be there."""

    rule: str
    """The rule that it breaks: `live`, `remote` or `style`."""
    message: str
    words: tuple[str, ...]
    """What to look for in the article, the most telling first."""


@dataclass(frozen=True)
class BrokenLink:
    """An address of a page that leads nowhere, or to a part that is not there."""

    address: str
    """The address as the page has it."""
    file: str = ""
    """The file of the page that lacks the part, or nothing."""
    part: str = ""
    """The part that is not there."""


@dataclass(frozen=True)
class Facts:
    """What one file says, whatever the others hold."""

    faults: tuple[Fault, ...] = ()
    """What is wrong with it as a whole."""
    sights: tuple[SuspectText, ...] = ()
    """What of a page should not be there, for its author to find."""
    names: tuple[str, ...] = ()
    """Texts that give away an article which is not published, where one of that title or address is."""
    parts: tuple[str, ...] = ()
    """The parts of a page that can be led to."""
    broken: tuple[BrokenLink, ...] = ()
    """The addresses that are broken wherever else they would lead."""
    links: Mapping[str, str] = field(default_factory=dict)
    """Where each other address leads on the site, in the order of addresses: the path below its root."""
    fragments: Mapping[str, str] = field(default_factory=dict)
    """The part that an address names, for those of `links` that name one."""
    pictures: tuple[str, ...] = ()
    """Those addresses of `links` whose pictures a page shows."""
    undefined: tuple[str, ...] = ()
    """Names in brackets after brackets, as they stand where a reference has no definition."""


def dump_facts(facts: Facts) -> bytes:
    """The facts as bytes that can be kept."""
    faults = [(each.rule, each.message) for each in facts.faults]
    sights = [(each.rule, each.message, each.words) for each in facts.sights]
    broken = [(each.address, each.file, each.part) for each in facts.broken]
    rest = (facts.names, facts.parts, facts.links, facts.fragments, facts.pictures, facts.undefined)
    return json.dumps([faults, sights, broken, *rest], separators=(",", ":")).encode()


def load_facts(data: bytes) -> Facts:
    """The facts of such bytes; raises ValueError or TypeError where they are not such."""
    faults, sights, broken, names, parts, links, fragments, pictures, undefined = json.loads(data)
    return Facts(
        tuple(Fault(rule, message) for rule, message in faults),
        tuple(SuspectText(rule, message, tuple(words)) for rule, message, words in sights),
        tuple(names),
        tuple(parts),
        tuple(BrokenLink(address, file, part) for address, file, part in broken),
        dict(links),
        dict(fragments),
        tuple(pictures),
        tuple(undefined),
    )
