"""Docusaurus and MDX: modules, components, expressions, ids in comments, attributes of JSX; text that only looks like a tag."""

import re

from markdown_it import MarkdownIt, rules_block
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from almanac_kb.core.diagnostics import quoted
from almanac_kb.core.raw_markdown import masked
from almanac_kb.markdown import components, tag_meanings, template_rules
from almanac_kb.markdown.constructs import context
from almanac_kb.markdown.dialects import directives, sites
from almanac_kb.markdown.rules import at, line_offset, line_text, position, push, push_html, text_block
from almanac_kb.markdown.tag_meanings import Block, Meaning, known_block, tags_of_text
from almanac_kb.markdown.tags import HTML, PLACEHOLDERS, VALUE, Arguments, Family, MarkupTag, TagIndex, read_arguments, tag_index

CODE = frozenset({"code", "codeblock", "highlight"})
HEADING_ID = re.compile(r"[ \t]*\{/\*[ \t]*#([^\s*/{}]+)[ \t]*\*/\}[ \t]*\Z|[ \t]*\{#([^\s{}]+)\}[ \t]*\Z")
TAG = re.compile(r"</?([A-Za-z][^\s/<>]{0,60})")
ATTRIBUTES = re.compile(rf"<([a-z][\w-]*)(?=[\s/>])({VALUE})>")
BRACED = re.compile(
    r"[ \t\n]*\b(?P<name>[A-Za-z-]+)=\{(?P<value>(?:[^{}]|\{(?:[^{}]|\{[^{}]*+\})*+\})*+)\}|\bclassName(?==)|\bhtmlFor(?==)"
)
PLAIN = re.compile(
    r"\s*(?:(?P<number>[\w.%]{1,20})|[\"'`](?P<text>[^\"'`{}$]*)[\"'`]"
    r"|(?:require|useBaseUrl)\(\s*[\"'](?P<file>[^\"']*)[\"']\s*\)(?:\.default)?)\s*"
)
WORDS = frozenset({"true", "false", "null", "undefined"})
STRING = re.compile(r"\s*(?:\"([^\"\n]*)\"|'([^'\n]*)'|`([^`]*)`)\s*")
COMMENT = re.compile(r"(?:\s*/\*(?:[^*]|\*(?!/))*+\*/)++\s*|\s*//[^\n]*\s*")
SPOKEN = ("title", "heading", "label", "text", "summary", "caption", "description")
"""Attributes whose values are for readers."""
PERHAPS_SPOKEN = ("name", "content")
"""Attributes whose values are for readers where they are several words."""
ADDRESSES = ("href", "to", "url", "link")
LEADS = re.compile(r"https?://[^\s\"]+$|mailto:|[./#][^\s\"]*$|[^\s\":]+\.(?:mdx?|html)(?:#[^\s\"]*)?$")
FRAGMENT = re.compile(r"</?>")
SUMMARY = re.compile(r"[ \t]*<summary\b[^<>]*>(.+)</summary>[ \t]*")
DETAILS = re.compile(r"<details\b[^<>]*>")
BRACES = "mdx.braces"


def rules(md: MarkdownIt) -> None:
    """Adds MDX, directives, and the rule that reads unknown tags as text."""
    template_rules.rules(md, Family.COMPONENT, meaning)
    directives.rules(md)
    md.block.ruler.before("component_tag", "mdx_module", _module, {"alt": ["paragraph"]})
    md.block.ruler.before("component_tag", "mdx_expression", _expression_block)
    md.block.ruler.before("html_block", "mdx_details", _details)
    md.block.ruler.at("html_block", _html_block, {"alt": ["paragraph", "reference", "blockquote"]})
    md.inline.ruler.before("html_inline", "mdx_expression", _expression)
    md.inline.ruler.before("html_inline", "jsx_fragment", _fragment)
    md.inline.ruler.before("html_inline", "jsx_tag", _jsx_tag)
    md.inline.ruler.before("html_inline", "literal_tag", _literal_tag)
    md.core.ruler.after("block", "mdx_heading_ids", _heading_ids)
    md.core.ruler.after("inline", "jsx_attributes", _html_attributes)


def meaning(tag: MarkupTag, close: MarkupTag | None, index: TagIndex) -> Meaning | None:
    """Returns the translation of a component; None for one that is text."""
    name, given = tag.name, read_arguments(tag.written)
    if close is not None and name in CODE:
        title = given.get("title")
        return Meaning("code shortcode", code=(given.get("language", "lang") or "text") + (f' title="{title}"' if title else ""))
    block = known_block(name, given) if close is not None else None
    if block is not None:
        return Meaning({"frame": "tabs", "tab": "tabs"}.get(block.kind, block.kind), block=block)
    identifier = given.get("id", "videoid", "video")
    if name in components.VIDEOS and identifier:
        return Meaning("video", inline=tuple(components.video(name, identifier, given.get("title"))))
    known = sites.starlight_component(name, given, close)
    if known is not None:
        return known
    return _unknown(tag, given, close)


