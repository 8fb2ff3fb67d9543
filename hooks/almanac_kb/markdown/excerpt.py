"""The excerpt of a text, from its tokens: its title, its description, and the whole as plain text, whose words are counted."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import unescape
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it.token import Token

LENGTH = 160
"""Most characters of a description made from text, unless its first sentence is longer."""
SENTENCE = re.compile(r"(?<=[.!?…])\s+(?=[^a-z])")
WORD = re.compile(r"[^\W_]+")
NO_PROSE = re.compile(
    r"(?:#\S+ ?)+\Z|(?:Figure|Fig\.?|Table) ?\d+\b|;?-+8<-+ |\{!.*!\}\Z"
    r"|[^.]{1,200}\.(?i:png|jpe?g|gif|svg|webp|avif|bmp|pdf|mp4|webm|mov|mp3|m4a|ogg|wav)\Z"
)
"""Start of paragraphs that are no prose: hashtags, captions of figures, inclusion of files (PyMdown, markdown-include), file names."""
IDEOGRAPHS = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")
"""Kana and Han characters, which are written without spaces."""
WORDS, CHARACTERS = 220, 500
"""Reading speed: words, and ideographs, per minute."""
BLANKS = bytes(code if chr(code).isalnum() else ord(" ") for code in range(256))
"""Translation table that turns every ASCII character that belongs to no word into a blank."""
TAG = re.compile(r"<!--.*?(?:-->|\Z)|<[!/?]?[A-Za-z](?:[^<>\"']|\"[^\"]*\"|'[^']*')*>", re.DOTALL)
INLINE_TAG = re.compile(r"</?(?:a|abbr|b|code|del|em|i|ins|kbd|mark|small|span|strong|sub|sup|u)(?:\s[^<>]*)?>", re.IGNORECASE)
NO_TEXT = re.compile(
    r"<(?P<skipped>style|script|svg|sup|nav)\b[^>]*>.*?</(?P=skipped)>"
    r"|<a [^>]*class=\"(?:headerlink|footnote-backref)\"[^>]*>.*?</a>|<(?P<formula>div|span) class=\"arithmatex\">.*?</(?P=formula)>",
    re.DOTALL | re.IGNORECASE,
)
"""HTML elements whose text is none of the article."""
SPOKEN = frozenset({"text", "code_inline", "text_special", "emoji", "math_inline", "math_inline_double"})
"""Inline tokens whose content is read as words."""
UNSEEN = re.compile(r"<(script|style|template)\b(?:.*?</\1\s*>|.*\Z)", re.DOTALL | re.IGNORECASE)
"""HTML elements whose content is not shown."""
UNSEEN_TAG = re.compile(r"<(/?)(?:script|style|template)\b", re.IGNORECASE)
BREAKS = frozenset({"softbreak", "hardbreak"})
RAW = frozenset({"html_block", "html_inline"})
CODE = frozenset({"fence", "code_block"})
SHOWN = frozenset({"inline", *RAW, *CODE})
"""Block tokens with text of their own."""


@dataclass(frozen=True)
class Excerpt:
    """The title and the description that lists show of a text."""

    title: str = ""
    """The text of its first heading of level 1."""
    description: str = ""
    """The first sentences of its first paragraph: at most LENGTH characters, or one sentence."""


def shown_text(tokens: Iterable["Token"]) -> str:
    """The whole of a parsed text as readers see it, as plain text: a line for each block, several for code."""
    return "\n".join(text for token in tokens if token.type in SHOWN and (text := _block(token)))


def shown_text_of_html(html: str) -> str:
    """The same of HTML, on one line, for the renderer that makes no tokens."""
    return _plain(NO_TEXT.sub(" ", html))


def title(tokens: Sequence["Token"]) -> str:
    """The text of the first heading that is written with level 1, wherever it stands; empty for none."""
    headings = (inline for token, inline in pairwise(tokens) if token.type == "heading_open" and token.markup in {"#", "="})
    return next((text for inline in headings if (text := " ".join(spoken(inline.children).split()))), "")


def description(tokens: Sequence["Token"]) -> str:
    """The first sentences of the first paragraph of prose that is in no list, quote or other container; empty for none.

    A paragraph of only a link, hashtags or the caption of a figure is no prose.
    """
    depth = 0
    for token, following in pairwise(tokens):
        if depth == 0 and token.type == "paragraph_open":
            text = " ".join(spoken(following.children, alternatives=False).split())
            if WORD.search(_unlinked(following.children or ())) and not NO_PROSE.match(text):
                return first_sentences(text)
        depth += token.nesting
    return ""


def first_sentences(text: str) -> str:
    """Returns as many sentences of a plain text as fit into LENGTH characters, at least one."""
    sentences = SENTENCE.split(text)
    chosen = sentences[0]
    for sentence in sentences[1:]:
        if len(chosen) + len(sentence) >= LENGTH:
            break
        chosen += " " + sentence
    return chosen


def spoken(tokens: Iterable["Token"] | None, *, alternatives: bool = True) -> str:
    """The plain text of inline tokens: text, code, links and formulas; with `alternatives`, also the alternative texts of images."""
    return "".join([token.content if token.type in SPOKEN else _inline(token, alternatives) for token in seen(tokens or ())])


def words(text: str) -> int:
    """The number of words of a plain text; ideographs count by the time it takes to read them."""
    if text.isascii():
        return len(text.encode().translate(BLANKS).split())
    spaced, characters = IDEOGRAPHS.subn(" ", text)
    return len(WORD.findall(spaced)) + characters * WORDS // CHARACTERS


def reading_minutes(count: int) -> int:
    """The whole minutes that it takes to read so many words, at least one."""
    return max(1, round(count / WORDS))


def _unlinked(tokens: Iterable["Token"]) -> str:
    """The text of inline tokens outside links."""
    depth, parts = 0, []
    for token in seen(tokens):
        depth += token.nesting if token.type in {"link_open", "link_close"} else 0
        parts.append("" if depth or token.type not in SPOKEN else token.content)
    return "".join(parts)


def seen(tokens: Iterable["Token"]) -> Iterable["Token"]:
    """Inline tokens without those inside HTML elements that are not shown."""
    tags = {
        index: match for index, token in enumerate(tokens) if token.type == "html_inline" and (match := UNSEEN_TAG.match(token.content))
    }
    if not tags:
        return tokens
    seen, hidden = [], False
    for index, token in enumerate(tokens):
        hidden = not tags[index][1] if index in tags else hidden
        if not hidden:
            seen.append(token)
    return seen


def _inline(token: "Token", alternatives: bool) -> str:
    if token.type in BREAKS:
        return " "
    if token.type == "image":
        return spoken(token.children) if alternatives else ""
    return ""


def _block(token: "Token") -> str:
    if token.type == "inline":
        return " ".join(spoken(token.children).split())
    if token.type in CODE:
        return token.content.rstrip("\n")
    if token.type in RAW:
        return _plain(token.content)
    return ""


def _plain(html: str) -> str:
    """The text of HTML; tags of blocks separate words, inline tags do not."""
    return " ".join(unescape(TAG.sub(" ", INLINE_TAG.sub("", UNSEEN.sub(" ", html)))).split())
