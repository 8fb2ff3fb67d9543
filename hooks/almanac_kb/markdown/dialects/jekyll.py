"""Jekyll: tags and variables of Liquid; of kramdown, beside attribute lists, contents, comments, options and references to lists."""

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline

from almanac_kb.core.diagnostics import quoted
from almanac_kb.markdown import components, tag_meanings, template_rules
from almanac_kb.markdown.constructs import context
from almanac_kb.markdown.dialects import attributes, hugo, sites
from almanac_kb.markdown.rules import at, line_text
from almanac_kb.markdown.tag_meanings import Block, Meaning, known_block
from almanac_kb.markdown.tags import Arguments, Family, MarkupTag, TagIndex, TagKind, read_arguments

VARIABLE = re.compile(
    r"\s*-?\s*(?:\.?(?:site|page|layout|include|post|jekyll|paginator|theme)\.[\w.\[\]\"'-]+|(?:content|BASE_PATH)\s*(?:\||\Z))",
    re.IGNORECASE,
)
BASE = re.compile(r"\s*(?:site\.(?:baseurl|url|github\.url)|BASE_PATH)\s*(?:\|[^{}]*)?-?\s*\Z", re.IGNORECASE)
ADDRESS = re.compile(r"""\s*["']([^"'{}]*)["']\s*\|[^{}]*\b(?:relative_url|absolute_url|url|prepend|ref|relref)\b[^{}]*\Z""")
MACRO = re.compile(r"\s*(?:[a-z_]\w*\([^{}]*\)|[a-z_]\w*(?:\.\w+)+)\s*\Z", re.DOTALL)
NAME = re.compile(r"[\s-]*([A-Za-z_]\w*)")
CODE = frozenset({"highlight", "codeblock"})
SILENT = frozenset({"else", "elsif", "when", "raw"})
"""Tags that need no report: their opening tag was reported, or they only escape Liquid."""
KRAMDOWN = re.compile(r"\{:(?::(?P<extension>[a-z]+)[^{}\n]{0,500}|/[a-z]*|(?P<words>[^{}\n]{0,500}))/?\}")
PARSED = re.compile(r"\bparse_block_html=[\"'](true|false)[\"']")
TOC = "kramdown_toc"


def rules(md: MarkdownIt) -> None:
    """Adds Liquid and kramdown, and attribute lists unless the parser has them."""
    template_rules.rules(md, Family.LIQUID, meaning)
    if "attribute_line" not in md.block.ruler.get_all_rules():
        attributes.rules(md)
    md.block.ruler.before("paragraph", "kramdown", _line, {"alt": ["paragraph", "reference", "blockquote", "list"]})
    md.inline.ruler.push("kramdown", _inline)
    md.core.ruler.after("block", "kramdown_toc", _without_contents)


def meaning(tag: MarkupTag, close: MarkupTag | None, index: TagIndex) -> Meaning | None:
    """Returns the translation of a tag or variable of Liquid; None for braces that are text."""
    if tag.kind is TagKind.OUTPUT:
        return _output(tag, index)
    name, given = tag.name, read_arguments(tag.written)
    if name in SILENT:
        return Meaning("")
    if name == "link" and given.plain:
        return Meaning("reference", text="/" + given.plain[0].removeprefix("/").replace(" ", "%20"))
    if name == "post_url" and given.plain:
        return Meaning("reference", text=given.plain[0].replace(" ", "%20"))
    if name in CODE and close is not None:
        return Meaning("code shortcode", code=_code_info(tag.written, given))
    known = _include(given) if name == "include" else sites.gitbook_tag(name, given, close) or _block(name, given, close)
    if name == "for" and close is not None:
        message = f"{quoted('{% for ' + tag.written + ' %}')} repeats a text for each item of a list that is not here; it is shown once"
        return Meaning("loop", message, "write the list", block=Block("text"))
    message = f"the template tag {quoted(tag.name)} is not known here; the text around it is shown"
    return known or Meaning("unknown tag", message, block=Block("text") if close is not None else None)


