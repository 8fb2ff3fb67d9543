"""Edits of many files in one step: rename an article or folder, remove an article, merge two tags; with links and redirects.

An edit is planned first, as the text of each file before and after, and written when its author confirms.
"""

import codecs
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from almanac_kb.content import history, taxonomy
from almanac_kb.content.article import Article
from almanac_kb.content.output_paths import unportable_name
from almanac_kb.content.pages_file import PAGES_FILE_NAME
from almanac_kb.content.site import Site
from almanac_kb.content.taxonomy import TAG_FILE
from almanac_kb.core import folders
from almanac_kb.core.diagnostics import COMMAND, HeaderError
from almanac_kb.core.folders import write_whole
from almanac_kb.core.paths import (
    MARKDOWN_SUFFIXES,
    SourcePath,
    UrlPath,
    file_name,
    folder,
    is_article,
    is_index,
    parents,
    slug_from_file,
    slug_from_folder,
    stem,
    without_suffix,
)
from almanac_kb.core.text import most_similar, tag_key
from almanac_kb.frontmatter import header
from almanac_kb.health import relink

LIST_LINE = {
    "yaml": re.compile(r"^aliases:[ \t]*(?:\[(?P<flow>[^\]\n]*)\][ \t]*|(?P<block>(?:#.*)?))$", re.MULTILINE),
    "toml": re.compile(r"^aliases[ \t]*=[ \t]*\[(?P<flow>[^\]]*)\]", re.MULTILINE),
}
"""The line of a header that lists aliases, by format."""
PLAIN = re.compile(r"[A-Za-z][\w ./+-]*")
"""A text that needs no quotes in a YAML flow list."""


class EditError(ValueError):
    """An edit is impossible; the message says why, and what to do."""


@dataclass(frozen=True)
class FileEdit:
    """The edit of one file of docs/."""

    source: SourcePath
    before: str
    """Its text before; empty for a new file or no text."""
    after: str
    """Its text after; empty for a removed file or no text."""
    to: SourcePath | None
    """Its path after; None for a removed file."""


def rename(site: Site, old: SourcePath, new: SourcePath, settings: Path) -> tuple[FileEdit, ...]:
    """The edits that move an article or folder: files, links to and from them, `.pages`, mkdocs.yml, redirects from old URLs."""
    docs = site.tree.docs
    if not (docs / old).is_dir():
        _article(site, old)
    if is_outside(new) or unportable_name(new):
        raise EditError(f"{new}: {'must be a path below docs/' if is_outside(new) else unportable_name(new)}")
    if (docs / new).exists():
        raise EditError(f"{new}: is there already; name another path")
    if (docs / old).is_dir():
        moved = _moved_folder(site, old, new)
    elif is_article(new):
        moved = {old: new, **_moved_translations(site, old, new)}
    else:
        raise EditError(f"{new}: must end in {', '.join(MARKDOWN_SUFFIXES)}")
    return tuple(_moves(site, moved, {old: new, **moved}, settings))


def remove(site: Site, old: SourcePath, to: SourcePath, settings: Path) -> tuple[FileEdit, ...]:
    """The edits that remove an article; its URLs and all links to it lead to another article."""
    article, other = _article(site, old), _article(site, to)
    if old == to:
        raise EditError(f"{old}: can't lead to itself")
    if history.run_git(site.tree.docs, "diff", "--quiet", "HEAD", "--", old) is None and history.is_known(site.tree.docs, old):
        raise EditError(f"{old}: has changes that are not committed; commit them first, so that git keeps what is removed")
    known = relink.links(site, {old: None}, {old: other.source})
    edits = [*_control_files(site, {old: None}, {old: None}, settings)]
    for source, text in _texts(site):
        if source == old:
            edits.append(FileEdit(source, text, "", None))
            continue
        changed = relink.relinked(text, source, source, known)
        if source == other.source and article.url:
            addresses = [alias for alias, target in site.redirects.items() if target == article.url]
            for address in (article.url, *addresses):
                changed = _with_alias(changed, address, other)
        if changed != text:
            edits.append(FileEdit(source, text, changed, source))
    return tuple(sorted(edits, key=lambda edit: edit.source))


