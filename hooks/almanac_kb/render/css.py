"""CSS cleaned of external content: `url()`, `@import` and functions with addresses (CSS Syntax Level 3)."""

import base64
import binascii
import re
from collections.abc import Iterable
from typing import Any

import tinycss2

FUNCTIONS = re.compile(
    r"""
    rgba?|hsla?|hwb|lab|lch|oklab|oklch|color|color-mix|light-dark
    |calc|min|max|clamp|abs|sign|round|mod|rem|var|env
    |matrix|matrix3d|perspective|(?:rotate|scale|skew|translate)(?:3d|[xyz])?
    |blur|brightness|contrast|drop-shadow|grayscale|hue-rotate|invert|opacity|saturate|sepia
    |(?:repeating-)?(?:linear|radial|conic)-gradient
    |cubic-bezier|steps|linear|circle|ellipse|inset|polygon|path|rect|xywh|counters?|format|local
    |repeat|minmax|fit-content|not|is|where|has|nth-(?:last-)?(?:child|of-type)|lang|dir
    """,
    re.VERBOSE,
)
"""Functions and functional pseudo-classes that never load anything, in lower case."""
AT_RULES = frozenset({"charset", "container", "font-face", "keyframes", "-webkit-keyframes", "layer", "media", "namespace", "supports"})
SPECIAL = re.compile(r"[\\@(\"'<]|/\*|-moz-binding|behavior", re.IGNORECASE)
"""The characters that occur in every style that loads or runs something."""
BINDINGS = frozenset({"-moz-binding", "behavior"})
"""Properties by which old browsers attached scripts."""
RASTER = re.compile(r"data:image/(?:png|jpe?g|gif|webp|avif|bmp);base64,", re.IGNORECASE)
FONT = re.compile(
    r"data:(?:font/[\w.+-]+|application/(?:x-)?font-[\w.+-]+|application/vnd\.ms-fontobject)(?:;[\w=-]+)*;base64,", re.IGNORECASE
)


def clean_declarations(style: str) -> tuple[str, bool]:
    """The value of a `style` or presentation attribute without declarations that load something; whether any was removed."""
    if not SPECIAL.search(style):
        return style, False
    return _clean(tinycss2.parse_blocks_contents(style, skip_comments=True))


def clean_stylesheet(sheet: str) -> tuple[str, bool]:
    """A style sheet without rules and declarations that load something; whether any was removed."""
    return _clean(tinycss2.parse_stylesheet(sheet, skip_comments=True))


def is_safe_value(value: str) -> bool:
    """Whether the value of a presentation attribute, such as `url(#gradient)`, loads nothing."""
    return not SPECIAL.search(value) or _is_safe(tinycss2.parse_component_value_list(value))


def is_embedded(address: str, kinds: Iterable[re.Pattern[str]] = (RASTER,)) -> bool:
    """Whether a URL is a base64 `data:` URL of one of these kinds, which holds nothing but bytes."""
    match = next((found for kind in kinds if (found := kind.match(address.strip()))), None)
    if match is None:
        return False
    try:
        base64.b64decode("".join(address.strip()[match.end() :].split()), validate=True)
    except binascii.Error:
        return False
    return True


def _clean(nodes: list[Any]) -> tuple[str, bool]:
    parts, removed = [], False
    for node in nodes:
        text, lost = _node(node)
        parts.append(text)
        removed = removed or lost
    return "".join(parts).strip(), removed


def _node(node: Any) -> tuple[str, bool]:
    if node.type in {"whitespace", "comment"}:
        return " ", False
    if node.type == "declaration":
        if node.lower_name in BINDINGS or not _is_safe(node.value):
            return "", True
        return f"{node.serialize()};", False
    if node.type == "at-rule":
        return _at_rule(node)
    if node.type == "qualified-rule":
        if not _is_safe(node.prelude):
            return "", True
        text, removed = _clean(tinycss2.parse_blocks_contents(node.content, skip_comments=True))
        return f"{tinycss2.serialize(node.prelude)}{{{text}}}", removed
    return "", False


def _at_rule(node: Any) -> tuple[str, bool]:
    if node.lower_at_keyword not in AT_RULES or not (node.lower_at_keyword == "namespace" or _is_safe(node.prelude)):
        return "", True
    head = f"@{node.at_keyword}{tinycss2.serialize(node.prelude)}"
    if node.content is None:
        return f"{head};", False
    text, removed = _clean(tinycss2.parse_blocks_contents(node.content, skip_comments=True))
    return f"{head}{{{text}}}", removed


def _is_safe(nodes: Iterable[Any]) -> bool:
    return all(map(_is_safe_token, nodes))


def _is_safe_token(node: Any) -> bool:
    if node.type == "url":
        return _is_local(node.value)
    if node.type == "function":
        if node.lower_name == "url":
            return all(
                each.type in {"whitespace", "comment"} or (each.type == "string" and _is_local(each.value)) for each in node.arguments
            )
        return bool(FUNCTIONS.fullmatch(node.lower_name)) and _is_safe(node.arguments)
    if node.type in {"() block", "[] block", "{} block"}:
        return _is_safe(node.content)
    return str(node.type) != "error"


def _is_local(address: str) -> bool:
    return address.strip().startswith("#") or is_embedded(address, (RASTER, FONT))
