"""The parser of articles: CommonMark with GitHub's extensions and all dialects; the excerpt of a text before other articles are read."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from almanac_kb.core.diagnostics import Position
from almanac_kb.core.messages import Messages
from almanac_kb.core.paths import SourcePath
from almanac_kb.markdown import code, components, headings, hidden_html, link_targets, links, math, notes
from almanac_kb.markdown.constructs import KEY, ParseContext, Parsed
from almanac_kb.markdown.dialects import docusaurus, github, hugo, jekyll, material, obsidian, sites
from almanac_kb.markdown.dialects.snippets import Snippets
from almanac_kb.markdown.engine import DEPTH, BlockParser, InlineParser
from almanac_kb.markdown.engine import inline as parse_inline
from almanac_kb.markdown.excerpt import Excerpt, description, spoken, title
from almanac_kb.markdown.inserted_files import no_snippets
from almanac_kb.markdown.link_index import HASHTAGS, LinkIndex
from almanac_kb.markdown.rules import Plugin


def rules(md: MarkdownIt) -> None:
    """Renders a quote without text exactly as the CommonMark specification does."""
    md.add_render_rule("blockquote_open", _render_quote)


def render(parsed: Parsed) -> str:
    """The HTML of a parsed text, not yet sanitized; links are as their author or a rule wrote them."""
    html: str = parsed.parser.renderer.render(parsed.tokens, parsed.parser.options, parsed.env)
    return html


def _render_quote(self: Any, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    start: str = self.renderToken(tokens, index, options, env)
    return start if start.endswith("\n") else f"{start}\n"


STANDARD: tuple[Plugin, ...] = (github.rules_gfm, notes.rules, math.rules, headings.rules, code.rules)
"""The extensions of CommonMark in all articles: GitHub's extensions, footnotes, formulas, headings with ids, highlighted code."""
ENGLISH = Messages()
LINE_BREAK = re.compile(r"\r\n?")


def parse(text: str, *, here: SourcePath, index: LinkIndex, dialects: Sequence[Plugin] = STANDARD, messages: Messages = ENGLISH) -> Parsed:
    """The tokens of a text without its front matter, and everything that was noticed in it.

    `dialects` are parser plugins such as `obsidian.rules`, in the order in which their rules are tried; without any, the text is plain
    CommonMark. `messages` are in the language of the site. Never raises for any text.
    """
    md = parser(tuple(dialects))
    text = LINE_BREAK.sub("\n", text).replace("\0", "\ufffd")
    shared = ParseContext(here, index, text.split("\n"), messages=messages)
    env = {KEY: shared}
    tokens = md.parse(text, env)
    diagnostics, deferred = (tuple(sorted(notes, key=lambda note: note.position)) for notes in (shared.diagnostics, shared.deferred))
    return Parsed(tokens, env, md, diagnostics, deferred, shared.counts, shared.lookups, shared.targets)


@lru_cache(maxsize=4)
def parser(dialects: tuple[Plugin, ...]) -> MarkdownIt:
    """The parser with these dialects, made once for all texts."""
    md = MarkdownIt("commonmark", {"maxNesting": DEPTH})
    md.inline, md.block = inline, block = InlineParser(), BlockParser()
    md.core.ruler.disable("normalize")
    md.core.ruler.at("inline", parse_inline)
    md.disable(["linkify", "strikethrough"])
    for plugin in (links.rules, rules, *dialects):
        md.use(plugin)
    inline.compile()
    block.compile()
    return md


FAMILIES = (material, obsidian, github, hugo, jekyll, docusaurus, sites)
DIALECTS: tuple[Plugin, ...] = (
    *STANDARD,
    components.rules_components,
    *(family.rules for family in FAMILIES),
    hidden_html.rules,
    link_targets.rules,
)
"""All rules of the parser, in the order in which they are tried."""
SUMMARISED: tuple[Plugin, ...] = (*DIALECTS, Snippets(no_snippets))
"""The rules by which title and description are found: what lines insert is not read."""
FIRST, MOST = 60, 2000
"""Lines of a text that are searched for a title and a description first, and at most."""
LENGTH = 60_000
"""Characters of a text that are searched for them at most."""
UNFINISHED = re.compile(r"%%|<!--|\{/\*|\{%|\{\{|^[ ]{0,3}(?:```|~~~|/{3}|:::)", re.MULTILINE)
"""Starts of constructs that may end after the first lines."""
HEADING = re.compile(r"^ {0,3}(?:#[ \t]|=+[ \t]*$)", re.MULTILINE)
"""A line that may be a heading of level 1."""
MARKED = re.compile(r"[\\`*_~=\[\]<>&^{}!$|:]")
EMPTY = LinkIndex()
TAGGED = LinkIndex({HASHTAGS: ("on",)})
"""An index without files, for a site where words behind `#` are tags."""


def summarize(body: str, here: SourcePath) -> Excerpt:
    """Title and description of a text, from its first lines; the rest of the excerpt is empty. Wikilinks count as their displayed text."""
    lines = body[:LENGTH].split("\n", MOST)[:MOST]
    head, rest = "\n".join(lines[:FIRST]), "\n".join(lines[FIRST:])
    if rest and not UNFINISHED.search(head):
        found = _summary(head.rpartition("\n\n")[0] or head, here)
        if found.description and (found.title or not HEADING.search(rest)):
            return found
    return _summary("\n".join(lines), here)


def plain_line(line: str) -> str:
    """A line of plain text, such as a description in a header, without the syntax of links, code and emphasis."""
    if not MARKED.search(line):
        return line.strip()
    tokens = parse(line, here=SourcePath(""), index=EMPTY, dialects=(*STANDARD, obsidian.rules)).tokens
    words = (spoken(_tags_as_text(token.children)) for token in tokens if token.type == "inline")
    return " ".join(words).strip() or line.strip()


def _tags_as_text(tokens: Sequence[Token] | None) -> list[Token]:
    """Inline tokens in which everything that looks like an HTML tag is text, as in `R&D <c>`."""
    return [token.copy(type="text") if token.type == "html_inline" else token for token in tokens or ()]


def hashtags(body: str) -> tuple[tuple[str, Position], ...]:
    """The hashtags in a text (`#backups`) and their positions, except those in code, headings, links and HTML."""
    return obsidian.hashtags(parse(body, here=SourcePath(""), index=TAGGED, dialects=DIALECTS).env) if "#" in body else ()


def _summary(text: str, here: SourcePath) -> Excerpt:
    tokens = parse(text, here=here, index=EMPTY, dialects=SUMMARISED).tokens
    return Excerpt(title(tokens), description(tokens))
