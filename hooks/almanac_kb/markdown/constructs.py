"""The state of one parse, and the table of constructs: what each dialect writes, and whether it is translated, removed or refused."""

import enum
from collections import Counter
from collections.abc import Iterable, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from almanac_kb.core.diagnostics import LocalDiagnostic, Position, Severity
from almanac_kb.core.messages import Messages
from almanac_kb.core.paths import SourcePath
from almanac_kb.markdown.link_index import LinkIndex, Match, relative_link, resolve


class Treatment(enum.Enum):
    """The treatment of a construct by the parser."""

    TRANSLATED = "translated"
    """It is shown as its author meant it."""
    REMOVED = "removed"
    """It is not shown, and was not meant to be."""
    REFUSED = "refused"
    """It can't be translated: its inner text is shown, and a diagnostic names it."""


@dataclass(frozen=True)
class Construct:
    """A row in the table of constructs."""

    name: str
    """Its name in counts and diagnostics."""
    home: str
    """The dialect that it comes from."""
    written: str
    """The syntax, as an example."""
    becomes: str
    """The result that readers see."""
    treatment: Treatment


DONE, GONE, LEFT = Treatment.TRANSLATED, Treatment.REMOVED, Treatment.REFUSED

CONSTRUCTS = (
    Construct("nesting", "CommonMark", "lists and quotes deeper in each other than the parser goes", "the text", LEFT),
    Construct("formula", "GitHub, Obsidian", "`$$x$$` in a line of text", "the formula, in display style", DONE),
    Construct("HTML around Markdown", "Material for MkDocs", "`<div markdown>`", "the element, with its Markdown", DONE),
    Construct("callout", "Obsidian, GitHub", "`> [!NOTE] Title`, `> [!tip]-`", "an admonition, folded where it was", DONE),
    Construct("admonition", "Docusaurus, VitePress, Quarto, Hugo", "`:::note Title`, `<Admonition>`, `{{% notice %}}`",
         "an admonition", DONE),
    Construct("unknown directive", "Docusaurus", "`:::name` with a name nobody here knows", "its inner text", LEFT),
    Construct("comment", "Obsidian", "`%%text%%`", "nothing", GONE),
    Construct("block id", "Obsidian", "` ^abc123` at the end of a line", "nothing", GONE),
    Construct("inline footnote", "Obsidian", "`text^[a note]`", "a footnote", DONE),
    Construct("hashtag", "Obsidian", "`#backups` in the text, where `hashtags` is set", "a link to the page of the tag", DONE),
    Construct("emoji", "GitHub", "`:rocket:`", "the emoji", DONE),
    Construct("icon", "Material for MkDocs", "`:material-tag:{ .lg }`", "the icon, where Material has it", DONE),
    Construct("PyMdown block", "Material for MkDocs", "`/// note | Title`", "the block", DONE),
    Construct("content tab", "Material for MkDocs", "`=== \"Label\"`", "tabs", DONE),
    Construct("keys", "Material for MkDocs", "`++ctrl+c++`", "keys", DONE),
    Construct("change", "Material for MkDocs", "`{++new++}`, `{--old--}`, `{~~old~>new~~}`, `{==this==}`, `{>>a note<<}`",
         "what is new underlined, what is old struck out, this marked, the note small", DONE),
    Construct("abbreviation", "Material for MkDocs", "`*[HTML]: …`", "the text, explained where a pointer rests on it", DONE),
    Construct("definition list", "Material for MkDocs, kramdown", "`: text` below a term", "a list of definitions", DONE),
    Construct("footnote", "GitHub, Obsidian", "`[^1]`", "a footnote", DONE),
    Construct("citation", "Pandoc", "`[@key]`", "a number that leads to the source", DONE),
    Construct("attribute list", "kramdown, Hugo, Material for MkDocs", "`{: .class #id }`, `{.class}`",
         "the attributes of what it touches", DONE),
    Construct("kramdown", "Jekyll", "`{:toc}`, `{::options … /}`, `{::nomarkdown}`", "nothing; the contents stand beside the page", GONE),
    Construct("contents", "VitePress, GitLab", "`[[toc]]`, `[TOC]`", "nothing; the contents stand beside the page", GONE),
    Construct("wikilink", "Obsidian", "`[[Note]]`, `[[Note#Heading|text]]`", "a link", DONE),
    Construct("ambiguous link", "Obsidian", "`[[Note]]` where several articles have that name", "a link to the nearest", DONE),
    Construct("broken wikilink", "Obsidian", "`[[Note]]` where no article has that name", "its text", LEFT),
    Construct("picture", "Obsidian", "`![[picture.png|300]]`", "a picture of that width", DONE),
    Construct("embedded note", "Obsidian", "`![[Note]]`, `![[Note#Heading]]`, `![[Note#^block]]`", "the note, or the part", DONE),
    Construct("broken embed", "Obsidian", "`![[name]]` where nothing has that name", "its text", LEFT),
    Construct("link", "any", "a relative link without `.md`, from the root, to a folder, with spaces",
         "a link to the article's file", DONE),
    Construct("link with an id", "Notion", "`[Name](Name%201f2e….md)`, the id of 32 digits behind the name",
         "a link; the address keeps the id, which sets pages of one name apart, the title has none", DONE),
    Construct("repaired link", "any", "a link whose case is not the file's", "a link to the file", DONE),
    Construct("broken link", "any", "a relative link or a reference to nothing", "the link as written", LEFT),
    Construct("figure", "Hugo", "`{{< figure src=… >}}`", "a picture with its caption", DONE),
    Construct("video", "Hugo, Jekyll, MDX", "`{{< youtube id >}}`, `{{< vimeo id >}}`", "a link to the video", DONE),
    Construct("code shortcode", "Hugo, Jekyll", "`{{< highlight go >}}`, `{% highlight go %}`", "fenced code", DONE),
    Construct("reference", "Hugo, Jekyll",
         "`{{< ref \"page.md\" >}}`, `{% link page.md %}`, `{% post_url 2020-01-31-name %}`", "the article's address", DONE),
    Construct("tabs", "Docusaurus, Hugo, DocFX", "`<Tabs>`, `{{< tabs >}}`, `# [Title](#tab/id)`", "tabs", DONE),
    Construct("details", "Hugo, MDX", "`{{< details \"Title\" >}}`, `<Details>`", "a folded admonition", DONE),
    Construct("literal template", "Hugo, Jekyll", "`{{</* name */>}}`, `{% raw %}`", "the text it stands for", DONE),
    Construct("macro", "MkDocs", "`{{ macro(…) }}`, `{{ config.site_name }}`, `{{ team.lead }}`", "the text as it is written", LEFT),
    Construct("snippet", "Material for MkDocs, Docusaurus, DocFX, VitePress, mdBook",
         "`--8<-- \"file\"`, an imported `<Part />`, `[!INCLUDE [a](b.md)]`, `<!--@include: file-->`, `<<< @/file`",
         "the text or the code of the file, where docs/ has it", DONE),
    Construct("missing snippet", "any", "the same of a file that is not in docs/", "nothing", LEFT),
    Construct("API reference", "mkdocstrings", "`::: package.module`", "the name, without what a program would write there", LEFT),
    Construct("loop", "Jekyll, MkDocs", "`{% for page in site.pages %}`", "its inner text once, without the values", LEFT),
    Construct("link block", "GitBook, Starlight", "`{% embed url=… %}`, `<LinkCard>`", "a link", DONE),
    Construct("layout", "DocFX, GitBook, Starlight", "`:::row:::`, `{% stepper %}`, `<CardGrid>`, `::: moniker`", "its inner text", DONE),
    Construct("tag of WordPress", "WordPress", "`[caption …]text[/caption]`, `[embed]address[/embed]`", "its inner text", DONE),
    Construct("text of a component", "Starlight", "`<Badge text=… />`", "the text", DONE),
    Construct("link component", "Docusaurus, Starlight", "`<Link to=…>text</Link>`, `<Name href=… title=… />`", "a link", DONE),
    Construct("text expression", "MDX", "`{'text'}`", "the text", DONE),
    Construct("expression", "MDX", "any other `{expression}`, `` {`text ${x}`} ``", "nothing, or its text as it is written", LEFT),
    Construct("site variable", "Hugo, Jekyll", "`{{ site.baseurl }}`", "nothing, or the path after it", GONE),
    Construct("hidden HTML", "HTML", "`<div hidden>`, `style=\"display: none\"`, `<template>`, `<!--` without `-->`", "nothing", GONE),
    Construct("template comment", "Hugo, Jekyll, MDX", "`{{/* text */}}`, `{% comment %}`, `{/* text */}`", "nothing", GONE),
    Construct("unknown shortcode", "Hugo", "any other `{{< name >}}`", "its inner text", LEFT),
    Construct("unknown tag", "Jekyll", "any other `{% name %}`", "its inner text", LEFT),
    Construct("template output", "Hugo, Jekyll, Vue", "`{{ page.title }}`, `{{ .Site.Title }}`, `{{ x }}` of Vue", "nothing", LEFT),
    Construct("module", "MDX", "`import X from 'y'`, `export const …`", "nothing", GONE),
    Construct("unknown component", "MDX", "any other `<Name>`", "its title and its inner text", LEFT),
    Construct("literal tag", "any", "`List<Name>`, `i<n;` in text", "the text", DONE),
    Construct("address", "CommonMark", "`<irc://a.example/b>`", "a link, where its scheme is safe", DONE),
    Construct("attribute", "MDX", "`className=\"x\"`, `width={30}`, `style={{…}}` in a tag", "`class`, the value, or nothing", DONE),
    Construct("remote file", "any", "a picture, a film or a frame from a host that `hosts` does not name", "a link to it", LEFT),
    Construct("unsafe HTML", "any", "`<script>`, `onclick`, what else could run or load something", "nothing", GONE),
)  # fmt: skip


