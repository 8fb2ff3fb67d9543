"""Former URLs of dated articles: where Jekyll, Hugo, Docusaurus and Material's blog published them, so that old links lead on."""

import datetime
import json
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from almanac_kb.content.article import Article, ArticleKind
from almanac_kb.content.publication import BLOG_FOLDERS
from almanac_kb.core import text as core_text
from almanac_kb.core.diagnostics import Diagnostic, HeaderError, Position, Severity
from almanac_kb.core.paths import SourcePath, file_name, folder, heading_id, parents, stem, without_suffix
from almanac_kb.frontmatter import formats, values

JEKYLL_FILES = ("_config.yml", "_config.yaml")
HUGO_FILES = tuple(f"{name}.{ending}" for name in ("hugo", "config") for ending in ("toml", "yaml", "yml", "json"))
SETTINGS_FILES = frozenset({*JEKYLL_FILES, *HUGO_FILES})
"""Names of the files in which Jekyll and Hugo configure the URLs of articles."""
PERMALINK = b"permalink"
"""The setting that is read, in all these files."""
PARSERS: Mapping[str, tuple[Callable[[str], Any], Callable[[str], object]]] = {
    "toml": (tomllib.loads, formats.parse_toml),
    "json": (json.loads, formats.parse_json),
}
"""What reads the settings by the ending of the file, and what raises the HeaderError that says where they can't be read; else YAML."""
PERMALINK_STYLES = {
    "date": "/:categories/:year/:month/:day/:title:output_ext",
    "pretty": "/:categories/:year/:month/:day/:title/",
    "ordinal": "/:categories/:year/:y_day/:title:output_ext",
    "weekdate": "/:categories/:year/W:week/:short_day/:title:output_ext",
    "none": "/:categories/:title:output_ext",
}
"""Jekyll's named permalink patterns; its default is `date`."""
DATED = re.compile(r"(?:.*/)?(?P<year>\d{4})[-/](?P<month>\d{1,2})[-/](?P<day>\d{1,2})[-_ /]+(?P<name>[^/]+)\Z")
"""A path with a date in front of its name, as Jekyll and Docusaurus read it: `2019-03-01-x`, `2019/03-01-x`, `2019/03/01/x`."""
PLACEHOLDER = re.compile(r":(?P<name>[a-z_]+)(?:\[[^\]]*\])?")
UNSAFE = re.compile(r"[^\w.~!$&'()+,;=@]+")
DATE_DIRECTIVES = {
    "year": "%Y",
    "short_year": "%y",
    "month": "%m",
    "day": "%d",
    "y_day": "%j",
    "hour": "%H",
    "minute": "%M",
    "second": "%S",
    "week": "%V",
    "w_year": "%G",
    "w_day": "%u",
    "short_day": "%a",
    "long_day": "%A",
    "short_month": "%b",
    "long_month": "%B",
}
"""Jekyll's placeholders, each with its `strftime` directive."""
POSTS = "posts"
"""The folder of articles in Material's blog."""


@dataclass(frozen=True)
class AddressPatterns:
    """URL patterns from the settings files of other systems, by the folder that holds the file."""

    jekyll: Mapping[str, str] = field(default_factory=dict)
    """Jekyll's `permalink`: `pretty`, or a pattern such as `/:year/:title/`."""
    hugo: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Hugo's `permalinks` by section: `/:year/:month/:slug/`."""


def read_patterns(files: Mapping[SourcePath, bytes]) -> tuple[AddressPatterns, tuple[Diagnostic, ...]]:
    """The patterns in settings files of Jekyll and Hugo, and a warning for each file that has patterns and can't be parsed."""
    jekyll: dict[str, str] = {}
    hugo: dict[str, dict[str, str]] = {}
    diagnostics = []
    for path, data in files.items():
        try:
            settings = _settings(file_name(path), data)
        except HeaderError as error:
            message = f"{error.message}, so that no former URL is known from it"
            diagnostics += [Diagnostic(path, error.position, "file", message, error.hint, Severity.WARNING)] if PERMALINK in data else []
            continue
        if file_name(path) in JEKYLL_FILES:
            pattern = _jekyll_pattern(settings)
            jekyll |= {folder(path): pattern} if pattern else {}
        else:
            found = settings.get("permalinks")
            sections = {**found, **found["page"]} if isinstance(found, dict) and isinstance(found.get("page"), dict) else found
            hugo[folder(path)] = {str(key): each for key, each in (sections or {}).items() if isinstance(each, str)}
    return AddressPatterns(jekyll, {path: sections for path, sections in hugo.items() if sections}), tuple(diagnostics)


