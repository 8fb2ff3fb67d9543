"""State of one parse: what the text may look up, and what the parser reports about it."""

from collections import Counter
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from almanac_kb.core.diagnostics import LocalDiagnostic, Position, Severity
from almanac_kb.core.messages import Messages
from almanac_kb.core.paths import SourcePath
from almanac_kb.markdown.link_index import LinkIndex, Match, relative_link, resolve

KEY = "almanac"
"""Key of the ParseContext in the environment that markdown-it hands to every rule."""


@dataclass(frozen=True)
class Parsed:
    """A parsed text, from which `html.render` and everything else about the text is made."""

    tokens: list[Token]
    """The token stream of markdown-it; inline tokens hold the tokens of their text as children."""
    env: dict[str, Any]
    """What rules of the parser left for those that render."""
    parser: MarkdownIt
    """The parser, which knows how to render its tokens."""
    diagnostics: tuple[LocalDiagnostic, ...]
    """Messages for the author, in the order of their positions."""
    deferred: tuple[LocalDiagnostic, ...]
    """Messages that the checks of the built site give."""
    counts: Mapping[str, int]
    """Number of uses of each construct."""
    lookups: Mapping[str, tuple[str, ...]]
    """Keys that were looked up in the link index, with the source paths found."""
    targets: Mapping[str, SourcePath]
    """The files that links of the HTML lead to, by the links as they are written there."""


@dataclass
class Located:
    """Where the lines of an inline token stand in the article; kept, so that many positions in a long text take no longer each."""

    token: Token
    starts: list[int]
    """Offsets in the content at which its lines start."""
    columns: dict[int, tuple[int, int]] = field(default_factory=dict)
    """By the number of a line: its indentation in the content, and the column of its text in the article."""


@dataclass
class ParseContext:
    """Mutable state of one parse; `parse` turns it into a frozen `Parsed`."""

    here: SourcePath
    """Source path of the article."""
    index: LinkIndex
    """Names of all files of the site."""
    lines: list[str] = field(default_factory=list)
    """Lines of the article's text."""
    inline: Token = field(default_factory=lambda: Token("inline", "", 0))
    """The inline token whose content is being parsed."""
    located: Located | None = None
    """The token in which a position was looked up last."""
    counts: Counter[str] = field(default_factory=Counter)
    """Number of uses of each construct, by its name in the table of constructs."""
    diagnostics: list[LocalDiagnostic] = field(default_factory=list)
    """Messages for the author; positions count from the start of the text."""
    deferred: list[LocalDiagnostic] = field(default_factory=list)
    """Broken links and the like, which the checks of the built site report, so that the compiler does not."""
    lookups: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Keys that were looked up in the link index, with the source paths found: the document is valid while they stay the same."""
    targets: dict[str, SourcePath] = field(default_factory=dict)
    """The files that links lead to, by the links as they are rendered."""
    shown_in: tuple[tuple[str, str], ...] = ()
    """The articles that show this text, and the part that each shows, outermost first; empty for a text on its own page."""

    messages: Messages = field(default_factory=Messages)
    """What readers see of us in the text, in the language of the site: titles of callouts, names of links back."""

    def link(self, path: str) -> str:
        """The link to a source path, from the page that shows this text."""
        return relative_link(self.shown_in[0][0] if self.shown_in else self.here, path)

    def count(self, construct: str) -> None:
        """Counts one use of a construct."""
        self.counts[construct] += 1

    def notice(self, construct: str, position: Position, message: str, hint: str = "") -> None:
        """Counts a construct and reports something that was repaired or left out; no build fails."""
        self._report(Severity.NOTICE, construct, position, message, hint)

    def warn(self, construct: str, position: Position, message: str, hint: str = "") -> None:
        """Counts a construct and reports something that its author should mend; a strict build fails."""
        self._report(Severity.WARNING, construct, position, message, hint)

    def defer(self, construct: str, position: Position, message: str, hint: str = "") -> None:
        """Counts a construct that stays as written; the checks of the built site report it."""
        self.counts[construct] += 1
        self.deferred.append(LocalDiagnostic(position, message, hint, Severity.WARNING))

    def resolve(self, target: str, *, name: bool = False) -> Match | None:
        """The file that a written target means; `name` allows titles and other names, as wikilinks do."""
        return resolve(target, self.here, self.index, self.lookups, name=name)

    def _report(self, severity: Severity, construct: str, position: Position, message: str, hint: str) -> None:
        self.counts[construct] += 1
        self.diagnostics.append(LocalDiagnostic(position, message, hint, severity))


def context(env: MutableMapping[str, Any]) -> ParseContext:
    """The ParseContext of a running parse, from the `env` of a parser state."""
    found: ParseContext = env[KEY]
    return found
