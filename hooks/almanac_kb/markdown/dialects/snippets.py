"""Snippets (pymdownx.snippets): `--8<-- "file.md"` inserts the text of a file of docs/, or part of it; other systems' syntax for it."""

import posixpath
import re
from collections.abc import Iterator, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore

from almanac_kb.core.diagnostics import LocalDiagnostic, Position, Severity, quoted
from almanac_kb.core.paths import candidate_paths, folder, is_article
from almanac_kb.markdown.constructs import context
from almanac_kb.markdown.inserted_files import LENGTH, Lookup, answer
from almanac_kb.markdown.link_index import below_roots
from almanac_kb.markdown.rules import at, embed, line_offset, line_text, position
from almanac_kb.markdown.tags import read_arguments

LINE = re.compile(r"-+8<-+[ \t]+(?P<quote>[\"'])(?P<target>[^\"'\n]{1,500})(?P=quote)[ \t]*$")
LINES = re.compile(r"(?P<path>.*?)(?P<range>(?::\d*){1,2})$")
PART = re.compile(r"(?P<path>[^:]+):(?P<name>[A-Za-z][\w-]*)$")
SECTION = re.compile(r"-+8<-+[ \t]*\[[ \t]*(?P<kind>start|end)[ \t]*:[ \t]*(?P<name>[A-Za-z][\w-]*)[ \t]*\]")
HINT = "write the path of a file below docs/"
ESCAPED = re.compile(r"^([ \t]*);(-+8<-+)")
"""A line of code that shows how a snippet is written."""
LONGEST = 1000
"""Characters of the longest line that is read as an include."""
DEPTH = 8
"""Most levels of snippets within snippets."""
OPEN = "snippets.open"
TAKEN = "snippets.taken"
PLACE = "snippets.place"
"""Key in the environment: the position of the outermost snippet being inserted, which messages about its text name."""
CONSTRUCT, MISSING = "snippet", "missing snippet"
PATH = r"(?P<path>[^\s\"'{}()#?%*!<>\[\]]{1,500})"
FILE = r"(?P<path>[^\s\"'{}()#?%*!<>\[\]]{1,500}\.\w{1,10})"
"""A path with an ending."""
INCLUDE_LINES = (
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
    """The file, or the part of it, that a line includes."""

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


@dataclass(frozen=True, eq=False)
class Snippets:
    """The parser plugin that inserts snippets, whose texts `lookup` returns."""

    lookup: Lookup

    def __call__(self, md: MarkdownIt) -> None:
        """Adds the rules of snippets, also in code fences and in the syntax of other systems, to a parser."""
        md.core.ruler.after("block", "snippets_in_code", self._in_code)
        md.block.ruler.before("fence", CONSTRUCT, self._rule, {"alt": ["paragraph", "reference", "blockquote", "list"]})
        first = "site_line" if "site_line" in md.block.ruler.get_all_rules() else "table"
        md.block.ruler.before(first, "include", self._include, {"alt": ["paragraph", "reference", "blockquote", "list"]})

    @at("-;")
    def _rule(self, state: StateBlock, start: int, end: int, silent: bool) -> bool:
        match = LINE.match(line_text(state, start).rstrip())
        if not match or state.is_code_block(start):
            return False
        if not silent:
            state.line = start + 1
            found = self._find(match["target"].strip(), context(state.env).here)
            self._insert(state, found.path, found.text, start, found.shown)
        return True

    @at("[<{:")
    def _include(self, state: StateBlock, start: int, end: int, silent: bool) -> bool:
        """A line of another system that shows a file; one whose file is not here is left to the rules of that system."""
        written = line_text(state, start).rstrip()
        include = read_include(written, state.src, state.env) if len(written) <= LONGEST else None
        if include is None or not include.path or state.is_code_block(start):
            return False
        shared, opened = context(state.env), state.env.setdefault(OPEN, [])
        path, text = self._included(include, opened[-1] if opened else shared.here)
        if text is None and not written.startswith(SILENT):
            shared.lookups[f"snippet:{path}"] = answer(None)
            return False
        if silent:
            return True
        state.line = start + 1
        if text is None:
            shared.lookups[f"snippet:{path}"] = answer(None)
            message = f"{quoted(written)} shows a part of another file, which is not here; nothing is shown in its place"
            shared.notice(MISSING, state.env.get(PLACE) or position(state, line_offset(state, start)), message, "write the text here")
        elif is_markdown(include):
            self._insert(state, path, text, start, selected(text, include))
        else:
            shared.count(CONSTRUCT)
            shared.lookups[f"snippet:{path}"] = answer(text)
            token = state.push("fence", "code", 0)
            token.info, token.markup, token.map = include.info, "```", [start, start + 1]
            token.content = selected(text, include).strip("\n") + "\n"
        return True

    def _in_code(self, state: StateCore) -> None:
        """Core rule: a line of a fence that is a snippet stands for the lines of its file, each as far from the edge as that line."""
        for token in state.tokens:
            if token.type == "fence" and "8<" in token.content:
                rows = token.content.split("\n")
                token.content = "\n".join(self._code(row, state, (token.map or [0])[0] + 1 + at) for at, row in enumerate(rows))

    def _code(self, row: str, state: StateCore, line: int) -> str:
        match = LINE.match(row.strip())
        if not match:
            return ESCAPED.sub(r"\1\2", row)
        shared = context(state.env)
        found = self._find(match["target"].strip(), shared.here)
        shared.lookups[f"snippet:{found.path}"] = answer(found.text)
        problem = _problem(found.path, found.text, found.shown, Position(line + 1))
        if problem:
            shared.warn(MISSING, problem.position, problem.message, problem.hint)
            return ""
        shared.count(CONSTRUCT)
        indent = row[: len(row) - len(row.lstrip())]
        return "\n".join(f"{indent}{each}" for each in found.shown.rstrip("\n").split("\n"))

    def _included(self, include: Include, here: str) -> tuple[str, str | None]:
        """The path of the file that a line shows, and its text: seen from the article, the top of docs/, or a folder above the article."""
        below = (path for path in below_roots(include.path) if include.path.startswith("/"))
        places = (*candidate_paths(include.path, here), *below)
        for place in places:
            text = self.lookup(place)
            if text is not None:
                return place, text
        return next(iter(places), include.path), None

    def _insert(self, state: StateBlock, path: str, text: str | None, line: int, shown: str) -> None:
        """Parses the lines `shown` of a file in the place of the line that names it; says why where it can't."""
        shared = context(state.env)
        shared.lookups[f"snippet:{path}"] = answer(text)
        opened = state.env.setdefault(OPEN, [])
        taken = state.env.get(TAKEN, 0) + len(shown)
        place = state.env.get(PLACE) or position(state, line_offset(state, line))
        problem = _problem(path, text, shown, place)
        if path in opened or (path == shared.here and text is not None):
            problem = LocalDiagnostic(place, f"`{path}` would insert itself", "leave one of the two lines out", Severity.WARNING)
        elif not problem and (len(opened) >= DEPTH or taken > LENGTH):
            problem = LocalDiagnostic(place, f"`{path}` would insert too much", "insert less", Severity.WARNING)
        if problem:
            shared.warn(MISSING, place, problem.message, problem.hint)
            return
        if not opened:
            state.env[PLACE] = position(state, line_offset(state, line))
        shared.count(CONSTRUCT)
        state.env[TAKEN] = taken
        opened.append(path)
        count = len(state.tokens)
        embed(state, shown, line)
        for token in state.tokens[count:]:
            token.map = [line, line + 1]
        opened.pop()
        if not opened:
            del state.env[PLACE]

    def _find(self, target: str, here: str) -> "_Found":
        """The file that a target names, from the top of docs/ or from the article, and its lines or the part that the target names."""
        lines, part = LINES.match(target), PART.match(target)
        path = lines["path"] if lines else part["path"] if part else target
        for place in dict.fromkeys((posixpath.normpath(path), posixpath.normpath(posixpath.join(folder(here), path)))):
            text = None if place.startswith(("/", "..")) or ":" in place else self.lookup(place)
            if text is not None:
                return _Found(place, text, _cut(text, lines["range"] if lines else "", part["name"] if part else ""))
        return _Found(posixpath.normpath(path))


@dataclass(frozen=True)
class _Found:
    """The file that a target names."""

    path: str
    """Its path below docs/."""
    text: str | None = None
    """Its text; None where there is no such file."""
    shown: str = ""
    """The lines of it that the target names."""


def _problem(path: str, text: str | None, shown: str, position: Position) -> LocalDiagnostic | None:
    """Why the lines `shown` of a file with this text can't be inserted at a position; None where they can."""
    if text is None:
        return LocalDiagnostic(position, f"there is no file `{path}` in docs/ to insert", HINT, Severity.WARNING)
    return no_part(path, position) if text.strip() and not shown.strip() else None


def no_part(named: str, position: Position) -> LocalDiagnostic:
    """The diagnostic of a part or lines of a file that are not there."""
    hint = "write the name of a part of the file, or the numbers of its lines"
    return LocalDiagnostic(position, f"`{named}` has no such part, or nothing is in it", hint, Severity.WARNING)


def _cut(text: str, lines: str, name: str) -> str:
    """Part of a text: lines (`:3`, `:3:7`), or what is between `--8<-- [start:name]` and `[end:name]`."""
    rows = text.split("\n")
    if lines:
        first, _, last = lines[1:].partition(":")
        rows = rows[max(0, int(first or 1) - 1) : int(last) if last else None]
    return "\n".join(_part(rows, name))


def _part(rows: list[str], name: str) -> Iterator[str]:
    """The lines of a part, or all lines where no part is named, without those that delimit parts."""
    inside = not name
    for row in rows:
        match = SECTION.search(row)
        if match and match["name"] == name:
            inside = match["kind"] == "start"
        elif inside and not match:
            yield row


def read_include(text: str, source: str, env: MutableMapping[str, Any]) -> Include | None:
    """Returns the file, or the part of it, that a line includes; None for other lines. `source` is the whole text, with its imports."""
    component = COMPONENT.fullmatch(text)
    if component:
        path = _imports(source, env).get(component["name"], "")
        return Include(path) if path else None
    directive = DIRECTIVE.fullmatch(text)
    if directive:
        given = read_arguments(directive["arguments"])
        language = given.get("language")
        return Include(_plain(given.get("source")), given.get("range"), given.get("id"), language, given.get("highlight"), is_code=True)
    match = next(filter(None, (pattern.fullmatch(text) for pattern in INCLUDE_LINES)), None)
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
