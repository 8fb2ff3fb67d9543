"""Read a value: text, flag, number, list, author, permalink."""

import posixpath
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias, TypeVar
from urllib.parse import unquote, urlsplit

from almanac_kb.core import paths, text
from almanac_kb.core.diagnostics import LocalDiagnostic, Outcome, Position, Severity, quoted
from almanac_kb.frontmatter.nodes import Mapping, Node, Pair, Scalar, Sequence, find_pair, is_absent

NOBODY: tuple[str, ...] = ()
"""No names."""

Value = TypeVar("Value")
Reader: TypeAlias = Callable[[Node], Outcome[Value]]
"""A function that reads one kind of value."""

TITLE_LENGTH = 300
DESCRIPTION_LENGTH = 2000
NAME_LENGTH = 100
NAMES = 100
"""How many tags or authors an article may have; of more, the first count."""
ADDRESSES = 1000
"""How many old addresses and other names."""

NUMBER = re.compile(r"[+-]?[0-9]{1,300}(?:\.[0-9]{1,300})?")
"""A number that floating point can hold."""
LINK = re.compile(r"!?\[\[(?P<path>(?:[^\[\]|#]*/)?(?P<target>[^\[\]|#/]+?)(?:\.md)?)(?:#[^\[\]|]*)?(?:\|(?P<shown>[^\[\]]+))?\]\]")
"""A text that is nothing but a wikilink."""
NAME_BYTES = 255
"""The most bytes of a file name on most systems."""
TRUE = frozenset({"true", "yes", "on", "1"})
FALSE = frozenset({"false", "no", "off", "0"})


def read_text(node: Node, length: int = TITLE_LENGTH) -> Outcome[str]:
    """One line of plain text; a number, a date or `no` is text as well, and a link, `[[lamp|The lamp]]`, is the text that it shows."""
    node = without_list(node)
    if not isinstance(node, Scalar):
        return Outcome("", (_must("be text", node),))
    link = LINK.fullmatch(node.text.strip())
    line = text.one_line((link["shown"] or link["target"]) if link else node.text, node.position)
    if len(line.value) > length:
        message = f"must be at most {length} characters, got {len(line.value)}"
        return Outcome("", (LocalDiagnostic(node.position, message, "shorten it"),))
    return line


def without_list(node: Node) -> Node:
    """The link that YAML takes for a list in a list, `[[lamp]]` without quotes, as text again; any other node as it is."""
    inner = node.items[0] if isinstance(node, Sequence) and len(node.items) == 1 else None
    item = inner.items[0] if isinstance(inner, Sequence) and len(inner.items) == 1 else None
    return Scalar(f"[[{item.text}]]", node.position, True) if isinstance(item, Scalar) else node


def read_description(node: Node) -> Outcome[str]:
    """A summary: longer than a title may be, still one line."""
    return read_text(node, DESCRIPTION_LENGTH)


def read_flag(node: Node) -> Outcome[bool]:
    """`true` or `false` in any of YAML's spellings, quoted or not."""
    word = node.text.strip().casefold() if isinstance(node, Scalar) else ""
    if word in TRUE | FALSE:
        return Outcome(word in TRUE)
    return Outcome(False, (_must("be true or false", node),))


def read_number(node: Node) -> Outcome[float | None]:
    """A finite number."""
    written = node.text.strip() if isinstance(node, Scalar) else ""
    if NUMBER.fullmatch(written):
        return Outcome(float(written))
    return Outcome(None, (replace(_must("be a number", node), severity=Severity.WARNING),))


def read_names(node: Node) -> Outcome[tuple[str, ...]]:
    """Names from a list, a comma string, or a single word; empty items are left out, maps give their `name`.

    A list keeps the commas of its items; `#hash` loses its `#`.
    """
    node = without_list(node)
    if isinstance(node, Scalar):
        return _parts(node, re.split(r"[,;\n]", node.text) if re.search(r"[,;\n]", node.text) else _hashes(node.text))
    return _names(list(node.items) if isinstance(node, Sequence) else [node], NAME_LENGTH)


