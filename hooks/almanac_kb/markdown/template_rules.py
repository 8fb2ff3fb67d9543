"""Parser rules for tags of Hugo, Liquid and MDX in blocks and inline text, made from what their dialects say the tags mean."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from almanac_kb.markdown import components, tags_in_html
from almanac_kb.markdown.components import Title
from almanac_kb.markdown.constructs import context
from almanac_kb.markdown.rules import at, children, line_offset, nested, position, push, text_block
from almanac_kb.markdown.tag_meanings import (
    DOCUMENT,
    LITERAL,
    PLAIN,
    Block,
    Meaning,
    TagReader,
    is_literal,
    is_text,
    meaning_in_text,
    open_block,
    report,
    tags_of_text,
)
from almanac_kb.markdown.tags import BLANK, Family, MarkupTag, TagIndex, TagKind, tag_index

DEPTH = 20
"""Most levels of nested tags; the content of deeper ones is shown without admonitions and tabs."""
RAW = re.compile(r"\{%-?\s*(?:end)?raw\s*-?%\}")
BRACKET = re.compile(r"[\[\]<>]")
STRING = re.compile(r"\{`([^`]*)`\}")


def rules(md: MarkdownIt, family: Family, reader: TagReader) -> None:
    """Adds the rules of a family of tags to a parser."""
    name = family.value
    components.rules_components(md)

    @at("<{" if family is Family.COMPONENT else "{")
    def block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
        return _block(state, start, end, silent, family, reader)

    @at("<{" if family is Family.COMPONENT else "{")
    def inline(state: StateInline, silent: bool) -> bool:
        return _inline(state, silent, family, reader)

    @at("[!")
    def link(state: StateInline, silent: bool) -> bool:
        return tags_in_html.template_link(state, silent, family, reader)

    @at("[")
    def definition(state: StateBlock, start: int, end: int, silent: bool) -> bool:
        return tags_in_html.template_definition(state, start, silent, family, reader)

    def html(state: StateCore) -> None:
        tags_in_html.replace_in_html(state, family, reader)

    if "tag_index" not in md.core.ruler.get_all_rules():
        md.core.ruler.before("block", "tag_index", _index_document)
        md.block.ruler.before("table", "comment_within_line", _comment_within_line)
    md.block.ruler.before("fence", f"{name}_tag", block, {"alt": ["paragraph", "reference", "blockquote", "list"]})
    md.inline.ruler.before("link", f"{name}_tag", inline)
    md.core.ruler.after("inline", f"{name}_html", html)
    if family is not Family.COMPONENT:
        md.inline.ruler.before("link", f"{name}_link", link)
        md.block.ruler.before("reference", f"{name}_definition", definition)


def _index_document(state: StateCore) -> None:
    state.env[DOCUMENT] = tag_index(state.src, state.env)


def _block(state: StateBlock, start: int, end: int, silent: bool, family: Family, reader: TagReader) -> bool:
    """Block rule: consecutive tags at the start of a line, and the rest of the line behind them."""
    if state.is_code_block(start):
        return False
    index = tag_index(state.src, state.env)
    offset = line_offset(state, start)
    tag = index.by_start.get(offset)
    line = start
    while tag is not None and tag.family is family and tag.end <= state.eMarks[end - 1]:
        parse = _block_parse(state, index, tag, end, reader)
        if parse is None or (silent and not parse.interrupts):
            break
        if silent:
            return True
        offset = parse.run()
        line = index.line(offset)
        offset += len(state.src[offset : state.eMarks[line]]) - len(state.src[offset : state.eMarks[line]].lstrip())
        tag = index.by_start.get(offset)
    if offset == line_offset(state, start):
        return False
    if offset < state.eMarks[line]:
        _parse_range(state, index, offset, state.eMarks[line])
    state.line = line + 1
    return True


@dataclass(frozen=True)
class _BlockParse:
    """The parse of a tag at the start of a line."""

    run: Callable[[], int]
    """Pushes the tokens; returns the offset after what was parsed."""
    interrupts: bool = False
    """Whether it may interrupt a paragraph."""


def _block_parse(state: StateBlock, index: TagIndex, tag: MarkupTag, end: int, reader: TagReader) -> _BlockParse | None:
    """Returns the parse of the tag as a block; None where it is part of inline text, or is text itself."""
    alone = not state.src[tag.end : state.eMarks[index.line(tag.end)]].strip()
    if tag.kind is TagKind.HIDDEN:
        crosses = bool(BLANK.search(state.src, tag.start, tag.end))
        return _BlockParse(lambda: _skip_comment(state, tag), crosses) if crosses or alone else None
    if tag.kind is TagKind.LITERAL:
        lines = not tag.written.partition("\n")[0].strip() and "\n" in tag.written
        return _BlockParse(lambda: _push_literal(state, index, tag), True) if lines else None
    if tag.kind is TagKind.CLOSE:
        known = tag.family is not Family.COMPONENT or tag.name in tags_of_text(state.env).components
        return _BlockParse(lambda: tag.end, tag.start in index.paired) if alone and known else None
    if tag.kind is TagKind.ESCAPED:
        return None
    close = index.closing.get(tag.start)
    if close is not None and not _within(state, index, tag, close, end):
        close = None
    meaning = None if is_text(tag, close, state.env) else reader(tag, close, tags_of_text(state.env))
    if meaning is None:
        return None
    is_link = bool(meaning.address) and not (meaning.block and meaning.block.title)
    if close is not None and is_link and not BLANK.search(state.src, tag.end, close.start):
        inner = state.src[tag.end : close.start].strip()
        is_apart = alone and not state.src[state.bMarks[index.line(close.start)] : close.start].strip(" \t>")
        if not is_apart or not inner or BRACKET.search(inner):
            return None
        return _BlockParse(lambda: _push_link_paragraph(state, index, tag, close, meaning))
    if close is not None and meaning.code is not None:
        return _BlockParse(lambda: _push_code(state, index, tag, close, meaning), True)
    if close is not None and meaning.block is not None and index.depth < DEPTH and (alone or meaning.block.kind not in PLAIN):
        interrupts = meaning.block.kind not in PLAIN or index.line(close.start) > index.line(tag.start)
        return _BlockParse(lambda: _push_block(state, index, tag, close, meaning), interrupts)
    if alone and (meaning.block is not None or not meaning.text):
        return _BlockParse(lambda: _push_alone(state, index, tag, meaning))
    return None


def _within(state: StateBlock, index: TagIndex, tag: MarkupTag, close: MarkupTag, end: int) -> bool:
    """Whether the closing tag is in the same list item or quote as the opening one."""
    if close.end > state.eMarks[end - 1]:
        return False
    first, last = index.line(tag.start) + 1, index.line(close.start)
    columns, begin, outside = index.outdent
    if columns != state.blkIndent or not begin <= first <= outside:
        outside = next((line for line in range(first, end) if state.sCount[line] < state.blkIndent and not state.isEmpty(line)), end)
        index.outdent = state.blkIndent, first, outside
    return last < outside


def _skip_comment(state: StateBlock, tag: MarkupTag) -> int:
    context(state.env).count("template comment")
    return tag.end


def _push_literal(state: StateBlock, index: TagIndex, tag: MarkupTag) -> int:
    context(state.env).count("literal template")
    count = len(state.tokens)
    _parse_range(state, index, tag.inner, tag.inner + len(tag.written), dedent=False)
    for token in state.tokens[count:]:
        token.meta[LITERAL] = True
    return tag.end


def _push_alone(state: StateBlock, index: TagIndex, tag: MarkupTag, meaning: Meaning) -> int:
    report(state.env, meaning, lambda: position(state, tag.start))
    line = index.line(tag.start)
    if meaning.block is not None and meaning.text:
        title = Title(meaning.block.title or components.default_title(meaning.block.sort, context(state.env).messages), line)
        opening = components.open_admonition(state, components.admonition_name(meaning.block.sort), title)
        text_block(state, "paragraph", "p", meaning.text, line)
        components.close(state, opening)
    elif meaning.inline:
        caption = Title(meaning.caption, line) if meaning.caption else None
        if caption is not None:
            components.push_figure(state, meaning.inline, caption, line)
        else:
            components.push_paragraph(state, meaning.inline, line)
    return tag.end


def _push_code(state: StateBlock, index: TagIndex, tag: MarkupTag, close: MarkupTag, meaning: Meaning) -> int:
    report(state.env, meaning, lambda: position(state, tag.start))
    first, last = index.line(tag.end), index.line(close.start)
    whole = first < last and not (state.src[tag.end : state.eMarks[first]] + state.src[state.bMarks[last] : close.start]).strip(" \t>")
    if whole:
        content = state.getLines(first + 1, last, state.sCount[index.line(tag.start)], True)
    else:
        content = state.src[tag.end : close.start].strip("\n") + "\n"
    token = state.push("fence", "code", 0)
    token.info, token.markup, token.map = meaning.code or "", "```", [index.line(tag.start), last + 1]
    token.content = _code_text(content, tag.family)
    return close.end


def _code_text(content: str, family: Family) -> str:
    """The code between two tags without the syntax that escapes templates in it."""
    if family is Family.LIQUID:
        return RAW.sub("", content)
    literal = STRING.fullmatch(content.strip()) if family is Family.COMPONENT else None
    return literal[1].strip("\n") + "\n" if literal else content


def _push_block(state: StateBlock, index: TagIndex, tag: MarkupTag, close: MarkupTag, meaning: Meaning) -> int:
    """Pushes the block that a tag and its closing tag make; returns the offset after it."""
    report(state.env, meaning, lambda: position(state, tag.start))
    block = meaning.block or Block("text")
    line = index.line(tag.start)
    opening = open_block(state, block, line)
    if opening is not None:
        opening.map = [line, index.line(close.start) + 1]
    if block.kind == "text" and (block.title or meaning.address):
        _push_title(state, block.title or meaning.address, meaning.address, line)
    count = len(state.tokens)
    _parse_range(state, index, tag.end, close.start, dedent=tag.family is not Family.LIQUID)
    if block.kind == "code" and block.title:
        _title_code(state.tokens[count:], block.title)
    if opening is not None:
        components.close(state, opening)
    return close.end


def _push_link_paragraph(state: StateBlock, index: TagIndex, tag: MarkupTag, close: MarkupTag, meaning: Meaning) -> int:
    """Pushes the text between tags on lines of their own as a paragraph with a link; returns the offset after it."""
    report(state.env, meaning, lambda: position(state, tag.start))
    words = " ".join(state.src[tag.end : close.start].split())
    text_block(state, "paragraph", "p", f"[{words}](<{state.md.normalizeLink(meaning.address)}>)", index.line(tag.end))
    return close.end


def _push_title(state: StateBlock, title: str, address: str, line: int) -> None:
    """Pushes the title of a block without a frame as a paragraph, linked where the block has a target."""
    strong = [Token("strong_open", "strong", 1), components.text(title), Token("strong_close", "strong", -1)]
    components.push_paragraph(state, components.link(state.md.normalizeLink(address), strong) if address else strong, line)


def _title_code(tokens: list[Token], title: str) -> None:
    """Gives the title to the first code fence among the tokens."""
    fence = next((token for token in tokens if token.type == "fence"), None)
    if fence is not None and '"' not in title:
        fence.info = f'{fence.info or "text"} title="{title}"'


def _parse_range(state: StateBlock, index: TagIndex, begin: int, stop: int, *, dedent: bool = False) -> None:
    """Parses the text between two offsets as Markdown; `dedent` removes the indentation that all its lines share."""
    first, last = index.line(begin), index.line(stop)
    before = [(line, state.bMarks[line], state.eMarks[line], state.tShift[line], state.sCount[line]) for line in {first, last}]
    state.eMarks[last] = stop
    text = state.src[begin : state.eMarks[first]]
    state.bMarks[first], state.tShift[first], state.sCount[first] = begin, len(text) - len(text.lstrip()), state.blkIndent
    columns = [state.sCount[line] for line in range(first + 1, last + 1) if not state.isEmpty(line)] if dedent else []
    indent = max(0, min(columns, default=state.blkIndent) - state.blkIndent)
    state.sCount[first] += indent
    index.depth += 1
    children(state, first, last + 1, indent)
    index.depth -= 1
    for line, start, end, shift, count in before:
        state.bMarks[line], state.eMarks[line], state.tShift[line], state.sCount[line] = start, end, shift, count


def _comment_within_line(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Block rule: a comment that starts within a line and contains a blank line; the text before and after it is parsed separately."""
    index = tag_index(state.src, state.env)
    if silent or not index.crossing:
        return False
    tag = index.crossing[-1]
    line = index.line(tag.start)
    if not start <= line < end or any(state.isEmpty(above) for above in range(start, line)) or tag.end > state.eMarks[end - 1]:
        return False
    index.crossing.pop()
    _parse_lines_to(state, start, line, tag.start)
    context(state.env).count("template comment")
    line = index.line(tag.end)
    if state.src[tag.end : state.eMarks[line]].strip():
        _parse_range(state, index, tag.end, state.eMarks[line])
    state.line = line + 1
    return True


