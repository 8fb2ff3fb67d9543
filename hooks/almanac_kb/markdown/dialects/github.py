"""GitHub: Flavored Markdown 0.29 (tables, strikethrough, task lists, bare URLs, mail addresses); alerts; emoji by name."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.common.utils import unescapeAll
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from pymdownx import gemoji_db

from almanac_kb.markdown import components
from almanac_kb.markdown.constructs import context
from almanac_kb.markdown.rules import at, base, push

EMOJI = re.compile(r":(?P<name>[a-z0-9_+-]{1,60}):(?![\w:])")
ADDRESS = re.compile(
    r"(?:://|www\.)(?P<host>[\w.-]+)(?:(?!\[[\^/]|%%|\{:)[^\s<>\"\\`\u00ab\u00bb\u2018-\u201f\u3000-\u303f\uff01-\uff65]|\\[!-/:;=?@\[\]^_{-~])*",
    re.IGNORECASE,
)
"""A bare URL. It ends at white space, `<`, a quote, the backslash of a line break, a footnote, a comment of Obsidian, a tag of WordPress,
an attribute list, and at Chinese and Japanese punctuation, which follows without a space; a backslash before punctuation is an escape, as
in all text."""
SCHEME = re.compile(r"(?<![A-Za-z0-9])https?", re.IGNORECASE)
BEFORE_WWW = frozenset(" \t\n*_~(")
TRAILING = "?!.,:*_~'\"[\u2026"
AROUND = ("==", "^^", "++")
"""Delimiters that surround text, and end a bare URL that starts right behind the first of them."""
ENTITY = re.compile(r"&[A-Za-z0-9]+;$")
MAIL = re.compile(
    r"(?<![A-Za-z0-9.+_/-])(?:mailto:|xmpp:)?[A-Za-z0-9.+_-]++@[A-Za-z0-9_-]++(?:\.[A-Za-z0-9_-]++)++(?<=[A-Za-z])",
    re.ASCII,
)
ALIGNED = {"text-align:left": "text-align: left;", "text-align:center": "text-align: center;", "text-align:right": "text-align: right;"}
CONTROL = '<label class="task-list-control"><input type="checkbox" disabled{}/><span class="task-list-indicator"></span></label> '
"""The checkbox of a task, as Material shows it."""


def rules(md: MarkdownIt) -> None:
    """Adds the dialect to a parser."""
    components.rules_callouts(md)
    md.inline.ruler.before("link", "emoji", _emoji)
    md.add_render_rule("emoji", lambda self, tokens, index, options, env: tokens[index].content)


@at(":")
def _emoji(state: StateInline, silent: bool) -> bool:
    """Inline rule: `:rocket:` is the emoji of that name, unknown names stay text. The token has the name in its `markup`."""
    before = state.src[state.pos - 1 : state.pos]
    match = EMOJI.match(state.src, state.pos, state.posMax)
    if match is None or before.isalnum() or before in {"_", ":", "/"}:
        return False
    known = gemoji_db.emoji.get(gemoji_db.aliases.get(match[0], match[0]))
    if not known or "unicode" not in known:
        return False
    if not silent:
        context(state.env).count("emoji")
        token = push(state, "emoji", "", 0, state.pos)
        token.content, token.markup = "".join(chr(int(point, 16)) for point in known["unicode"].split("-")), match[0]
    state.pos = match.end()
    return True


def rules_gfm(md: MarkdownIt) -> None:
    """Adds GitHub Flavored Markdown to a parser."""
    md.enable(["table", "strikethrough"])
    md.options["tasklists"] = True
    md.options["strikethrough_single_tilde"] = True
    md.inline.ruler.before("link", "bare_address", _bare_address)
    md.core.ruler.after("text_join", "mail_addresses", _mail_addresses)
    for name in ("th_open", "td_open"):
        md.add_render_rule(name, _render_cell)
    md.add_render_rule("s_open", lambda self, tokens, index, options, env: "<del>")
    md.add_render_rule("s_close", lambda self, tokens, index, options, env: "</del>")
    for name in ("bullet_list_open", "ordered_list_open"):
        md.add_render_rule(name, _render_list)
    md.add_render_rule("list_item_open", _render_item)
    md.add_render_rule("paragraph_open", _render_paragraph)


@at(":", words=("www.",))
def _bare_address(state: StateInline, silent: bool) -> bool:
    if silent or state.linkLevel:
        return False
    src, pos = state.src, state.pos
    match = ADDRESS.match(src, pos, state.posMax)
    if not match:
        return False
    scheme = ""
    if src[pos] == ":":
        found = SCHEME.search(src, max(0, pos - 6), pos)
        if not found or found.end() != pos or not state.pending.lower().endswith(found[0].lower()):
            return False
        scheme = found[0]
    elif (pos and src[pos - 1] not in BEFORE_WWW) or "." not in match["host"][1:]:
        return False
    if not _is_host(match["host"], short=bool(scheme)):
        return False
    start = pos - len(scheme)
    sign = next((sign for sign in AROUND if src.startswith(sign, max(0, start - 2), start)), "")
    written = scheme + _trimmed(match[0].partition(sign)[0] if sign else match[0])
    state.pending = state.pending[: len(state.pending) - len(scheme)] if scheme else state.pending
    href = unescapeAll(written)
    _push_link(state, href if scheme else f"http://{href}", href, start)
    state.pos = start + len(written)
    return True


def _is_host(host: str, *, short: bool) -> bool:
    """Whether a host is valid: it has a dot unless it may be `short`, and no underscore in its last two labels."""
    parts = host.rstrip(".").split(".")
    return bool(parts[0]) and (short or len(parts) > 1) and not any("_" in part for part in parts[-2:])


def _trimmed(address: str) -> str:
    """The URL without punctuation of the sentence at its end, and without closing brackets that it does not open itself."""
    end = len(address)
    spare = {closing: address.count(closing) - address.count(opening) for opening, closing in ("()", "[]", "{}")}
    while end:
        last = address[end - 1]
        if last in TRAILING:
            end -= 1
        elif spare.get(last, 0) > 0:
            spare[last] -= 1
            end -= 1
        elif last == ";" and (entity := ENTITY.search(address, max(0, end - 40), end)):
            end = entity.start()
        else:
            break
    return address[:end]


def _push_link(state: StateInline, href: str, text: str, offset: int) -> None:
    token = state.push("link_open", "a", 1)
    token.attrs, token.markup, token.info = {"href": state.md.normalizeLink(href)}, "autolink", "auto"
    token.meta["offset"] = offset + base(state)
    state.push("text", "", 0).content = text
    closing = state.push("link_close", "a", -1)
    closing.markup, closing.info = "autolink", "auto"


def _mail_addresses(state: StateCore) -> None:
    """Core rule: makes mail addresses in text links."""
    if "@" not in state.src:
        return
    for token in state.tokens:
        if token.type == "inline" and token.children and "@" in token.content:
            token.children = list(_with_mail(token.children))


def _with_mail(tokens: Sequence[Token]) -> Iterator[Token]:
    links = 0
    for token in tokens:
        links += token.nesting if token.type in ("link_open", "link_close") else 0
        if links or token.type != "text" or "@" not in token.content:
            yield token
            continue
        start = 0
        for match in MAIL.finditer(token.content):
            href = match[0] if match[0].startswith(("mailto:", "xmpp:")) else f"mailto:{match[0]}"
            yield token.copy(content=token.content[start : match.start()])
            yield Token("link_open", "a", 1, {"href": href}, level=token.level, markup="autolink", info="auto")
            yield token.copy(content=match[0], level=token.level + 1)
            yield Token("link_close", "a", -1, level=token.level, markup="autolink", info="auto")
            start = match.end()
        yield token.copy(content=token.content[start:]) if start else token


def _render_cell(self: Any, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    token = tokens[index]
    style = token.attrs.get("style")
    return f'<{token.tag} style="{ALIGNED.get(str(style), style)}">' if style else f"<{token.tag}{self.renderAttrs(token)}>"


def _render_list(self: Any, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    token = tokens[index]
    if token.attrs.get("class") == "contains-task-list":
        token.attrs["class"] = "task-list"
    html: str = self.renderToken(tokens, index, options, env)
    return html


def _render_item(self: Any, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    html: str = self.renderToken(tokens, index, options, env)
    following = tokens[index + 1]
    return html if following.type == "paragraph_open" and not following.hidden else html + _control(tokens[index])


def _render_paragraph(self: Any, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    token = tokens[index]
    if token.hidden:
        return ""
    start = "\n" if index and tokens[index - 1].hidden else ""
    attributes = self.renderAttrs(token) if token.attrs else ""
    return f"{start}<p{attributes}>" + (_control(tokens[index - 1]) if index and tokens[index - 1].type == "list_item_open" else "")


def _control(item: Token) -> str:
    """The checkbox of a list item that is a task; empty for other items."""
    return CONTROL.format(" checked" if item.meta["checked"] else "") if "checked" in item.meta else ""