def read_addresses(node: Node) -> Outcome[tuple[str, ...]]:
    """Addresses and other names from a list or a comma string; they may be longer than the names of people and tags."""
    node = without_list(node)
    if isinstance(node, Scalar):
        return _parts(node, re.split(r"[,\n]", node.text), DESCRIPTION_LENGTH, ADDRESSES)
    return _names(list(node.items) if isinstance(node, Sequence) else [node], DESCRIPTION_LENGTH, ADDRESSES)


def read_authors(node: Node) -> Outcome[tuple[str, ...]]:
    """Names of people: a string (`A and B`, `A, B`), a list, or maps with `name`."""
    node = without_list(node)
    if isinstance(node, Scalar):
        return _parts(node, re.split(r",| and | & |;", node.text))
    return _names(list(node.items) if isinstance(node, Sequence) else [node], NAME_LENGTH)


def read_image(node: Node) -> Outcome[str]:
    """The path of an image, or its http address: of a list the first, of a map its `src`, `image`, `url`, `path` or `file`."""
    node = without_list(node)
    if isinstance(node, Mapping):
        inner = [pair.value for key in ("src", "image", "url", "path", "file", "filename") if (pair := find_pair(node, key))]
        said = [each for each in inner if not is_absent(each)]
        return read_image(said[0]) if said else Outcome("", () if inner else (_no_image(node),))
    if isinstance(node, Sequence):
        return read_image(next((item for item in node.items if not is_absent(item)), Scalar("", node.position)))
    if _is_word(node, FALSE):
        return Outcome("")
    linked = LINK.fullmatch(node.text.strip())
    path = text.one_line(linked["path"], node.position) if linked else read_text(node, DESCRIPTION_LENGTH)
    scheme = re.match(r"([a-z][a-z0-9+.-]*+):", path.value, re.IGNORECASE)
    if path.value and ((scheme and not is_http_url(path.value)) or not re.search(r"[./]", path.value)):
        return Outcome("", (_no_image(node),))
    return path


def _no_image(node: Node) -> LocalDiagnostic:
    """What is said of a cover that is no path: the article is published, with a drawn one."""
    return replace(_must("be the path of an image", node), severity=Severity.WARNING)


def read_url(node: Node) -> Outcome[str]:
    """An http or https address."""
    link = read_text(node, DESCRIPTION_LENGTH)
    if link.diagnostics or is_http_url(link.value):
        return link
    return Outcome("", (_must("be an http address", node),))


def is_http_url(link: str) -> bool:
    """Whether a text is an http or https address with a host (RFC 3986)."""
    try:
        parts = urlsplit(link)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and not re.search(r"[\s<>\"]", link)


def _hashes(written: str) -> list[str]:
    words = written.split()
    return words if len(words) > 1 and all(word.startswith("#") for word in words) else [written]


def _is_word(node: Node, words: frozenset[str]) -> bool:
    return isinstance(node, Scalar) and not node.quoted and node.text.strip().casefold() in words


def _parts(node: Scalar, parts: list[str], length: int = NAME_LENGTH, most: int = NAMES) -> Outcome[tuple[str, ...]]:
    if _is_word(node, frozenset({"false"})):
        return Outcome(NOBODY)
    if _is_word(node, frozenset({"true"})):
        return Outcome(NOBODY, (_must("be names", node),))
    return _names([Scalar(part, node.position, True) for part in parts], length, most)


def _names(nodes: list[Node], length: int, most: int = NAMES) -> Outcome[tuple[str, ...]]:
    found: dict[str, None] = {}
    diagnostics: list[LocalDiagnostic] = []
    for node in map(_named, nodes):
        if not is_absent(node):
            name = read_text(node, length)
            diagnostics += name.diagnostics
            found[name.value.removeprefix("#").strip()] = None
    names = tuple(filter(None, found))
    if len(names) > most:
        message = f"must be at most {most}, got {len(names)}; the first count"
        diagnostics.append(LocalDiagnostic(nodes[0].position, message, "keep those a reader would look for", Severity.WARNING))
    return Outcome(names[:most], tuple(diagnostics))


def _named(node: Node) -> Node:
    if not isinstance(node, Mapping):
        return without_list(node)
    return next((pair.value for key in ("name", "title", "label", "value") if (pair := find_pair(node, key))), node)


def _must(be: str, node: Node) -> LocalDiagnostic:
    return LocalDiagnostic(node.position, f"must {be}, got {_shown(node)}", _EXAMPLES.get(be, ""), Severity.ERROR)


