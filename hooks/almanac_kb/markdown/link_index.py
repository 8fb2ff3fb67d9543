"""The link index, all names of all files of a site, and the link resolver: the one function that says which file a target means.

Authors write targets relative to the file, relative to the URL of its page, or from the root of the site; with or without `.md` or `.html`;
percent-encoded; as an old URL; and in wikilinks by file name, title or another name. `resolve` reads all of these.
"""

import posixpath
import re
import unicodedata
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from urllib.parse import quote, unquote

from almanac_kb.core import text as core_text
from almanac_kb.core.paths import SourcePath, article_paths, candidate_paths, folder, is_article, stem, without_suffix

LENGTH = 500
"""Longest target that is looked up, in characters."""
INDEXES = ("/index", "/_index", "/readme")
ELSEWHERE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//|#|\?|\Z")
PAGE = re.compile(r"(?:/index)?(?:\.html?)?/?\Z", re.IGNORECASE)
ALIAS = re.compile(r"(?:@site|@|~)/")
"""The root of a project as Docusaurus (`@site/`) and Astro, Nuxt and VitePress (`@/`, `~/`) write it."""
ROOTS = frozenset({"docs", "blog", "content", "source", "src", "static", "public", "pages", "wiki"})
"""Top folders of other systems' projects, which targets name although a site made from their contents may lack them."""
HASHTAGS = "hashtags"
"""Key that the index has if words behind `#` are tags."""
WIKI = "wiki"
"""Kind of the keys of folders that are wikis on GitHub: `wiki:notes`."""
NO_WORD = re.compile(r"[\W_]+")
DATED = re.compile(r"(?:.*/)?(\d{4}/\d{2}/\d{2}/[^/]+)")
"""A URL path with a date, as of blogs."""
SEPARATORS = re.compile(r"[\s_-]+")


@dataclass(frozen=True)
class IndexedArticle:
    """The names of an article or page."""

    source: SourcePath
    title: str
    names: Sequence[str] = ()
    """Other names, and all URL paths that lead to it: its own, its permalink, its aliases."""
    dated: Sequence[str] = ()
    """Ends of links to it in systems with dated URLs: `2019/03/01/lamp`."""


@dataclass(frozen=True)
class LinkIndex:
    """All articles and assets of a site, by every name that a link may use."""

    by_key: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    """Sorted source paths by key. A key is a kind and a folded text: `path:notes/lamp`, `tail:lamp`, `name:brass lamp`, `tag:brass`.

    Keys `title:<source path>` have the title of an article as their value; the key `hashtags` exists if words behind `#` are tags, keys
    `wiki:<folder>` for wikis on GitHub."""


@dataclass(frozen=True)
class Match:
    """The file that a target means."""

    path: SourcePath
    alternatives: tuple[SourcePath, ...] = ()
    """Other files that the target could mean, the likeliest first."""
    case_differs: bool = False
    """Whether the file exists only with its name in another case."""


Lookups = MutableMapping[str, tuple[str, ...]]
"""Every key that was looked up, with the value that the index had for it."""


def build_link_index(
    articles: Iterable[IndexedArticle],
    assets: Iterable[str],
    tags: Mapping[str, str] | None = None,
    *,
    hashtags: bool = False,
    wikis: Iterable[str] = (),
) -> LinkIndex:
    """The index of all articles and assets.

    `tags` maps the key of each tag name to the source path of the tag's page; `hashtags` says whether words behind `#` are tags;
    `wikis` are the folders of wikis on GitHub.
    """
    index: defaultdict[str, set[str]] = defaultdict(set)
    for article in articles:
        _add_article(index, article)
    for asset in assets:
        _add_path(index, asset, asset, *(_bare_paths(asset) if is_article(asset) else ()))
    for word, page in (tags or {}).items():
        index[f"tag:{word}"].add(page)
        _add_path(index, page, page, *_bare_paths(page))
    for path in wikis:
        index[f"{WIKI}:{path}"].add("on")
    if hashtags:
        index[HASHTAGS].add("on")
    return LinkIndex(MappingProxyType({key: tuple(sorted(paths)) for key, paths in index.items()}))


