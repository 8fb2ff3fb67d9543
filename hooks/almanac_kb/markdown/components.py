"""Tokens of the blocks that Material for MkDocs styles: admonitions, callouts, details, content tabs, figures, links to videos.

Rules push an opening and a closing token around the content. Titles and labels are Markdown, unless they come from an attribute, which
is plain text. Tabs need no element around them: the core rule `tab_sets` combines neighbouring tabs into one set.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from almanac_kb.core.messages import Messages
from almanac_kb.markdown.constructs import context
from almanac_kb.markdown.rules import at, line_text, text_block

SORTS: dict[str, tuple[str, ...]] = {
    "note": ("note", "memo", "seealso", "default"),
    "abstract": ("abstract", "summary", "tldr"),
    "info": ("info", "todo", "information", "primary"),
    "tip": ("tip", "hint", "important", "secondary"),
    "success": ("success", "check", "done"),
    "question": ("question", "help", "faq"),
    "warning": ("warning", "caution", "attention", "alert", "warn"),
    "failure": ("failure", "fail", "missing"),
    "danger": ("danger", "error", "critical"),
    "bug": ("bug",),
    "example": ("example",),
    "quote": ("quote", "cite"),
}
"""Material's admonitions, each with the names that other dialects have for it."""
KNOWN = {word: sort for sort, words in SORTS.items() for word in words}
"""Material's admonition for each name in any dialect."""
VIDEOS = {"youtube": "https://www.youtube.com/watch?v=", "vimeo": "https://vimeo.com/", "bilibili": "https://www.bilibili.com/video/"}
"""URLs in front of the id of a video, by the name of its shortcode or component."""

FIRST_TABS = "first tabs"
"""Key in the environment of a parse: number of tab sets that the page contains already."""
TAB_OPEN, TAB_CLOSE = "tabbed_block_open", "tabbed_block_close"
FRAME_OPEN, FRAME_CLOSE = "tabbed_frame_open", "tabbed_frame_close"


@dataclass(frozen=True)
class Title:
    """The title of an admonition or the label of a tab."""

    text: str
    line: int
    """The line of the text, from 0."""
    markdown: bool = True
    """Whether the text is Markdown; else it is plain text."""


def admonition_name(word: str) -> str:
    """Material's name for an admonition that an author calls `word`; `note` where Material has none."""
    return KNOWN.get(word.strip().casefold(), "note")


def default_title(word: str, messages: Messages) -> str:
    """The title of an admonition without one: its name, `Caution` or `Pro tip`, translated where the catalogues have it."""
    title = word.strip().replace("-", " ").capitalize()
    return messages.gettext(title) if title else ""


def open_admonition(state: StateBlock, classes: str, title: Title | None) -> Token:
    """Pushes the start of `<div class="admonition note">` and its title; without a title, none is shown."""
    opening = state.push("admonition_open", "div", 1)
    opening.attrSet("class", f"admonition {classes}".rstrip())
    if title is not None:
        state.push("admonition_title_open", "p", 1).attrSet("class", "admonition-title")
        _push_title(state, title)
        state.push("admonition_title_close", "p", -1)
    return opening


def open_details(state: StateBlock, classes: str, title: Title, *, unfolded: bool = False) -> Token:
    """Pushes the start of `<details class="note">` and its summary; `unfolded` details are open at first."""
    opening = state.push("details_open", "details", 1)
    opening.attrSet("class", classes)
    if unfolded:
        opening.attrSet("open", "open")
    state.push("summary_open", "summary", 1)
    _push_title(state, title)
    state.push("summary_close", "summary", -1)
    return opening


def open_tab(state: StateBlock, label: Title, *, first: bool = False, selected: bool = False) -> Token:
    """Pushes the start of a tab; `first` starts a new set even behind another tab; the `selected` tab of a set is shown first."""
    opening = state.push(TAB_OPEN, "div", 1)
    opening.attrSet("class", "tabbed-block")
    opening.meta = {"label": label, "first": first, "selected": selected}
    return opening


def tab_start(label: Title, level: int, lines: list[int] | None, *, first: bool = False) -> Token:
    """The opening token of a tab at a level of nesting; `first` starts a new set even behind another tab."""
    meta = {"label": label, "first": first, "selected": False}
    return Token(TAB_OPEN, "div", 1, attrs={"class": "tabbed-block"}, map=lines, level=level, meta=meta, block=True)


def tab_end(level: int) -> Token:
    """The closing token of a tab at a level of nesting."""
    return Token(TAB_CLOSE, "div", -1, level=level, block=True)


def open_tab_frame(state: StateBlock) -> Token:
    """Pushes the start of an element around tabs (`<Tabs>`), which is not rendered but separates tab sets."""
    return state.push(FRAME_OPEN, "", 1)


def close(state: StateBlock, opening: Token) -> None:
    """Pushes the closing token of a block."""
    state.push(opening.type.replace("_open", "_close"), opening.tag, -1)


