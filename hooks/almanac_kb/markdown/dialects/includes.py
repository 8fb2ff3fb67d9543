"""Lines by which other systems include a file of docs/: a text as Markdown, code as code."""

import re
from collections.abc import Iterator, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any

from almanac_kb.core.paths import is_article
from almanac_kb.markdown.tags import read_arguments

PATH = r"(?P<path>[^\s\"'{}()#?%*!<>\[\]]{1,500})"
FILE = r"(?P<path>[^\s\"'{}()#?%*!<>\[\]]{1,500}\.\w{1,10})"
"""A path with an ending."""
LINES = (
    re.compile(rf"\[!include[ \t-]*\[[^\]\n]*\]\({PATH}[^()\n]*\)\]", re.IGNORECASE),
    re.compile(rf"\[!code(?:-(?P<language>[\w#+]+))?[ \t]*\[[^\]\n]*\]\({PATH}(?:[#?](?P<lines>[^()\n]*))?\)\]", re.IGNORECASE),
    re.compile(rf"<!--[ \t]*@include:[ \t]*{PATH}(?:#(?P<part>[\w-]+))?[ \t]*(?:\{{(?P<first>\d*)(?:,(?P<last>\d*))?\}})?[ \t]*-->"),
    re.compile(r"\{\{#(?:rustdoc_)?include[ \t]+(?P<path>[^\s:{}]{1,500})(?::(?P<lines>\d*(?::\d*)?|(?P<part>[\w-]+)))?[ \t]*\}\}"),
    re.compile(rf"\{{!>?[ \t]*{FILE}[ \t]*!\}}"),
    re.compile(rf"\{{\*[ \t]*{FILE}[ \t]*(?P<options>(?:\w{{1,20}}(?:\[[^\]*\n]*\]|=\"[^\"*\n]*\")[ \t]*){{0,9}})\*\}}"),
    re.compile(rf"\{{%-?[ \t]*(?:include-markdown|include_relative|include)[ \t]+[\"']?{PATH}[\"']?[^%\n]{{0,300}}%\}}"),
    re.compile(rf"\{{\{{[<%][ \t]*(?:include|readfile|read-file)[ \t]+(?:file=)?[\"']?{PATH}[\"']?[^\n{{}}]{{0,300}}[>%]\}}\}}"),
    re.compile(rf"(?P<code><<<)[ \t]*{PATH}(?:#(?P<part>[\w-]+))?[ \t]*(?:\{{(?P<marked>[^{{}}\n]*)\}})?[ \t]*(?:\[[^\]\n]*\])?"),
)
"""DocFX (a text, code), VitePress, mdBook, markdown-include, mdx_include, include-markdown and Jekyll, Docsy, VitePress (code)."""
DIRECTIVE = re.compile(r":{3}code[ \t](?P<arguments>[^\n]*?)(?::{3})?")
COMPONENT = re.compile(r"<(?P<name>[A-Z]\w*)(?:[ \t][^<>\n]*)?/>")
IMPORT = re.compile(r"import[ \t]+(?P<name>[A-Z]\w*)[ \t]+from[ \t]+[\"'](?P<path>[^\"'\n]{1,500})[\"']")
HIGHLIGHTED, CHOSEN = re.compile(r"\bhl\[([\d,: -]*)\]"), re.compile(r"\bln\[([\d,: -]*)\]")
RANGE = re.compile(r"L?(\d+)(?:\s*[-:]\s*L?(\d*))?")
SILENT = ("<!--", "{{#", "{!", "{*")
"""The start of such lines that no other rule reads; a missing file is reported."""
IMPORTS = "include.imports"
ROOT = re.compile(r"(?:@site|@|~)?/")


