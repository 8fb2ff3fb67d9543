"""What became of the bodies of many articles: a row for each kind of thing that was met, and why articles were refused."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from almanac_kb.body.kinds import KINDS, Kind
from almanac_kb.core.diagnostics import Diagnostic, Severity

HEAD = ("what", "from", "fate", "times", "articles")
LEFT = len(HEAD) - 2
"""How many columns are flush left; numbers are flush right."""
PARTICULAR = re.compile(r", got .*|(?<=: )'[^']*' ")
"""What a message says of one article only."""


@dataclass(frozen=True)
class Row:
    """A kind of thing and where it was met."""

    kind: Kind
    times: int
    """How often it was met."""
    articles: int
    """In how many articles."""


def rows(counts: Iterable[Mapping[str, int]]) -> tuple[Row, ...]:
    """A row for each kind that was met, in the order of the table of kinds; `counts` has those of one article each."""
    times: Counter[str] = Counter()
    articles: Counter[str] = Counter()
    for each in counts:
        times.update(each)
        articles.update(each.keys())
    return tuple(Row(kind, times[kind.name], articles[kind.name]) for kind in KINDS if times[kind.name])


def table(found: Iterable[Row]) -> list[str]:
    """The rows as lines of text in columns, below a line that names them."""
    cells = [HEAD, *((row.kind.name, row.kind.home, row.kind.fate.value, str(row.times), str(row.articles)) for row in found)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return ["  ".join(_padded(row, widths)).rstrip() for row in cells]


def sums(found: Iterable[Row]) -> str:
    """How often things met each fate: `12 translated, 3 removed, 1 refused`."""
    fates: Counter[str] = Counter()
    for row in found:
        fates[row.kind.fate.value] += row.times
    return ", ".join(f"{fates[fate]} {fate}" for fate in ("translated", "removed", "refused"))


def reasons(diagnostics: Iterable[Diagnostic]) -> list[str]:
    """How many articles each reason refuses, the commonest first: `3 articles refused: pubDate: must be a date`."""
    errors = [each for each in diagnostics if each.severity is Severity.ERROR]
    said = Counter(reason for reason, _ in {(PARTICULAR.sub("", f"{each.field}: {each.message}"), each.source) for each in errors})
    ranked = sorted(said.items(), key=lambda item: (-item[1], item[0]))
    return [f"{count} {'article' if count == 1 else 'articles'} refused: {reason}" for reason, count in ranked]


def _padded(row: tuple[str, ...], widths: list[int]) -> list[str]:
    placed = zip(row, widths, strict=True)
    return [cell.ljust(width) if index < LEFT else cell.rjust(width) for index, (cell, width) in enumerate(placed)]
