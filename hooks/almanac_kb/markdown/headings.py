"""Headings: their ids, their permanent links, and the table of contents of a page."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from almanac_kb.core.paths import heading_id
from almanac_kb.markdown.constructs import Parsed, context
from almanac_kb.markdown.excerpt import seen

EXPLICIT = re.compile(r"[ \t]*\{#([^\s{}]+)\}$")
HIDDEN_START = re.compile(r"\s*<(!--|script\b|style\b)", re.IGNORECASE)
HIDDEN_END = {"!--": re.compile(r"-->\s*"), "script": re.compile(r"</script\s*>\s*", re.I), "style": re.compile(r"</style\s*>\s*", re.I)}
SPAN = re.compile(r"<span id=\"([^\"]*)\"></span>")
DEMOTED = "demoted headings"
"""Key in the environment: lines, from 1, of the headings that were demoted from level 1 to 2."""
UNNAMED = "section"
"""The id of a heading without letters and digits."""


def rules(md: MarkdownIt) -> None:
    """Adds the core rule `headings`, before which other rules may change headings, and the rendering of headings."""
    md.core.ruler.push("headings", _headings)
    md.add_render_rule("heading_open", _render_open)
    md.add_render_rule("heading_close", _render_close)


def plain_text(tokens: Iterable[Token]) -> str:
    """The text of inline tokens on one line, without HTML, images and footnotes."""
    return "".join(_pieces(tokens)).strip()


def contents(parsed: Parsed) -> tuple[dict[str, Any], ...]:
    """The table of contents as a tree: each heading with `level`, `id`, `name` (its text as HTML) and `children`."""
    top: list[dict[str, Any]] = []
    path: list[dict[str, Any]] = []
    for index, token in enumerate(parsed.tokens):
        if token.type == "heading_open" and "id" in token.attrs:
            level = int(token.tag[1])
            name = escape(plain_text(parsed.tokens[index + 1].children or ()), quote=False)
            entry = {"level": level, "id": str(token.attrs["id"]), "name": name, "children": []}
            while path and path[-1]["level"] >= level:
                path.pop()
            (path[-1]["children"] if path else top).append(entry)
            path.append(entry)
    return tuple(top)


def _headings(state: StateCore) -> None:
    """Core rule: gives every heading an id, and demotes headings of level 1 to level 2, except one that opens the text.

    Headings of embedded texts have no id.
    """
    _remove_empty(state)
    headings = [index for index, token in enumerate(state.tokens) if token.type == "heading_open"]
    opening = next((index for index, token in enumerate(state.tokens) if not _unseen(token)), -1)
    for index in headings:
        if state.tokens[index].tag == "h1" and index != opening:
            state.tokens[index].tag = state.tokens[index + 2].tag = "h2"
            state.env.setdefault(DEMOTED, []).append((state.tokens[index].map or [0])[0] + 1)
        _take_id(state.tokens[index], state.tokens[index + 1].children or [])
    if context(state.env).embedded_in:
        for index in headings:
            state.tokens[index].attrs.pop("id", None)
        return
    used: Counter[str] = Counter(str(state.tokens[index].attrs["id"]) for index in headings if "id" in state.tokens[index].attrs)
    former: Counter[str] = Counter()
    anchors: list[tuple[Token, str]] = []
    for heading, text in ((state.tokens[index], state.tokens[index + 1]) for index in headings):
        if "id" not in heading.attrs:
            words = _slug_text(text.children or ())
            name = heading_id(words)
            identifier: dict[str, str | int | float] = {"id": _unique(name, used)}
            heading.attrs = identifier | heading.attrs
            before = heading_id(plain_text(token for token in text.children or () if token.type != "emoji"))
            anchors.append((text, _former(before if words.startswith("-") else before.strip("-"), former)))
    for text, name in anchors:
        if name and not used[name]:
            used[name] += 1
            text.children = [Token("html_inline", "", 0, content=f'<span id="{name}"></span>'), *(text.children or ())]


@dataclass(frozen=True)
class FormerIds:
    """The plugin of markdown-it that gives headings the ids too that Python-Markdown's extension `toc` made of them by its `slugify`."""

    slugify: Callable[[str, str], str]
    """Makes an id of the text of a heading and a separator."""

    def __call__(self, md: MarkdownIt) -> None:
        """Adds the rule behind that of headings."""
        md.core.ruler.after("headings", "former_ids", self._rule)

    def _rule(self, state: StateCore) -> None:
        opened = [at for at, token in enumerate(state.tokens) if token.type == "heading_open" and "id" in token.attrs]
        used = {str(state.tokens[at].attrs["id"]) for at in opened}
        used |= {match[1] for at in opened for token in state.tokens[at + 1].children or () if (match := SPAN.fullmatch(token.content))}
        counts: Counter[str] = Counter()
        for text in (state.tokens[at + 1] for at in opened):
            name = _former(self.slugify(plain_text(text.children or ()), "-"), counts)
            if name and name not in used:
                used.add(name)
                text.children = [Token("html_inline", "", 0, content=f'<span id="{escape(name)}"></span>'), *(text.children or ())]


