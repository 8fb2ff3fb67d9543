"""Wording: outdated claims, figures without a source, and unexplained abbreviations in the text of an article.

The Markdown without its code is read sentence by sentence, with lists of English phrases; other languages are not judged.
"""

import datetime
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from almanac_kb.content.article import Article
from almanac_kb.core.diagnostics import LocalDiagnostic, Position, Severity, quoted
from almanac_kb.core.raw_markdown import masked
from almanac_kb.core.text import shorten
from almanac_kb.markdown.excerpt import SENTENCE
from almanac_kb.pages.page_parts import ParagraphChange

STALE_AFTER = datetime.timedelta(days=365)
"""Age of an article from which its "currently" and "this year" may no longer be true."""
AS_OF_YEARS = 2
"""Years after which "as of 2021" is to be reviewed."""
MIN_TERM_ARTICLES = 2
"""Fewest articles that use an abbreviation which the glossary should have."""
QUOTED_LENGTH = 60
"""Characters of a sentence that a message shows."""
MARKUP = re.compile(
    r"!\[[^\]]*\](?:\([^)]*\))?|!\[\[[^\]]*\]\]|\[\^[^\]]*\]|\[-?@[^\]]*\]|\{[^{}]*\}|</?\w[^<>]*>|^\s*(?:[-*+]|\d+[.)])\s|(?<!\w)[*_~=]+|[*_~=]+(?!\w)|`+"
    r"|\[\[(?:[^\]|]*\|)?([^\]]*)\]\]|\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])?"
)
"""Markdown syntax that readers do not see; the text of links is kept."""
RUN = re.compile(r"[^\W\d_][\w ]{11,59}(?<=\w)(?!\w)")
"""Words without punctuation, by which a browser finds a paragraph."""
NO_PROSE = re.compile(r"\s*(?:\||#|<|\[[^\]]+\]:|:?-{3,}|\0)")
"""The start of lines without sentences: tables, headings, HTML, link definitions, code."""
TRANSIENT = re.compile(
    r"\b(?:currently(?! (?:selected|open|active|focused|running|logged|displayed|visible|shown|used|playing|installed|checked|edit|view))"
    r"|at present|presently|nowadays|these days|lately|recently"
    r"|at the moment(?! (?:of|when|that|you|it))|as of (?:now|today|this writing)|at the time of (?:this )?writing"
    r"|(?:this|last|next) (?:year|month|quarter)|(?:last|next) week|upcoming|in the near future|(?:coming|out|available) soon"
    r"|(?:latest|newest) (?:version|release|model)|(?:newly|just) (?:released|launched|introduced|announced))\b",
    re.IGNORECASE,
)
"""Phrases that are true for a while only."""
FORECAST = re.compile(
    r"\b(?:will|shall|(?:is|are) (?:expected|forecast|projected|predicted|planned|due|scheduled|set|likely|estimated)|(?:plan|aim)s? to)\b",
    re.IGNORECASE,
)
DATED = re.compile(
    r"\b(?:by|in|until|before|from|during|around|early|late|mid|for|(?:the )?end of|"
    r"(?:spring|summer|autumn|fall|winter)|January|February|March|April|May|June|July|August|September|October|November|December)"
    r"[ -](?P<year>20\d\d)\b",
    re.IGNORECASE,
)
AS_OF = re.compile(r"\bas of (?:(?:early|late|mid|spring|summer|autumn|fall|winter|[A-Z][a-z]+)[ -])?(?P<year>20\d\d)\b", re.IGNORECASE)
FIGURE = re.compile(
    r"\d[\d.,]*\s?(?:%|percent\b|per cent\b|million\b|billion\b|trillion\b|-?fold\b|times\b|x\b)|[$€£]\s?\d"
    r"|\b(?:one|two|three|four|five|six|seven|eight|nine|\d+)(?: out of| of every| in|(?<=\d) of) (?:every )?"
    r"(?:three|four|five|six|seven|eight|nine|ten|twenty|\d+)\b|\b\d{1,3}(?:,\d{3})+\b",
    re.IGNORECASE,
)
CLAIM = re.compile(
    r"\b(?:stud(?:y|ies)|surveys?|research(?:ers)?|reports?|reported|analys[ei]s|trials?|estimate[sd]?|statistics|experts|scientists"
    r"|patients|people|adults|children|users|customers|consumers|companies|firms|organi[sz]ations|employees|workers|developers|hospitals"
    r"|clinics|countries|households|teams|businesses|gardeners|drivers|readers|visitors|owners|deaths|cases"
    r"|increase[sd]?|reduce[sd]?|reduction|decrease[sd]?|grew|grows?|growth|fell|rose|dropped|drop|improve[sd]?|doubled|tripled|saved?"
    r"|faster|slower|cheaper|accura(?:cy|te)|sensitivity|specificity|worldwide|global(?:ly)?|market|on average|majority|likely)\b",
    re.IGNORECASE,
)
SOURCED = re.compile(r"\[-?@|\]\[|\[\^|https?://|www\.|\bdoi\b", re.IGNORECASE)
"""The mark of a paragraph with a source: a citation, a link to another site, a footnote."""
LINKED = re.compile(r"\]\(|\[\[|<a\s")
"""The mark of a sentence with a link to an article, which may have the source."""
OWN = re.compile(r"\b(?:we|our|ours|I|my)\b|\b(?:for example|for instance|suppose|imagine|if|let us say|would)\b|\bsay,|e\.g\.")
"""Words that mark a figure as the author's own, or as an example."""
ABBREVIATION = re.compile(r"(?<![\w&/.-])(?P<term>[A-Z][A-Z0-9]{1,5})s?(?![\w&/-]|\.\w)")
COMMON = frozenset(
    re.findall(
        r"\w+",
        "AM PM AD BC CE BCE OK ID TV PC UK US USA EU UN FAQ PDF HTML CSS JS XML JSON YAML TOML CSV SVG PNG JPEG JPG GIF URL URI HTTP HTTPS"
        " API SQL SSH DNS IP USB CPU GPU RAM GB MB KB TB KM CM MM KG UTC GMT ISO RSS II III IV VI VII VIII IX XI XII TODO NOTE PS ASCII"
        " UTF BOM AND OR NOT IF THE CEO CTO PHD MD BA MA DIY VIP ASAP AKA FYI NB",
    )
)
"""Abbreviations that every reader knows, and words in capitals."""


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of prose."""

    line: int
    """The line of the file in which it starts."""
    text: str
    """Its Markdown, with a NUL for each character of code."""

    def position(self, offset: int) -> Position:
        """The position in the file of a character of the text."""
        return Position(self.line + self.text.count("\n", 0, offset), offset - self.text.rfind("\n", 0, offset))

    def sentences(self) -> Iterator[tuple[int, str]]:
        """Each sentence with its offset in the text; its line breaks are blanks."""
        start = 0
        for gap in [*SENTENCE.finditer(self.text), None]:
            end = gap.start() if gap else len(self.text)
            yield start, self.text[start:end].replace("\n", " ")
            start = gap.end() if gap else end


def paragraphs(article: Article) -> Iterator[Paragraph]:
    """The paragraphs of an article's Markdown in order, without tables, headings, HTML and code."""
    lines: list[str] = []
    for number, line in enumerate([*masked(article.body.text, indented=True).split("\n"), ""]):
        if line.strip() and not NO_PROSE.match(line):
            lines.append(line)
        elif lines:
            yield Paragraph(article.body_line + number - len(lines), "\n".join(lines))
            lines = []


