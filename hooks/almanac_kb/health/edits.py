"""Changes of many files in one step: rename an article, remove one, merge two tags; links, redirects and tag aliases go with them.

A change is planned first, as the text of each file before and after, and written when its author agrees.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from almanac_kb.content import history, taxonomy
from almanac_kb.content.reader import Article
from almanac_kb.content.site import Site
from almanac_kb.content.taxonomy import TAG_FILE
from almanac_kb.core.code_mask import masked
from almanac_kb.core.diagnostics import HeaderError
from almanac_kb.core.paths import SourcePath, UrlPath, folder, is_article, is_index, slug_from_file, stem, without_suffix
from almanac_kb.core.text import tag_key
from almanac_kb.frontmatter import header
from almanac_kb.markdown.link_index import IndexedArticle, LinkIndex, build_link_index, relative_link, resolve, split_target

TARGETS = (
    re.compile(r"\]\(\s*<(?P<target>[^<>\n]+)>|\]\(\s*(?P<plain>[^\s()<>]+(?:\([^\s()]*\)[^\s()<>]*)*)"),
    re.compile(r"^ {0,3}\[[^\]\n]+\]:\s*<?(?P<target>[^\s<>]+)", re.MULTILINE),
    re.compile(r"\b(?:href|src)=[\"'](?P<target>[^\"'\n]+)"),
)
"""Where Markdown and HTML write the target of a link or picture."""
WIKILINK = re.compile(r"\[\[(?P<target>[^\[\]|#\n]+)")
LIST_LINE = {
    "yaml": re.compile(r"^aliases:[ \t]*(?:\[(?P<flow>[^\]\n]*)\][ \t]*|(?P<block>(?:#.*)?))$", re.MULTILINE),
    "toml": re.compile(r"^aliases[ \t]*=[ \t]*\[(?P<flow>[^\]]*)\]", re.MULTILINE),
}
"""The line of a header that lists old addresses."""
PLAIN = re.compile(r"[A-Za-z][\w ./+-]*")
"""A text that YAML reads as text without quotes in a flow list."""


class EditError(ValueError):
    """A change that can't be made; says why, and what to do."""


@dataclass(frozen=True)
class FileEdit:
    """What happens to one file of docs/."""

    source: SourcePath
    before: str
    """Its text; empty where it is new."""
    after: str
    """Its text then; empty where it is removed."""
    to: SourcePath | None
    """Its path then; None where it is removed."""


def rename(site: Site, old: SourcePath, new: SourcePath) -> tuple[FileEdit, ...]:
    """Moves an article: its file, all links to it and its own links, and a redirect from its old address."""
    article = _article(site, old)
    if not is_article(new) or new in _articles(site) or site.tree.file(new).exists():
        raise EditError(f"{new}: must be the path of a new Markdown file below docs/")
    before, after = _index(site, {}), _index(site, {old: new})
    edits = []
    for source, text in _texts(site):
        to = new if source == old else source
        changed = _relinked(text, source, to, before, after, {old: new})
        if source == old and _moves(article, new):
            changed = with_alias(changed, article.url)
        if changed != text or to != source:
            edits.append(FileEdit(source, text, changed, to))
    return tuple(edits)


def remove(site: Site, old: SourcePath, to: SourcePath) -> tuple[FileEdit, ...]:
    """Removes an article; its addresses and all links to it lead to another one."""
    article, other = _article(site, old), _article(site, to)
    if old == to:
        raise EditError(f"{old}: can't lead to itself")
    before, after = _index(site, {}), _index(site, {old: None})
    edits = []
    for source, text in _texts(site):
        if source == old:
            edits.append(FileEdit(source, text, "", None))
            continue
        changed = _relinked(text, source, source, before, after, {old: to})
        if source == other.source:
            addresses = [alias for alias, target in site.redirects.items() if target == article.url]
            for address in (article.url, *addresses):
                changed = with_alias(changed, address)
        if changed != text:
            edits.append(FileEdit(source, text, changed, source))
    return tuple(edits)


def merge_tags(site: Site, one: str, other: str) -> tuple[FileEdit, ...]:
    """Makes one tag an alias of another in `.tags.yml`: articles of the one have the other, and its page leads there."""
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