def _shown(node: Node) -> str:
    if isinstance(node, Scalar):
        return quoted(node.text)
    return "a list" if isinstance(node, Sequence) else "a map"


_EXAMPLES = {
    "be text": "write one line of text, in quotes if it holds a colon",
    "be true or false": "write true or false",
    "be names": "write a list such as [health, research]",
    "be a number": "write a number such as 10",
    "be the path of an image": "write a path inside docs/, such as images/cover.png",
    "be an http address": "write https://…",
}

TEMPLATE = re.compile(r":[a-z_]+(?=[/.-]|$)|\{[{%]")
"""`/:year/:title/` and `/blog/{{ slug }}/`: patterns for whole sites."""
ENDINGS = (".html", ".htm")


@dataclass(frozen=True)
class Permalink:
    """What a key of a header asks for; all empty where it asks for nothing."""

    slug: str = ""
    """The last part of the address."""
    path: str = ""
    """The whole address, without slashes at the ends."""
    canonical: str = ""
    """The http address of the article's first home."""
    position: Position = Position()
    """Where it is said."""


def read_permalink(pair: Pair) -> Outcome[Permalink]:
    """A slug, a whole path where it has a `/`, or a canonical link where it is an http address."""
    position = pair.value.position
    if _is_none(pair):
        return Outcome(Permalink())
    written = read_text(pair.value, DESCRIPTION_LENGTH)
    if is_http_url(written.value):
        return Outcome(Permalink(canonical=written.value, position=position), written.diagnostics)
    if TEMPLATE.search(written.value):
        note = LocalDiagnostic(
            position, f"{quoted(written.value)} is a pattern; the file name is used", "write the address itself", Severity.WARNING
        )
        return Outcome(Permalink(), (*written.diagnostics, note))
    whole = "/" in written.value
    made = _whole(written.value) if whole else paths.safe_segment(_without_ending(written.value))
    diagnostics = written.diagnostics + _notes(written.value, made, whole, position)
    return (
        Outcome(Permalink(path=made, position=position) if whole else Permalink(slug=made, position=position), diagnostics)
        if made
        else Outcome(Permalink(), diagnostics)
    )


def is_old_address(alias: str) -> bool:
    """Whether an alias is an old address rather than another name."""
    return "/" in alias or alias.endswith(ENDINGS)


def old_address(alias: str) -> str:
    """An old address of this site as it was written, percent-decoded, without a slash at the start; empty where the alias is none.

    Dots and slashes that browsers resolve are resolved (RFC 3986, section 5.2.4); what no file can be called is no address.
    """
    if is_http_url(alias) or alias.startswith("//"):
        return ""
    written = unicodedata.normalize("NFC", unquote(alias.partition("#")[0].partition("?")[0].strip())).replace("\\", "/")
    path = posixpath.normpath(f"/{written}").lstrip("/")
    if not path or not path.isprintable() or "\ufffd" in path or any(len(part.encode()) > NAME_BYTES for part in path.split("/")):
        return ""
    return path if path.endswith(ENDINGS) else f"{path}/"


def _is_none(pair: Pair) -> bool:
    text = pair.value.text.strip() if isinstance(pair.value, Scalar) else ""
    return text.casefold() in {"false", "true"} or (pair.key.casefold() == "id" and text.isdigit())


def _whole(written: str) -> str:
    path = _without_ending(written.strip("/"))
    return paths.safe_path(path.removesuffix("/index") if path != "index" else "")


def _without_ending(written: str) -> str:
    return written.removesuffix(".html").removesuffix(".htm")


def _notes(written: str, made: str, whole: bool, position: Position) -> tuple[LocalDiagnostic, ...]:
    if not written or (made and made == _without_ending(written.strip("/")).removesuffix("/index")):
        return ()
    if not made:
        return (
            LocalDiagnostic(position, f"{quoted(written)} has nothing an address may hold; the file name is used", "", Severity.NOTICE),
        )
    shown = f"/{made}/" if whole else made
    return (
        LocalDiagnostic(position, f"{quoted(written)} is no safe address; published as {quoted(shown)}", f"write {shown}", Severity.NOTICE),
    )