def _moved_translations(site: Site, old: SourcePath, new: SourcePath) -> dict[SourcePath, SourcePath]:
    """The new paths of the translations of an article that lie beside it and have its name: `oil.de.md` beside `oil.md`."""
    moved = {}
    for source, article in _articles(site).items():
        place, ending = without_suffix(old), source[len(without_suffix(source)) :]
        if article.language_tag and source.casefold() == f"{place}.{article.language_tag}{ending}".casefold():
            moved[source] = SourcePath(without_suffix(new) + source[len(place) :])
    taken = next((to for to in moved.values() if site.tree.file(to).exists()), None)
    if taken:
        raise EditError(f"{taken}: is there already; the translation of {old} would get this name")
    return moved


def _moved_folder(site: Site, old: SourcePath, new: SourcePath) -> dict[SourcePath, SourcePath]:
    """The new path of each file in a folder, including hidden ones, and of each link, which is moved as it is."""
    if new.startswith(f"{old}/") or is_article(new):
        raise EditError(f"{new}: must be the path of a new folder outside of {old}/")
    if any(source.startswith(f"{old}/") for source in site.outside.files):
        raise EditError(f"{old}: is mounted from elsewhere by mkdocs.yml; change `at` there")
    paths = sorted(folders.list_entries(site.tree.docs / old, unreadable=_refuse))
    if not paths:
        raise EditError(f"{old}: is an empty folder")
    return {SourcePath(f"{old}/{path}"): SourcePath(f"{new}/{path}") for path in paths}


def _refuse(path: str, error: OSError) -> None:
    raise EditError(f"{error.filename}: can't be read: {error.strerror}; make it readable, or remove it")


def _moves(
    site: Site, moved: Mapping[SourcePath, SourcePath], named: Mapping[SourcePath, SourcePath], settings: Path
) -> Iterator[FileEdit]:
    """All edits for moved files; `named` also has the folder that is moved with them."""
    known, texts = relink.links(site, moved), dict(_texts(site))
    control = {edit.source: edit for edit in _control_files(site, moved, named, settings)}
    articles = {article.source: article for article in site.published}
    for source in sorted({*moved, *texts, *control}):
        to, before = moved.get(source, source), texts.get(source, "")
        if source in control:
            yield control[source]
            continue
        after = relink.relinked(before, source, to, known) if before else ""
        if before and source in moved and source in articles and _has_other_address(articles[source], to):
            after = _with_alias(after, articles[source].url, articles[source])
        if after != before or to != source:
            yield FileEdit(source, before, after, to)
    for section in site.sections.values():
        place = moved_place(section.path, named)
        if section.index is None and place != section.path and slug_from_folder(place) != slug_from_folder(section.path):
            yield FileEdit(SourcePath(f"{place}/index.md"), "", with_alias("", section.url), SourcePath(f"{place}/index.md"))


def moved_place(place: str, named: Mapping[SourcePath, SourcePath]) -> str:
    """The path of a folder after the move."""
    whole = next((ancestor for ancestor in (place, *parents(place)) if ancestor and SourcePath(ancestor) in named), None)
    return f"{named[SourcePath(whole)]}{place.removeprefix(whole)}" if whole else place


def _control_files(site: Site, moved: relink.Moved, named: relink.Moved, settings: Path) -> Iterator[FileEdit]:
    """The edits of `.pages` files and mkdocs.yml that name moved or removed files."""
    places = {SourcePath(old): SourcePath(new) for old, new in named.items() if new is not None}
    for source in site.tree.paths:
        if file_name(source) == PAGES_FILE_NAME and source not in site.outside.files:
            text = read_text(site.tree.file(source))
            after = relink.renamed_in_pages(text or "", folder(source), moved_place(folder(source), places), named)
            if text is not None and (after != text or source in moved):
                yield FileEdit(source, text, after, moved.get(source, source))
    text = read_text(settings) if settings.is_file() else None
    after = relink.renamed_in_settings(text or "", named)
    if text is not None and after != text:
        path = SourcePath(os.path.relpath(settings, site.tree.docs).replace(os.sep, "/"))
        yield FileEdit(path, text, after, path)