def dated_paragraphs(article: Article, days: Sequence[str]) -> tuple[ParagraphChange, ...]:
    """The first words of each paragraph, with the date at which one of its lines was last changed.

    `days` are those of all lines of the file, empty for lines that are not committed. Nothing where all paragraphs are of one day, or where
    the file has other lines.
    """
    last = article.body_line + article.body.text.rstrip("\n").count("\n")
    written = article.body.text.split("\n")
    found = []
    for paragraph in paragraphs(article) if last <= len(days) else ():
        first = paragraph.line - article.body_line
        lines = written[first : first + paragraph.text.count("\n") + 1]
        changed = max(days[paragraph.line - 1 : paragraph.line - 1 + len(lines)])
        words = shorten(" ".join(MARKUP.sub(_visible, " ".join(lines)).split()), QUOTED_LENGTH)
        run = RUN.search(words)
        if changed and words:
            found.append(ParagraphChange(words, datetime.date.fromisoformat(changed), run[0].strip() if run else ""))
    return tuple(found) if len({change.changed for change in found}) > 1 else ()


def _visible(markup: re.Match[str]) -> str:
    return next(filter(None, markup.groups()), "")


def stale_wording(article: Article, text: Iterable[Paragraph], now: datetime.datetime) -> Iterator[LocalDiagnostic]:
    """Outdated sentences: words such as "currently" in articles older than a year, forecasts for past years, old "as of"."""
    is_old = article.changed is not None and now - article.changed > STALE_AFTER
    for paragraph in text:
        for offset, sentence in paragraph.sentences():
            reason = _forecast(sentence, now.year) or _as_of(sentence, now.year) or (_transient(sentence, article) if is_old else "")
            if reason:
                yield _note(paragraph, offset, reason, "say what is true today, or give the date at which it was true")