def image(source: str, alt: str, *, title: str = "", width: str = "", height: str = "") -> Token:
    """An image token, as the parser makes for `![alt](source "title")`; width and height are in pixels or per cent."""
    attributes: dict[str, str | int | float] = {"src": source, "alt": ""}
    attributes |= {name: value for name, value in (("title", title), ("width", width), ("height", height)) if value}
    return Token("image", "img", 0, attrs=attributes, children=[text(alt)] if alt else [], content=alt)


def text(content: str) -> Token:
    """A token of plain text."""
    return Token("text", "", 0, content=content)


def link(address: str, children: Sequence[Token]) -> list[Token]:
    """The tokens of a link with these children."""
    return [Token("link_open", "a", 1, attrs={"href": address}), *children, Token("link_close", "a", -1)]


def emphasis(content: str) -> list[Token]:
    """The tokens of emphasised plain text."""
    return [Token("em_open", "em", 1), text(content), Token("em_close", "em", -1)]


def push_figure(state: StateBlock, content: Sequence[Token], caption: Title | None, line: int) -> None:
    """Pushes a `<figure>` with an image (an image token, alone or in a link) and its caption."""
    opening = state.push("figure_open", "figure", 1)
    opening.map = [line, line + 1]
    push_inline(state, content, line)
    if caption is not None:
        state.push("figcaption_open", "figcaption", 1)
        _push_title(state, caption)
        state.push("figcaption_close", "figcaption", -1)
    state.push("figure_close", "figure", -1)


def push_inline(state: StateBlock, children: Sequence[Token], line: int) -> None:
    """Pushes inline tokens that a rule has made, such that the inline parser does not parse them again."""
    token = state.push("inline", "", 0)
    token.map = [line, line + 1]
    token.children = list(children)


def push_paragraph(state: StateBlock, children: Sequence[Token], line: int) -> None:
    """Pushes a paragraph of inline tokens that a rule has made."""
    state.push("paragraph_open", "p", 1).map = [line, line + 1]
    push_inline(state, children, line)
    state.push("paragraph_close", "p", -1)


def push_all(state: StateInline, tokens: Sequence[Token]) -> None:
    """Pushes inline tokens that a rule has made, behind the pending text."""
    for token in tokens:
        pushed = state.push(token.type, token.tag, token.nesting)
        pushed.attrs, pushed.children, pushed.content, pushed.meta = token.attrs, token.children, token.content, token.meta


def video(name: str, identifier: str, title: str = "") -> list[Token]:
    """The tokens of a link to a video; `name` is a key of `VIDEOS`."""
    return link(VIDEOS[name] + identifier, [text(title or "Video")])


def rules_components(md: MarkdownIt) -> None:
    """Adds the core rule that combines neighbouring tabs into sets, with the HTML of `pymdownx.tabbed`; idempotent."""
    if "tab_sets" not in md.core.ruler.get_all_rules():
        md.core.ruler.after("block", "tab_sets", _tab_sets)


@dataclass
class _TabSet:
    """A set of neighbouring tabs while it is collected: the token indexes of its ends, and its opening tokens."""

    start: int
    end: int = 0
    tabs: list[Token] = field(default_factory=list)


def _tab_sets(state: StateCore) -> None:
    sets = _collected(state.tokens)
    if not sets and not any(token.type == FRAME_OPEN for token in state.tokens):
        return
    starts = {tab_set.start: tab_set for tab_set in sets}
    numbers = {tab_set.start: number for number, tab_set in enumerate(sets, 1 + state.env.get(FIRST_TABS, 0))}
    ends = {tab_set.end for tab_set in sets}
    tokens: list[Token] = []
    for index, token in enumerate(state.tokens):
        if index in starts:
            tokens.extend(_set_open(starts[index], numbers[index], token.level))
        if token.type not in (FRAME_OPEN, FRAME_CLOSE):
            tokens.append(token)
        if index in ends:
            tokens.extend(_set_close(token.level))
    state.tokens = tokens


def _collected(tokens: Sequence[Token]) -> list[_TabSet]:
    """The tab sets of a text, in the order of their first tabs."""
    sets: list[_TabSet] = []
    latest: list[_TabSet | None] = [None]
    for index, token in enumerate(tokens):
        if token.type == TAB_OPEN:
            current = latest[-1]
            if current is None or token.meta["first"]:
                current = _TabSet(index)
                sets.append(current)
            current.tabs.append(token)
            latest[-1] = current
            latest.append(None)
        elif token.nesting == 1:
            latest[-1] = None
            latest.append(None)
        elif token.nesting == -1:
            latest.pop()
            current = latest[-1]
            if token.type == TAB_CLOSE and current is not None:
                current.end = index
        else:
            latest[-1] = None
    return sets