def _unknown(tag: MarkupTag, given: Arguments, close: MarkupTag | None) -> Meaning:
    """A component nobody here knows: its inner text, its title, and where it leads."""
    words = [given.get(name) for name in SPOKEN if given.get(name)]
    words += [given.get(name) for name in PERHAPS_SPOKEN if " " in given.get(name)]
    shown = _spoken(words, given.get("code"))
    address = next((given.get(name) for name in ADDRESSES if LEADS.match(given.get(name))), "")
    if close is not None:
        if address:
            return Meaning("link component", block=Block("text", title=words[0] if words else ""), address=address)
        message = f"the component <{tag.spelled}> is not known here; its inner text is shown"
        return Meaning("unknown component", message, block=Block("text", title=words[0] if words else ""))
    if shown and address:
        return Meaning("link component", inline=tuple(components.link(address, shown)))
    what = "its texts are shown" if shown else "nothing is shown in its place"
    message = f"the component <{tag.spelled}> is not known here; {what}"
    return Meaning("unknown component", message, inline=tuple(shown))


def _spoken(words: list[str], code: str) -> list[Token]:
    """The texts of a component, and its code."""
    found = [components.text(": ".join(words))] if words else []
    if code:
        found += [components.text(": ")] if words else []
        found.append(Token("code_inline", "code", 0, content=code, markup="`"))
    return found


def is_mdx(state: StateBlock | StateInline | StateCore) -> bool:
    """Whether the text is MDX: by its file name, or because it imports or exports modules."""
    return context(state.env).here.endswith(".mdx") or bool(tags_of_text(state.env).modules)