def former_urls(article: Article, origin: str, patterns: AddressPatterns, folders_with_page: frozenset[str]) -> tuple[str, ...]:
    """The URL paths, without a slash at the start, where other systems published a dated article; mostly one or none.

    `origin` is the path of the file as its author knows it, maybe outside docs/; `folders_with_page` are the folders with an index page.
    """
    if article.kind is ArticleKind.INDEX and stem(article.source) == "Home":
        return (f"{article.url}home/",)
    if article.kind is not ArticleKind.ARTICLE or article.is_unlisted:
        return ()
    found = (
        *_jekyll_addresses(article, origin, patterns),
        *_hugo_addresses(article, patterns),
        *_material_addresses(article, folders_with_page),
    )
    cleaned = (values.old_address(address) for address in found)
    return tuple(dict.fromkeys(address for address in cleaned if address and address != article.url))


def dated_names(article: Article) -> tuple[str, ...]:
    """The ends of links to a dated article in most systems, `2019/03/01/x`: with its file name, and with its slug or title."""
    dates = [f"{date:%Y/%m/%d}" for date in _dates(article)]
    names = (article.slug, _undated_name(article), heading_id(article.title))
    return tuple(dict.fromkeys(f"{date}/{name}" for date in dates for name in names if name))


def _settings(name: str, data: bytes) -> dict[str, Any]:
    """The settings in a file; raises HeaderError where it can't be parsed."""
    text = core_text.decode(data)
    load, explain = PARSERS.get(name.rpartition(".")[2], (yaml.safe_load, formats.parse_yaml))
    try:
        loaded = load(text)
    except formats.YAML_VALUE_ERRORS:  # the two others raise ValueError and RecursionError
        explain(text)
        raise HeaderError(Position(), "has a value that can't be read", "put it in quotes") from None
    return loaded if isinstance(loaded, dict) else {}


def _jekyll_pattern(settings: Mapping[str, Any]) -> str:
    """The permalink of posts: that of their collection, of their defaults, or of the site."""
    collections, defaults = settings.get("collections"), settings.get("defaults")
    posts = collections.get(POSTS) if isinstance(collections, dict) else None
    written = [posts.get("permalink")] if isinstance(posts, dict) else []
    for each in defaults if isinstance(defaults, list) else ():
        scope, given = (each.get("scope"), each.get("values")) if isinstance(each, dict) else (None, None)
        if isinstance(given, dict) and (not isinstance(scope, dict) or scope.get("type") in {None, "", POSTS}):
            written.append(given.get("permalink"))
    written.append(settings.get("permalink"))
    return next((each for each in written if isinstance(each, str) and each), "")


def _jekyll_addresses(article: Article, origin: str, patterns: AddressPatterns) -> Iterator[str]:
    """Jekyll's URL by its setting, else by its styles `date` and `pretty`; outside `_posts` also Docusaurus' below the folder."""
    match = DATED.fullmatch(_page_path(article.source))
    if match is None:
        return
    parts = article.source.split("/")[:-1]
    cut = next((number for number, part in enumerate(parts) if part in BLOG_FOLDERS), len(parts))
    home = "/".join(parts[:cut])
    is_jekyll = not BLOG_FOLDERS.isdisjoint(origin.split("/"))
    root = next((path for path in (home, *parents(home)) if path in patterns.jekyll), None)
    styles = (
        [PERMALINK_STYLES["date"], PERMALINK_STYLES["pretty"]]
        if root is None
        else [PERMALINK_STYLES.get(patterns.jekyll[root], patterns.jekyll[root])]
    )
    own = [name.lower() for each in article.categories for name in (each.split() if is_jekyll else [each])]
    below = home.removeprefix(root or "").strip("/").lower().split("/") if is_jekyll and home else []
    all_categories = "/".join(dict.fromkeys(filter(None, [*below, *own])))
    for categories in dict.fromkeys((all_categories, "/".join(own), *([""] if root is None else []))):
        for date in _dates(article)[:1]:
            yield from filter(None, (_expanded(style, _jekyll_values(article, match["name"], date, categories)) for style in styles))
    if not is_jekyll:
        before = article.source[: match.start("year")].rstrip("/")
        written = f"{match['year']}/{int(match['month']):02}/{int(match['day']):02}"
        yield f"{before}/{written}/{article.slug or match['name']}/"