def resolve(target: str, here: SourcePath, index: LinkIndex, lookups: Lookups | None = None, *, name: bool = False) -> Match | None:
    """The file that a target written in the article `here` means; None if there is none, or if the target leads out of the site.

    Fragment and query are ignored. With `name`, the target is read as that of a wikilink, where titles and other names have precedence
    and `#` is a letter. Every key that is looked up is added to `lookups`.
    """
    if len(target) > LENGTH:
        return None
    if not name and is_elsewhere(target):
        return None
    readings = _name_readings(target, here) if name else _path_readings(target, here)
    for sort, text in readings:
        found = look_up(_key(sort, text), index, lookups)
        if found:
            return _match(found, text, here, ambiguous=name or sort != "path", by_path=sort in {"path", "tail"} and not name)
    return None


def find_file(target: str, here: SourcePath, files: Container[str]) -> SourcePath | None:
    """The one of `files` that a target means by its path, read as `resolve` reads it; None if none is meant. For files in no link index."""
    return next((SourcePath(path) for path in meant_paths(target, here) if path in files), None)


def meant_paths(target: str, here: SourcePath) -> Iterator[str]:
    """The source paths that a target in the article `here` may mean, the likeliest first; none where it leads out of the site."""
    if len(target) <= LENGTH and not is_elsewhere(target):
        for place in _places(*_forms(written_path(target)), here=here):
            yield from (place, *article_paths(place))


def look_up(key: str, index: LinkIndex, lookups: Lookups | None = None) -> tuple[str, ...]:
    """The value of a key in the index, empty where it has none; the lookup is recorded in `lookups`."""
    found = index.by_key.get(key, ())
    if lookups is not None:
        lookups[key] = found
    return found


def title_of(path: str, index: LinkIndex, lookups: Lookups | None = None) -> str:
    """The title of the article at a source path; empty for any other file."""
    return next(iter(look_up(f"title:{path}", index, lookups)), "")


def tag_page(word: str, index: LinkIndex, lookups: Lookups | None = None) -> SourcePath | None:
    """The page of the tag that a word behind `#` names, on a site where such words are tags; else None."""
    if not look_up(HASHTAGS, index, lookups):
        return None
    pages = look_up(f"tag:{core_text.tag_key(word)}", index, lookups)
    return SourcePath(pages[0]) if pages else None


def matching_id(fragment: str, ids: Iterable[str]) -> str | None:
    """The id in a page that a written fragment means, percent-encoded or not; None if none is close.

    Systems make ids in different ways. After the exact id, one that differs only in case counts, then one with other separators:
    `Oil-and-Wick`, `oil_and_wick` and `Oil and wick` mean `oil-and-wick`, and `setup_1` means `setup-1`. Then the only id with the same
    letters without accents counts (VitePress and MkDocs write `uber-nodejs` or `uber-node-js` where GitHub has `über-nodejs`), and the
    only one with the same words behind a number, which kramdown and Pandoc leave out (`setup` means `2-setup`).
    """
    written = unicodedata.normalize("NFC", unquote(fragment))
    known = tuple(ids)
    if written in known:
        return written
    for reading in (str.casefold, _words):
        wanted = reading(written)
        found = next((name for name in known if wanted and reading(name) == wanted), None)
        if found is not None:
            return found
    for reading in (_letters, _unnumbered):
        wanted = reading(written)
        alike = [name for name in known if wanted and reading(name) == wanted]
        if len(alike) == 1:
            return alike[0]
    return None


def _words(text: str) -> str:
    return NO_WORD.sub("-", text).strip("-").casefold()


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKD", text).casefold()))


def _unnumbered(text: str) -> str:
    return _letters(text).lstrip("0123456789")


def is_elsewhere(target: str) -> bool:
    """Whether a target leads out of the site (`https:`, `mailto:`, `//host`) or stays on the page (`#part`, `?query`, empty)."""
    return bool(ELSEWHERE.match(target))


def split_target(target: str) -> tuple[str, str]:
    """The path of a target, and its query and fragment as written: `a.md?x#y` gives `a.md` and `?x#y`."""
    at = min((place for place in (target.find("#"), target.find("?")) if place >= 0), default=len(target))
    return target[:at], target[at:]


def written_path(target: str) -> str:
    """The path of a target, percent-decoded, with forward slashes: `my%20lamp.md#wick` gives `my lamp.md`."""
    return unquote(split_target(target)[0]).strip().replace("\\", "/")


def relative_link(here: str, path: str) -> str:
    """The percent-encoded relative link from the article at `here` to a source path: `../img/my%20lamp.png`."""
    return quote(posixpath.relpath(path, folder(here) or "."), safe="/~!$&'*+,;=:@")