def _first_name(expression: str) -> str:
    match = NAME.match(expression)
    return match[1] if match else ""


def _output(tag: MarkupTag, index: TagIndex) -> Meaning | None:
    written = "{{" + tag.written + "}}"
    address = ADDRESS.match(tag.written)
    if address or BASE.match(tag.written):
        return Meaning("site variable", text="/" + address[1].lstrip("/") if address else "")
    if index.is_vue or VARIABLE.match(tag.written) or _first_name(tag.written) in index.variables:
        return Meaning("template output", f"{quoted(written)} stands for something this site does not have; nothing is shown")
    if MACRO.match(tag.written):
        message = f"{quoted(written)} is a macro, which is not run here; it is shown as it is written"
        return Meaning("macro", message, "write what it stands for", text=written)
    return None


def _block(name: str, given: Arguments, close: MarkupTag | None) -> Meaning | None:
    block = known_block(name, given) if close is not None else None
    if block is not None:
        return Meaning({"frame": "tabs", "tab": "tabs"}.get(block.kind, block.kind), block=block)
    identifier = given.get("id") or given.at(0)
    if name in components.VIDEOS and identifier:
        return Meaning("video", inline=tuple(components.video(name, identifier)))
    return None


def _include(given: Arguments) -> Meaning | None:
    """Returns the translation of an include: those of common themes that show an image or a video; None for others (unknown files)."""
    name = given.at(0).removesuffix(".html").casefold()
    if name in components.VIDEOS or name in ("video", "youtubeplayer"):
        host = name if name in components.VIDEOS else given.get("provider") or "youtube"
        identifier = given.get("id")
        return Meaning("video", inline=tuple(components.video(host, identifier))) if identifier and host in components.VIDEOS else None
    if name in components.KNOWN and given.get("content"):
        return Meaning("admonition", block=Block("admonition", name, given.get("title")), text=given.get("content"))
    source = given.get("image_path", "src", "file", "url", "image")
    if name in ("figure", "image", "img", "picture") and source:
        return hugo.figure(Arguments(given.named | {"src": source}, ()))
    return None


def _code_info(written: str, given: Arguments) -> str:
    language = given.get("lang") or next((word for word in given.plain if ":" not in word), "")
    lines = given.get("mark_lines", "hl_lines")
    numbers = "linenos" in written
    title = given.get("title")
    options = [f'title="{title}"' if title else "", 'linenums="1"' if numbers else "", f'hl_lines="{lines}"' if lines else ""]
    return " ".join(filter(None, [language or "text", *options]))


@at("{")
def _line(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Block rule: a line in kramdown's syntax: contents, options, ends of comments, definitions of attribute lists."""
    match = KRAMDOWN.fullmatch(line_text(state, start).rstrip())
    if match is None or state.is_code_block(start):
        return False
    if not silent:
        context(state.env).count("kramdown")
        option = PARSED.search(match[0])
        if option:
            state.env[attributes.BLOCK_HTML] = option[1] == "true"
        if "toc" in (match["words"] or "").split():
            state.push(TOC, "", 0).map = [start, start + 1]
        state.line = start + 1
    return True


@at("{")
def _inline(state: StateInline, silent: bool) -> bool:
    """Inline rule: `{::nomarkdown}`, `{:/}` and the like within a line."""
    match = KRAMDOWN.match(state.src, state.pos, state.posMax)
    if match is None or tag_meanings.is_literal(state.env):
        return False
    if not silent:
        context(state.env).count("kramdown")
    state.pos = match.end()
    return True


def _without_contents(state: StateCore) -> None:
    """Core rule: removes the list above `{:toc}`, which kramdown replaces by a table of contents; Material shows that beside the page."""
    if not any(token.type == TOC for token in state.tokens):
        return
    tokens = []
    for token in state.tokens:
        if token.type != TOC:
            tokens.append(token)
        elif tokens and tokens[-1].type in ("bullet_list_close", "ordered_list_close"):
            start = attributes.sibling(tokens, len(tokens))
            if start is not None:
                del tokens[start:]
    state.tokens = tokens
