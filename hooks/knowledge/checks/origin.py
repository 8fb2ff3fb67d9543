"""Where in an article something stands that was seen on its page."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from knowledge.problem import Mark
from knowledge.reading import code
from knowledge.reading.article import Article

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


class Origin:
    """The text of an article, to look for places in."""

    def __init__(self, article: Article) -> None:
        self.article = article

    def find(self, words: Iterable[str], nth: int = 0) -> Found | None:
        """The nth place (from zero, else the last) outside code where the first of the words stands that is there at all."""
        for word in filter(None, words):
            if word in self.article.body:
                places = list(islice(self._places(word), min(nth, MOST) + 1))
                if places:
                    line, column = places[-1]
                    return Found(Mark(self.article.body_line + line, column + 1), _written(self._lines[line], column, len(word)))
        return None

    @cached_property
    def _lines(self) -> list[str]:
        return self.article.body.split("\n")

    @cached_property
    def _masked(self) -> list[bool]:
        return code.lines(self._lines)

    def _places(self, word: str) -> Iterator[tuple[int, int]]:
        for number, line in enumerate(self._lines):
            if word in line and not self._masked[number]:
                spans = code.spans(line)
                for column in islice(_columns(line, word), MOST):
                    if not any(start <= column < end for start, end in spans):
                        yield number, column


def _columns(line: str, word: str) -> Iterator[int]:
    column = line.find(word)
    while column >= 0:
        yield column
        column = line.find(word, column + 1)


def _written(line: str, column: int, length: int) -> str:
    start, end = column, column + length
    while start > max(0, column - LONGEST) and line[start - 1] not in OPENING:
        start -= 1
    while end < min(len(line), column + length + LONGEST) and line[end] not in CLOSING:
        end += 1
    written = line[start:end]
    return f"{written.partition(']]')[0]}]]" if written.startswith(("[[", "![[")) and "]]" in written else written
