"""Syntax of VitePress, DocFX, GitBook, Starlight and WordPress: contents, snippets of other files, blocks and components."""

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from almanac_kb.core.diagnostics import quoted
from almanac_kb.markdown import components
from almanac_kb.markdown.components import Title
from almanac_kb.markdown.constructs import context
from almanac_kb.markdown.dialects import directives
from almanac_kb.markdown.rules import at, line_offset, line_text, position
from almanac_kb.markdown.tag_meanings import Block, Meaning, report
from almanac_kb.markdown.tags import Arguments, MarkupTag

CONTENTS = re.compile(r"\[\[(?:toc|_toc_)\]\]|\[toc\]", re.IGNORECASE)
SNIPPET = re.compile(r"<<<[ \t]*(?P<path>[@~./\w][^\n]{0,500})")
INCLUDE = re.compile(r"\[!(?:include|code(?:-[\w#+-]+)?|notebook)[ \t]*\[[^\[\]\n]{0,300}\]\([^()\n]{1,500}\)\]", re.IGNORECASE)
VIDEO = re.compile(r"\[!video[ \t]+(?P<address>https?://[^\s\]]{1,500})\]", re.IGNORECASE)
TAB = re.compile(r"\[(?P<title>.+)\]\(#tab/[^()\s]+\)")
DIVISION = re.compile(r"\[!div[ \t][^\]\n]{0,200}\]", re.IGNORECASE)
SCRIPT = re.compile(r"<(script|style)\b[^>\n]*\b(?:setup|scoped|module)\b[^>\n]*>", re.IGNORECASE)
WORDPRESS = re.compile(r"\[(?:(?P<slash>/?)(?P<name>caption|embed)\b[^\[\]\n]{0,500}|gallery(?:[ \t]+\w+=\"[^\"\n]*\"){1,20}[ \t]*)\]")
GITBOOK_TRANSPARENT = frozenset({"step", "stepper", "columns", "column", "content-ref", "updates", "update"})
"""Blocks of which only the content is shown."""
STARLIGHT_TRANSPARENT = frozenset({"cardgrid", "filetree", "steps", "fragment", "react.fragment", "codegroup"})


def rules(md: MarkdownIt) -> None:
    """Adds this syntax to a parser, and directives unless it has them."""
    directives.rules(md)
    md.block.ruler.before("table", "site_line", _line, {"alt": ["paragraph", "reference"]})
    md.block.ruler.before("html_block", "vue_script", _script, {"alt": ["paragraph"]})
    md.core.ruler.after("block", "docfx_tabs", _tabs)
    md.inline.ruler.before("link", "docfx", _inline)
    md.inline.ruler.before("link", "wordpress", _wordpress)


