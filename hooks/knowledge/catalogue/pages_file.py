"""The `.pages` file of a folder: its title, its order (both read by awesome-pages), and what kind of topic it is."""

import fnmatch
import re
from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from knowledge.problem import Found, Mark, Note, quoted
from knowledge.reading import encoding, value, yaml_header
from knowledge.reading.node import HeaderError, Mapping, Node, Scalar, Sequence, absent, get

NAME = ".pages"
KINDS = ("article", "page")
SCHEMAS = ("Article", "MedicalWebPage")
FLAGS = ("ignore_case", "hide", "collapse", "collapse_single_pages")
CHOICES = {"kind": KINDS, "schema": SCHEMAS, "order": ("asc", "desc"), "sort_type": ("natural",), "order_by": ("filename", "title")}
KEYS = ("title", "nav", "arrange", *CHOICES, *FLAGS)
REST = re.compile(r"\.{3}\s*(?:\|\s*flat\s*)?(?:\|\s*(?:(?P<type>regex|glob)=)?(?P<pattern>.*))?")
"""An entry for all that is not named, as awesome-pages reads it."""
STARS = 3
"""How many stars the pattern of such an entry may have: each one more multiplies the time it takes."""
STRING, BOOLEAN = "tag:yaml.org,2002:str", "tag:yaml.org,2002:bool"


@dataclass(frozen=True)
class PagesFile:
    """What a folder says of itself."""

    title: str = ""
    """The name of the topic, or empty."""
    kind: str = ""
    """`article`, `page` where its files are in navigation and search only, or empty where the folder above decides."""
    names: tuple[tuple[str, Mark], ...] = ()
    """The files and folders its navigation names, and where."""
    rest: tuple[str, ...] = ("*",)
    """Patterns of what is shown without being named."""
    mark: Mark = Mark()
    """Where its navigation starts."""
    schema: str = ""
    """What schema.org calls its articles, `Article` or `MedicalWebPage`; empty where the folder does not say."""

    def shows(self, name: str) -> bool:
        """Whether a file or folder of its own is in the navigation."""
        return any(name == each for each, _ in self.names) or any(fnmatch.fnmatchcase(name, pattern) for pattern in self.rest)


def read(data: bytes) -> Found[PagesFile]:
    """The file of the bytes of a `.pages`; anything awesome-pages could not use is an error."""
    try:
        header, notes = yaml_header.parse(encoding.decode(data))
    except HeaderError as error:
        return Found(PagesFile(), (Note(error.mark, error.message, error.mend),))
    strict = [Note(note.mark, "a value with a colon must stand in quotes", note.mend) for note in notes]
    return _file(header, tuple(strict))


def _file(header: Mapping, notes: tuple[Note, ...]) -> Found[PagesFile]:
    said = {pair.key: pair for pair in header.pairs if not absent(pair.value)}
    nav = said.get("nav") or said.get("arrange")
    entries = list(_entries(nav.value)) if nav else []
    rest = [REST.match(each.text) for each in entries if _is_rest(each)]
    patterns = tuple(match["pattern"] or "*" for match in rest if match)
    file = PagesFile(
        title=_text(said["title"].value) if "title" in said else "",
        kind=_text(said["kind"].value) if "kind" in said else "",
        names=tuple((each.text, each.mark) for each in entries if not _is_rest(each)),
        rest=patterns if nav and nav.key == "nav" else ("*",),
        mark=nav.mark if nav else Mark(),
        schema=_text(said["schema"].value) if "schema" in said else "",
    )
    return Found(file, (*notes, *_unknown(header), *_wrong(header), *(_nav_notes(nav.value) if nav else ())))


def _unknown(header: Mapping) -> Iterator[Note]:
    for pair in header.pairs:
        if pair.key not in KEYS:
            yield Note(pair.mark, f"{quoted(pair.key)} is no key of .pages", f"use {', '.join(KEYS)}")
        elif pair.key == "arrange" and isinstance(pair.value, Sequence) and any(isinstance(each, Mapping) for each in pair.value.items):
            yield Note(pair.mark, "arrange knows no titles", "write nav, and ... as its last entry")