@at("ie")
def _module(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Block rule: imports and exports, which may span several lines."""
    offset = line_offset(state, start)
    stop = tag_index(state.src, state.env).modules.get(offset)
    if stop is None or stop > state.eMarks[end - 1]:
        return False
    if not silent:
        context(state.env).count("module")
        state.line = tag_index(state.src, state.env).line(max(offset, stop - 1)) + 1
    return True


def _closing_brace(text: str, start: int, state: StateBlock | StateInline) -> int:
    """Offset after the brace that closes the one at `start`, or -1; the braces of a text are paired once."""
    memory: dict[str, dict[int, int]] = state.env.setdefault(BRACES, {})
    if text not in memory:
        opened: list[int] = []
        pairs = memory[text] = {}
        for brace in re.finditer(r"[{}]", masked(text)):
            if brace[0] == "{":
                opened.append(brace.start())
            elif opened:
                pairs[opened.pop()] = brace.end()
    return memory[text].get(start, -1)


@at("{")
def _expression_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Block rule: an expression on lines of its own."""
    if silent or state.is_code_block(start) or not is_mdx(state):
        return False
    offset = line_offset(state, start)
    stop = _closing_brace(state.src, offset, state)
    text = _text_of(state.src[offset + 1 : stop - 1]) if offset < stop <= state.eMarks[end - 1] else ""
    if stop <= offset or stop > state.eMarks[end - 1] or text or state.src.startswith("{/*", offset):
        return False
    line = tag_index(state.src, state.env).line(stop)
    if state.src[stop : state.eMarks[line]].strip():
        return False
    if text is None:
        _report_expression(state, offset, stop)
    else:
        context(state.env).count("template comment")
    state.line = line + 1
    return True


@at("{")
def _expression(state: StateInline, silent: bool) -> bool:
    """Inline rule: an expression in a line; a string is shown, other expressions are not."""
    if not is_mdx(state) or tag_meanings.is_literal(state.env):
        return False
    stop = _closing_brace(state.src, state.pos, state)
    if not state.pos < stop <= state.posMax:
        return False
    text = _text_of(state.src[state.pos + 1 : stop - 1])
    if not silent and (text is None or "${" in text):
        _report_expression(state, state.pos, stop, text or "")
    elif not silent:
        context(state.env).count("text expression" if text else "template comment")
    if not silent:
        state.pending += text or ""
    state.pos = stop
    return True


def _text_of(expression: str) -> str | None:
    """The text of an expression: of a string with its computed parts as written, empty for a comment; None for others."""
    match = STRING.fullmatch(expression)
    if match:
        return next(group for group in match.groups() if group is not None)
    return "" if not expression.strip() or COMMENT.fullmatch(expression) else None


def _report_expression(state: StateBlock | StateInline, start: int, stop: int, text: str = "") -> None:
    what = "its text is shown as it is written" if text else "nothing is shown in its place"
    message = f"the expression {quoted(state.src[start:stop])} is not evaluated here; {what}"
    meaning = Meaning("expression", message, "write what it stands for")
    tag_meanings.report(state.env, meaning, lambda: position(state, start))


@at("<")
def _details(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Block rule: the text of a summary and what follows it in `<details>` is Markdown."""
    if silent or state.is_code_block(start):
        return False
    opening = DETAILS.match(line_text(state, start))
    rest = line_text(state, start)[opening.end() :] if opening else line_text(state, start)
    line = start + 1 if opening and not rest.strip() and start + 1 < end else start
    match = SUMMARY.fullmatch(rest if line == start else line_text(state, line))
    if match is None:
        return False
    if opening:
        push_html(state, opening[0], start)
    text_block(state, "summary", "summary", match[1].strip(), line)
    state.line = line + 1
    return True


@at("<")
def _html_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Block rule: blocks of HTML (CommonMark 0.31, section 4.6), except for elements unknown to HTML, which are text."""
    match = TAG.match(line_text(state, start))
    if match and (match[1].lower() not in HTML or _is_component(match[1], state)):
        return False
    if line_text(state, start).rstrip() == "</details>" and start + 1 < end and DETAILS.match(line_text(state, start + 1)):
        end = start + 1  # details right below details are a block of their own
    is_html = rules_block.html_block(state, start, end, silent)
    if is_html and not silent and state.src[state.eMarks[state.line - 1] :][:1] not in ("", "\n"):
        state.tokens[-1].content = state.tokens[-1].content[:-1] + "\n"
    return is_html


def _is_component(name: str, state: StateBlock) -> bool:
    """Whether a name of HTML is that of a component: `Link` in a text that imports it."""
    return name[:1].isupper() and not name.isupper() and name.casefold() in tags_of_text(state.env).components


@at("<")
def _fragment(state: StateInline, silent: bool) -> bool:
    """Inline rule: `<>` and `</>` in MDX, which group elements and are not shown."""
    match = FRAGMENT.match(state.src, state.pos, state.posMax)
    if match is None or not is_mdx(state):
        return False
    if not silent:
        context(state.env).count("layout")
    state.pos = match.end()
    return True


@at("<")
def _jsx_tag(state: StateInline, silent: bool) -> bool:
    """Inline rule: an HTML tag with attributes of JSX, which is no tag in CommonMark."""
    match = ATTRIBUTES.match(state.src, state.pos, state.posMax)
    if match is None or match[1] not in HTML or "={" not in match[2]:
        return False
    if not silent:
        push(state, "html_inline", "", 0, state.pos).content = match[0]
    state.pos = match.end()
    return True


@at("<")
def _literal_tag(state: StateInline, silent: bool) -> bool:
    """Inline rule: `<placeholder>` and `List<Name>` are text, because HTML has no such element."""
    match = TAG.match(state.src, state.pos, state.posMax)
    if match is None:
        return False
    name = match[1].lower()
    is_placeholder = name in PLACEHOLDERS and state.src.startswith(">", match.end()) and state.html_terminator_last(f"</{match[1]}>") < 0
    if name in HTML and not is_placeholder:
        return False
    if not silent:
        context(state.env).count("literal tag")
        state.pending += "<"
    state.pos += 1
    return True


def _heading_ids(state: StateCore) -> None:
    """Core rule: ids of headings in Docusaurus' syntax, in braces or in a comment at the end of the text."""
    for heading, inline in zip(state.tokens, state.tokens[1:], strict=False):
        match = HEADING_ID.search(inline.content) if heading.type == "heading_open" and "{" in inline.content else None
        if match:
            heading.attrSet("id", match[1] or match[2])
            inline.content = inline.content[: match.start()]


def _html_attributes(state: StateCore) -> None:
    """Core rule: JSX attributes in HTML: `className` becomes `class`, strings and numbers plain values, other braces are removed."""
    for token in state.tokens:
        for html in (token, *(token.children or ())):
            if html.type in ("html_block", "html_inline") and ("={" in html.content or "className" in html.content):
                _clean(html, state)


def _clean(html: Token, state: StateCore) -> None:
    def attribute(match: re.Match[str]) -> str:
        context(state.env).count("attribute")
        if not match["name"]:
            return {"className": "class", "htmlFor": "for"}[match[0]]
        value = PLAIN.fullmatch(match["value"])
        if value is None or value["number"] in WORDS:
            return ""
        written = value["number"] or value["text"] or (value["file"] or "").replace("@site/static/", "/")
        name = {"className": "class", "htmlFor": "for"}.get(match["name"], match["name"])
        return f' {name}="{written}"'

    def tag(match: re.Match[str]) -> str:
        return match[0][: match.start(2) - match.start()] + BRACED.sub(attribute, match[2]) + ">"

    html.content = ATTRIBUTES.sub(tag, html.content)