@at("[<")
def _line(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Block rule: a line with a construct of these systems."""
    text = line_text(state, start).rstrip()
    if state.is_code_block(start) or not (text.startswith(("[[", "[!", "<<<")) or text.casefold() == "[toc]"):
        return False
    snippet, video = SNIPPET.fullmatch(text) or INCLUDE.fullmatch(text), VIDEO.fullmatch(text)
    contents, division = CONTENTS.fullmatch(text), DIVISION.fullmatch(text)
    if not (snippet or video or contents or division):
        return False
    if silent:
        return True
    state.line = start + 1
    if snippet:
        _report_snippet(state, line_offset(state, start), text)
    elif video:
        context(state.env).count("video")
        components.push_paragraph(state, components.link(video["address"], [components.text("Video")]), start)
    else:
        context(state.env).count("contents" if contents else "layout")
    return True


def _report_snippet(state: StateBlock | StateInline, offset: int, text: str) -> None:
    message = f"{quoted(text)} shows a part of another file, which is not here; nothing is shown in its place"
    report(state.env, Meaning("missing snippet", message, "write the text here"), lambda: position(state, offset))


@at("<")
def _script(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Block rule: a script or style sheet of a Vue component, which is not shown."""
    opening = SCRIPT.match(line_text(state, start)) if not state.is_code_block(start) else None
    if opening is None:
        return False
    closing = f"</{opening[1].lower()}>"
    last = next((line for line in range(start, end) if closing in line_text(state, line).lower()), None)
    if last is None:
        return False
    if not silent:
        context(state.env).count("module")
        state.line = last + 1
    return True


def _tabs(state: StateCore) -> None:
    """Tabs of DocFX: headings that link to `#tab/id`, up to a rule or a heading of no tab."""
    if "](#tab/" not in state.src:
        return
    tokens: list[Token] = []
    waiting = iter(zip(state.tokens, [*state.tokens[1:], None], strict=True))
    level, tag = -1, ""
    for token, following in waiting:
        match = TAB.fullmatch(following.content.strip()) if token.type == "heading_open" and following else None
        is_open = level >= 0
        if match:
            context(state.env).count("tabs")
            tokens += [components.tab_end(level)] if is_open else []
            level, tag = token.level, token.tag
            line = token.map[0] if token.map else 0
            tokens.append(components.tab_start(Title(match["title"], line, markdown=True), level, token.map, first=not is_open))
            next(waiting), next(waiting)
            continue
        ends = token.level < level or (token.level == level and (token.type == "hr" or (token.type == "heading_open" and token.tag <= tag)))
        if is_open and ends:
            tokens.append(components.tab_end(level))
            level = -1
        if not (is_open and ends and token.type == "hr"):
            tokens.append(token)
    state.tokens = tokens + ([components.tab_end(level)] if level >= 0 else [])


@at("[")
def _inline(state: StateInline, silent: bool) -> bool:
    """Inline rule: a snippet of DocFX within a line."""
    match = INCLUDE.match(state.src, state.pos, state.posMax) if state.src.startswith("[!", state.pos) else None
    if match is None:
        return False
    if not silent:
        _report_snippet(state, state.pos, match[0])
    state.pos = match.end()
    return True


@at("[")
def _wordpress(state: StateInline, silent: bool) -> bool:
    """Inline rule: WordPress' `[caption]` and `[embed]`, whose content is shown, and `[gallery]`, which only has the ids of images."""
    match = WORDPRESS.match(state.src, state.pos, state.posMax)
    name = match["name"] if match else None
    other = f"[{name}" if match and match["slash"] else f"[/{name}]"
    if match is None or (name and not (state.src.rfind(other, 0, state.pos) >= 0 or state.src.find(other, match.end(), state.posMax) >= 0)):
        return False
    if not silent and name:
        context(state.env).count("tag of WordPress")
    elif not silent:
        message = f"{quoted(match[0])} shows pictures that are not in this text; nothing is shown in its place"
        report(state.env, Meaning("unknown shortcode", message, "write the pictures here"), lambda: position(state, match.start()))
    state.pos = match.end()
    return True


def gitbook_tag(name: str, given: Arguments, close: MarkupTag | None) -> Meaning | None:
    """Returns the translation of a tag of GitBook; None for tags of Liquid. Hints and tabs are in `known_block`."""
    address = given.get("url", "src")
    if name in ("embed", "file") and address:
        title = given.get("title", "caption") or address
        return Meaning("link block", inline=tuple(components.link(address, [components.text(title)])))
    if name == "code" and close is not None:
        return Meaning("layout", block=Block("code", title=given.get("title")))
    if name in GITBOOK_TRANSPARENT and close is not None:
        return Meaning("layout", block=Block("text"))
    return None


def starlight_component(name: str, given: Arguments, close: MarkupTag | None) -> Meaning | None:
    """Returns the translation of a component of Starlight; None for others. Asides and tabs are in `known_block`."""
    if name in STARLIGHT_TRANSPARENT and close is not None:
        return Meaning("layout", block=Block("text"))
    if name == "card" and close is not None and given.get("title"):
        return Meaning("admonition", block=Block("admonition", "note", given.get("title")))
    if name in ("linkcard", "linkbutton") and close is None and given.get("href"):
        label = given.get("title") or given.get("href")
        description = given.get("description")
        tail = [components.text(f": {description}")] if description else []
        return Meaning("link block", inline=(*components.link(given.get("href"), [components.text(label)]), *tail))
    if name == "badge" and given.get("text"):
        return Meaning("text of a component", text=given.get("text"))
    return None
