"""Directives between colons: `:::note Title` of Docusaurus, VitePress, Starlight, Quarto and MyST; the one-line ones of DocFX."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.token import Token

from almanac_kb.core.diagnostics import quoted
from almanac_kb.core.messages import Messages
from almanac_kb.core.raw_markdown import masked
from almanac_kb.markdown import components
from almanac_kb.markdown.components import Title
from almanac_kb.markdown.constructs import context
from almanac_kb.markdown.rules import at, children, line_offset, line_text, position, text_block
from almanac_kb.markdown.tag_meanings import LITERAL, Block, Meaning, known_block, open_block, report
from almanac_kb.markdown.tags import Arguments, read_arguments
from almanac_kb.markdown.template_rules import DEPTH

LINE = re.compile(r"^[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?(:{3,})[ \t]*([^\n]*?)[ \t]*$", re.MULTILINE)
OPENING = re.compile(
    r"\{?\.?(?:callout-)?(?P<name>[A-Za-z][\w-]*)\}?[ \t]*(?:\[(?P<label>[^\]]*)\])?[ \t]*(?:\{(?P<options>[^{}]*)\})?(?P<rest>.*)"
)
TITLE = re.compile(r'title="([^"]*)"')
DOCFX = re.compile(
    r"(?P<name>image|image-end|code|row|column|row-end|column-end|moniker-end|zone-end|video|no-loc)(?=[\s:]|\Z)(?P<options>.*?):*\s*\Z"
)
DOCFX_OPEN = re.compile(r"(?:moniker|zone)\b")
REFERENCE = re.compile(r"[A-Za-z_]\w*(?:\.\w+)*")
"""The name of a module, a class or a function, for which mkdocstrings writes its documentation."""
LABEL = re.compile(r"\[([^\]\n]+)\]")
HIDDEN = re.compile(r"\{?[ \t]*(?:\.(?:content-)?hidden\b|comment\b)(?!.*\b(?:when|unless)-)")
"""Blocks that no reader sees: those of Quarto, but where they name the formats in which they are hidden, and comments of MyST."""
TRANSPARENT = frozenset({"raw", "v-pre", "steps", "cards", "card-grid", "file-tree", "moniker", "zone", "tabs"})
CODE_GROUP = Block("frame", "code-group")
"""Tabs of which each holds a code fence."""
CODE_INDENT = 4
"""Columns by which options are indented."""
DIRECTIVES = "directives"


@dataclass
class _Directives:
    """The lines of a text that start with at least three colons."""

    closes: dict[int, int]
    """The offset of each closing line's colons, by the offset of the colons of its opening line."""
    starts: frozenset[int]
    """Offsets of the colons of all these lines."""
    depth: int = field(default=0)


def rules(md: MarkdownIt) -> None:
    """Adds directives to a parser; idempotent, since several dialects have them."""
    components.rules_components(md)
    if "directive" not in md.block.ruler.get_all_rules():
        md.block.ruler.before("fence", "directive", _directive, {"alt": ["paragraph", "reference", "blockquote", "list"]})


