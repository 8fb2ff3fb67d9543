"""Relinking: texts with links, headers, `.pages` and mkdocs.yml adapted to new paths of files in docs/."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import chain

from almanac_kb.content import taxonomy
from almanac_kb.content.article import Article, title_from_file_name
from almanac_kb.content.site import Site
from almanac_kb.core.diagnostics import HeaderError
from almanac_kb.core.paths import SourcePath, file_name, folder, is_article, literal_path, stem, without_suffix
from almanac_kb.core.raw_markdown import RawTarget, masked, raw_targets
from almanac_kb.frontmatter import header
from almanac_kb.markdown.link_index import IndexedArticle, LinkIndex, build_link_index, relative_link, resolve, split_target, written_path

PART = re.compile(r"(?:#[^\[\]|\n]*)?")
"""The part of an article in a wikilink."""
IN_HEADER = re.compile(
    r"(?<![\w./%-])(?P<target>[^\s\"'\[\]{},:]+\.(?:mdx?|markdown|png|jpe?g|gif|webp|avif|svg))(?![\w/-])", re.IGNORECASE
)
"""A file in a header: its image, related articles."""
NO_FILES = re.compile(r"\s*(?:title|description|summary|aliases)\b", re.IGNORECASE)
"""The start of header lines in which names of files are words or URLs."""
Moved = Mapping[SourcePath, SourcePath | None]
"""The new paths of files in docs/; None for a removed file."""


@dataclass(frozen=True)
class Links:
    """The meaning of link targets before and after files are moved."""

    before: tuple[LinkIndex, LinkIndex]
    """The link index of what is published, and that of all articles, including drafts."""
    after: tuple[LinkIndex, LinkIndex]
    moved: Moved
    """The moved and removed files."""
    taken_by: Mapping[SourcePath, SourcePath]
    """The articles to which links to removed ones are changed."""

    def target(self, written: str, here: SourcePath, *, name: bool) -> SourcePath | None:
        """The file that a target means before the move; None for none."""
        return _resolve(written, here, self.before, name=name)

    def target_after(self, written: str, here: SourcePath, *, name: bool) -> SourcePath | None:
        """The file that a target means after the move; None for none."""
        return _resolve(written, here, self.after, name=name)

    def wanted(self, path: SourcePath) -> SourcePath:
        """The path after the move of the file that a link means."""
        return self.taken_by.get(path) or self.moved.get(path) or path


def links(site: Site, moved: Moved, taken_by: Mapping[SourcePath, SourcePath] | None = None) -> Links:
    """The targets of a site before and after; former URLs of moved articles are left out, so that no link keeps them."""
    before, after = _indexes(site, {}), _indexes(site, moved)
    return Links(before, after, moved, taken_by or {})


def _indexes(site: Site, moved: Moved) -> tuple[LinkIndex, LinkIndex]:
    published, everything = site.published, (*site.published, *site.withheld_articles)
    assets = [to for path in sorted(site.assets) if (to := moved.get(SourcePath(path), SourcePath(path))) is not None]
    tags = taxonomy.tag_pages(site.tags)
    first, second = (
        build_link_index(filter(None, (_indexed(article, moved) for article in articles)), assets, tags)
        for articles in (published, everything)
    )
    return first, second


def _indexed(article: Article, moved: Moved) -> IndexedArticle | None:
    to = moved.get(article.source, article.source)
    if to is None:
        return None
    is_titled_by_file = article.title == title_from_file_name(article.source)
    title = title_from_file_name(to) if is_titled_by_file else article.title
    return IndexedArticle(to, title, (*article.names, *article.aliases, *([article.url] if to == article.source else [])))


def _resolve(written: str, here: SourcePath, indexes: Iterable[LinkIndex], *, name: bool) -> SourcePath | None:
    found = (resolve(written, here, index, name=name) for index in indexes)
    return next((match.path for match in found if match), None)


def relinked(text: str, here: SourcePath, to: SourcePath, known: Links) -> str:
    """The text of an article at `to`, whose links lead to the same files as from `here`, or to their new paths."""
    changes: dict[tuple[int, int], str] = {}
    for target in chain(raw_targets(text), _targets_in_header(text)):
        written, is_name = target.written, target.is_wikilink
        meant = known.target(written, here, name=is_name)
        if meant is None:
            continue
        wanted, now = known.wanted(meant), known.target_after(written, to, name=is_name)
        was_exact = not is_name and literal_path(written_path(written), here) == meant
        if now != wanted or (was_exact and literal_path(written_path(written), to) != wanted):
            part = PART.match(text, target.end) if is_name and meant in known.taken_by else None
            changes[target.start, part.end() if part else target.end] = _written(written, meant, wanted, to, known, is_name=is_name)
    for (start, end), link in sorted(changes.items(), reverse=True):
        text = text[:start] + link + text[end:]
    return text


def _targets_in_header(text: str) -> Iterator[RawTarget]:
    """The files that the header of an article names."""
    mask = masked(text)
    for match in IN_HEADER.finditer(mask, 0, _end_of_header(text)):
        if not NO_FILES.match(text, text.rfind("\n", 0, match.start()) + 1):
            yield RawTarget(match.start("target"), match["target"], is_wikilink=False, is_image=False)


def _written(written: str, meant: SourcePath, wanted: SourcePath, here: SourcePath, known: Links, *, is_name: bool) -> str:
    if is_name:
        return _wikilink(wanted, here, known)
    rest = split_target(written)[1]
    return relative_link(here, wanted) + ("" if meant in known.taken_by else rest)  # another article has other parts


def _wikilink(path: SourcePath, here: SourcePath, known: Links) -> str:
    """The target of a file in a wikilink: its file name if that is unambiguous, else its path."""
    short, long = (stem(path), without_suffix(path)) if is_article(path) else (file_name(path), path)
    match = resolve(short, here, known.after[0], name=True)
    return short if match and match.path == path and not match.alternatives else long


def _end_of_header(text: str) -> int:
    try:
        parts = header.split_header(text)
    except HeaderError:
        return 0
    return text.index(parts.header) + len(parts.header) if parts.kind else 0


def renamed_in_pages(text: str, place: str, to_place: str, moved: Moved) -> str:
    """The `.pages` file of a folder that moves to `to_place`, with new names of files and folders, without those that left."""
    for old, new in moved.items():
        if folder(old) != place or (new and folder(new) == to_place and file_name(new) == file_name(old)):
            continue
        name = re.escape(file_name(old))
        if new and folder(new) == to_place:
            entry = rf"(?m)(^\s*-\s+(?:[^:\n]+:\s+)?[\"']?|[\[,]\s*[\"']?){name}(?=/?[\"']?\s*(?:[,\]]|#|$))"
            text = re.sub(entry, partial(_named, file_name(new)), text)
        else:
            text = re.sub(rf"(?m)^\s*-\s+(?:[^:\n]+:\s+)?[\"']?{name}/?[\"']?[ \t]*(?:#.*)?(?:\n|\Z)", "", text)
            text = re.sub(rf"(?<=[\[,])\s*[\"']?{name}/?[\"']?\s*(?:,|(?=\]))", "", text)
    return text


def _named(name: str, match: re.Match[str]) -> str:
    return f"{match[1]}{name}"


def renamed_in_settings(text: str, moved: Moved) -> str:
    """mkdocs.yml with the new paths of moved files and folders, without lines of its navigation for removed ones."""
    for old, new in moved.items():
        token = rf"(?<![\w./-]){re.escape(old)}(?![\w./-])"
        if new is None:
            text = re.sub(rf"(?m)^\s*-\s+(?:[^:\n]+:\s+)?[\"']?{token}[\"']?[ \t]*(?:\n|\Z)", "", text)
        elif "." in file_name(old):
            text = re.sub(token, new, text)
        else:
            text = re.sub(rf"(?<![\w./-]){re.escape(old)}/", f"{new}/", text)
    return text