def _add_article(index: defaultdict[str, set[str]], article: IndexedArticle) -> None:
    source = article.source
    _add_path(index, source, source, *_bare_paths(source))
    index[f"title:{source}"].add(article.title)
    for spoken in (article.title, stem(source), *article.names):
        text = unquote(spoken).strip("/")
        if text:
            index[_key("name", text)].add(source)
    index[_key("words", stem(source))].add(source)
    for dated in article.dated:
        index[_key("dated", dated)].add(source)


def _add_path(index: defaultdict[str, set[str]], source: str, *paths: str) -> None:
    for path in paths:
        index[_key("path", path)].add(source)
        parts = path.split("/")
        for start in range(len(parts)):
            index[_key("tail", "/".join(parts[start:]))].add(source)


def _bare_paths(source: str) -> Iterator[str]:
    """An article's path without its extension, and for an index page also its folder."""
    bare = without_suffix(source)
    yield bare
    yield from (bare[: -len(index)] for index in INDEXES if bare.casefold().endswith(index))


def _key(sort: str, text: str) -> str:
    """The key for a text of this kind: case-folded, in NFC, and for names without separators."""
    folded = unicodedata.normalize("NFC", text).casefold()
    return f"{sort}:{SEPARATORS.sub('-', folded) if sort == 'words' else folded}"


def _name_readings(target: str, here: str) -> Iterator[tuple[str, str]]:
    """Kind and text of the keys that a wikilink may mean, the likeliest first: a path, the end of one, a name, a file name with hyphens."""
    wanted = target.strip().strip("/")
    if wanted:
        path = posixpath.normpath(posixpath.join(folder(here), wanted)) if wanted.startswith(".") else wanted
        yield from (("path", path), ("tail", path), ("name", wanted), ("words", wanted))


def _path_readings(target: str, here: str) -> Iterator[tuple[str, str]]:
    """Kind and text of the keys that a link may mean, the likeliest first."""
    forms = _forms(written_path(target))
    yield from (("path", place) for place in _places(*forms, here=here))
    plain = re.sub(r"\A(?:\.{0,2}/)+", "", forms[-1])
    if plain:
        yield from (("name", plain), ("tail", plain))
    if forms[0].startswith("/"):
        yield from (("path", path) for form in forms for path in below_roots(form))
    dated = DATED.fullmatch(forms[-1])
    if dated:
        yield "dated", dated[1]


def _forms(written: str) -> tuple[str, ...]:
    """A path without the name that a project has for its root, and, where it is that of a page, also without `index` and `.html`."""
    alias = ALIAS.match(written)
    whole = written[alias.end() - 1 :] if alias else written
    return tuple(dict.fromkeys((whole, PAGE.sub("", whole))))


def _places(*forms: str, here: str) -> Iterator[str]:
    return (place for form in forms for place in candidate_paths(form, here))


def below_roots(path: str) -> Iterator[str]:
    """An absolute path without the top folder of another system's project: `guide/x` for `/docs/guide/x`."""
    first, _, rest = path.strip("/").partition("/")
    while rest and first.casefold() in ROOTS:
        yield rest
        first, _, rest = rest.partition("/")


def _match(found: tuple[str, ...], wanted: str, here: str, *, ambiguous: bool, by_path: bool) -> Match:
    """The best of the files for a key: one in the same case as written, then the nearest to the article."""
    bare = without_suffix(wanted)
    exact = [path for path in found if _ends_with(path, bare)]
    ranked = sorted(exact or found, key=lambda path: _distance(path, here))
    beside = [path for path in ranked if folder(path) == folder(here)]
    rivals = ranked[1:] if ambiguous and len(beside) != 1 else []
    differs = by_path and not exact and any(_ends_with(path.casefold(), bare.casefold()) for path in found)
    return Match(SourcePath(ranked[0]), tuple(SourcePath(path) for path in rivals), differs)


def _ends_with(path: str, bare: str) -> bool:
    return any(f"/{form}".endswith(f"/{bare}") for form in (path, *_bare_paths(path)))


def _distance(path: str, here: str) -> tuple[int, int, str]:
    """Sort key by nearness to the article: number of folders to leave, number of folders to enter, path."""
    own, other = folder(here).split("/") if folder(here) else [], folder(path).split("/") if folder(path) else []
    common = 0
    while common < min(len(own), len(other)) and own[common] == other[common]:
        common += 1
    return len(own) - common, len(other) - common, path
