"""The publication decision: which articles and files a site publishes, and why it keeps others back."""

import datetime
import enum
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass, field
from typing import Protocol

import pathspec

from almanac_kb.content import file_kinds
from almanac_kb.content.file_kinds import FileKind, Kind
from almanac_kb.content.obsidian import VaultSettings
from almanac_kb.content.output_paths import is_replaceable
from almanac_kb.core.diagnostics import LocalDiagnostic
from almanac_kb.core.paths import SourcePath, folder, is_article, is_index

BLOG_FOLDERS = frozenset({"_posts"})
"""Folders that start with `_` and hold the articles of a Jekyll or Hexo blog."""
DRAFT_FOLDERS = frozenset({"_drafts"})
"""Where Jekyll and Hexo keep drafts."""
TEMPLATES = "templates"
"""The folder of templates, in any case, of docs/ and of each mounted folder."""
STATIC = ("static", "public")
"""Folders at the root of a mounted project whose files the project publishes as they are."""
DOTTED = "starts with a dot"
SUMMARY_LINES = 20


class State(enum.Enum):
    """Whether a file is published, and if not, in which way it is kept back."""

    PUBLISHED = "published"
    UNLISTED = "unlisted"
    """Published at its address with `noindex`; in no listing, feed, search, sitemap, llms file or Markdown copy."""
    DRAFT = "draft"
    SCHEDULED = "scheduled"
    EXPIRED = "expired"
    EXCLUDED = "excluded"
    """Kept back by a setting, a name, or the author's word; a preview of drafts does not show it either."""
    REFUSED = "refused"
    """An article with an error."""
    UNUSED = "unused"
    """A file that nothing published uses."""


PREVIEWED = frozenset({State.DRAFT, State.SCHEDULED, State.EXPIRED})
"""What a preview of drafts shows."""


@dataclass(frozen=True)
class Publication:
    """The decision on one file."""

    state: State
    reason: str = ""
    """Why it is kept back, in words that its author knows: `draft: true`; empty where it is published."""
    folder: str = ""
    """The folder whose name decided it, so that a summary counts all below as one; empty where the file itself did."""
    in_navigation: bool = True
    """False where `not_in_nav` of mkdocs.yml names it: published, but in no menu."""

    @property
    def is_published(self) -> bool:
        """Whether the built site has it."""
        return self.state in {State.PUBLISHED, State.UNLISTED}

    def is_shown(self, *, drafts: bool) -> bool:
        """Whether a build shows it that previews drafts, or does not."""
        return self.is_published or (drafts and self.state in PREVIEWED)


@dataclass(frozen=True)
class Intent:
    """What the header of an article says of its publication."""

    state: State = State.PUBLISHED
    reason: str = ""
    """The key and its value as the author wrote them: `status: draft`."""
    opted_in: bool = False
    """Whether it has `publish: true` or `dg-publish: true`."""
    notes: tuple[tuple[str, LocalDiagnostic], ...] = ()
    """Warnings, each with the key it is about."""


@dataclass(frozen=True)
class ArticleFacts:
    """All that the decision on an article needs to know of it."""

    source: SourcePath
    intent: Intent = field(default_factory=Intent)
    created: datetime.datetime | None = None
    publish_from: datetime.datetime | None = None
    """A date of publication beside that of creation (`publishDate`)."""
    expires: datetime.datetime | None = None
    error: str = ""
    """The first error of the article, or empty."""


@dataclass(frozen=True)
class PublicationSettings:
    """What a site decides for all of its files."""

    publish: str = "all"
    """`all` articles, or only those `marked` with `publish: true` or `dg-publish: true`."""
    exclude: tuple[str, ...] = ()
    """Patterns of paths that are kept back, written like those of `exclude_docs` (gitignore)."""
    files: str = ""
    """`used`: only files that something published uses; `all`: all files; empty: `used` for vaults and mounted folders, else `all`."""


@dataclass(frozen=True)
class FolderScope:
    """A folder of articles: docs/ itself, or one that is mounted into it."""

    root: str = ""
    """Its path in docs/; the empty string for docs/ itself."""
    used_only: bool = False
    """Whether only what is used is published: of mounted folders, and of a docs/ that is a vault."""
    vault: VaultSettings = field(default_factory=VaultSettings)
    static: tuple[str, ...] = STATIC
    """Folders in it whose files are published whether or not they are used."""

    def inner(self, path: str) -> str:
        """The path as seen from this folder."""
        return path.removeprefix(f"{self.root}/") if self.root else path


