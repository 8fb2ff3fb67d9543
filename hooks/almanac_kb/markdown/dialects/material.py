"""Blocks of Material for MkDocs and Python-Markdown: `!!! note`, `??? note`, `=== "Tab"`, `/// note`, HTML with a `markdown` attribute."""

import re
from typing import Any

import yaml
from markdown_it import MarkdownIt
from markdown_it.ruler import RuleOptionsType
from markdown_it.rules_block import StateBlock, paragraph
from markdown_it.token import Token

from almanac_kb.core.messages import message
from almanac_kb.frontmatter.formats import YAML_VALUE_ERRORS
from almanac_kb.markdown import components
from almanac_kb.markdown.components import Title
from almanac_kb.markdown.constructs import context
from almanac_kb.markdown.dialects import attributes, definitions, material_inline
from almanac_kb.markdown.rules import at, children, embed, line_offset, line_text, position, push_html, text_block

INDENT = 4
"""Columns by which the content of a block is indented."""
INTERRUPTS: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list"]}
ADMONITION = re.compile(r"(?P<sign>!!!|\?\?\?\+?)[ \t]?(?P<classes>[\w-]+(?:[ \t]+[\w-]+)*)?(?:(?:^|[ \t]*)\"(?P<title>.*)\")?[ \t]*$")
TAB = re.compile(r"===(?P<options>[+!]{0,2})[ \t]+(?P<quote>[\"'])(?P<label>.*)(?P=quote)[ \t]*$")
BLOCK = re.compile(r"(?P<slashes>/{3,})[ \t]*(?P<name>[A-Za-z][\w-]*)[ \t]*(?:\|[ \t]*(?P<argument>.*?))?[ \t]*$")
FENCE = re.compile(r"(?P<fence>`{3,}(?=[^`]*$)|~{3,})")
SELECTOR = re.compile(r"(?P<tag>[a-z][a-z0-9-]*)(?P<rest>(?:[.#][\w-]+|\[[^\[\]\n]*\])*)")
SELECTED = re.compile(r"([.#])([\w-]+)|\[\s*([\w-]+)\s*(?:=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\]]+))\s*)?\]")
CAPTIONS = {"caption": "", "figure-caption": message("Figure %(number)s."), "table-caption": message("Table %(number)s.")}
"""Blocks that are captions of the block above, each with the text of its number."""
OPENING = re.compile(
    r"<(?P<tag>[A-Za-z][A-Za-z0-9-]*)(?P<before>(?:\s[^<>\"']*(?:(?:\"[^\"<>]*\"|'[^'<>]*')[^<>\"']*)*)?)>(?P<rest>.*)$",
)
PARSED_BLOCK = re.compile(
    r"<(?:article|aside|blockquote|center|details|div|figure|footer|header|main|nav|section|td|th)[\s>]", re.IGNORECASE
)
"""Elements whose text kramdown reads as Markdown with `parse_block_html`."""
MARKDOWN = re.compile(r"\smarkdown(?:\s*=\s*(?:\"(?P<a>\w*)\"|'(?P<b>\w*)'|(?P<c>\w+)))?(?=[\s/]|$)")
HTML_TAG = re.compile(r"<(?P<slash>/?)(?P<tag>[A-Za-z][A-Za-z0-9-]*)(?=[\s/>])")
SPANS = frozenset({"address", "dd", "dt", "h1", "h2", "h3", "h4", "h5", "h6", "label", "legend", "li", "p", "span", "summary", "td", "th"})
"""HTML elements whose Markdown is inline text, not blocks."""
HTML_BLOCK = re.compile(r"</?(?:article|aside|center|details|div|figure|p|section|summary)(?=[\s/>])", re.IGNORECASE)
PHRASING = re.compile(r"</?(?:a|abbr|b|em|i|img|kbd|small|span|strong|sub|sup)(?=[\s/>])", re.IGNORECASE)
"""Inline elements: a line of one starts a paragraph in Markdown within HTML, where CommonMark would read an HTML block."""
PAIRS = "material.html_pairs"
INSIDE = "material.inside_html"
"""Key in the environment: number of open elements with a `markdown` attribute."""
ASIDE = re.compile(r"<aside\b[^<>]*>[ \t]*\Z", re.IGNORECASE)
NUMBERS = "material.caption_numbers"


