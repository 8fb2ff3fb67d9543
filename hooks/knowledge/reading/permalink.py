"""The address an author asks for, and the addresses an article had before."""

import re
from dataclasses import dataclass

from knowledge import slug
from knowledge.problem import Found, Mark, Note, Severity, quoted
from knowledge.reading import value
from knowledge.reading.node import Pair, Scalar

TEMPLATE = re.compile(r":[a-z_]+(?=[/.-]|$)|\{[{%]")
"""`/:year/:title/` and `/blog/{{ slug }}/`: patterns for whole sites."""
ENDINGS = (".html", ".htm")


@dataclass(frozen=True)
class Wish:
    """What a key of a header asks for; all empty where it asks for nothing."""

    slug: str = ""
    """The last part of the address."""
    path: str = ""
    """The whole address, without slashes at the ends."""
    canonical: str = ""
    """The http address of the article's first home."""
    mark: Mark = Mark()
    """Where it is said."""


def wish(pair: Pair) -> Found[Wish]:
    """A slug, a whole path where it has a `/`, or a canonical link where it is an http address."""
    mark = pair.value.mark
    if _is_none(pair):
        return Found(Wish())
    written = value.text(pair.value, value.DESCRIPTION_LENGTH)
    if value.is_http(written.value):
        return Found(Wish(canonical=written.value, mark=mark), written.notes)
    if TEMPLATE.search(written.value):
        note = Note(mark, f"{quoted(written.value)} is a pattern; the file name is used", "write the address itself", Severity.WARNING)
        return Found(Wish(), (*written.notes, note))
    whole = "/" in written.value
    made = _whole(written.value) if whole else slug.safe(_without_ending(written.value))
    notes = written.notes + _notes(written.value, made, whole, mark)
    return Found(Wish(path=made, mark=mark) if whole else Wish(slug=made, mark=mark), notes) if made else Found(Wish(), notes)


def is_address(alias: str) -> bool:
    """Whether an alias is an old address rather than another name."""
    return "/" in alias or alias.endswith(ENDINGS)


def old(alias: str) -> str:
    """An old address of this site without a slash at the start; empty where the alias is none."""
    made = slug.path(alias.partition("#")[0].partition("?")[0].strip()) if not value.is_http(alias) else ""
    return made if made.endswith(ENDINGS) or not made else made + "/"


def _is_none(pair: Pair) -> bool:
    text = pair.value.text.strip() if isinstance(pair.value, Scalar) else ""
    return text.casefold() in {"false", "true"} or (pair.key.casefold() == "id" and text.isdigit())


def _whole(written: str) -> str:
    path = _without_ending(written.strip("/"))
    return slug.path(path.removesuffix("/index") if path != "index" else "")


def _without_ending(written: str) -> str:
    return written.removesuffix(".html").removesuffix(".htm")


def _notes(written: str, made: str, whole: bool, mark: Mark) -> tuple[Note, ...]:
    if not written or (made and made == _without_ending(written.strip("/")).removesuffix("/index")):
        return ()
    if not made:
        return (Note(mark, f"{quoted(written)} has nothing an address may hold; the file name is used", "", Severity.NOTICE),)
    shown = f"/{made}/" if whole else made
    return (Note(mark, f"{quoted(written)} is no safe address; published as {quoted(shown)}", f"write {shown}", Severity.NOTICE),)