class InclusionRules(Protocol):
    """What `exclude_docs`, `draft_docs` and `not_in_nav` of mkdocs.yml say of a path."""

    def is_excluded(self, path: str) -> bool:
        """Whether MkDocs keeps it out of the site and of the preview."""

    def is_draft(self, path: str) -> bool:
        """Whether only the preview has it."""

    def is_not_in_nav(self, path: str) -> bool:
        """Whether it stands in no navigation."""


@dataclass(frozen=True)
class FileUses:
    """Which files articles, pages, style sheets, templates and settings use."""

    published: Set[SourcePath] = frozenset()
    """Files that something published uses."""
    withheld: Mapping[SourcePath, SourcePath] = field(default_factory=dict)
    """Files that an article uses which is kept back, and that article."""


@dataclass(frozen=True)
class Rules:
    """All rules that decide by the path of a file."""

    settings: PublicationSettings
    mkdocs: InclusionRules
    scopes: tuple[FolderScope, ...] = (FolderScope(),)
    """The folders of articles; a path belongs to the innermost."""

    def scope(self, path: str) -> FolderScope:
        """The folder of articles that a file belongs to."""
        if len(self.scopes) == 1 and not self.scopes[0].root:
            return self.scopes[0]
        holding = [scope for scope in self.scopes if not scope.root or path.startswith(f"{scope.root}/")]
        return max(holding, key=lambda scope: len(scope.root), default=FolderScope())


def decide_articles(articles: Iterable[ArticleFacts], rules: Rules, now: datetime.datetime) -> dict[SourcePath, Publication]:
    """The decision on each article; `now` has an offset."""
    is_named = _matcher(rules.settings.exclude)
    return {article.source: _decide_article(article, rules, is_named, now) for article in articles}


def decide_files(
    paths: Iterable[SourcePath],
    uses: FileUses,
    articles: Mapping[SourcePath, Publication],
    rules: Rules,
    *,
    links: Mapping[SourcePath, SourcePath] | None = None,
    head: Callable[[SourcePath], bytes] = lambda path: b"",
) -> dict[SourcePath, Publication]:
    """The decision on each file that is no article.

    `links` are symbolic links and the paths in docs/ that they lead to; `head` gives the first `file_kinds.HEAD` bytes of a file and is
    asked where the name of a file does not say what it is.
    """
    is_named, targets = _matcher(rules.settings.exclude), links or {}

    def decide(path: SourcePath) -> Publication:
        target = targets.get(path)
        if target and is_article(target):
            return Publication(State.EXCLUDED, f"another name of {target}, which is an article")
        behind = _decide_file(target, uses, articles, rules, is_named, head) if target else Publication(State.PUBLISHED)
        if target and behind.state is State.EXCLUDED:
            return Publication(State.EXCLUDED, f"another name of {target}: {behind.reason}")
        return _decide_file(path, uses, articles, rules, is_named, head)

    return {path: decide(path) for path in paths}


def summarize(publications: Mapping[SourcePath, Publication], root: str = "docs") -> tuple[str, ...]:
    """A line for each folder that keeps files back: how many, and why; the fullest first, at most `SUMMARY_LINES`.

    Names that start with a dot are not counted: everybody hides those, and a site has its own settings in them.
    """
    folders: dict[str, Counter[str]] = {}
    for path, publication in publications.items():
        if not publication.is_published and not publication.reason.endswith(DOTTED):
            folders.setdefault(publication.folder or folder(path), Counter())[publication.reason] += 1
    fullest = sorted(folders.items(), key=lambda item: (-item[1].total(), item[0]))
    lines = [_line(f"{root}/{name}" if name else root, reasons) for name, reasons in fullest[:SUMMARY_LINES]]
    rest = fullest[SUMMARY_LINES:]
    return (*lines, f"and {sum(reasons.total() for _, reasons in rest):,} in {len(rest):,} more folders") if rest else tuple(lines)


def _line(name: str, reasons: Counter[str]) -> str:
    count, common = reasons.total(), reasons.most_common(3)
    shown = (f"{number:,} × {reason}" if len(reasons) > 1 else reason for reason, number in common)
    more = " and other reasons" if len(reasons) > len(common) else ""
    return f"{name}/: {count:,} {'file stays' if count == 1 else 'files stay'} back: {'; '.join(shown)}{more}"


