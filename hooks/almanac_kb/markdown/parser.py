"""The parser of articles: CommonMark with GitHub's extensions, notes and mathematics, and the dialects that a caller turns on."""

import re
from collections.abc import Sequence
from functools import lru_cache

from markdown_it import MarkdownIt

from almanac_kb.core.messages import Messages
from almanac_kb.core.paths import SourcePath
from almanac_kb.markdown import code, gfm, headings, html, links, math, notes
from almanac_kb.markdown.context import KEY, ParseContext, Parsed
from almanac_kb.markdown.engine import DEPTH, BlockParser, InlineParser
from almanac_kb.markdown.engine import inline as parse_inline
from almanac_kb.markdown.link_index import LinkIndex
from almanac_kb.markdown.rules import Plugin

STANDARD: tuple[Plugin, ...] = (gfm.rules, notes.rules, math.rules, headings.rules, code.rules)
"""What articles are written in beside CommonMark: GitHub's extensions, footnotes, formulas; headings with ids, highlighted code."""
ENGLISH = Messages()
LINE_BREAK = re.compile(r"\r\n?")


def parse(text: str, *, here: SourcePath, index: LinkIndex, dialects: Sequence[Plugin] = STANDARD, messages: Messages = ENGLISH) -> Parsed:
    """The tokens of a text, which starts behind the front matter, and all that was noticed in it.

    `dialects` are plugins of markdown-it, `obsidian.rules` and the like, in the order in which their rules are to be tried; without any,
    the text is plain CommonMark. `messages` are those of the language of the site. Never raises because of what a text holds.
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
    for plugin in (links.rules, html.rules, *dialects):
        md.use(plugin)
    inline.compile()
    block.compile()
    return md