def write(edits: Iterable[FileEdit], docs: Path) -> None:
    """Makes planned changes; git is told of moves and removals where it knows the file."""
    for edit in edits:
        path = docs / edit.source
        if edit.to is None:
            if history.run_git(docs, "rm", "--quiet", "--force", "--", edit.source) is None:
                path.unlink()
            continue
        if edit.to != edit.source:
            (docs / edit.to).parent.mkdir(parents=True, exist_ok=True)
            if history.run_git(docs, "mv", "--", edit.source, edit.to) is None:
                path.rename(docs / edit.to)
        if edit.after != edit.before:
            (docs / edit.to).write_text(edit.after, encoding="utf-8")


def with_alias(text: str, url: UrlPath) -> str:
    """The text of an article whose header names an old address; raises EditError for a header that can't be changed."""
    try:
        parts = header.split_header(text)
    except HeaderError as error:
        raise EditError(f"{error.message}; mend the header first") from None
    if not parts.kind:
        return f"---\naliases: [{_quoted(url)}]\n---\n{text}"
    if parts.kind not in LIST_LINE:
        raise EditError(f"the header is JSON; write `aliases: {url}` yourself")
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
    return {article.source: article for article in (*site.published, *site.kept_back)}


def _article(site: Site, source: SourcePath) -> Article:
    article = _articles(site).get(source)
    if article is None or source in site.outside.files:
        raise EditError(f"{source}: is no article of docs/")
    return article


def _texts(site: Site) -> Iterator[tuple[SourcePath, str]]:
    """The source path and the text of each article of docs/ itself."""
    for source in sorted(_articles(site)):
        if source not in site.outside.files:
            yield source, site.tree.file(source).read_text(encoding="utf-8")


def _index(site: Site, moved: Mapping[SourcePath, SourcePath | None]) -> LinkIndex:
    """The link index of a site after some articles were moved, or removed, without their old addresses, so that no link keeps those."""
    articles = [
        IndexedArticle(to, article.title, (*article.names, *article.aliases, *([article.url] if to == article.source else [])))
        for article in site.published
        if (to := moved.get(article.source, article.source)) is not None
    ]
    return build_link_index(articles, site.assets, taxonomy.tag_pages(site.tags))


def _moves(article: Article, new: SourcePath) -> bool:
    """Whether the address of an article is another when its file is at a new path."""
    if article.path:
        return False
    same_folder = folder(article.source) == folder(new)
    same_name = bool(article.slug) or slug_from_file(stem(article.source)) == slug_from_file(stem(new))
    return not (same_folder and same_name and is_index(article.source) == is_index(new))


def _relinked(
    text: str, here: SourcePath, to: SourcePath, before: LinkIndex, after: LinkIndex, moved: Mapping[SourcePath, SourcePath]
) -> str:
    """The text of an article at `to` in which each link leads to what it led to from `here`, or to where that was moved."""
    mask = masked(text)
    changes: list[tuple[int, int, str]] = []
    for match in chain.from_iterable(pattern.finditer(text) for pattern in (*TARGETS, WIKILINK)):
        group = "target" if match["target"] is not None else "plain"
        written, start = match[group], match.start(group)
        name = match.re is WIKILINK
        meant = resolve(written, here, before, name=name) if mask[start] != "\0" else None
        if meant is None:
            continue
        wanted = moved.get(meant.path, meant.path)
        now = resolve(written, to, after, name=name)
        if now is None or now.path != wanted:
            link = _wikilink(wanted, to, after) if name else f"{relative_link(to, wanted)}{split_target(written)[1]}"
            changes.append((start, match.end(group), link))
    for start, end, link in sorted(changes, reverse=True):
        text = text[:start] + link + text[end:]
    return text


def _wikilink(path: SourcePath, here: SourcePath, index: LinkIndex) -> str:
    """How a wikilink names an article: by its file name where that says which one is meant, else by its path."""
    short = resolve(stem(path), here, index, name=True)
    return stem(path) if short and short.path == path and not short.alternatives else without_suffix(path)


def _entries(text: str) -> list[str]:
    """The entries of a YAML list, each with the lines below it; what stands above the first is an entry without name."""
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
