"""The `.pages` file of a folder: its keys, read with positions, and what awesome-pages could not use of it."""

import fnmatch
import re
from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from almanac_kb.core import text
from almanac_kb.core.diagnostics import HeaderError, LocalDiagnostic, Outcome, Position, quoted
from almanac_kb.frontmatter import formats, values
from almanac_kb.frontmatter.formats import Mapping, Node, Scalar, Sequence, find_pair, is_absent

PAGES_FILE_NAME = ".pages"
ORDERS = ("newest", "title", "manual")
"""The orders in which a section can list its articles; awesome-pages has others of the same key, `asc` and `desc`."""
RENDERERS = ("commonmark", "python-markdown", "auto")
FLAG_KEYS = ("ignore_case", "hide", "collapse", "collapse_single_pages")
"""Keys whose value is true or false."""
CHOICES = {
    "kind": ("article", "page"),
    "schema": ("Article", "MedicalWebPage"),
    "markdown": RENDERERS,
    "order": ("asc", "desc", *ORDERS),
    "sort_type": ("natural",),
    "order_by": ("filename", "title"),
}
"""Keys whose value is one of a few words; `kind`, `schema` and `markdown` are our own, all other keys are those of awesome-pages."""
KEYS = ("title", "nav", "arrange", *CHOICES, *FLAG_KEYS)
REST_ENTRY = re.compile(r"\.{3}\s*(?:\|\s*flat\s*)?(?:\|\s*(?:(?P<type>regex|glob)=)?(?P<pattern>.*))?")
"""An entry of `nav` that stands for all entries not named, in awesome-pages' syntax."""
MAX_STARS = 3
"""Most stars in the pattern of such an entry: each one multiplies the time for matching."""
STRING, BOOLEAN = "tag:yaml.org,2002:str", "tag:yaml.org,2002:bool"
"""Tags of YAML 1.1 types."""


@dataclass(frozen=True)
class PagesFile:
    """The content of a `.pages` file."""

    title: str = ""
    """The title of the section, or empty."""
    kind: str = ""
    """`article`, or `page` where its files are in navigation and search only; empty where the folder above decides."""
    names: tuple[tuple[str, Position], ...] = ()
    """The files and folders named in its `nav`, each with its position."""
    rest_patterns: tuple[str, ...] = ("*",)
    """Glob patterns of the files and folders that are in the navigation without being named."""
    position: Position = Position()
    """The position of `nav`."""
    schema: str = ""
    """The schema.org type of its articles, `Article` or `MedicalWebPage`; empty where the folder above decides."""
    markdown: str = ""
    """The renderer of its articles, one of RENDERERS; empty where the folder above decides."""
    order: str = ""
    """The order in which its articles are listed, one of ORDERS, or empty."""

    def shows(self, name: str) -> bool:
        """Whether a file or folder of this folder is in the navigation."""
        return any(name == named for named, _ in self.names) or any(fnmatch.fnmatchcase(name, pattern) for pattern in self.rest_patterns)


def read_pages_file(data: bytes) -> Outcome[PagesFile]:
    """The content of the bytes of a `.pages` file; whatever awesome-pages could not use is an error."""
    try:
        tree, notes = formats.parse_yaml(text.decode(data))
    except HeaderError as error:
        return Outcome(PagesFile(), (LocalDiagnostic(error.position, error.message, error.hint),))
    # Headers of articles may have such values; YAML has not, so awesome-pages could not read the file.
    strict = [LocalDiagnostic(note.position, "a value with a colon must stand in quotes", note.hint) for note in notes]
    pairs = {pair.key: pair for pair in tree.pairs if not is_absent(pair.value)}
    nav = pairs.get("nav") or pairs.get("arrange")
    entries = list(_nav_entries(nav.value)) if nav else []
    rest = [REST_ENTRY.match(entry.text) for entry in entries if _is_rest(entry)]
    patterns = tuple(match["pattern"] or "*" for match in rest if match)
    file = PagesFile(
        title=_text(pairs["title"].value) if "title" in pairs else "",
        kind=_text(pairs["kind"].value) if "kind" in pairs else "",
        names=tuple((entry.text, entry.position) for entry in entries if not _is_rest(entry)),
        rest_patterns=patterns if nav and nav.key == "nav" else ("*",),
        position=nav.position if nav else Position(),
        schema=_text(pairs["schema"].value) if "schema" in pairs else "",
        markdown=_text(pairs["markdown"].value) if "markdown" in pairs else "",
        order=order if "order" in pairs and (order := _text(pairs["order"].value)) in ORDERS else "",
    )
    return Outcome(file, (*strict, *_check_keys(tree), *_check_values(tree), *(_check_nav(nav.value) if nav else ())))


