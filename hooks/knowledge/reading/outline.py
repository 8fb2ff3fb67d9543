"""What a Markdown body says of itself: its first heading and its first sentences, as plain text."""

import html
import re
from collections.abc import Iterator

from knowledge.reading import code

HEADING = re.compile(r"#(?!#)[ \t]+(?P<text>.*?)(?:[ \t]+#+)?[ \t]*(?:\{[^}]*\})?[ \t]*$")
UNDERLINE = re.compile(r"=++[ \t]*+$")
HEADING_BELOW = re.compile(r"(?:=++|-++)[ \t]*+$")
BLOCK = re.compile(r"\s*+(?:[-*_]{3,}+[ \t]*+(?:\n|$)|#|>|[-*+]\s|\d+[.)]\s|\||!!!|\?\?\?|:::|<|\{[{%]|!\[|={3}|import |export |\[\^|\*\[)")
IMAGE = re.compile(r"!\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])")
LINK = re.compile(r"\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\]|\{[^}]*\})")
WIKILINK = re.compile(r"!?\[\[(?:[^\]|]*\|)?([^\]|]*)\]\]")
CITATION = re.compile(r"\s*\[-?@[^\]]*\]")
TAG = re.compile(r"</?[A-Za-z][^>]*>|<!--.*?-->")
EMPHASIS = re.compile(r"(?<![\w\\])(\*{1,3}|_{1,3}|~~|==)(?=\S)(.+?)(?<=\S)\1(?!\w)")
CODE = re.compile(r"(`++)\s?(.+?)\s?(?<!`)\1(?!`)")
SENTENCE = re.compile(r"(?<=[.!?…])\s+(?=[^a-z])")
SUMMARY = 160
"""How long a summary made of the first sentences is, in characters."""
LINES = 2000
"""How many lines of a body are looked at."""
LOOK = 1500
"""How many characters of a line or paragraph are looked at."""


def title(body: str) -> str:
    """The first heading of the first level, outside code, as plain text; empty where there is none."""
    previous = ""
    for line in _prose(body):
        match = HEADING.match(line[:LOOK].rstrip()) if line.startswith("#") else None
        if match:
            return plain(match["text"])
        if UNDERLINE.match(line) and previous.strip():
            return plain(previous)
        previous = line
    return ""


def summary(body: str) -> str:
    """The first sentences of the first paragraph, as plain text of at most 160 characters or one sentence."""
    for paragraph in _paragraphs(body):
        last = paragraph.rpartition("\n")[2]
        text = "" if BLOCK.match(paragraph) or HEADING_BELOW.match(last) else plain(" ".join(paragraph[:LOOK].split()))
        if text:
            return _first(text)
    return ""


def plain(markdown: str) -> str:
    """One line of Markdown as plain text; of a very long one, the beginning."""
    text = CITATION.sub("", IMAGE.sub(r"\1", markdown[:LOOK]))
    text = WIKILINK.sub(r"\1", LINK.sub(r"\1", text))
    text = CODE.sub(r"\2", TAG.sub("", text))
    for _ in range(3):
        text = EMPHASIS.sub(r"\2", text)
    return html.unescape(re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", text)).strip()


def _first(text: str) -> str:
    sentences = SENTENCE.split(text)
    kept = sentences[0]
    for sentence in sentences[1:]:
        if len(kept) + len(sentence) >= SUMMARY:
            break
        kept += " " + sentence
    return kept


def _paragraphs(body: str) -> Iterator[str]:
    paragraph: list[str] = []
    for number, line in enumerate(_prose(body)):
        if len(paragraph) > 1 and not paragraph[-1].strip():
            yield "\n".join(paragraph[:-1])
            paragraph = []
        if paragraph or line.strip() or not number:
            paragraph.append(line)
    yield "\n".join(paragraph)


def _prose(body: str) -> Iterator[str]:
    lines = body.split("\n", LINES)[:LINES]
    return ("" if is_code or line.startswith(("    ", "\t")) else line for line, is_code in zip(lines, code.told(lines), strict=True))
