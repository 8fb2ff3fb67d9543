"""Where in an article something stands that was seen on its page."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from knowledge import code
from knowledge.article import Article
from knowledge.problem import Mark

OPENING, CLOSING = "(\"'<=[ \t\n", ")\"'> \t\n"
"""What stands before and after an address in Markdown and in HTML."""
LONGEST = 300
"""How long an address as the author wrote it is shown."""
MOST = 100
"""How many places of one word are told apart, and how many of a line are looked at."""


@dataclass(frozen=True)
class Found:
    """A place in an article."""

    mark: Mark
    written: str
    """The address there, as its author wrote it."""


def find(article: Article, words: Iterable[str], nth: int = 0) -> Found | None:
    """The nth place (from zero, else the last) outside code where the first of the words stands that is there at all."""
    lines = article.body.split("\n")
    masked: list[bool] = []
    for word in filter(None, words):
        if word in article.body:
            masked = masked or code.lines(lines)
            places = list(islice(_places(lines, masked, word), min(nth, MOST) + 1))
            if places:
                line, column = places[-1]
                return Found(Mark(article.body_line + line, column + 1), _written(lines[line], column, len(word)))
    return None


def _places(lines: list[str], masked: list[bool], word: str) -> Iterator[tuple[int, int]]:
    for number, line in enumerate(lines):
        column = -1 if masked[number] else line.find(word)
        spans = code.spans(line) if column >= 0 else []
        for _ in range(MOST):
            if column < 0:
                break
            if not any(start <= column < end for start, end in spans):
                yield number, column
            column = line.find(word, column + 1)


def _written(line: str, column: int, length: int) -> str:
    start, end = column, column + length
    while start > max(0, column - LONGEST) and line[start - 1] not in OPENING:
        start -= 1
    while end < min(len(line), column + length + LONGEST) and line[end] not in CLOSING:
        end += 1
    return line[start:end]