def _nav_entries(node: Node) -> Iterator[Scalar]:
    """The entries of a `nav` and of the lists in it, without links to other sites."""
    for item in node.items if isinstance(node, Sequence) else ():
        target = _nav_target(item)
        if isinstance(target, Sequence):
            yield from _nav_entries(target)
        elif isinstance(target, Scalar) and not (isinstance(item, Mapping) and _is_link(target)):
            yield target


def _nav_target(item: Node) -> Node:
    """The target of an item of a `nav`: the value of `Title: file`, else the item itself."""
    return item.pairs[0].value if isinstance(item, Mapping) and len(item.pairs) == 1 else item


def _check_keys(tree: Mapping) -> Iterator[LocalDiagnostic]:
    for pair in tree.pairs:
        if pair.key not in KEYS:
            yield LocalDiagnostic(pair.position, f"{quoted(pair.key)} is no key of .pages", f"use {', '.join(KEYS)}")
        elif pair.key == "arrange" and isinstance(pair.value, Sequence) and any(isinstance(item, Mapping) for item in pair.value.items):
            yield LocalDiagnostic(pair.position, "arrange knows no titles", "write nav, and ... as its last entry")


def _check_values(tree: Mapping) -> Iterator[LocalDiagnostic]:
    title = find_pair(tree, "title")
    if title and not is_absent(title.value) and not _has_yaml_type(title.value, STRING):
        yield LocalDiagnostic(title.value.position, f"title must be text, got {_for_message(title.value)}", "put it in quotes")
    for key in FLAG_KEYS:
        pair = find_pair(tree, key)
        if pair and not is_absent(pair.value) and not _has_yaml_type(pair.value, BOOLEAN):
            message = f"{key} must be true or false, got {_for_message(pair.value)}"
            yield LocalDiagnostic(pair.value.position, message, "write true or false")
    for key, choices in CHOICES.items():
        pair = find_pair(tree, key)
        if pair and not is_absent(pair.value) and _text(pair.value) not in choices:
            message = f"{key} must be {' or '.join(choices)}, got {_for_message(pair.value)}"
            yield LocalDiagnostic(pair.value.position, message, f"write {choices[0]}")


def _check_nav(node: Node) -> Iterator[LocalDiagnostic]:
    if not isinstance(node, Sequence):
        yield LocalDiagnostic(node.position, "nav must be a list", "write - file.md")
        return
    rest_entries: set[str] = set()
    for item in node.items:
        target = _nav_target(item)
        if isinstance(target, Sequence) and isinstance(item, Mapping):
            yield from _check_nav(target)
        elif not isinstance(target, Scalar) or not _has_yaml_type(target, STRING):
            yield LocalDiagnostic(item.position, "an entry of nav must be a file, a folder, `...`, or `Title: file`", "write - file.md")
        elif isinstance(item, Mapping) and _is_link(target):
            yield from _check_link(target)
        elif _is_rest(target):
            yield from _check_rest(target, rest_entries)


def _check_link(target: Scalar) -> Iterator[LocalDiagnostic]:
    if not values.is_http_url(target.text) and (not target.text.startswith("/") or target.text.startswith("//")):
        yield LocalDiagnostic(target.position, f"a link must be an http address, got {quoted(target.text)}", "write https://…")


def _check_rest(target: Scalar, earlier: set[str]) -> Iterator[LocalDiagnostic]:
    """Returns the fault of an entry that starts with `...`, or nothing; adds the entry to the `earlier` ones, of which it must be none."""
    match = REST_ENTRY.match(target.text)
    if match and match["type"] == "regex":
        yield LocalDiagnostic(target.position, f"regular expressions are not read, got {quoted(target.text)}", "write ... | glob=")
    if match and re.sub(r"\*+", "*", match["pattern"] or "").count("*") > MAX_STARS:
        message = f"a pattern may have at most {MAX_STARS} stars, got {quoted(target.text)}"
        yield LocalDiagnostic(target.position, message, "write a shorter pattern")
    if target.text in earlier:
        yield LocalDiagnostic(target.position, f"{quoted(target.text)} stands twice", "keep one")
    earlier.add(target.text)


def _has_yaml_type(node: Node, tag: str) -> bool:
    """Whether YAML 1.1 gives a value this type, as awesome-pages will read it."""
    if not isinstance(node, Scalar):
        return False
    resolved: str = yaml.resolver.Resolver().resolve(yaml.ScalarNode, node.text, (not node.quoted, node.quoted))  # type: ignore[no-untyped-call]
    return resolved == tag


def _is_link(target: Scalar) -> bool:
    """Whether an entry is a URL or starts with a slash."""
    return re.match(r"[a-z][a-z0-9+.-]*:|/", target.text, re.IGNORECASE) is not None


def _is_rest(target: Scalar) -> bool:
    return target.text.startswith("...")


def _text(node: Node) -> str:
    return values.read_text(node).value


def _for_message(node: Node) -> str:
    return quoted(node.text) if isinstance(node, Scalar) else "a list or a map"
