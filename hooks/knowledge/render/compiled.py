"""A compiled text: HTML that does not know yet where its links lead, and what is known of it."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from knowledge.problem import Mark, Note, Severity
from knowledge.render.shown import Shown


@dataclass(frozen=True)
class Compiled:
    """What a Markdown text is rendered to."""

    html: str
    """The HTML, links as the author wrote them."""
    spans: tuple[tuple[int, int], ...] = ()
    """Where in the HTML the values of links and sources stand: start and end of each, in order."""
    pictures: tuple[Shown, ...] = ()
    """The pictures it shows, in order."""
    contents: tuple[dict[str, Any], ...] = ()
    """The table of contents as Python-Markdown's `toc_tokens`: level, id, name, children."""
    notes: tuple[Note, ...] = ()
    """What its author is told; marks are counted in the text."""
    left: tuple[Note, ...] = ()
    """What was left as written and is named when the site is inspected."""
    cited: tuple[str, ...] = ()
    """The keys of the sources it cites, in order."""
    counts: Mapping[str, int] = field(default_factory=dict)
    """How often each kind of `knowledge.body.kinds` was met."""
    answers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What the vault answered to all that was asked of it."""


def whole(compiled: Compiled) -> bool:
    """Whether all of the text was rendered, and not a notice that it takes too much: another machine may be faster."""
    return all(note.severity < Severity.ERROR for note in compiled.notes)


def dump(compiled: Compiled) -> bytes:
    """The compiled text as bytes that can be kept."""
    return json.dumps(vars(compiled), default=asdict, ensure_ascii=False, separators=(",", ":")).encode()


def load(data: bytes) -> Compiled:
    """The compiled text of such bytes; raises ValueError, KeyError or TypeError where they are not such."""
    kept = json.loads(data)
    return Compiled(
        kept["html"],
        tuple((start, end) for start, end in kept["spans"]),
        tuple(Shown(**each) for each in kept["pictures"]),
        tuple(kept["contents"]),
        tuple(_note(**each) for each in kept["notes"]),
        tuple(_note(**each) for each in kept["left"]),
        tuple(kept["cited"]),
        kept["counts"],
        {key: tuple(found) for key, found in kept["answers"].items()},
    )


def _note(mark: dict[str, int], message: str, mend: str, severity: int) -> Note:
    return Note(Mark(**mark), message, mend, Severity(severity))
