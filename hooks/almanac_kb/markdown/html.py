"""Tokens to HTML; the modules of the constructs add the rules by which theirs are rendered for the styles and scripts of Material."""

from collections.abc import Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from almanac_kb.markdown.context import Parsed


def rules(md: MarkdownIt) -> None:
    """Renders quotes without text as the specification does, to the byte."""
    md.add_render_rule("blockquote_open", _render_quote)


def render(parsed: Parsed) -> str:
    """The HTML of a parsed text, not yet sanitized; links lead where the author or a rule wrote."""
    html: str = parsed.parser.renderer.render(parsed.tokens, parsed.parser.options, parsed.env)
    return html


def _render_quote(self: Any, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    start: str = self.renderToken(tokens, index, options, env)
    return start if start.endswith("\n") else f"{start}\n"