def merge_tags(site: Site, one: str, other: str) -> tuple[FileEdit, ...]:
    """The edits that make one tag an alias of another in `.tags.yml`: its articles get the other tag, its page redirects."""
    known = {tag_key(tag.name): tag.name for tag in site.tags} | {key: found.name for key, found in site.tag_file.by_key.items()}
    missing = next((name for name in (one, other) if tag_key(name) not in known), "")
    if missing or known[tag_key(one)] == known[tag_key(other)]:
        raise EditError(f"{missing!r} is no tag" if missing else f"{one!r} and {other!r} are one tag")
    target = known[tag_key(other)]
    path = site.tree.file(TAG_FILE)
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    merged = site.tag_file.by_key.get(tag_key(one))
    names = (merged.name, *merged.aliases) if merged else (known[tag_key(one)],)
    entries = [entry for entry in _entries(text) if not (merged and _entry_name(entry) == tag_key(merged.name))]
    if not any(_entry_name(entry) == tag_key(target) for entry in entries):
        entries.append(f"- name: {_quoted(target)}\n")
    after = "".join(_with_aliases(entry, names) if _entry_name(entry) == tag_key(target) else entry for entry in entries)
    read, diagnostics = taxonomy.read_tag_file(after.encode())
    if diagnostics or any(taxonomy.resolve_tag(name, read) != target for name in names):
        raise EditError(f"{TAG_FILE} is written in a way that can't be changed safely; write `aliases: [{one}]` below {target!r} yourself")
    return (FileEdit(TAG_FILE, text, after, TAG_FILE),)


def write(edits: Sequence[FileEdit], docs: Path) -> None:
    """Writes planned edits, with the line ends of each file; moves and removals go through git where it tracks the file."""
    links = {edit.to: (docs / edit.source).resolve() for edit in edits if edit.to and (docs / edit.source).is_symlink()}
    for edit in edits:
        _move(edit, docs)
    for link, led_to in links.items():
        _keep_target(docs / link, led_to)
    for edit in edits:
        if edit.to and edit.after != edit.before:
            _write_text(docs / edit.to, edit.after)
    for place in sorted({folder(edit.source) for edit in edits if edit.to != edit.source}, key=len, reverse=True):
        with suppress(OSError):
            for ancestor in (place, *parents(place)):
                if ancestor:
                    (docs / ancestor).rmdir()


def _move(edit: FileEdit, docs: Path) -> None:
    """Moves or removes the file of an edit, if the edit does that."""
    path = docs / edit.source
    if edit.to is None:
        if history.run_git(docs, "rm", "--quiet", "--force", "--", edit.source) is None:
            path.unlink()
        return
    (docs / edit.to).parent.mkdir(parents=True, exist_ok=True)
    if edit.to != edit.source and history.run_git(docs, "mv", "--", edit.source, edit.to) is None:
        path.rename(docs / edit.to)


def _keep_target(link: Path, led_to: Path) -> None:
    """Has a moved link lead to what it led to, unless that was moved with it."""
    if not link.exists() and led_to.exists():
        link.unlink()
        link.symlink_to(os.path.relpath(led_to, link.parent.resolve()))


def _write_text(file: Path, text: str) -> None:
    """Gives a file a new text, with the line ends and the byte order mark of the old one."""
    known = file.read_bytes() if file.is_file() else b""
    data = text.replace("\n", "\r\n").encode() if b"\r\n" in known else text.encode()
    write_whole(file, codecs.BOM_UTF8 + data if known.startswith(codecs.BOM_UTF8) else data)


def read_text(file: Path) -> str | None:
    """The text of a file with `\\n` line ends; None where it is not UTF-8."""
    try:
        return file.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        return None


def _with_alias(text: str, url: UrlPath, article: Article) -> str:
    """The text with an alias added to its header, unless it is there already."""
    try:
        return text if url in article.aliases else with_alias(text, url)
    except EditError as error:
        raise EditError(f"{article.source}: {error}") from None