def _decide_article(article: ArticleFacts, rules: Rules, is_named: Callable[[str], bool], now: datetime.datetime) -> Publication:
    source, intent = article.source, article.intent
    kind = file_kinds.file_kind(source)
    withheld = _by_setting(source, rules, is_named) or (_by_kind(kind) if kind else None) or _by_name(source, rules)
    if withheld:
        return withheld
    if intent.state not in {State.PUBLISHED, State.UNLISTED}:
        return Publication(intent.state, intent.reason)
    if article.error:
        return Publication(State.REFUSED, article.error)
    waiting = max((date for date in (article.created, article.publish_from) if date and date > now), default=None)
    if waiting:
        return Publication(State.SCHEDULED, f"scheduled for {waiting:%Y-%m-%d}")
    if article.expires and article.expires <= now:
        return Publication(State.EXPIRED, f"expired on {article.expires:%Y-%m-%d}")
    if rules.settings.publish == "marked" and not intent.opted_in:
        return Publication(State.EXCLUDED, "not marked with publish: true, as extra.knowledge.publish asks")
    return Publication(intent.state, in_navigation=not rules.mkdocs.is_not_in_nav(source))


def _decide_file(
    path: SourcePath,
    uses: FileUses,
    articles: Mapping[SourcePath, Publication],
    rules: Rules,
    is_named: Callable[[str], bool],
    head: Callable[[SourcePath], bytes],
) -> Publication:
    kind = file_kinds.file_kind(path, head(path) if file_kinds.needs_head(path) else b"")
    if kind and kind.kind is Kind.CONFIDENTIAL:
        return _by_kind(kind)
    withheld = _by_setting(path, rules, is_named)
    if withheld:
        return withheld
    if kind and (kind.kind is not Kind.STATE or path not in uses.published):
        return _by_kind(kind)
    if path in uses.published or is_replaceable(rules.scope(path).inner(path)):
        return Publication(State.PUBLISHED)
    return _by_name(path, rules) or _by_use(path, uses, articles, rules)


def _by_setting(path: str, rules: Rules, is_named: Callable[[str], bool]) -> Publication | None:
    if rules.mkdocs.is_excluded(path):
        parts = path.split("/")
        dotted = next((index for index, part in enumerate(parts) if part.startswith(".")), None)
        if dotted is not None:
            return Publication(
                State.EXCLUDED, f"{parts[dotted]} {DOTTED}", "/".join(parts[: dotted + 1]) if dotted + 1 < len(parts) else ""
            )
        if parts[0] == TEMPLATES:
            return Publication(State.EXCLUDED, "MkDocs keeps templates/ out of the site", TEMPLATES)
        return Publication(State.EXCLUDED, "exclude_docs in mkdocs.yml names it")
    if is_named(path):
        return Publication(State.EXCLUDED, "extra.knowledge.exclude in mkdocs.yml names it")
    if rules.mkdocs.is_draft(path):
        return Publication(State.DRAFT, "draft_docs in mkdocs.yml names it")
    return None


def _by_kind(kind: FileKind) -> Publication:
    return Publication(State.EXCLUDED, kind.reason, kind.folder)


def _by_name(path: str, rules: Rules) -> Publication | None:
    """What names decide that a use of the file overrules: templates, Obsidian's excluded files, `_` at the start."""
    scope = rules.scope(path)
    inner = scope.inner(path)
    templates = scope.vault.templates_of(inner) or (inner.partition("/")[0] if inner.casefold().startswith(f"{TEMPLATES}/") else "")
    if templates:
        return Publication(State.EXCLUDED, f"{templates}/ is a folder of templates", _below(scope, templates))
    pattern = scope.vault.filter_of(inner)
    if pattern:
        return Publication(State.EXCLUDED, f"Obsidian's excluded files name {pattern}")
    if "/_" not in f"/{inner}":
        return None
    parts = inner.split("/")
    for index, part in enumerate(parts):
        if part.startswith("_") and part not in BLOG_FOLDERS and not is_index(part):
            state = State.DRAFT if part in DRAFT_FOLDERS else State.EXCLUDED
            where = _below(scope, "/".join(parts[: index + 1])) if index + 1 < len(parts) else ""
            return Publication(state, "a folder of drafts" if state is State.DRAFT else f"{part} starts with _", where)
    return None


def _by_use(path: SourcePath, uses: FileUses, articles: Mapping[SourcePath, Publication], rules: Rules) -> Publication:
    user = uses.withheld.get(path)
    if user:
        why = articles[user].reason if user in articles else ""
        return Publication(State.UNUSED, f"only {user} uses it, which is not published{f': {why}' if why else ''}")
    scope = rules.scope(path)
    used_only = {"used": True, "all": False}.get(rules.settings.files, scope.used_only)
    if used_only and scope.inner(path).partition("/")[0] not in scope.static:
        return Publication(State.UNUSED, "no published article uses it")
    return Publication(State.PUBLISHED)


def _below(scope: FolderScope, path: str) -> str:
    return f"{scope.root}/{path}" if scope.root else path


def _matcher(patterns: tuple[str, ...]) -> Callable[[str], bool]:
    return pathspec.GitIgnoreSpec.from_lines(patterns).match_file if patterns else lambda path: False
