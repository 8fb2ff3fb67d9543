"""The publication decision: which articles and files a site publishes, and why it withholds others."""

import datetime
import enum
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

from pathspec import GitIgnoreSpec

from almanac_kb.content import file_kinds
from almanac_kb.content.file_kinds import FileCategory, FileKind
from almanac_kb.content.output_paths import is_replaceable
from almanac_kb.content.settings import Settings
from almanac_kb.content.vault_settings import VaultSettings
from almanac_kb.core.diagnostics import LocalDiagnostic
from almanac_kb.core.paths import SourcePath, folder, is_article, is_index

BLOG_FOLDERS = frozenset({"_posts"})
"""Folders with a leading `_` that hold the articles of a Jekyll or Hexo blog."""
DRAFT_FOLDERS = frozenset({"_drafts"})
"""Folders in which Jekyll and Hexo keep drafts."""
TEMPLATES = "templates"
"""The name, in any case, of the folder of templates in docs/ and in each mounted folder."""
STATIC = ("static", "public")
"""Folders at the root of a mounted project whose files the project publishes unchanged."""
DOTTED = "starts with a dot"
SUMMARY_LINES = 20


class PublicationState(enum.Enum):
    """Whether a file is published, and if not, why it is withheld."""

    PUBLISHED = "published"
    UNLISTED = "unlisted"
    """Published at its URL, with `noindex`; in no listing, feed, search index, sitemap, llms file or Markdown copy."""
    DRAFT = "draft"
    SCHEDULED = "scheduled"
    EXPIRED = "expired"
    EXCLUDED = "excluded"
    """Kept back by a setting, by a name, or by its author; a preview of drafts does not show it either."""
    REFUSED = "refused"
    """An article with an error."""
    UNUSED = "unused"
    """A file that nothing published uses."""


PREVIEWED = frozenset({PublicationState.DRAFT, PublicationState.SCHEDULED, PublicationState.EXPIRED})
"""The states that a preview of drafts shows."""


@dataclass(frozen=True)
class Publication:
    """The decision on one file."""

    state: PublicationState
    reason: str = ""
    """Why it is withheld, in its author's terms: `draft: true`; empty where it is published."""
    folder: str = ""
    """The folder whose name decided, so that a summary counts its files as one; empty where the file itself decided."""
    by_author: bool = field(default=False, compare=False)
    """Whether the header of the article withholds it, so that no other article may embed its text."""
    in_navigation: bool = True
    """False where `not_in_nav` of mkdocs.yml matches: published, but not in navigation."""

    @property
    def is_published(self) -> bool:
        """Whether the built site has it."""
        return self.state in {PublicationState.PUBLISHED, PublicationState.UNLISTED}


PUBLISHED = Publication(PublicationState.PUBLISHED)


@dataclass(frozen=True)
class Intent:
    """The publication that the header of an article asks for."""

    state: PublicationState = PublicationState.PUBLISHED
    reason: str = ""
    """The key and its value as the author wrote them: `status: draft`."""
    opted_in: bool = False
    """Whether it contains `publish: true` or `dg-publish: true`."""
    notes: tuple[tuple[str, LocalDiagnostic], ...] = ()
    """Warnings, each with the key that it is about."""


@dataclass(frozen=True)
class PublicationInput:
    """All values on which the decision on an article depends."""

    source: SourcePath
    intent: Intent = field(default_factory=Intent)
    created: datetime.datetime | None = None
    publish_from: datetime.datetime | None = None
    """A date of publication beside that of creation (`publishDate`)."""
    expires: datetime.datetime | None = None
    error: str = ""
    """The message of the first error of the article, or empty."""


@dataclass(frozen=True)
class FolderScope:
    """A folder of articles: docs/ itself, or one that is mounted into it."""

    root: str = ""
    """Its path in docs/; the empty string for docs/ itself."""
    used_only: bool = False
    """Whether only files in use are published: for mounted folders, and for a docs/ that is an Obsidian vault."""
    vault: VaultSettings = field(default_factory=VaultSettings)
    static: tuple[str, ...] = STATIC
    """Folders in it whose files are published without being used."""

    files: Set[SourcePath] | None = None
    """The files that belong to it; None for all below its root."""

    def holds(self, path: str) -> bool:
        """Whether a file belongs to this folder."""
        if self.files is not None:
            return path in self.files
        return not self.root or path.startswith(f"{self.root}/")

    def inner(self, path: str) -> str:
        """The path relative to this folder."""
        return path.removeprefix(f"{self.root}/") if self.root else path


