"""GitBook: the blocks that it writes as tags of Liquid."""

from almanac_kb.markdown import components
from almanac_kb.markdown.tags import Arguments, Tag
from almanac_kb.markdown.template_rules import Block, Meaning

TRANSPARENT = frozenset({"step", "stepper", "columns", "column", "content-ref", "updates", "update"})
"""Blocks whose content is shown without a frame."""


def meaning(name: str, given: Arguments, close: Tag | None) -> Meaning | None:
    """What a tag of GitBook means; None for those of Liquid. Hints and tabs are named as in other systems (`known_block`)."""
    address = given.get("url", "src")
    if name in ("embed", "file") and address:
        title = given.get("title", "caption") or address
        return Meaning("link block", inline=tuple(components.link(address, [components.text(title)])))
    if name == "code" and close is not None:
        return Meaning("layout", block=Block("code", title=given.get("title")))
    if name in TRANSPARENT and close is not None:
        return Meaning("layout", block=Block("text"))
    return None