def _remove_empty(state: StateCore) -> None:
    """Removes headings without text, by which authors suppress a generated title."""
    empty = [at for at, token in enumerate(state.tokens) if token.type == "heading_open" and not state.tokens[at + 1].content.strip()]
    for at in reversed(empty):
        del state.tokens[at : at + 3]


def _unseen(token: Token) -> bool:
    """Whether a block consists of comments, scripts and styles."""
    if token.type != "html_block":
        return False
    offset = 0
    while start := HIDDEN_START.match(token.content, offset):
        end = HIDDEN_END[start[1].lower()].search(token.content, start.end())
        if end is None:
            return False
        offset = end.end()
    return not token.content[offset:].strip()


def _take_id(heading: Token, children: Sequence[Token]) -> None:
    """Moves an id that the author wrote in braces to the heading."""
    last = children[-1] if children else None
    match = EXPLICIT.search(last.content) if last and last.type == "text" else None
    if match and last and "id" not in heading.attrs:
        heading.attrs["id"] = match[1]
        last.content = last.content[: match.start()]


def _unique(name: str, used: Counter[str]) -> str:
    """The id, or the id with the lowest number behind it that is free."""
    name = name or UNNAMED
    candidate = name
    while used[candidate]:
        candidate = f"{name}-{used[name]}"
        used[name] += 1
    used[candidate] += 1
    return candidate


def _former(name: str, used: Counter[str]) -> str:
    """The id that MkDocs gives a heading, for links from elsewhere: `x_1` for `x-1`, `x` for `-x` and for `rocket-x`."""
    number = used[name]
    used[name] += 1
    return f"{name}_{number}" if name and number else name


def _slug_text(tokens: Iterable[Token]) -> str:
    """The text from which the id of a heading is made; an emoji counts by its name, as on GitHub."""
    return "".join(_pieces(Token("text", "", 0, content=token.markup) if token.type == "emoji" else token for token in tokens)).strip()


def _pieces(tokens: Iterable[Token]) -> Iterator[str]:
    for token in seen(tuple(tokens)):
        if token.type in ("text", "code_inline", "math_inline", "emoji"):
            yield token.content
        elif token.type in ("softbreak", "hardbreak"):
            yield " "


def _render_open(self: Any, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    return f"<{tokens[index].tag}{self.renderAttrs(tokens[index])}>"


def _render_close(self: Any, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    name = tokens[index - 2].attrs.get("id") if index > 1 else None
    if not name:
        return f"</{tokens[index].tag}>\n"
    title = escape(context(env).messages.gettext("Permanent link"))
    return f'<a class="headerlink" href="#{escape(str(name))}" title="{title}">&para;</a></{tokens[index].tag}>\n'
