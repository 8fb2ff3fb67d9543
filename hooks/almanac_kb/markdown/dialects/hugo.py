"""Hugo's shortcodes. Its block attributes (`{.class}`) are attribute lists."""

import re

from markdown_it import MarkdownIt
from markdown_it.token import Token

from almanac_kb.markdown import components, template_rules
from almanac_kb.markdown.components import VIDEOS
from almanac_kb.markdown.dialects import attributes
from almanac_kb.markdown.tag_meanings import Block, Meaning, known_block
from almanac_kb.markdown.tags import Arguments, Family, MarkupTag, TagIndex, read_arguments

CODE = frozenset({"code", "code-block", "codeblock", "highlight", "listing", "prism", "sourcecode"})
FIGURES = frozenset({"figure", "img", "image"})
LENGTH = re.compile(r"\d{1,4}%?")
OPTION = re.compile(r"(linenos|hl_lines|linenostart)=(\[[^\]]*\]|[^,]+(?:,\s*\d[\d-]*)*)")


def rules(md: MarkdownIt) -> None:
    """Adds shortcodes, and attribute lists unless the parser has them."""
    template_rules.rules(md, Family.HUGO, meaning)
    if "attribute_line" not in md.block.ruler.get_all_rules():
        attributes.rules(md)


def meaning(tag: MarkupTag, close: MarkupTag | None, index: TagIndex) -> Meaning:
    """Returns the translation of a shortcode."""
    name, given = tag.name, read_arguments(tag.written)
    if close is not None and name in CODE | {"mermaid"}:
        return Meaning("code shortcode", code="mermaid" if name == "mermaid" else code_info(given))
    block = known_block(name, given) if close is not None else None
    if block is not None:
        construct = {"frame": "tabs", "tab": "tabs"}.get(block.kind, block.kind)
        return Meaning(construct, block=block)
    if name in FIGURES and (given.get("src") or given.at(0)):
        return figure(given)
    if name in ("ref", "relref"):
        return Meaning("reference", text=(given.get("path") or given.at(0)).replace(" ", "%20"))
    identifier = given.get("id") or given.at(0)
    if name in VIDEOS and identifier:
        return Meaning("video", inline=tuple(components.video(name, identifier, given.get("title"))))
    what = "its inner text is shown" if close is not None else "nothing is shown in its place"
    message = f"the shortcode {name!r} is not known here; {what}"
    title = given.get("title", "summary", "label", "caption", "header")
    return Meaning("unknown shortcode", message, block=Block("text", title=title) if close is not None else None)


def code_info(given: Arguments) -> str:
    """The info string of code between shortcodes: language, title, line numbers and highlighted lines."""
    language = given.get("lang", "language", "type") or given.at(0)
    title = given.get("title", "file", "filename", "name")
    options = dict(OPTION.findall(given.get("options") or given.at(1)))
    options |= {name: given.get(name) for name in ("linenos", "hl_lines", "linenostart") if given.get(name)}
    values = {"title": title} | options
    return " ".join([language or "text", *(f'{name}="{value}"' for name, value in values.items() if value and '"' not in value)])


def figure(given: Arguments) -> Meaning:
    """A figure with its caption, and a link around the image."""
    caption = given.get("caption", "title")
    alt = given.get("alt") or caption or given.at(1)
    sizes = {name: given.get(name).removesuffix("px") for name in ("width", "height")}
    sizes = {name: value for name, value in sizes.items() if LENGTH.fullmatch(value)}
    source = (given.get("src") or given.at(0)).replace(" ", "%20")
    image: list[Token] = [components.image(source, alt, **sizes)]
    if given.get("link"):
        image = components.link(given.get("link"), image)
    return Meaning("figure", inline=tuple(image), caption=caption)