MKDOCS_EXCLUDES = GitIgnoreSpec.from_lines((".*", "/templates/"))
"""The patterns that MkDocs excludes from every site, as the documentation of `exclude_docs` says."""


@dataclass(frozen=True)
class InclusionRules:
    """`exclude_docs`, `draft_docs` and `not_in_nav` of mkdocs.yml, as gitignore patterns."""

    exclude: GitIgnoreSpec | None = None
    """Paths kept out of the site and of the preview; added to `MKDOCS_EXCLUDES`, where a pattern with `!` includes again."""
    drafts: GitIgnoreSpec | None = None
    """Paths that only the preview shows."""
    not_in_nav: GitIgnoreSpec | None = None
    """Paths that are not in navigation."""

    def is_excluded(self, path: str) -> bool:
        """Whether a path is kept out of the site and of the preview."""
        return self._excludes.match_file(path)

    def is_draft(self, path: str) -> bool:
        """Whether only the preview shows a path."""
        return self.drafts is not None and self.drafts.match_file(path)

    def is_not_in_nav(self, path: str) -> bool:
        """Whether a path is left out of navigation."""
        return self.not_in_nav is not None and self.not_in_nav.match_file(path)

    @cached_property
    def _excludes(self) -> GitIgnoreSpec:
        return MKDOCS_EXCLUDES + self.exclude if self.exclude else MKDOCS_EXCLUDES


@dataclass(frozen=True)
class FileUses:
    """The files that articles, pages, style sheets, templates and settings use."""

    published: Set[SourcePath] = frozenset()
    """Files that published content uses."""
    withheld: Mapping[SourcePath, SourcePath] = field(default_factory=dict)
    """Files that a withheld article uses, each with that article."""


@dataclass(frozen=True)
class Rules:
    """All rules that decide by the path of a file."""

    settings: Settings = field(default_factory=Settings)
    mkdocs: InclusionRules = field(default_factory=InclusionRules)
    scopes: tuple[FolderScope, ...] = (FolderScope(),)
    """The folders of articles; a path belongs to the innermost of them."""

    @cached_property
    def excludes(self) -> Callable[[str], bool]:
        """A function that says whether `extra.knowledge.exclude` matches a path."""
        patterns = self.settings.exclude
        return GitIgnoreSpec.from_lines(patterns).match_file if patterns else lambda path: False

    def shows(self, publication: Publication) -> bool:
        """Whether this build writes the page or file: it is published, or a preview of drafts shows it."""
        return publication.is_published or (self.settings.drafts and publication.state in PREVIEWED)

    def scope(self, path: str) -> FolderScope:
        """The folder of articles to which a file belongs."""
        if len(self.scopes) == 1 and not self.scopes[0].root:
            return self.scopes[0]
        holding = [scope for scope in self.scopes if scope.holds(path)]
        return max(holding, key=lambda scope: (len(scope.root), scope.files is not None), default=FolderScope())


Head = Callable[[SourcePath], bytes]
"""Returns the first `file_kinds.HEAD` bytes of a file; called where the name does not decide its kind."""


def exclude_paths(
    paths: Iterable[SourcePath],
    rules: Rules,
    *,
    links: Mapping[SourcePath, SourcePath] = MappingProxyType({}),
    head: Head = lambda path: b"",
) -> dict[SourcePath, Publication]:
    """The articles and files that are withheld before any file is read, whoever uses them, with the decision on each.

    `links` maps symbolic links to the source paths of their targets: a link is withheld with its target.
    """
    found = {}
    for path in paths:
        target = links.get(path)
        withheld = _by_path(path, rules, head)
        target_decision = _by_path(target, rules, head) if target and not withheld else None
        if withheld or target_decision:
            reason = f": {target_decision.reason}" if target_decision else ""
            found[path] = withheld or Publication(PublicationState.EXCLUDED, f"another name of {target}{reason}")
    return found


def decide_articles(articles: Iterable[PublicationInput], rules: Rules, now: datetime.datetime) -> dict[SourcePath, Publication]:
    """The decision on each article; `now` must have a UTC offset."""
    return {article.source: _decide_article(article, rules, now) for article in articles}