def _hugo_addresses(article: Article, patterns: AddressPatterns) -> Iterator[str]:
    root = next((path for path in (folder(article.source), *parents(folder(article.source))) if path in patterns.hugo), None)
    if root is None or article.created is None:
        return
    sections = folder(article.source).removeprefix(root).strip("/").removeprefix("content").strip("/").split("/")
    pattern = patterns.hugo[root].get(sections[0])
    if pattern:
        found = _expanded(pattern, _hugo_values(article, sections, article.created))
        yield f"{found.rstrip('/')}/"


def _material_addresses(article: Article, folders_with_page: frozenset[str]) -> Iterator[str]:
    """The URL by Material's blog for the articles of `blog/posts/`: below `blog/`, by date and title."""
    parts = folder(article.source).split("/")
    if POSTS not in parts or article.created is None:
        return
    home = "/".join(parts[: parts.index(POSTS)])
    if home in folders_with_page or home.endswith("blog"):
        yield f"{home}/{article.created:%Y/%m/%d}/{article.slug or heading_id(article.title)}/"


def _expanded(pattern: str, given: Mapping[str, str]) -> str:
    """The URL path for a pattern; empty where the pattern has an unknown placeholder."""
    if any(match["name"] not in given for match in PLACEHOLDER.finditer(pattern)):
        return ""
    return re.sub("/{2,}", "/", PLACEHOLDER.sub(lambda match: given[match["name"]], pattern))


def _jekyll_values(article: Article, name: str, date: datetime.date, categories: str) -> dict[str, str]:
    slug = UNSAFE.sub("-", article.slug or name).strip("-")
    hours = article.created or datetime.datetime.combine(date, datetime.time())
    return {
        **{key: f"{hours:{form}}" for key, form in DATE_DIRECTIVES.items()},
        "i_month": str(date.month),
        "i_day": str(date.day),
        "title": slug,
        "slug": slug.lower(),
        "name": slug.lower(),
        "categories": categories,
        "slugified_categories": "/".join(heading_id(each) for each in categories.split("/")),
        "output_ext": ".html",
    }


def _hugo_values(article: Article, sections: list[str], date: datetime.datetime) -> dict[str, str]:
    name = file_name(_page_path(article.source)).lower()
    title = re.sub(r"-{2,}", "-", heading_id(article.title)).strip("-")
    bare = DATED.fullmatch(name)
    return {
        "year": f"{date:%Y}",
        "month": f"{date:%m}",
        "day": f"{date:%d}",
        "yearday": str(date.timetuple().tm_yday),
        "section": sections[0],
        "sections": "/".join(sections),
        "title": title,
        "slug": article.slug or title,
        **dict.fromkeys(("filename", "contentbasename"), name),
        **dict.fromkeys(("slugorfilename", "slugorcontentbasename"), article.slug or (bare["name"] if bare else name)),
    }


def _page_path(source: str) -> str:
    """The path that a page is named by: for an `index.md` that of its folder."""
    return folder(source) if stem(source).casefold() == "index" else without_suffix(source)


def _undated_name(article: Article) -> str:
    match = DATED.fullmatch(_page_path(article.source))
    return match["name"] if match else file_name(_page_path(article.source))


def _dates(article: Article) -> list[datetime.date]:
    """The date of an article, and the date in its path where that differs."""
    match = DATED.fullmatch(_page_path(article.source))
    found = [article.created.date()] if article.created else []
    if match:
        try:
            found.append(datetime.date(int(match["year"]), int(match["month"]), int(match["day"])))
        except ValueError:
            return found
    return list(dict.fromkeys(found))


def unclaimed(found: Iterable[tuple[Article, tuple[str, ...]]]) -> dict[str, Article]:
    """Each former URL path that belongs to one article only, with that article."""
    owners: dict[str, list[Article]] = {}
    for article, addresses in found:
        for address in addresses:
            owners.setdefault(address, []).append(article)
    return {address: articles[0] for address, articles in owners.items() if len(articles) == 1}
