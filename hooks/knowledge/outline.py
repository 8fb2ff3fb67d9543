"""What a Markdown body says of itself: its first heading and its first sentences, as plain text."""

import html
import re

FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
HEADING = re.compile(r"#(?!#)[ \t]+(?P<text>.*?)(?:[ \t]+#+)?[ \t]*(?:\{[^}]*\})?[ \t]*$")
UNDERLINE = re.compile(r"=+[ \t]*$")
BLOCK = re.compile(r"\s*(?:#|>|[-*+]\s|\d+[.)]\s|\||!!!|\?\?\?|:::|<|\{[{%]|!\[|={3}|import |export |\[\^|\*\[)")
IMAGE = re.compile(r"!\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])")
LINK = re.compile(r"\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\]|\{[^}]*\})")
WIKILINK = re.compile(r"!?\[\[(?:[^\]|]*\|)?([^\]|]*)\]\]")
CITATION = re.compile(r"\s*\[-?@[^\]]*\]")
TAG = re.compile(r"</?[A-Za-z][^>]*>|<!--.*?-->")
EMPHASIS = re.compile(r"(?<![\w\\])(\*{1,3}|_{1,3}|~~|==)(?=\S)(.+?)(?<=\S)\1(?!\w)")
CODE = re.compile(r"(`+)\s?(.+?)\s?\1")
SENTENCE = re.compile(r"(?<=[.!?…])\s+(?=[^a-z])")
SUMMARY = 160
"""How long a summary made of the first sentences is, in characters."""


def title(body: str) -> str:
    """The first heading of the first level, outside code, as plain text; empty where there is none."""
    lines = _prose(body)
    for index, line in enumerate(lines):
        match = HEADING.match(line)
        if match:
            return plain(match["text"])
        if index and UNDERLINE.match(line) and lines[index - 1].strip():
            return plain(lines[index - 1])
    return ""


def summary(body: str) -> str:
    """The first sentences of the first paragraph, as plain text of at most 160 characters or one sentence."""
    for paragraph in re.split(r"\n\s*\n", "\n".join(_prose(body))):
        text = plain(" ".join(paragraph.split()))
        if text and not BLOCK.match(paragraph) and not UNDERLINE.search(paragraph):
            return _first(text)
    return ""


def plain(markdown: str) -> str:
    """One line of Markdown as plain text."""
    text = CITATION.sub("", IMAGE.sub(r"\1", markdown))
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


def _prose(body: str) -> list[str]:
    lines, fence = [], ""
    for line in body.split("\n"):
        mark = FENCE.match(line)
        if fence:
            fence = "" if line.strip().startswith(fence) else fence
            line = ""
        elif mark:
            fence, line = mark[1], ""
        lines.append("" if line.startswith(("    ", "\t")) else line)
    return lines