def decide_files(
    paths: Iterable[SourcePath],
    uses: FileUses,
    articles: Mapping[SourcePath, Publication],
    rules: Rules,
    *,
    links: Mapping[SourcePath, SourcePath] = MappingProxyType({}),
    head: Head = lambda path: b"",
) -> dict[SourcePath, Publication]:
    """The decision on each file that is no article; `articles` are the decisions on articles; `links` is as in `exclude_paths`."""

    def decide(path: SourcePath) -> Publication:
        target = links.get(path)
        if target and is_article(target):
            return Publication(PublicationState.EXCLUDED, f"another name of {target}, which is an article")
        target_decision = _decide_file(target, uses, articles, rules, head) if target else Publication(PublicationState.PUBLISHED)
        if target and target_decision.state is PublicationState.EXCLUDED:
            return Publication(PublicationState.EXCLUDED, f"another name of {target}: {target_decision.reason}")
        return _decide_file(path, uses, articles, rules, head)

    return {path: decide(path) for path in paths}


def summarize(publications: Mapping[SourcePath, Publication], root: str = "docs") -> tuple[str, ...]:
    """A line for each folder with files that are withheld: how many, and why; the largest first, at most `SUMMARY_LINES`.

    Of names with a leading dot only articles count (`.notes.md`): everybody expects the others, such as a site's settings, to be hidden.
    """
    folders: dict[str, Counter[str]] = {}
    for path, publication in publications.items():
        if not publication.is_published and (not is_dotfile(publication) or _is_dotted_article(path)):
            folders.setdefault(publication.folder or folder(path), Counter())[publication.reason] += 1
    fullest = sorted(folders.items(), key=lambda item: (-item[1].total(), item[0]))
    lines = [_line(f"{root}/{name}" if name else root, reasons) for name, reasons in fullest[:SUMMARY_LINES]]
    rest = fullest[SUMMARY_LINES:]
    return (*lines, f"and {sum(reasons.total() for _, reasons in rest):,} in {len(rest):,} more folders") if rest else tuple(lines)


def is_dotfile(publication: Publication) -> bool:
    """Whether a file is withheld for a leading dot in its name, which everybody expects."""
    return publication.reason.endswith(DOTTED)


def _is_dotted_article(path: SourcePath) -> bool:
    """Whether a path is an article whose own name starts with a dot; folders that start with a dot hold the files of programs."""
    return is_article(path) and not any(part.startswith(".") for part in folder(path).split("/"))


def _line(name: str, reasons: Counter[str]) -> str:
    count, common = reasons.total(), reasons.most_common(3)
    shown = (f"{number:,} × {reason}" if len(reasons) > 1 else reason for reason, number in common)
    more = " and other reasons" if len(reasons) > len(common) else ""
    return f"{name}/: {count:,} {'file stays' if count == 1 else 'files stay'} back: {'; '.join(shown)}{more}"


def _decide_article(article: PublicationInput, rules: Rules, now: datetime.datetime) -> Publication:
    source = article.source
    decision = _by_path(source, rules) or _by_draft_docs(source, rules) or _by_name(source, rules) or _by_header(article, rules, now)
    return Publication(PublicationState.REFUSED, article.error) if article.error and rules.shows(decision) else decision


def _by_header(article: PublicationInput, rules: Rules, now: datetime.datetime) -> Publication:
    intent = article.intent
    if intent.state not in {PublicationState.PUBLISHED, PublicationState.UNLISTED}:
        return Publication(intent.state, intent.reason, by_author=True)
    waiting = max((date for date in (article.created, article.publish_from) if date and date > now), default=None)
    if waiting:
        return Publication(PublicationState.SCHEDULED, f"scheduled for {waiting:%Y-%m-%d}", by_author=True)
    if article.expires and article.expires <= now:
        return Publication(PublicationState.EXPIRED, f"expired on {article.expires:%Y-%m-%d}", by_author=True)
    if rules.settings.publish == "marked" and not intent.opted_in and not article.error:
        return Publication(PublicationState.EXCLUDED, "not marked with publish: true, as extra.knowledge.publish asks")
    return Publication(intent.state, in_navigation=not rules.mkdocs.is_not_in_nav(article.source))


