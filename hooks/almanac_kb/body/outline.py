"""What a Markdown body says of itself: its first heading and its first sentences, as plain text."""

import html
import itertools
import re

from almanac_kb.core import code_spans

HEADING = re.compile(r"#(?!#)[ \t]+(?P<text>.*?)(?:[ \t]+#+)?[ \t]*(?:\{[^}]*\})?[ \t]*$")
UNDERLINE = re.compile(r"=++[ \t]*+$")
HEADING_BELOW = re.compile(r"(?:=++|-++)[ \t]*+$")
BLOCK = re.compile(
    r"\s*+(?:[-*_]{3,}+[ \t]*+(?:\n|$)|#|>|[-*+]\s|\d+[.)]\s|\||!!!|\?\?\?|:::|<|\{[{%]|!\[|={3}|import |export |\[\^|\*\[|\[[^\]]+\]:\s)"
)
DELIMITERS = re.compile(r"[ \t]*\|?[ \t]*:?-+:?[ \t]*\|[-:| \t]*+$")
LITTER = re.compile(
    r"(?P<code>(?<!`)(?P<ticks>`{1,3}+)(?!`)[^\n]{1,500}?(?<!`)(?P=ticks)(?!`))"
    r"|(?<![%\d])%%(?!%)(?:(?!%%).)*+%%|<!--(?:(?!-->|<!--).)*+-->|\{/\*(?:(?!\*/|\{/\*).)*+\*/\}|\{%(?:(?!%\}|\{%).)*+%\}"
    r"|\{\{(?=[<%/-]|\s*\.?(?:site|page)\b)(?:(?!\}\}|\{\{).)*+\}\}|(?m:(?<=\S)[ \t]+\^(?=[\w-]*[A-Za-z])[A-Za-z0-9-]{2,40}[ \t]*$)",
    re.DOTALL,
)
"""Code, which stays; and comments, shortcodes, template tags and block ids, which no reader sees."""
OPENING = re.compile(r"%%|<!--|\{/\*|\{%|\{\{")
"""Starts of what no reader sees, which may go on for many lines."""
LITTERED = re.compile(rf"{OPENING.pattern}|[ \t]\^")
"""What stands in every text that has any of these but code."""
TARGET = r"\((?:[^()]|\([^()]*\))*\)"
IMAGE = re.compile(rf"!\[([^\]]*)\](?:{TARGET}|\[[^\]]*\])")
LINK = re.compile(rf"\[([^\]]*)\](?:{TARGET}|\[[^\]]*\]|\{{[^}}]*\}})")
EMBED = re.compile(r"!\[\[[^\]]*\]\]")
WIKILINK = re.compile(r"\[\[(?:[^\]|]*\|([^\]|]*)|(?:[^\]|#]*/)?([^\]|#/]*?)(?:\.md)?(?:#([^\]|]*))?)\]\]")
CITATION = re.compile(r"\s*\[-?@[^\]]*\]|\^?\[\^[^\]]+\]|\^\[[^\]]*\]|\s*\{[:.#][^{}]*\}\s*$")
ADDRESS = re.compile(r"<((?:https?|mailto):[^<>\s]*)>")
TAG = re.compile(r"</?[A-Za-z][^>]*>|<!--.*?-->")
INLINE = re.compile(r"</?(?:a|b|br|code|em|i|p|span|strong)(?:\s[^<>]*)?/?>")
FORMULA = re.compile(r"\\\((.+?)\\\)|(?<![\\$\w])\$(?![\s$])([^$]*[^$\s\d][^$]*)(?<!\s)\$(?![\d$])")
EMPHASIS = re.compile(r"(?<![\w\\])(\*{1,3}|_{1,3}|~~|==)(?=\S)(.+?)(?<=\S)\1(?!\w)")
CODE = re.compile(r"(`++)\s?(.+?)\s?(?<!`)\1(?!`)")
SENTENCE = re.compile(r"(?<=[.!?…])\s+(?=[^a-z])")
SUMMARY = 160
"""How long a summary made of the first sentences is, in characters."""
FIRST = 40
"""In how many lines the first sentences are looked for first."""
LINES = 2000
"""How many lines of a body are looked at."""
LOOK = 1500
"""How many characters of a line or paragraph are looked at."""


def title(body: str) -> str:
    """The first heading of the first level, outside code, as plain text; empty where there is none."""
    lines = _prose(body, LINES)
    for index, line in enumerate(lines):
        match = HEADING.match(line[:LOOK].rstrip())
        if match:
            return plain(match["text"])
        if index and UNDERLINE.match(line) and lines[index - 1].strip():
            return plain(lines[index - 1])
    return ""


def summary(body: str) -> str:
    """The first sentences of the first paragraph, as plain text of at most 160 characters or one sentence."""
    start = _paragraphs(body, FIRST)
    found = "" if OPENING.search("".join(start)) else _sentences(start[:-1])
    return found or _sentences(_paragraphs(body, LINES))


def plain(markdown: str) -> str:
    """One line of Markdown as plain text; of a very long one, the beginning."""
    text = CITATION.sub("", IMAGE.sub(r"\1", _bare(markdown[:LOOK])))
    text = FORMULA.sub(r"\1\2", ADDRESS.sub(r"\1", _linked(text)))
    text = _calm(CODE.sub(r"\2", TAG.sub("", text)))
    return " ".join(html.unescape(re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", text)).split())


def unmarked(line: str) -> str:
    """A line that was written as plain text, or so it should be: without the marks of links, code and emphasis, and without `<b>`."""
    return html.unescape(_calm(CODE.sub(r"\2", INLINE.sub("", _linked(line))))).strip()


def _paragraphs(body: str, count: int) -> list[str]:
    """The paragraphs and other blocks in the first so many lines; the last may be cut short."""
    return re.split(r"\n\s*\n", _bare("\n".join(_prose(body, count))))


def _sentences(paragraphs: list[str]) -> str:
    for paragraph in paragraphs:
        text = plain(" ".join(_words(paragraph.strip("\n")).split()))
        if text:
            return _first(text)
    return ""


def _bare(markdown: str) -> str:
    """The text without what no reader sees."""
    return LITTER.sub(lambda found: found["code"] or "", markdown) if LITTERED.search(markdown) else markdown


def _linked(text: str) -> str:
    """The text with each link as its words."""
    return WIKILINK.sub(_named, EMBED.sub("", LINK.sub(r"\1", text)))


def _named(found: re.Match[str]) -> str:
    return found[1] or " › ".join(filter(None, (found[2], found[3])))


def _calm(text: str) -> str:
    for _ in range(3):
        text = EMPHASIS.sub(r"\2", text)
    return text


def _words(paragraph: str) -> str:
    """The words of a paragraph up to a list or another block right below it; nothing where it is no paragraph."""
    lines = paragraph[:LOOK].split("\n")
    if HEADING_BELOW.match(paragraph.rpartition("\n")[2]) or (len(lines) > 1 and DELIMITERS.match(lines[1])):
        return ""
    kept = itertools.takewhile(lambda line: not BLOCK.match(line), lines)
    return " ".join(line.removesuffix("\\") for line in kept)


def _first(text: str) -> str:
    sentences = SENTENCE.split(text)
    kept = sentences[0]
    for sentence in sentences[1:]:
        if len(kept) + len(sentence) >= SUMMARY:
            break
        kept += " " + sentence
    return kept


def _prose(body: str, count: int) -> list[str]:
    lines = body.split("\n", count)[:count]
    return [
        "" if is_code or line.startswith(("    ", "\t")) else line for line, is_code in zip(lines, code_spans.lines(lines), strict=True)
    ]