def unsourced_figures(text: Iterable[Paragraph]) -> Iterator[LocalDiagnostic]:
    """Sentences that claim a figure in a paragraph without a source."""
    for paragraph in text:
        if SOURCED.search(paragraph.text) or OWN.search(paragraph.text):
            continue
        for offset, sentence in paragraph.sentences():
            if FIGURE.search(sentence) and CLAIM.search(sentence) and not LINKED.search(sentence):
                reason = f"claims a figure and names no source: {_quoted(sentence)}"
                yield _note(paragraph, offset, reason, "cite one, such as [@key] of .sources.yml, or link to it")


def unexplained_abbreviations(text: Iterable[Paragraph]) -> dict[str, Position]:
    """The abbreviations that a text does not explain in brackets, each with its first position."""
    found: dict[str, Position] = {}
    explained: set[str] = set()
    for paragraph in text:
        for match in ABBREVIATION.finditer(paragraph.text):
            term, before, after = match["term"], paragraph.text[: match.start()], paragraph.text[match.end() :]
            if (before.endswith("(") and after.startswith(")")) or after.startswith(" ("):
                explained.add(term)
            elif term not in COMMON:
                found.setdefault(term, paragraph.position(match.start()))
    return {term: position for term, position in found.items() if term not in explained}


def _forecast(sentence: str, year: int) -> str:
    years = [int(match["year"]) for match in DATED.finditer(sentence)]
    if years and max(years) < year and FORECAST.search(sentence):
        return f"speaks of {max(years)} as of the future: {_quoted(sentence)}"
    return ""


def _as_of(sentence: str, year: int) -> str:
    match = AS_OF.search(sentence)
    return f"says what held in {match['year']}: {_quoted(sentence)}" if match and year - int(match["year"]) >= AS_OF_YEARS else ""


def _transient(sentence: str, article: Article) -> str:
    match = TRANSIENT.search(sentence)
    return f"says {quoted(match[0])}, and was last changed on {article.changed:%Y-%m-%d}" if match else ""


def _quoted(sentence: str) -> str:
    return quoted(shorten(" ".join(sentence.replace("\0", "").split()), QUOTED_LENGTH))


def _note(paragraph: Paragraph, offset: int, message: str, hint: str) -> LocalDiagnostic:
    return LocalDiagnostic(paragraph.position(offset), message, hint, Severity.NOTICE)