def _wrong(header: Mapping) -> Iterator[Note]:
    title = get(header, "title")
    if title and not absent(title.value) and not _is(title.value, STRING):
        yield Note(title.value.mark, f"title must be text, got {_shown(title.value)}", "put it in quotes")
    for key in FLAGS:
        pair = get(header, key)
        if pair and not absent(pair.value) and not _is(pair.value, BOOLEAN):
            yield Note(pair.value.mark, f"{key} must be true or false, got {_shown(pair.value)}", "write true or false")
    for key, choices in CHOICES.items():
        pair = get(header, key)
        if pair and not absent(pair.value) and _text(pair.value) not in choices:
            yield Note(pair.value.mark, f"{key} must be {' or '.join(choices)}, got {_shown(pair.value)}", f"write {choices[0]}")


def _entries(node: Node) -> Iterator[Scalar]:
    """The entries of a navigation that are no links to elsewhere, those of the lists in it among them."""
    for item in node.items if isinstance(node, Sequence) else ():
        target = item.pairs[0].value if isinstance(item, Mapping) and len(item.pairs) == 1 else item
        if isinstance(target, Sequence):
            yield from _entries(target)
        elif isinstance(target, Scalar) and not (isinstance(item, Mapping) and _is_link(target)):
            yield target


def _nav_notes(node: Node) -> Iterator[Note]:
    if not isinstance(node, Sequence):
        yield Note(node.mark, "nav must be a list", "write - file.md")
        return
    seen: set[str] = set()
    for item in node.items:
        target = item.pairs[0].value if isinstance(item, Mapping) and len(item.pairs) == 1 else item
        if isinstance(target, Sequence) and isinstance(item, Mapping):
            yield from _nav_notes(target)
        elif not isinstance(target, Scalar) or not _is(target, STRING):
            yield Note(item.mark, "an entry of nav must be a file, a folder, `...`, or `Title: file`", "write - file.md")
        elif isinstance(item, Mapping) and _is_link(target):
            yield from _link_notes(target)
        elif _is_rest(target):
            yield from _rest_notes(target, seen)


def _link_notes(target: Scalar) -> Iterator[Note]:
    if not value.is_http(target.text) and (not target.text.startswith("/") or target.text.startswith("//")):
        yield Note(target.mark, f"a link must be an http address, got {quoted(target.text)}", "write https://…")


def _rest_notes(target: Scalar, seen: set[str]) -> Iterator[Note]:
    match = REST.match(target.text)
    if match and match["type"] == "regex":
        yield Note(target.mark, f"regular expressions are not read, got {quoted(target.text)}", "write ... | glob=")
    if match and re.sub(r"\*+", "*", match["pattern"] or "").count("*") > STARS:
        yield Note(target.mark, f"a pattern may have at most {STARS} stars, got {quoted(target.text)}", "write a shorter pattern")
    if target.text in seen:
        yield Note(target.mark, f"{quoted(target.text)} stands twice", "keep one")
    seen.add(target.text)


def _is(node: Node, tag: str) -> bool:
    """Whether YAML 1.1 takes a value for text or for a flag, as awesome-pages will."""
    if not isinstance(node, Scalar):
        return False
    found: str = yaml.resolver.Resolver().resolve(yaml.ScalarNode, node.text, (not node.quoted, node.quoted))  # type: ignore[no-untyped-call]
    return found == tag


def _is_link(target: Scalar) -> bool:
    return re.match(r"[a-z][a-z0-9+.-]*:|/", target.text, re.IGNORECASE) is not None


def _is_rest(target: Scalar) -> bool:
    return target.text.startswith("...")


def _text(node: Node) -> str:
    return value.text(node).value


def _shown(node: Node) -> str:
    return quoted(node.text) if isinstance(node, Scalar) else "a list or a map"