@at(":")
def _directive(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    offset = line_offset(state, start)
    if not state.src.startswith(":::", offset) or state.is_code_block(start):
        return False
    found = _directives(state)
    if offset not in found.starts:
        return False
    if silent:
        return True
    written = line_text(state, start).strip(": \t") if line_text(state, start).strip(":").strip() else ""
    state.line = start + 1
    if not written or _docfx(state, written, start):
        return True
    if REFERENCE.fullmatch(written) and _reference(state, written, start, end):
        return True
    if found.depth < DEPTH:
        _open(state, start, end, _close_line(state, found, offset, start, end), found)
    return True


def _directives(state: StateBlock) -> _Directives:
    memory: dict[str, _Directives] = state.env.setdefault(DIRECTIVES, {})
    if state.src not in memory:
        memory[state.src] = _paired(state.src)
    return memory[state.src]


def _paired(text: str) -> _Directives:
    """The directives of a text; a closing line ends the innermost directive with the same number of colons, else the innermost one."""
    opened: list[tuple[int, int]] = []
    lengths: dict[int, int] = {}
    closes: dict[int, int] = {}
    starts: set[int] = set()
    for match in LINE.finditer(masked(text)):
        start, length = match.start(1), len(match[1])
        written = text[match.start(2) : match.end(2)]
        starts.add(start)
        if written and not (DOCFX.match(written) and not DOCFX_OPEN.match(written)):
            opened.append((start, length))
            lengths[length] = lengths.get(length, 0) + 1
        elif (not written or written.startswith(("moniker-end", "zone-end"))) and opened:
            while lengths.get(length) and opened[-1][1] != length:
                lengths[opened.pop()[1]] -= 1
            opening, colons = opened.pop()
            lengths[colons] -= 1
            closes[opening] = start
    return _Directives(closes, frozenset(starts))


def _close_line(state: StateBlock, found: _Directives, offset: int, start: int, end: int) -> int:
    """The line that closes a directive, or the end of the list item or quote that contains the directive."""
    close = found.closes.get(offset, len(state.src) + 1)
    line = start + 1
    while line < end and (state.isEmpty(line) or state.sCount[line] >= state.blkIndent) and state.eMarks[line] < close:
        line += 1
    return line


def _docfx(state: StateBlock, written: str, line: int) -> bool:
    """Pushes a one-line directive of DocFX; returns whether the line is one."""
    match = DOCFX.match(written)
    if match is None or DOCFX_OPEN.fullmatch(written.split()[0]):
        return False
    given = read_arguments(match["options"].strip())
    if match["name"] == "image" and given.get("source"):
        context(state.env).count("figure")
        components.push_paragraph(state, [components.image(given.get("source"), given.get("alt-text"))], line)
    elif match["name"] in ("code", "video"):
        message = f"{quoted(':::' + written)} shows what is not in this text; nothing is shown in its place"
        report(
            state.env,
            Meaning("missing snippet", message, "write the code or the link here"),
            lambda: position(state, line_offset(state, line)),
        )
    else:
        context(state.env).count("layout")
    return True


def _reference(state: StateBlock, name: str, start: int, end: int) -> bool:
    """A reference of mkdocstrings, whose options stand indented below it; the name is shown. A word without options is a directive."""
    last = start + 1
    while last < end and (state.isEmpty(last) or state.sCount[last] >= state.blkIndent + CODE_INDENT):
        last += 1
    options = [line for line in range(start + 1, last) if not state.isEmpty(line)]
    if "." not in name and not (options and line_text(state, options[0]).rstrip().endswith(":")):
        return False
    message = f"{quoted('::: ' + name)} stands for documentation that a program writes; the name is shown"
    meaning = Meaning("API reference", message, "write a link to it")
    report(state.env, meaning, lambda: position(state, line_offset(state, start)))
    text_block(state, "paragraph", "p", f"`{name}`", start)
    state.line = max([start, *options]) + 1
    return True


def _open(state: StateBlock, start: int, end: int, last: int, found: _Directives) -> None:
    """Pushes a directive whose content ends before the line `last`; nothing for one that is not shown."""
    written = line_text(state, start).lstrip(":").strip()
    if HIDDEN.match(written):
        context(state.env).count("layout")
        state.line = _behind(state, last, end)
        return
    block = _block(written)
    if block is None:
        message = f"the directive {quoted(':::' + written)} is not known here; its inner text is shown"
        meaning = Meaning("unknown directive", message, "write `:::note` or what it stood for")
        report(state.env, meaning, lambda: position(state, line_offset(state, start)))
    else:
        context(state.env).count({"frame": "tabs", "tab": "tabs", "text": "layout"}.get(block.kind, block.kind))
    found.depth += 1
    before = len(state.tokens)
    opening = open_block(state, block, start) if block is not None else None
    if opening is not None:
        opening.map = [start, last]
    children(state, start + 1, last)
    for token in state.tokens[before:] if written.startswith("v-pre") else ():
        token.meta[LITERAL] = True
    if block == CODE_GROUP:
        state.tokens[before + 1 :] = _tabbed(state.tokens[before + 1 :], context(state.env).messages)
    if opening is not None:
        components.close(state, opening)
    found.depth -= 1
    state.line = _behind(state, last, end)


def _behind(state: StateBlock, last: int, end: int) -> int:
    """The line behind a directive: behind its closing line, if it has one."""
    is_close = last < end and line_text(state, last).startswith(":::") and state.sCount[last] >= state.blkIndent
    return last + 1 if is_close else last


def _block(written: str) -> Block | None:
    match = OPENING.match(written)
    if match is None:
        return None
    name, given = match["name"].casefold(), read_arguments(match["options"] or "")
    inner = TITLE.search(written)
    title = match["label"] or match["rest"].strip(" {}")
    if match["options"] and given.get("title"):
        return known_block(name, Arguments({"title": given.get("title")}, ()))
    if inner and not match["label"]:
        return known_block(name, Arguments({"title": inner[1]}, ()))
    if name == "code-group":
        return CODE_GROUP
    if name in TRANSPARENT:
        return Block("text")
    block = known_block(name, Arguments({"title": title}, ()))
    return Block(block.kind, block.sort, block.title, markdown=True) if block else None


def _tabbed(tokens: list[Token], messages: Messages) -> Iterator[Token]:
    """The tokens with a tab around each code fence, labelled by its label, its title or its language."""
    for token in tokens:
        if token.type != "fence":
            yield token
            continue
        label = LABEL.search(token.info)
        name = label[1] if label else token.info.split(" ")[0] or messages.gettext("Code")
        line = token.map[0] if token.map else 0
        token.info = LABEL.sub("", token.info).rstrip()
        yield components.tab_start(Title(name, line, markdown=False), token.level, token.map)
        yield token
        yield components.tab_end(token.level)