@dataclass(frozen=True)
class Include:
    """What a line includes."""

    path: str
    """The path as written, without the part that stands for the root of the project."""
    lines: str = ""
    """Numbers of lines: `1-3,5`; empty for all."""
    part: str = ""
    """The name of a region of the file."""
    language: str = ""
    """The language of the code, where the line says it."""
    marked: str = ""
    """Numbers of the lines to highlight."""
    is_code: bool = False
    """Whether it is shown as code whatever the file is."""

    @property
    def info(self) -> str:
        """The info string of the code."""
        numbers = " ".join(f"{first}-{last}" if last else first for first, last in RANGE.findall(self.marked))
        language = self.language or self.path.rpartition(".")[2]
        return f'{language} hl_lines="{numbers}"' if numbers else language


def read_include(text: str, source: str, env: MutableMapping[str, Any]) -> Include | None:
    """What a line includes; None for other lines. `source` is the whole text, whose imports may name Markdown files."""
    component = COMPONENT.fullmatch(text)
    if component:
        path = _imports(source, env).get(component["name"], "")
        return Include(path) if path else None
    directive = DIRECTIVE.fullmatch(text)
    if directive:
        given = read_arguments(directive["arguments"])
        language = given.get("language")
        return Include(_plain(given.get("source")), given.get("range"), given.get("id"), language, given.get("highlight"), is_code=True)
    match = next(filter(None, (pattern.fullmatch(text) for pattern in LINES)), None)
    if match is None:
        return None
    found = {name: value or "" for name, value in match.groupdict().items()}
    options = found.get("options", "")
    lines, marked = _first(CHOSEN, options) or found.get("lines", ""), _first(HIGHLIGHTED, options) or found.get("marked", "")
    if found.get("first") or found.get("last"):
        lines = f"{found['first'] or 1}-{found['last'] if match['last'] is not None else found['first']}"
    part = found.get("part", "")
    path = found["path"].removeprefix("./")
    return Include(_plain(path), "" if part else lines, part, found.get("language", ""), marked, is_code="code" in found)


def selected(text: str, include: Include) -> str:
    """The lines of a file that are included."""
    rows = text.split("\n")
    if include.part:
        return "\n".join(_region(rows, include.part))
    ranges = [
        (int(first), int(last or (first if "-" not in span and ":" not in span else len(rows)))) for span, first, last in _spans(include)
    ]
    return "\n".join(row for first, last in ranges for row in rows[first - 1 : last]) if ranges else text


def is_markdown(include: Include) -> bool:
    """Whether the file is shown as a part of the text."""
    return is_article(include.path) and not include.is_code


def _spans(include: Include) -> Iterator[tuple[str, str, str]]:
    for match in RANGE.finditer(include.lines):
        yield match[0], match[1], match[2] or ""


def _region(rows: list[str], name: str) -> Iterator[str]:
    """The lines between those that mark a region: `#region name`, `ANCHOR: name`, `<name>`."""
    start = re.compile(rf"(?:#?region[ \t]+|ANCHOR:[ \t]*|<){re.escape(name)}\b", re.IGNORECASE)
    end = re.compile(rf"#?endregion\b|ANCHOR_END:[ \t]*{re.escape(name)}\b|</{re.escape(name)}>", re.IGNORECASE)
    inside = False
    for row in rows:
        if inside and end.search(row):
            return
        if inside:
            yield row
        inside = inside or bool(start.search(row))


def _imports(source: str, env: MutableMapping[str, Any]) -> Mapping[str, str]:
    """The files of Markdown that a text imports, by the names of their components."""
    memory: dict[str, dict[str, str]] = env.setdefault(IMPORTS, {})
    if source not in memory:
        found = IMPORT.finditer(source) if "import" in source else ()
        memory[source] = {match["name"]: _plain(match["path"]) for match in found if is_article(match["path"])}
    return memory[source]


def _plain(path: str) -> str:
    """A path; one from the top of the project starts with a slash, however that is written (`@/`, `~/`, `@site/`)."""
    return ROOT.sub("/", path, count=1) if ROOT.match(path) else path


def _first(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    return match[1] if match else ""