def _decide_file(path: SourcePath, uses: FileUses, articles: Mapping[SourcePath, Publication], rules: Rules, head: Head) -> Publication:
    withheld = _by_path(path, rules, head) or _by_draft_docs(path, rules)
    if withheld:
        return withheld
    if path in uses.published or is_replaceable(rules.scope(path).inner(path)):
        return Publication(PublicationState.PUBLISHED)
    kind = _kind(path, head)
    return (_by_kind(kind) if kind else None) or _by_name(path, rules) or _by_use(path, uses, articles, rules)


def _by_path(path: SourcePath, rules: Rules, head: Head = lambda path: b"") -> Publication | None:
    """The decision where the path alone keeps a file back, whoever uses it; else None."""
    kind = _kind(path, head)
    if kind and kind.kind is FileCategory.CONFIDENTIAL:
        return _by_kind(kind)
    return _by_setting(path, rules) or (_by_kind(kind) if kind and (kind.kind is not FileCategory.STATE or is_article(path)) else None)


def _kind(path: SourcePath, head: Head) -> FileKind | None:
    return file_kinds.file_kind(path, head(path) if file_kinds.needs_head(path) else b"")


def _by_setting(path: str, rules: Rules) -> Publication | None:
    if rules.mkdocs.is_excluded(path):
        parts = path.split("/")
        dotted = next((index for index, part in enumerate(parts) if part.startswith(".")), None)
        if dotted is not None:
            return Publication(
                PublicationState.EXCLUDED, f"{parts[dotted]} {DOTTED}", "/".join(parts[: dotted + 1]) if dotted + 1 < len(parts) else ""
            )
        if parts[0] == TEMPLATES:
            return Publication(PublicationState.EXCLUDED, "MkDocs keeps templates/ out of the site", TEMPLATES)
        return Publication(PublicationState.EXCLUDED, "exclude_docs in mkdocs.yml names it")
    return Publication(PublicationState.EXCLUDED, "extra.knowledge.exclude in mkdocs.yml names it") if rules.excludes(path) else None


def _by_draft_docs(path: str, rules: Rules) -> Publication | None:
    return Publication(PublicationState.DRAFT, "draft_docs in mkdocs.yml names it") if rules.mkdocs.is_draft(path) else None


def _by_kind(kind: FileKind) -> Publication:
    return Publication(PublicationState.EXCLUDED, kind.reason, kind.folder)


def _by_name(path: str, rules: Rules) -> Publication | None:
    """The decision where a name keeps a file back unless something uses it: templates, Obsidian's excluded files, a leading `_`."""
    scope = rules.scope(path)
    inner = scope.inner(path)
    templates = scope.vault.templates_of(inner) or (inner.partition("/")[0] if inner.casefold().startswith(f"{TEMPLATES}/") else "")
    if templates:
        return Publication(PublicationState.EXCLUDED, f"{templates}/ is a folder of templates", _below(scope, templates))
    pattern = scope.vault.filter_of(inner)
    if pattern:
        return Publication(PublicationState.EXCLUDED, f"Obsidian's excluded files name {pattern}")
    if "/_" not in f"/{inner}":
        return None
    parts = inner.split("/")
    for index, part in enumerate(parts):
        if part.startswith("_") and part not in BLOG_FOLDERS and not is_index(part):
            state = PublicationState.DRAFT if part in DRAFT_FOLDERS else PublicationState.EXCLUDED
            where = _below(scope, "/".join(parts[: index + 1])) if index + 1 < len(parts) else ""
            return Publication(state, "a folder of drafts" if state is PublicationState.DRAFT else f"{part} starts with _", where)
    return None


def _by_use(path: SourcePath, uses: FileUses, articles: Mapping[SourcePath, Publication], rules: Rules) -> Publication:
    user = uses.withheld.get(path)
    if user:
        why = articles[user].reason if user in articles else ""
        return Publication(PublicationState.UNUSED, f"only {user} uses it, which is not published{f': {why}' if why else ''}")
    scope = rules.scope(path)
    used_only = {"used": True, "all": False}.get(rules.settings.files, scope.used_only)
    if used_only and scope.inner(path).partition("/")[0] not in scope.static:
        return Publication(PublicationState.UNUSED, "no published article uses it")
    return Publication(PublicationState.PUBLISHED)


def _below(scope: FolderScope, path: str) -> str:
    return f"{scope.root}/{path}" if scope.root else path