def _set_open(tab_set: _TabSet, number: int, level: int) -> Iterator[Token]:
    count = len(tab_set.tabs)
    attributes: dict[str, str | int | float] = {"class": "tabbed-set tabbed-alternate", "data-tabs": f"{number}:{count}"}
    yield Token("tabbed_set_open", "div", 1, attrs=attributes, map=tab_set.tabs[0].map, level=level)
    selected = max((index for index, tab in enumerate(tab_set.tabs) if tab.meta["selected"]), default=0)
    for index in range(count):
        yield _radio(number, index + 1, checked=index == selected)
    yield Token("tabbed_labels_open", "div", 1, attrs={"class": "tabbed-labels"})
    for index, tab in enumerate(tab_set.tabs, 1):
        yield Token("tabbed_label_open", "label", 1, attrs={"for": f"__tabbed_{number}_{index}"})
        yield _title(tab.meta["label"])
        yield Token("tabbed_label_close", "label", -1)
    yield Token("tabbed_labels_close", "div", -1, block=True)
    yield Token("tabbed_content_open", "div", 1, attrs={"class": "tabbed-content"}, block=True)


def _set_close(level: int) -> Iterator[Token]:
    yield Token("tabbed_content_close", "div", -1, block=True)
    yield Token("tabbed_set_close", "div", -1, block=True, level=level)


def _radio(number: int, index: int, *, checked: bool) -> Token:
    attributes: dict[str, str | int | float] = {"checked": "checked"} if checked else {}
    attributes |= {"id": f"__tabbed_{number}_{index}", "name": f"__tabbed_{number}", "type": "radio"}
    return Token("tabbed_input", "input", 0, attrs=attributes)


def _push_title(state: StateBlock, title: Title) -> None:
    token = _title(title)
    token.level = state.level
    state.tokens.append(token)


def _title(title: Title) -> Token:
    """The inline token of a title: parsed as Markdown, or plain text."""
    token = Token("inline", "", 0, map=[title.line, title.line + 1], block=True, children=[])
    if title.markdown:
        token.content = title.text
    else:
        token.children = [text(title.text)]
    return token


FIRST_LINE = re.compile(r"\[!(?P<word>[A-Za-z][\w -]{0,60})(?:\|[^\]\n]{0,100})?\](?![(\[:])(?P<fold>[+-]?)[ \t]*(?P<title>.*)")
LAZY = -1
"""The indentation that markdown-it records for a line which continues a quote without `>`."""


@dataclass(frozen=True)
class Callout:
    """The kind, title and folding of a callout, as its first line specifies them."""

    name: str
    """Material's name for its kind of admonition: `note`."""
    title: str
    """The title as Markdown; where none is written, the author's word for the callout, translated."""
    fold: str = ""
    """`-` for a callout that is folded at first, `+` for one that can be folded, empty for one that can't."""


def rules_callouts(md: MarkdownIt) -> None:
    """Adds callouts to a parser; idempotent, since several dialects have them."""
    if "callout" not in md.block.ruler.get_all_rules():
        md.block.ruler.before("table", "callout", _first_line)
        md.core.ruler.after("block", "callouts", _containers)


def read(line: str, messages: Messages) -> Callout | None:
    """The callout in the first line of a quote, given without its `>`; None where the line starts none."""
    match = FIRST_LINE.fullmatch(line.strip())
    if match is None:
        return None
    title = match["title"].strip() or default_title(match["word"], messages)
    return Callout(admonition_name(match["word"]), title, match["fold"])


@at("[")
def _first_line(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Block rule: turns a quote whose first line starts a callout into one, with that line as its title."""
    if silent or not state.tokens or state.tokens[-1].type != "blockquote_open":
        return False
    callout = read(line_text(state, start), context(state.env).messages)
    if callout is None:
        return False
    context(state.env).count("callout")
    opening = state.tokens[-1]
    opening.type, opening.tag = "callout_open", "details" if callout.fold else "div"
    opening.attrs = {"class": callout.name} if callout.fold else {"class": f"admonition {callout.name}"}
    if callout.fold == "+":
        opening.attrSet("open", "open")
    name, tag = ("summary", "summary") if callout.fold else ("admonition_title", "p")
    text_block(state, name, tag, callout.title, start, attributes={} if callout.fold else {"class": "admonition-title"})
    _take_lazy_lines(state, start + 1, end)
    state.line = start + 1
    return True


def _take_lazy_lines(state: StateBlock, line: int, end: int) -> None:
    """Makes lines right below the title that lack a `>` part of the callout's text; markdown-it reads them as part of its first line."""
    while line < end and state.sCount[line] == LAZY:
        state.sCount[line] = state.blkIndent
        line += 1


def _containers(state: StateCore) -> None:
    """Gives the closing token of a callout the type and tag of its opening token."""
    opened: list[Token] = []
    for token in state.tokens:
        if token.type in {"blockquote_open", "callout_open"}:
            opened.append(token)
        elif token.type == "blockquote_close":
            opening = opened.pop()
            token.type, token.tag = opening.type.replace("_open", "_close"), opening.tag