def _parse_lines_to(state: StateBlock, first: int, last: int, stop: int) -> None:
    end, state.eMarks[last] = state.eMarks[last], stop
    children(state, first, last + 1)
    state.eMarks[last] = end


def _inline(state: StateInline, silent: bool, family: Family, reader: TagReader) -> bool:
    """Inline rule: a tag within a line of text."""
    if is_literal(state.env):
        return False
    index = tag_index(state.src, state.env)
    tag = index.by_start.get(state.pos)
    if tag is None or tag.family is not family or tag.end > state.posMax:
        return False
    close = index.closing.get(tag.start)
    if close is not None and close.end > state.posMax:
        close = None
    meaning = meaning_in_text(tag, close, index, state.env, reader)
    if meaning is None:
        if tag.family is not Family.COMPONENT:
            return False
        meaning = Meaning("literal tag", text=state.src[tag.start : tag.end])
    end = tag.end if close is None or (meaning.code is None and not meaning.address) else close.end
    if silent:
        state.pos = end
        return True
    report(state.env, meaning, lambda: position(state, tag.start))
    if tag.kind is TagKind.LITERAL:
        _nested_literal(state, tag)
    elif meaning.code is not None and (close is not None or tag.kind is TagKind.ESCAPED):
        token = push(state, "code_inline", "code", 0, tag.start)
        token.markup, token.content = "`", tag.written if close is None else state.src[tag.end : close.start]
    elif meaning.address and close is not None:
        start, stop = components.link(state.md.normalizeLink(meaning.address), [])
        components.push_all(state, [start])
        nested(state, tag.end, close.start)
        components.push_all(state, [stop])
    elif meaning.inline:
        components.push_all(state, meaning.inline)
        if meaning.caption:
            state.push("hardbreak", "br", 0)
            components.push_all(state, components.emphasis(meaning.caption))
    else:
        state.pending += meaning.text
    state.pos = end
    return True


def _nested_literal(state: StateInline, tag: MarkupTag) -> None:
    meta = context(state.env).inline.meta
    meta[LITERAL] = True
    nested(state, tag.inner, tag.inner + len(tag.written))
    del meta[LITERAL]