def with_alias(text: str, url: UrlPath) -> str:
    """The text of an article with an alias added to its header; raises EditError for a header that can't be edited."""
    try:
        parts = header.split_header(text)
    except HeaderError as error:
        raise EditError(f"{error.message}; mend the header first") from None
    if not parts.kind:
        return f"---\naliases: [{_quoted(url)}]\n---\n{text}"
    if parts.kind not in LIST_LINE:
        raise EditError(f'the header is JSON; write `"aliases": ["{url}"]` into it first')
    quoted = _quoted(url) if parts.kind == "yaml" else f'"{url}"'
    line = LIST_LINE[parts.kind].search(parts.header)
    if line is None:
        written = f"aliases: [{quoted}]\n" if parts.kind == "yaml" else f"aliases = [{quoted}]\n"
        changed = (
            re.sub(r"(?m)^(?=\[)|\Z", written, _ended(parts.header), count=1) if parts.kind == "toml" else _ended(parts.header) + written
        )
    elif line["flow"] is not None:
        items = ", ".join(filter(None, (line["flow"].strip(), quoted)))
        changed = parts.header[: line.start("flow")] + items + parts.header[line.end("flow") :]
    else:
        changed = f"{parts.header[: line.end()]}\n  - {quoted}{parts.header[line.end() :]}"
    return text.replace(parts.header, changed, 1) if parts.header else text.replace("\n", f"\n{changed}", 1)


def _ended(text: str) -> str:
    return text if text.endswith("\n") or not text else f"{text}\n"


def _quoted(text: str) -> str:
    return text if PLAIN.fullmatch(text) else f'"{text}"'


def _articles(site: Site) -> dict[SourcePath, Article]:
    return {article.source: article for article in (*site.published, *site.withheld_articles)}


def _article(site: Site, source: SourcePath) -> Article:
    known = _articles(site)
    if source in known and source not in site.outside.files:
        return known[source]
    if source in site.refused:
        raise EditError(f"{source}: has errors; `{COMMAND} check` says which, mend them first")
    near = most_similar(source, known)
    raise EditError(f"{source}: is no article of docs/{f'; did you mean {near}?' if near else ''}")


def _texts(site: Site) -> Iterator[tuple[SourcePath, str]]:
    """The source path and the text of each article of docs/ itself, refused ones too; what is not UTF-8 is left out, and links are."""
    for source in sorted({*_articles(site), *site.refused}.difference(site.tree.links)):
        text = read_text(site.tree.file(source)) if is_article(source) and source not in site.outside.files else None
        if text is not None:
            yield source, text


def is_outside(path: SourcePath) -> bool:
    """Whether a path names no file below docs/."""
    return path.startswith(("/", "../")) or path in {"", ".", ".."}


def _has_other_address(article: Article, new: SourcePath) -> bool:
    """Whether the URL of an article changes with its path."""
    if article.path:
        return False
    same_folder = slug_from_folder(folder(article.source)) == slug_from_folder(folder(new))
    same_name = bool(article.slug) or slug_from_file(stem(article.source)) == slug_from_file(stem(new))
    return not (same_folder and same_name and is_index(article.source) == is_index(new))


def _entries(text: str) -> list[str]:
    """The entries of a YAML list, each with the lines below it; lines above the first are an entry without name."""
    return [part for part in re.split(r"(?m)^(?=- )", _ended(text)) if part]


def _entry_name(entry: str) -> str:
    match = re.search(r"(?m)^(?:- |  )name:[ \t]*[\"']?(.+?)[\"']?[ \t]*$", entry)
    return tag_key(match[1]) if match else ""


def _with_aliases(entry: str, names: Iterable[str]) -> str:
    """An entry of the tag file with more aliases."""
    written = ", ".join(_quoted(name) for name in names)
    flow = re.search(r"(?m)^(  |- )aliases:[ \t]*\[([^\]]*)\]", entry)
    if flow:
        items = ", ".join(filter(None, (flow[2].strip(), written)))
        return entry[: flow.start(2)] + items + entry[flow.end(2) :]
    name = re.search(r"(?m)^(?:- |  )name:.*\n", entry)
    at = name.end() if name else 0
    return f"{entry[:at]}  aliases: [{written}]\n{entry[at:]}"