def rules(md: MarkdownIt) -> None:
    """Adds the syntax of Material for MkDocs: the blocks in this module, attribute lists, definitions, abbreviations, inline syntax."""
    for name, rule in (("material_admonition", _admonition), ("material_tab", _tab), ("pymdown_block", _block)):
        md.block.ruler.before("fence", name, rule, INTERRUPTS)
    md.block.ruler.before("html_block", "markdown_in_html", _markdown_in_html, {"alt": ["paragraph", "reference", "blockquote"]})
    md.block.ruler.before("html_block", "phrasing_line", _phrasing_line)
    md.block.ruler.before("html_block", "fence_below_html", _fence_below_html, {"alt": ["paragraph", "reference", "blockquote"]})
    for module in (attributes, definitions, material_inline):
        module.rules(md)


@at("!?")
def _admonition(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Block rule: `!!! note "Title"` is an admonition, `??? note` and `???+ note` a foldable one."""
    match = ADMONITION.match(line_text(state, start))
    if not match or state.is_code_block(start) or not (match["classes"] or match["title"]):
        return False
    if silent:
        return True
    classes, title = (match["classes"] or "").lower(), match["title"]
    messages = context(state.env).messages
    shown = messages.gettext(classes.split()[0].capitalize()) if title is None else title.replace('\\"', '"')
    if match["sign"] == "!!!":
        opening = components.open_admonition(state, classes, Title(shown, start) if shown else None)
    else:
        opening = components.open_details(state, classes, Title(shown, start), unfolded=match["sign"].endswith("+"))
    context(state.env).count("admonition")
    _indented(state, opening, start, end)
    return True


@at("=")
def _tab(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Block rule: `=== "Label"` is a content tab; `===!` starts a new set, `===+` is the selected tab."""
    match = TAB.match(line_text(state, start))
    if not match or state.is_code_block(start):
        return False
    if silent:
        return True
    options = match["options"]
    opening = components.open_tab(state, Title(match["label"], start), first="!" in options, selected="+" in options)
    context(state.env).count("content tab")
    _indented(state, opening, start, end)
    return True


def _indented(state: StateBlock, opening: Token, start: int, end: int) -> None:
    """Parses the indented lines below the first line of a block as its children."""
    after = line = start + 1
    while line < end and (state.isEmpty(line) or state.sCount[line] >= state.blkIndent + INDENT):
        after = after if state.isEmpty(line) else line + 1
        line += 1
    opening.map = [start, after]
    children(state, start + 1, after, INDENT)
    components.close(state, opening)


@at("/")
def _block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Block rule: `/// name | argument` to `///`, a block of pymdownx.blocks, with options in indented lines below its first."""
    match = BLOCK.match(line_text(state, start))
    if not match or state.is_code_block(start):
        return False
    if silent:
        return True
    options, first = _options(state, start + 1, end)
    last = _end(state, first, end, match["slashes"])
    name, argument = match["name"].lower(), match["argument"]
    lines = (start, first, last, min(last + 1, end))
    context(state.env).count("PyMdown block")
    if name in CAPTIONS:
        _caption(state, name, argument, lines)
    elif name == "definition":
        definitions.definition_block(state, first, last)
    elif name == "html":
        _html(state, argument or "", options, lines)
    else:
        _component(state, name, argument, options, lines)
    state.line = lines[3]
    return True


def _component(state: StateBlock, name: str, argument: str | None, options: dict[str, Any], lines: tuple[int, int, int, int]) -> None:
    start, first, last, after = lines
    kind = options.get("type")
    kind = str(kind.get("name", "")) if isinstance(kind, dict) else str(kind or "")
    messages = context(state.env).messages
    if name == "tab":
        label = Title(argument or messages.gettext("Tab"), start)
        opening = components.open_tab(state, label, first=options.get("new") is True, selected=options.get("select") is True)
    elif name == "details" or name.startswith("details-"):
        kind = kind or name.removeprefix("details").removeprefix("-")
        title = argument or (components.default_title(kind, messages) if kind else messages.gettext("Details"))
        opening = components.open_details(state, kind, Title(title, start), unfolded=options.get("open") is True)
    else:
        kind = kind or name.removeprefix("admonition")
        if name != "admonition" and name not in components.KNOWN:
            message = f"there is no block `{name}`; shown as a note with that title"
            context(state.env).notice("PyMdown block", position(state, line_offset(state, start)), message, "use `note` or `details`")
        title = components.default_title(kind, messages) if argument is None and kind else argument or ""
        opening = components.open_admonition(state, kind, Title(title, start) if title else None)
    attributes.add(opening, _given(options))
    opening.map = [start, after]
    children(state, first, last)
    components.close(state, opening)


def _html(state: StateBlock, argument: str, options: dict[str, Any], lines: tuple[int, int, int, int]) -> None:
    start, first, last, after = lines
    match = SELECTOR.match(argument)
    tag = match["tag"] if match else "div"
    values = [(sign or name, own or double or single or bare) for sign, own, name, double, single, bare in SELECTED.findall(argument)]
    if tag in SPANS:
        text = state.getLines(first, last, state.blkIndent, False).strip()
        opening = text_block(state, "pymdown_html", tag, text, first)
    else:
        opening = state.push("pymdown_html_open", tag, 1)
        children(state, first, last)
        state.push("pymdown_html_close", tag, -1)
    opening.map = [start, after]
    attributes.add(opening, [*values, *_given(options)])


def _caption(state: StateBlock, name: str, argument: str | None, lines: tuple[int, int, int, int]) -> None:
    """Puts a figure around the block above, and the caption into it; the caption comes first where the argument starts with `<`."""
    _, first, last, _ = lines
    above = attributes.sibling(state.tokens, len(state.tokens))
    start = len(state.tokens) if above is None else above
    block, state.tokens[start:] = state.tokens[start:], []
    figure = state.push("figure_open", "figure", 1)
    if not (argument or "").startswith("<"):
        state.tokens += block
    caption = state.push("figcaption_open", "figcaption", 1)
    caption.map = [first, last]
    count = len(state.tokens)
    children(state, first, last)
    if CAPTIONS[name]:
        numbers = state.env.setdefault(NUMBERS, dict.fromkeys(CAPTIONS, 0))
        numbers[name] += 1
        figure.attrSet("id", f"__{name}_{numbers[name]}")
        inline = next((token for token in state.tokens[count:] if token.type == "inline"), None)
        if inline is not None:
            prefix = context(state.env).messages.gettext(CAPTIONS[name]) % {"number": numbers[name]}
            inline.content = f'<span class="caption-prefix">{prefix}</span> {inline.content}'
    state.push("figcaption_close", "figcaption", -1)
    if (argument or "").startswith("<"):
        state.tokens += block
    state.push("figure_close", "figure", -1)


def _options(state: StateBlock, line: int, end: int) -> tuple[dict[str, Any], int]:
    """The options of a block, YAML in indented lines right below its first line, and the line after them."""
    after = line
    while after < end and not state.isEmpty(after) and state.sCount[after] >= state.blkIndent + INDENT:
        after += 1
    if after == line or after - line > 50:
        return {}, line
    try:
        options = yaml.safe_load(state.getLines(line, after, state.blkIndent + INDENT, False))
    except YAML_VALUE_ERRORS:
        return {}, line
    return (options, after) if isinstance(options, dict) else ({}, line)


def _given(options: dict[str, Any]) -> list[tuple[str, str]]:
    """The attributes in the option `attrs` of a block."""
    values = options.get("attrs")
    return [(str(name), str(value)) for name, value in values.items()] if isinstance(values, dict) else []


def _end(state: StateBlock, line: int, end: int, slashes: str) -> int:
    """The line that ends a block: the same number of slashes, outside of code; without one, the end of the surrounding block."""
    fence = ""
    while line < end:
        text = line_text(state, line).rstrip()
        match = FENCE.match(text)
        if fence:
            fence = "" if match and not text.strip(fence[0]) and len(text) >= len(fence) else fence
        elif match:
            fence = match["fence"]
        elif text == slashes and not state.is_code_block(line):
            return line
        line += 1
    return end


@at("<")
def _markdown_in_html(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Block rule: `<div markdown>` to `</div>`, an HTML element whose content, which may be indented as a whole, is Markdown.

    So is an `<aside>` on a line of its own, Notion's form of exported callouts, and any block below kramdown's `parse_block_html="true"`.
    """
    text = line_text(state, start)
    is_asked = bool(ASIDE.match(text)) or bool(state.env.get(attributes.BLOCK_HTML) and PARSED_BLOCK.match(text))
    match = OPENING.match(text) if ("markdown" in text or is_asked) and not state.is_code_block(start) else None
    option = MARKDOWN.search(match["before"]) if match else None
    if not match or not (option or is_asked):
        return False
    tag, rest = match["tag"], match["rest"]
    closing = re.compile(rf"</{tag}\s*>", re.IGNORECASE)
    last = _pairs(state).get(start)
    if last is None or last >= end or not closing.search(line_text(state, last)):
        return False
    if silent:
        return True
    raw = f"<{tag}{MARKDOWN.sub('', match['before']).rstrip()}>"
    mode = (option["a"] or option["b"] or option["c"] or "") if option else ""
    context(state.env).count("HTML around Markdown")
    push_html(state, raw, start)
    ending = rest if last == start else line_text(state, last)
    found = next(reversed(list(closing.finditer(ending))))
    if mode == "span" or tag.lower() in SPANS or last == start or rest.strip():
        middle = state.getLines(start + 1, last, 0, False) if last > start else ""
        inner = ending[: found.start()] if last == start else f"{rest}\n{middle}\n{ending[: found.start()]}"
        _inner(state, inner, start, span=mode == "span" or tag.lower() in SPANS)
    else:
        filled = [state.sCount[line] - state.blkIndent for line in range(start + 1, last) if not state.isEmpty(line)]
        state.env[INSIDE] = state.env.get(INSIDE, 0) + 1
        children(state, start + 1, last, max(0, min(filled, default=0)))
        state.env[INSIDE] -= 1
        if ending[: found.start()].strip():
            embed(state, ending[: found.start()], last)
    push_html(state, found[0], last)
    if ending[found.end() :].strip():
        embed(state, ending[found.end() :], last)
    state.line = last + 1
    return True


@at("<")
def _phrasing_line(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Block rule: a line such as `<span class="x">` within an element whose content is Markdown."""
    if silent or not state.env.get(INSIDE) or state.is_code_block(start) or not PHRASING.match(line_text(state, start)):
        return False
    return paragraph(state, start, end, silent)


@at("<")
def _fence_below_html(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Block rule: ends an HTML block at a line that ends with a tag and is followed by a fence, which CommonMark would read as HTML."""
    if state.is_code_block(start) or not HTML_BLOCK.match(line_text(state, start)):
        return False
    line = start
    while line + 1 < end and not state.isEmpty(line + 1):
        if line_text(state, line).rstrip().endswith(">") and FENCE.match(line_text(state, line + 1)) and not state.is_code_block(line + 1):
            if not silent:
                push_html(state, state.getLines(start, line + 1, state.blkIndent, False), start)
                state.line = line + 1
            return True
        line += 1
    return False


def _inner(state: StateBlock, text: str, line: int, *, span: bool) -> None:
    """Parses Markdown that does not fill whole lines, as inline text or as blocks."""
    if not span:
        embed(state, text, line)
        return
    token = state.push("inline", "", 0)
    token.content, token.map, token.children = text.strip(), [line, line + 1], []


def _pairs(state: StateBlock) -> dict[int, int]:
    """For each line with opening HTML tags, the line that closes the first of them; found in one pass over the text."""
    stored: tuple[str, dict[int, int]] = state.env.get(PAIRS, ("", {}))
    if stored[0] is not state.src:
        stored = state.env[PAIRS] = state.src, _matched(state)
    return stored[1]


def _matched(state: StateBlock) -> dict[int, int]:
    pairs: dict[int, int] = {}
    fence, opened = "", dict[str, list[tuple[int, bool]]]()
    for line in range(len(state.bMarks) - 1):
        text = state.src[state.bMarks[line] : state.eMarks[line]]
        match = FENCE.match(text.strip())
        if fence or match:
            fence = "" if fence and text.strip().startswith(fence) else fence or (match["fence"] if match else "")
            continue
        for number, tag in enumerate(HTML_TAG.finditer(text) if "<" in text else ()):
            stack = opened.setdefault(tag["tag"].lower(), [])
            if not tag["slash"]:
                stack.append((line, number == 0))
            elif stack:
                start, first = stack.pop()
                if first:
                    pairs[start] = line
    return pairs
