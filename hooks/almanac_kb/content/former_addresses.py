"""Former addresses: where Jekyll, Hugo, Docusaurus and Material's blog published a dated article, so that links to it lead on."""

import datetime
import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from almanac_kb.content.publication import BLOG_FOLDERS
from almanac_kb.content.reader import Article, Kind
from almanac_kb.core.paths import SourcePath, file_name, folder, heading_id, parents, stem, without_suffix
from almanac_kb.frontmatter import values

JEKYLL_FILES = ("_config.yml", "_config.yaml")
HUGO_FILES = tuple(f"{name}.{ending}" for name in ("hugo", "config") for ending in ("toml", "yaml", "yml", "json"))
SETTINGS_FILES = frozenset({*JEKYLL_FILES, *HUGO_FILES})
"""Names of the files in which Jekyll and Hugo are told the addresses of articles."""
STYLES = {
    "date": "/:categories/:year/:month/:day/:title:output_ext",
    "pretty": "/:categories/:year/:month/:day/:title/",
    "ordinal": "/:categories/:year/:y_day/:title:output_ext",
    "weekdate": "/:categories/:year/W:week/:short_day/:title:output_ext",
    "none": "/:categories/:title:output_ext",
}
"""The permalinks that Jekyll has names for; without a setting it is `date`."""
DATED = re.compile(r"(?:.*/)?(?P<year>\d{4})[-/](?P<month>\d{1,2})[-/](?P<day>\d{1,2})[-_ /]+(?P<name>[^/]+)\Z")
"""A path with a date in front of its name, as Jekyll and Docusaurus read it: `2019-03-01-x`, `2019/03-01-x`, `2019/03/01/x`."""
PLACEHOLDER = re.compile(r":(?P<name>[a-z_]+)(?:\[[^\]]*\])?")
UNSAFE = re.compile(r"[^\w.~!$&'()+,;=@]+")
FORMS = {
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
"""Placeholders of Jekyll by the directives of `strftime`."""
POSTS = "posts"
"""The folder of Material's blog in which articles lie."""


@dataclass(frozen=True)
class AddressPatterns:
    """What settings files of other systems say of the addresses of articles, by the folder that each file lies in."""

    jekyll: Mapping[str, str] = field(default_factory=dict)
    """The `permalink` of Jekyll: `pretty`, or a pattern such as `/:year/:title/`."""
    hugo: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """The `permalinks` of Hugo by section: `/:year/:month/:slug/`."""


def read_patterns(files: Mapping[SourcePath, bytes]) -> AddressPatterns:
    """The patterns in settings files of Jekyll and Hugo; a file that can't be read as such says nothing."""
    jekyll: dict[str, str] = {}
    hugo: dict[str, dict[str, str]] = {}
    for path, data in files.items():
        settings = _settings(file_name(path), data)
        if file_name(path) in JEKYLL_FILES:
            pattern = _jekyll_pattern(settings)
            jekyll |= {folder(path): pattern} if pattern else {}
        else:
            found = settings.get("permalinks")
            sections = {**found, **found["page"]} if isinstance(found, dict) and isinstance(found.get("page"), dict) else found
            hugo[folder(path)] = {str(key): each for key, each in (sections or {}).items() if isinstance(each, str)}
    return AddressPatterns(jekyll, {path: sections for path, sections in hugo.items() if sections})


def former_addresses(article: Article, origin: str, patterns: AddressPatterns, folders_with_page: frozenset[str]) -> tuple[str, ...]:
    """The addresses, without a slash at the start, at which other systems published a dated article; mostly one or none.

    `origin` is the path of the file as its author knows it, which may lie outside docs/; `folders_with_page` have an index page.
    """
    if article.kind is Kind.INDEX and stem(article.source) == "Home":
        return (f"{article.url}home/",)
    if article.kind is not Kind.ARTICLE or article.is_unlisted:
        return ()
    found = (*_of_jekyll(article, origin, patterns), *_of_hugo(article, patterns), *_of_material(article, folders_with_page))
    cleaned = (values.old_address(address) for address in found)
    return tuple(dict.fromkeys(address for address in cleaned if address and address != article.url))


def dated_names(article: Article) -> tuple[str, ...]:
    """What links to a dated article end in on most systems: `2019/03/01/x`, by its file name and by the words it may be named after."""
    dates = [f"{date:%Y/%m/%d}" for date in _dates(article)]
    names = (article.slug, _name(article), heading_id(article.title))
    return tuple(dict.fromkeys(f"{date}/{name}" for date in dates for name in names if name))


def _settings(name: str, data: bytes) -> dict[str, Any]:
    try:
        text = data.decode()
        loaded = tomllib.loads(text) if name.endswith(".toml") else json.loads(text) if name.endswith(".json") else yaml.safe_load(text)
    except (ValueError, yaml.YAMLError, RecursionError):
        return {}
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


def _of_jekyll(article: Article, origin: str, patterns: AddressPatterns) -> Iterator[str]:
    """By the setting of Jekyll, else as its `date` and `pretty` write it; outside `_posts` also below its folder, as Docusaurus does."""
    match = DATED.fullmatch(_bare(article.source))
    if match is None:
        return
    parts = article.source.split("/")[:-1]
    cut = next((number for number, part in enumerate(parts) if part in BLOG_FOLDERS), len(parts))
    home = "/".join(parts[:cut])
    is_jekyll = not BLOG_FOLDERS.isdisjoint(origin.split("/"))
    root = next((path for path in (home, *parents(home)) if path in patterns.jekyll), None)
    styles = [STYLES["date"], STYLES["pretty"]] if root is None else [STYLES.get(patterns.jekyll[root], patterns.jekyll[root])]
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


def _of_hugo(article: Article, patterns: AddressPatterns) -> Iterator[str]:
    root = next((path for path in (folder(article.source), *parents(folder(article.source))) if path in patterns.hugo), None)
    if root is None or article.created is None:
        return
    sections = folder(article.source).removeprefix(root).strip("/").removeprefix("content").strip("/").split("/")
    pattern = patterns.hugo[root].get(sections[0])
    if pattern:
        found = _expanded(pattern, _hugo_values(article, sections, article.created))
        yield f"{found.rstrip('/')}/"


def _of_material(article: Article, folders_with_page: frozenset[str]) -> Iterator[str]:
    """Where Material's blog has the articles of `blog/posts/`: below `blog/`, by date and title."""
    parts = folder(article.source).split("/")
    if POSTS not in parts or article.created is None:
        return
    home = "/".join(parts[: parts.index(POSTS)])
    if home in folders_with_page or home.endswith("blog"):
        yield f"{home}/{article.created:%Y/%m/%d}/{article.slug or heading_id(article.title)}/"


def _expanded(pattern: str, given: Mapping[str, str]) -> str:
    """The address that a pattern stands for; empty where it has a placeholder that is not known."""
    if any(match["name"] not in given for match in PLACEHOLDER.finditer(pattern)):
        return ""
    return re.sub("/{2,}", "/", PLACEHOLDER.sub(lambda match: given[match["name"]], pattern))


def _jekyll_values(article: Article, name: str, date: datetime.date, categories: str) -> dict[str, str]:
    slug = UNSAFE.sub("-", article.slug or name).strip("-")
    hours = article.created or datetime.datetime.combine(date, datetime.time())
    return {
        **{key: f"{hours:{form}}" for key, form in FORMS.items()},
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
    name = file_name(_bare(article.source)).lower()
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


def _bare(source: str) -> str:
    """The path that a page is named by: that of its folder for an `index.md`."""
    return folder(source) if stem(source).casefold() == "index" else without_suffix(source)


def _name(article: Article) -> str:
    match = DATED.fullmatch(_bare(article.source))
    return match["name"] if match else file_name(_bare(article.source))


def _dates(article: Article) -> list[datetime.date]:
    """The date of an article, and the one in its path where that is another."""
    match = DATED.fullmatch(_bare(article.source))
    found = [article.created.date()] if article.created else []
    if match:
        try:
            found.append(datetime.date(int(match["year"]), int(match["month"]), int(match["day"])))
        except ValueError:
            return found
    return list(dict.fromkeys(found))


def unclaimed(found: Iterable[tuple[Article, tuple[str, ...]]]) -> dict[str, Article]:
    """The article of each former address that is the address of one article alone."""
    owners: dict[str, list[Article]] = {}
    for article, addresses in found:
        for address in addresses:
            owners.setdefault(address, []).append(article)
    return {address: articles[0] for address, articles in owners.items() if len(articles) == 1}
