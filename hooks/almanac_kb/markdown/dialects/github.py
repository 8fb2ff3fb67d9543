"""GitHub's syntax beside GitHub Flavored Markdown (`markdown/gfm`): alerts, and emoji by name."""

import re

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from pymdownx import gemoji_db

from almanac_kb.markdown import components
from almanac_kb.markdown.constructs import context
from almanac_kb.markdown.rules import at, push

EMOJI = re.compile(r":(?P<name>[a-z0-9_+-]{1,60}):(?![\w:])")


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
