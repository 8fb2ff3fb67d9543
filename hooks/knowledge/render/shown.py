"""The pictures that an HTML text shows: where each stands, what its author says of its size, and what a browser needs to know besides."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from knowledge.page.picture_size import Size

START = "<img"
ATTRIBUTE = re.compile(r"(?<!\s)\s++([^\s\"'=<>/]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'=<>`]+)))?")
TOLD = frozenset({"width", "height", "loading", "decoding"})
PIXELS = re.compile(r"[ \t\n]*([0-9]{1,5})(?:px)?[ \t\n]*")


@dataclass(frozen=True)
class Shown:
    """An `<img>` of a text."""

    tag: int
    """Where its tag starts in the HTML."""
    source: int
    """Where the value of its `src` starts."""
    said: Mapping[str, str] = field(default_factory=dict)
    """What its author says of its size and of when it is loaded, by attribute."""

    @property
    def place(self) -> int:
        """Where more attributes can be put in."""
        return self.tag + len(START)


def pictures(tags: Iterable[re.Match[str]]) -> tuple[Shown, ...]:
    """The pictures among the tags of a text, in order."""
    return tuple(found for tag in tags if tag[0][: len(START)].lower() == START for found in _picture(tag))


def attributes(picture: Shown, size: Size | None, eager: bool) -> str:
    """What to put into the tag: the size, the height going with the width that the author chose, and that it may be loaded late.

    The values stand without quotes, so that they break no script of a trusted author in which the tag may stand.
    """
    told = {**_size(picture.said, size), **({} if eager else {"loading": "lazy"}), "decoding": "async"}
    return "".join(f" {name}={value}" for name, value in told.items() if name not in picture.said)


def _picture(tag: re.Match[str]) -> Iterator[Shown]:
    said: dict[str, str] = {}
    source = -1
    for each in ATTRIBUTE.finditer(tag[0], len(START)):
        name, group = each[1].lower(), each.lastindex or 1
        if name in TOLD and group > 1:
            said.setdefault(name, each[group])
        elif name == "src" and group > 1 and source < 0:
            source = tag.start() + each.start(group)
    if source >= 0:
        yield Shown(tag.start(), source, said)


def _size(said: Mapping[str, str], size: Size | None) -> dict[str, int]:
    if size is None:
        return {}
    width, height = (PIXELS.fullmatch(said.get(name, "")) for name in ("width", "height"))
    if width:
        return {"height": max(1, round(int(width[1]) * size.height / size.width))}
    if height:
        return {"width": max(1, round(int(height[1]) * size.width / size.height))}
    return {} if "width" in said or "height" in said else {"width": size.width, "height": size.height}
