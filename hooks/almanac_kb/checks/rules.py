"""Rules; heavy images; leaks; source position."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path

from almanac_kb.content.reader import Article
from almanac_kb.content.sections import section_url as address
from almanac_kb.content.site import Site
from almanac_kb.core import code_spans, paths
from almanac_kb.core.diagnostics import Diagnostic, Position, Severity, quoted
from almanac_kb.core.paths import SourcePath, UrlPath, absolute_url, file_name, folder, is_index, stem


class WithheldNames:
    """What the site keeps back, by what it would be known by."""

    def __init__(self, catalogue: Site, base: str) -> None:
        self._published = catalogue.published
        taken = {article.url for article in catalogue.published} | set(catalogue.redirects)
        taken |= {topic.url for topic in catalogue.topics.values()} | {tag.url for tag in catalogue.tags}
        self._addresses: dict[str, Article] = {}
        self._titles: dict[str, Article] = {}
        for article in catalogue.kept_back:
            url = _url(article)
            if url and url not in taken:
                self._addresses |= dict.fromkeys((url, f"/{url}", f"{url}index.html", str(absolute_url(base, url))), article)
            self._titles[article.title] = article
        self._public: dict[str, bool] = {}

    @property
    def names(self) -> frozenset[str]:
        """The addresses and titles."""
        return frozenset((*self._addresses, *self._titles))

    def shown(self, texts: Iterable[str]) -> Iterator[Article]:
        """The articles that one of the texts of an output is the address or the title of."""
        for text in texts:
            article = self._addresses.get(text) or self._titles.get(text)
            if article and (text in self._addresses or not self._is_public(text)):
                yield article

    def _is_public(self, title: str) -> bool:
        if title not in self._public:
            self._public[title] = any(title in text for article in self._published for text in _texts(article))
        return self._public[title]


def _texts(article: Article) -> Iterator[str]:
    yield from (article.title, article.description, article.alt, article.body, article.topic, article.series, *article.tags, *article.names)
    yield from article.authors


def _url(article: Article) -> UrlPath:
    if article.path:
        return UrlPath(f"{article.path}/")
    home = folder(article.source)
    if is_index(article.source):
        return address(home)
    return UrlPath(f"{address(home)}{article.slug or paths.slug_from_file(stem(article.source))}/")


MOST_HEAVY = 500_000
"""How many bytes: at 1.6 Mbit/s they come in 2.5 s, the time in which Web Vitals want the largest part of a page to be there."""


@dataclass(frozen=True)
class HeavyImage:
    """A picture that weighs too much."""

    address: str
    """Its address as the page has it."""
    file: str
    """Its file of the site."""
    weight: int
    """Its bytes."""

    @property
    def message(self) -> str:
        """What its author is told."""
        return f"{quoted(file_name(self.file))} weighs {self.weight // 1000:,} kB, more than {MOST_HEAVY // 1000}"


def heavy_images(site: Path, files: Mapping[str, str]) -> Iterator[HeavyImage]:
    """Those of some pictures: their files in the folder `site`, by the addresses as a page has them."""
    for written, file in files.items():
        weight = (site / file).stat().st_size
        if weight > MOST_HEAVY:
            yield HeavyImage(written, file, weight)


ATTRIBUTE = re.compile(r"(?:href|src|poster)=", re.IGNORECASE)
OPENING, CLOSING = "(\"'<[ \t\n", ")\"'> \t\n"
"""What stands before and after an address in Markdown and in HTML."""
LONGEST = 300
"""How long an address as the author wrote it is shown."""
MOST_ORIGIN = 100
"""How many places of one word are told apart, and how many of a line are looked at."""


@dataclass(frozen=True)
class SourceMatch:
    """A place in an article."""

    position: Position
    written: str
    """The address there, as its author wrote it."""


class ArticleText:
    """The text of an article, to look for places in."""

    def __init__(self, article: Article) -> None:
        self.article = article

    def find(self, words: Iterable[str], nth: int = 0) -> SourceMatch | None:
        """The nth place (from zero, else the last) outside code where the first of the words stands that is there at all."""
        for word in filter(None, words):
            if word in self.article.body:
                places = list(islice(self._places(word), min(nth, MOST_ORIGIN) + 1))
                if places:
                    line, column = places[-1]
                    return SourceMatch(Position(self.article.body_line + line, column + 1), _written(self._lines[line], column, len(word)))
        return None

    @cached_property
    def _lines(self) -> list[str]:
        return self.article.body.split("\n")

    @cached_property
    def _masked(self) -> list[bool]:
        return code_spans.lines(self._lines)

    def _places(self, word: str) -> Iterator[tuple[int, int]]:
        for number, line in enumerate(self._lines):
            if word in line and not self._masked[number]:
                spans = code_spans.spans(line)
                for column in islice(_columns(line, word), MOST_ORIGIN):
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
    written = ATTRIBUTE.sub("", line[start:end], count=1) if ATTRIBUTE.match(line, start) else line[start:end]
    return f"{written.partition(']]')[0]}]]" if written.startswith(("[[", "![[")) and "]]" in written else written


@dataclass(frozen=True)
class Rule:
    """One thing that must hold."""

    name: str
    """What a message says before the colon."""
    severity: Severity
    holds: str
    """What must hold, as a sentence."""
    hint: str
    """What to do where it does not."""


RULES = (
    Rule(
        "description",
        Severity.NOTICE,
        "An article says what it is about; else its first sentences are used.",
        "write description: in the header",
    ),
    Rule(
        "heading",
        Severity.NOTICE,
        "A page has one heading of the first level, its title; others are shown as of the second.",
        "write ## for them",
    ),
    Rule(
        "heavy",
        Severity.NOTICE,
        "A picture weighs at most 500 kB: with a middling telephone connection it takes 2.5 s to come.",
        "save it as WebP or JPEG, at most 1,600 pixels wide",
    ),
    Rule("style", Severity.NOTICE, "A page's looks are the theme's; styles of an article are not applied.", "leave the style out"),
    Rule("link", Severity.WARNING, "A link leads to a page or a file of the site, or to another site.", "correct the address"),
    Rule(
        "anchor", Severity.WARNING, "A link to a part of a page names a heading or an id that the page has.", "correct what follows the #"
    ),
    Rule("image", Severity.WARNING, "A picture, a film or a sound is a file of the site.", "add the file, or correct the address"),
    Rule("reference", Severity.WARNING, "A `[text][name]` has its name said somewhere.", "add a line such as `[name]: address`"),
    Rule(
        "remote",
        Severity.WARNING,
        "Pictures, media and frames come from the site, or from a host that the setting `hosts` names; others stay empty.",
        "keep the file in docs/, or add its host to hosts in mkdocs.yml",
    ),
    Rule("page", Severity.WARNING, "A page has one title, one heading of the first level, one canonical link and one description.", ""),
    Rule(
        "policy",
        Severity.ERROR,
        "Every page carries the site's one content security policy, or with diagrams theirs, before all it could hold back.",
        "",
    ),
    Rule(
        "live", Severity.ERROR, "Nothing runs but the theme: no script, handler, form or javascript: address of an article.", "take it out"
    ),
    Rule("withheld", Severity.ERROR, "A draft, a scheduled or an expired article appears nowhere.", ""),
    Rule("feed", Severity.ERROR, "Feeds and the sitemap are valid, and lead to pages of the site.", ""),
    Rule("file", Severity.ERROR, "Every XML, SVG and JSON file that the build makes can be parsed.", ""),
)
"""By severity. The words before the colon of a message name the rule."""

NAMED = {rule.name: rule for rule in RULES}


def rule_diagnostic(name: str, source: SourcePath, position: Position, message: str, hint: str = "") -> Diagnostic:
    """The problem of a rule that does not hold; `mend` where more is known than the rule knows."""
    rule = NAMED[name]
    return Diagnostic(source, position, name, message, hint or rule.hint, rule.severity)


def rules_table() -> str:
    """The rules as a Markdown table."""
    rows = [
        f"| `{rule.name}` | {rule.severity.name.lower()} | {rule.holds} | {rule.hint or 'report it: the build made it'} |" for rule in RULES
    ]
    return "\n".join(("| rule | severity | what must hold | how to mend it |", "|---|---|---|---|", *rows, ""))
