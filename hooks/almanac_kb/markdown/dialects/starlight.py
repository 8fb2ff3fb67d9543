"""Starlight: the components of Astro's theme for documentation that show text of their own."""

from almanac_kb.markdown import components
from almanac_kb.markdown.tags import Arguments, Tag
from almanac_kb.markdown.template_rules import Block, Meaning

TRANSPARENT = frozenset({"cardgrid", "filetree", "steps", "fragment", "react.fragment", "codegroup"})


def meaning(name: str, given: Arguments, close: Tag | None) -> Meaning | None:
    """What a component of Starlight means; None for others. Asides and tabs are named as in other systems (`known_block`)."""
    if name in TRANSPARENT and close is not None:
        return Meaning("layout", block=Block("text"))
    if name == "card" and close is not None and given.get("title"):
        return Meaning("admonition", block=Block("admonition", "note", given.get("title")))
    if name in ("linkcard", "linkbutton") and close is None and given.get("href"):
        label = given.get("title") or given.get("href")
        description = given.get("description")
        tail = [components.text(f": {description}")] if description else []
        return Meaning("link block", inline=(*components.link(given.get("href"), [components.text(label)]), *tail))
    if name == "badge" and given.get("text"):
        return Meaning("text of a component", text=given.get("text"))
    return None
