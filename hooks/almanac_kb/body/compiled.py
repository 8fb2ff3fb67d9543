"""A compiled text: HTML that does not know yet where its links lead, and what is known of it."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from almanac_kb.core.diagnostics import LocalDiagnostic, Position, Severity
from almanac_kb.render.images import ImageTag


@dataclass(frozen=True)
class Compiled:
    """What a Markdown text is rendered to."""

    html: str
    """The HTML, links as the author wrote them."""
    spans: tuple[tuple[int, int], ...] = ()
    """Where in the HTML the values of links and sources stand: start and end of each, in order."""
    pictures: tuple[ImageTag, ...] = ()
    """The pictures it shows, in order."""
    contents: tuple[dict[str, Any], ...] = ()
    """The table of contents as Python-Markdown's `toc_tokens`: level, id, name, children."""
    diagnostics: tuple[LocalDiagnostic, ...] = ()
    """What its author is told; marks are counted in the text."""
    left: tuple[LocalDiagnostic, ...] = ()
    """What was left as written and is named when the site is inspected."""
    cited: tuple[str, ...] = ()
    """The keys of the sources it cites, in order."""
    counts: Mapping[str, int] = field(default_factory=dict)
    """How often each kind of `knowledge.body.kinds` was met."""
    lookups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What the vault answered to all that was asked of it."""


def whole(compiled: Compiled) -> bool:
    """Whether all of the text was rendered, and not a notice that it takes too much: another machine may be faster."""
    return all(note.severity < Severity.ERROR for note in compiled.diagnostics)


def dump(compiled: Compiled) -> bytes:
    """The compiled text as bytes that can be kept."""
    parts = {name: [asdict(each) for each in getattr(compiled, name)] for name in ("pictures", "diagnostics", "left")}
    said = {**vars(compiled), **parts}
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()


def load(data: bytes) -> Compiled:
    """The compiled text of such bytes; raises ValueError, KeyError or TypeError where they are not such."""
    kept = json.loads(data)
    return Compiled(
        kept["html"],
        tuple((start, end) for start, end in kept["spans"]),
        tuple(ImageTag(**each) for each in kept["pictures"]),
        tuple(kept["contents"]),
        tuple(_note(**each) for each in kept["diagnostics"]),
        tuple(_note(**each) for each in kept["left"]),
        tuple(kept["cited"]),
        kept["counts"],
        {key: tuple(found) for key, found in kept["lookups"].items()},
    )


def _note(position: dict[str, int], message: str, hint: str, severity: int) -> LocalDiagnostic:
    return LocalDiagnostic(Position(**position), message, hint, Severity(severity))
