"""The rules of the inspection; lookups for three of them: heavy images, leaks of unpublished articles, positions in articles.

`RULES` is the table that the handbook shows. Each rule is applied in `checks/run`, broken links in `checks/links`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path

from almanac_kb.content.article import Article, ArticleKind
from almanac_kb.content.sections import section_url
from almanac_kb.content.site import Site
from almanac_kb.core import paths
from almanac_kb.core.diagnostics import Diagnostic, Position, Severity, quoted
from almanac_kb.core.paths import SourcePath, UrlPath, absolute_url, file_name, folder, is_index, stem
from almanac_kb.core.raw_markdown import masked

MAX_IMAGE_SIZE = 500_000
"""Largest image, in bytes: at 1.6 Mbit/s it takes 2.5 s, the limit of Web Vitals for the largest element of a page."""
BEFORE_URL, AFTER_URL = "(\"'<[ \t\n", ")\"'> \t\n"
"""Characters that end a URL to its left and to its right, in Markdown and in HTML."""
BARE_ATTRIBUTE = re.compile(r"[A-Za-z][\w-]*=")
"""The name of an attribute of HTML and the `=` behind it, where its value stands without quotes."""
MAX_WRITTEN_LENGTH = 300
"""Characters that are searched on each side of a match for the ends of the URL it is part of."""
MAX_MATCHES = 100
"""Most occurrences of a text that are distinguished in an article and in a line."""


@dataclass(frozen=True)
class Rule:
    """A requirement that the built site must meet."""

    name: str
    """The word before the colon of its messages."""
    severity: Severity
    requirement: str
    """The requirement, as a sentence for authors."""
    hint: str
    """The remedy for a violation, in words for its author; empty where an author has none."""


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
"""All rules, the least severe first."""
RULES_BY_NAME = {rule.name: rule for rule in RULES}


def rule_diagnostic(name: str, source: SourcePath, position: Position, message: str, hint: str = "") -> Diagnostic:
    """The diagnostic for a violated rule, with the hint of the rule unless a better one is given."""
    rule = RULES_BY_NAME[name]
    return Diagnostic(source, position, name, message, hint or rule.hint, rule.severity)


def missing_description(article: Article) -> Iterator[Diagnostic]:
    """The diagnostic of the rule `description` for an article whose header has none."""
    if article.kind is ArticleKind.ARTICLE and article.summarised:
        taken = f"is taken from the text: {quoted(article.description)}"
        message = taken if article.description else "is missing, and no sentence can stand for it"
        yield rule_diagnostic("description", article.source, Position(), message)


def rules_table() -> str:
    """The rules as a Markdown table, for the handbook."""
    rows = [
        f"| `{rule.name}` | {rule.severity.name.lower()} | {rule.requirement} | {rule.hint or 'report it: the build made it'} |"
        for rule in RULES
    ]
    return "\n".join(("| rule | severity | what must hold | how to mend it |", "|---|---|---|---|", *rows, ""))


@dataclass(frozen=True)
class HeavyImage:
    """An image of a page whose file is too large."""

    url: str
    """The URL as the page has it."""
    file: str
    """Its output path."""
    size: int
    """In bytes."""

    @property
    def message(self) -> str:
        """The message for its author."""
        return f"{quoted(file_name(self.file))} weighs {self.size // 1000:,} kB, more than {MAX_IMAGE_SIZE // 1000}"


def heavy_images(site: Path, files: Mapping[str, str]) -> Iterator[HeavyImage]:
    """The images of a page that are too large; `files` gives the output path of each by its URL in the page, `site` their folder."""
    for url, file in files.items():
        size = (site / file).stat().st_size
        if size > MAX_IMAGE_SIZE:
            yield HeavyImage(url, file, size)


class WithheldNames:
    """The titles and URLs of the articles that are not published, to find where the site reveals one of them."""

    def __init__(self, site: Site, base: str) -> None:
        self._published = site.published
        taken = {article.url for article in site.published} | set(site.all_redirects)
        taken |= {section.url for section in site.sections.values()} | {tag.url for tag in site.tags}
        self._by_url: dict[str, Article] = {}
        self._by_title: dict[str, Article] = {}
        for article in site.withheld_articles:
            url = _url_if_published(article)
            if url and url not in taken:
                self._by_url |= dict.fromkeys((url, f"/{url}", f"{url}index.html", str(absolute_url(base, url))), article)
            self._by_title[article.title] = article
        self._public_titles: dict[str, bool] = {}

    @property
    def names(self) -> frozenset[str]:
        """All titles, and all ways to write the URLs."""
        return frozenset((*self._by_url, *self._by_title))

    def revealed(self, texts: Iterable[str]) -> Iterator[Article]:
        """The unpublished articles of which one of the texts is the URL, or the title where no published article contains it."""
        for text in texts:
            article = self._by_url.get(text) or self._by_title.get(text)
            if article and (text in self._by_url or not self._is_public(text)):
                yield article

    def _is_public(self, title: str) -> bool:
        """Whether a published article contains the title, so that it reveals nothing."""
        if title not in self._public_titles:
            self._public_titles[title] = any(title in text for article in self._published for text in _texts(article))
        return self._public_titles[title]


def _texts(article: Article) -> Iterator[str]:
    yield from (article.title, article.description, article.alt, article.body.text, article.section, article.series)
    yield from (*article.tags, *article.names, *article.authors)


def _url_if_published(article: Article) -> UrlPath:
    """The URL path that an unpublished article would have."""
    if article.path:
        return UrlPath(f"{article.path}/")
    parent = folder(article.source)
    if is_index(article.source):
        return section_url(parent)
    return UrlPath(f"{section_url(parent)}{article.slug or paths.slug_from_file(stem(article.source))}/")


@dataclass(frozen=True)
class SourceMatch:
    """A text located in an article."""

    position: Position
    """Its position in the file."""
    written: str
    """The whole URL of which it is part, as the author wrote it."""


class ArticleText:
    """The text of an article in which positions are looked up."""

    def __init__(self, article: Article) -> None:
        self.article = article

    def find(self, texts: Iterable[str], number: int = 0) -> SourceMatch | None:
        """The first of the texts that occurs outside code: its occurrence of this number (from zero), else its last; else None."""
        for text in filter(None, texts):
            if text in self.body:
                matches = list(islice(self._occurrences(text), min(number, MAX_MATCHES) + 1))
                if matches:
                    line, column = matches[-1]
                    position = Position(self.article.body_line + line, column + 1)
                    return SourceMatch(position, _whole_url(self._lines[line], column, len(text)))
        return None

    @cached_property
    def body(self) -> str:
        """The Markdown of the article."""
        return self.article.body.text

    @cached_property
    def _lines(self) -> list[str]:
        return self.body.split("\n")

    @cached_property
    def _masked_lines(self) -> list[str]:
        """The lines with a NUL for each character of code."""
        return masked(self.body, indented=True).split("\n")

    def _occurrences(self, text: str) -> Iterator[tuple[int, int]]:
        """Line and column of each occurrence outside code, both from zero."""
        for number, line in enumerate(self._lines):
            if text in line:
                mask = self._masked_lines[number]
                yield from ((number, column) for column in islice(_columns(line, text), MAX_MATCHES) if mask[column] != "\0")


def _columns(line: str, text: str) -> Iterator[int]:
    column = line.find(text)
    while column >= 0:
        yield column
        column = line.find(text, column + 1)


def _whole_url(line: str, column: int, length: int) -> str:
    """The URL, or the link by name such as `[[Name]]`, around a part of a line."""
    start, end = column, column + length
    while start > max(0, column - MAX_WRITTEN_LENGTH) and line[start - 1] not in BEFORE_URL:
        start -= 1
    while end < min(len(line), column + length + MAX_WRITTEN_LENGTH) and line[end] not in AFTER_URL:
        end += 1
    attribute = BARE_ATTRIBUTE.match(line, start, column)
    written = line[attribute.end() if attribute else start : end]
    return f"{written.partition(']]')[0]}]]" if written.startswith(("[[", "![[")) and "]]" in written else written
