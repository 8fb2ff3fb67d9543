"""A compiled text: HTML that does not know yet where its links lead, and what is known of it."""

import json
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Compiled:
    """What a Markdown text is rendered to, whatever site it stands in."""

    html: str
    """The HTML, links as the author wrote them."""
    spans: tuple[tuple[int, int], ...] = ()
    """Where in the HTML the values of links and sources stand: start and end of each, in order."""
    contents: tuple[dict[str, Any], ...] = ()
    """The table of contents as Python-Markdown's `toc_tokens`: level, id, name, children."""


def dump(compiled: Compiled) -> bytes:
    """The compiled text as bytes that can be kept."""
    return json.dumps(asdict(compiled), ensure_ascii=False, separators=(",", ":")).encode()


def load(data: bytes) -> Compiled:
    """The compiled text of such bytes; raises ValueError, KeyError or TypeError where they are not such."""
    kept = json.loads(data)
    return Compiled(kept["html"], tuple((start, end) for start, end in kept["spans"]), tuple(kept["contents"]))