HEAD = ("what", "from", "fate", "times", "articles")
LEFT_COLUMNS = len(HEAD) - 2
"""Leading columns of the printed table that are aligned left; the rest are numbers."""


@dataclass(frozen=True)
class ConstructCount:
    """A construct with its number of uses."""

    construct: Construct
    times: int
    articles: int
    """Number of articles that contain it."""


def rows(counts: Iterable[Mapping[str, int]]) -> tuple[ConstructCount, ...]:
    """A row for each construct in use, in the order of the table; `counts` maps construct names to uses, a mapping for each article."""
    times: Counter[str] = Counter()
    articles: Counter[str] = Counter()
    for count in counts:
        times.update(count)
        articles.update(count.keys())
    return tuple(
        ConstructCount(construct, times[construct.name], articles[construct.name]) for construct in CONSTRUCTS if times[construct.name]
    )


def table(used: Iterable[ConstructCount]) -> list[str]:
    """The rows as aligned lines of text, below a header line."""
    cells = [HEAD, *((*_cells(row.construct), str(row.times), str(row.articles)) for row in used)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return ["  ".join(_padded(row, widths)).rstrip() for row in cells]


def sums(used: Iterable[ConstructCount]) -> str:
    """The number of uses by treatment: `12 translated, 3 removed, 1 refused`."""
    treated: Counter[str] = Counter()
    for row in used:
        treated[row.construct.treatment.value] += row.times
    return ", ".join(f"{treated[treatment.value]} {treatment.value}" for treatment in Treatment)


def _cells(construct: Construct) -> tuple[str, str, str]:
    return construct.name, construct.home, construct.treatment.value


def _padded(row: tuple[str, ...], widths: list[int]) -> list[str]:
    columns = enumerate(zip(row, widths, strict=True))
    return [cell.ljust(width) if column < LEFT_COLUMNS else cell.rjust(width) for column, (cell, width) in columns]


KEY = "almanac"
"""Key of the ParseContext in the environment that markdown-it hands to every rule."""


@dataclass(frozen=True)
class Parsed:
    """A parsed text, from which its HTML and everything else about it is derived."""

    tokens: list[Token]
    """The token stream of markdown-it; inline tokens hold the tokens of their text as children."""
    env: dict[str, Any]
    """Data that rules of the parser leave for rendering."""
    parser: MarkdownIt
    """The parser, which renders its tokens."""
    diagnostics: tuple[LocalDiagnostic, ...]
    """Messages for the author, by position."""
    deferred: tuple[LocalDiagnostic, ...]
    """Messages that the checks of the built site report."""
    counts: Mapping[str, int]
    """The number of uses of each construct, by name."""
    lookups: Mapping[str, tuple[str, ...]]
    """The keys looked up in the link index, each with the source paths found."""
    targets: Mapping[str, SourcePath]
    """The target files of links, by the links as they stand in the HTML."""


@dataclass
class Located:
    """Positions of the lines of an inline token in the article, cached so that positions in a long text are found in constant time."""

    token: Token
    starts: list[int]
    """Offsets in the content at which lines start."""
    columns: dict[int, tuple[int, int]] = field(default_factory=dict)
    """By line number: the line's indentation in the content, and the column of its text in the article."""


@dataclass
class ParseContext:
    """Mutable state of one parse; `parse` returns it as a frozen `Parsed`."""

    here: SourcePath
    """Source path of the article."""
    index: LinkIndex
    """The names of all files of the site."""
    lines: list[str] = field(default_factory=list)
    """Lines of the article's text."""
    inline: Token = field(default_factory=lambda: Token("inline", "", 0))
    """The inline token whose content is being parsed."""
    located: Located | None = None
    """The token whose positions were looked up last."""
    counts: Counter[str] = field(default_factory=Counter)
    """The number of uses of each construct, by name."""
    diagnostics: list[LocalDiagnostic] = field(default_factory=list)
    """Messages for the author; positions are counted from the start of the text."""
    deferred: list[LocalDiagnostic] = field(default_factory=list)
    """Broken links and the like, which the checks of the built site report instead of the compiler."""
    lookups: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """The keys looked up in the link index, with the source paths found: a cached document is valid while these stay the same."""
    targets: dict[str, SourcePath] = field(default_factory=dict)
    """The target files of links, by the links as they are rendered."""
    embedded_in: tuple[tuple[str, str], ...] = ()
    """The articles that embed this text, each with the fragment it embeds, outermost first; empty for a text on its own page."""

    messages: Messages = field(default_factory=Messages)
    """Words that the parser itself adds to a text (titles of callouts, labels of links back), in the language of the site."""

    def link(self, path: str) -> str:
        """The relative link to a source path from the page that shows this text."""
        return relative_link(self.embedded_in[0][0] if self.embedded_in else self.here, path)

    def count(self, construct: str) -> None:
        """Counts one use of a construct."""
        self.counts[construct] += 1

    def notice(self, construct: str, position: Position, message: str, hint: str = "") -> None:
        """Counts a construct and reports a notice: something was repaired or left out, no build fails."""
        self._report(Severity.NOTICE, construct, position, message, hint)

    def warn(self, construct: str, position: Position, message: str, hint: str = "") -> None:
        """Counts a construct and reports a warning, which fails a strict build."""
        self._report(Severity.WARNING, construct, position, message, hint)

    def defer(self, construct: str, position: Position, message: str, hint: str = "") -> None:
        """Counts a construct that stays as written, to be reported by the checks of the built site."""
        self.counts[construct] += 1
        self.deferred.append(LocalDiagnostic(position, message, hint, Severity.WARNING))

    def resolve(self, target: str, *, name: bool = False) -> Match | None:
        """The file that a written target means; with `name`, titles and other names count too, as in wikilinks."""
        return resolve(target, self.here, self.index, self.lookups, name=name)

    def _report(self, severity: Severity, construct: str, position: Position, message: str, hint: str) -> None:
        self.counts[construct] += 1
        self.diagnostics.append(LocalDiagnostic(position, message, hint, severity))


def context(env: MutableMapping[str, Any]) -> ParseContext:
    """The ParseContext of a running parse, from the `env` of a parser state."""
    found: ParseContext = env[KEY]
    return found
