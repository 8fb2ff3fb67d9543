"""Registry of output paths: each file of the built site has one owner, and paths are compared as case-insensitive file systems do."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from almanac_kb.core.paths import parents

REPLACEABLE = {
    "robots.txt": "rules for crawlers",
    "llms.txt": "what programs should read, by the convention of llmstxt.org",
    "assets/card.png": "the picture of the site in previews of links",
    "favicon.ico": "the icon of the site",
    "favicon.svg": "the icon of the site",
    "favicon.png": "the icon of the site",
    "assets/mark.svg": "the mark of the site",
    "assets/images/favicon.png": "the icon of the site, where the theme looks for it",
    "apple-touch-icon.png": "the icon of the site on a phone",
    "site.webmanifest": "name and icons of the site as an app",
    "manifest.webmanifest": "name and icons of the site as an app",
    "browserconfig.xml": "the icon of the site on a Windows start screen",
    "humans.txt": "who made the site",
    "security.txt": "whom to tell of a weakness",
    "ads.txt": "who may sell advertisements",
    "app-ads.txt": "who may sell advertisements",
    "CNAME": "the domain, for GitHub Pages",
    ".nojekyll": "says to GitHub Pages that the site is built",
    ".well-known/security.txt": "whom to tell of a weakness",
    "_headers": "headers of the host, for Netlify and Cloudflare Pages",
    "_redirects": "redirects of the host, for Netlify and Cloudflare Pages",
    "_routes.json": "routes of the host, for Cloudflare Pages",
    "staticwebapp.config.json": "settings of the host, for Azure",
    "vercel.json": "settings of the host, for Vercel",
    "BingSiteAuth.xml": "proof for Bing that the site is yours",
}
"""Files that docs/ may bring itself, and what each is for; such a file is published in place of the one that the build would write."""
OWN_CARD = re.compile(r"(?:.+/)?cover\.png", re.IGNORECASE)
"""The social card of the page in the same folder, which docs/ may bring and the build else draws."""
PROOF = re.compile(r"(?:google[0-9a-f]{8,32}|yandex_[0-9a-f]{8,32}|pinterest-[0-9a-f]{4,16})\.html", re.IGNORECASE)
"""Files by which search engines verify who owns a site."""
LISTING_PAGE = re.compile(r"(?:.*/)?page/(?:\d+|a-z)(?:/index\.html)?", re.IGNORECASE)
"""Paginator pages of listings, and lists of all titles."""
SITE_FILES = {
    "404.html": "the page for addresses that lead nowhere",
    "sitemap.xml": "the map of the site",
    "sitemap.xml.gz": "the map of the site",
    "feed.xml": "the feed of the site",
    "feed_rss_created.xml": "a feed of the site",
    "feed_rss_updated.xml": "a feed of the site",
    "feed_json_created.json": "a feed of the site",
    "feed_json_updated.json": "a feed of the site",
    "tags/index.html": "the index of tags",
    "robots.txt": "the rules for crawlers",
    "llms.txt": "the list of all articles for programs",
    "llms-full.txt": "the text of all articles for programs",
    "articles.json": "the records of all articles",
    "addresses.json": "the addresses of the site",
}
"""Files that every build writes."""
SITE_PATTERNS = {
    LISTING_PAGE: "the pages of a listing",
    re.compile(r"assets/(?:javascripts|stylesheets)(?:/.*)?", re.IGNORECASE): "the theme",
    re.compile(r"search(?:/.*)?", re.IGNORECASE): "the search",
    re.compile(r"tags/(?:.*/)?(?:index\.html|feed\.xml)", re.IGNORECASE): "the pages of tags",
    re.compile(r"sitemap-\d+\.xml(?:/.*)?", re.IGNORECASE): "the map of the site",
    re.compile(r"llms-full-\d+\.txt(?:/.*)?", re.IGNORECASE): "the text of all articles for programs",
    re.compile(r"livereload/\d+/\d+\.js", re.IGNORECASE): "the preview",
}
"""Paths of which a build writes some, depending on the articles; all of them are reserved."""

RESERVED_NAMES = re.compile(r"(?:con|prn|aux|nul|com[0-9\u00b9\u00b2\u00b3]|lpt[0-9\u00b9\u00b2\u00b3])(?:\..*)?", re.IGNORECASE)
UNSAFE_CHARACTERS = re.compile(r"[<>:\"\\|?*\x00-\x1f]")
NAME_BYTES = 255
"""Most bytes of a file name on most file systems."""


def is_replaceable(path: str) -> bool:
    """Whether docs/ may bring this file although the build, the theme or a plugin writes one of that name."""
    return output_key(path) in _REPLACEABLE_KEYS or bool(PROOF.fullmatch(path) or OWN_CARD.fullmatch(path))


def output_path(address: str) -> str:
    """The output path for a URL path: `guides/` and `guides/index.html` have the same."""
    return f"{address}index.html" if not address or address.endswith("/") else address


def output_key(path: str) -> str:
    """A key that is equal for paths which some file system takes for one: NFC, case folded, no dots or spaces at the end of a name."""
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFD", path).casefold())
    return "/".join(part.rstrip(". ") or part for part in folded.split("/"))


_REPLACEABLE_KEYS = frozenset(map(output_key, REPLACEABLE))


@dataclass(frozen=True)
class Reservation:
    """An output path with its owner."""

    path: str
    """The output path as its owner wrote it."""
    owner: str
    """The owner in words for an author: `the theme`, `the feed of guides/`, `guides/backups.md`."""


class OutputPaths:
    """The reserved output paths and their owners; a file and a folder can't have the same path."""

    def __init__(self, reserved: Mapping[re.Pattern[str], str] | None = None) -> None:
        """`reserved` maps patterns, matched without case, to the owner of all paths that match, whether or not such a file is written."""
        self._patterns = dict(SITE_PATTERNS if reserved is None else reserved)
        self._files: dict[str, Reservation] = {}
        self._folders: dict[str, Reservation] = {}

    def reserve(self, path: str, owner: str) -> None:
        """Reserves a path for an owner; the first owner keeps it."""
        key, reservation = output_key(path), Reservation(path, owner)
        self._files.setdefault(key, reservation)
        for folder in parents(key):
            self._folders.setdefault(folder, reservation)

    def obstacle(self, path: str) -> Reservation | None:
        """The reservation that conflicts with a path: the same path, one below it, a folder above it, or a pattern; None for none."""
        key = output_key(path)
        found = self._files.get(key) or self._folders.get(key)
        found = found or next((self._files[each] for each in parents(key) if each in self._files), None)
        if found:
            return found
        owner = next((owner for pattern, owner in self._patterns.items() if pattern.fullmatch(key)), "")
        return Reservation(path, owner) if owner else None

    def obstacle_of_asset(self, path: str) -> Reservation | None:
        """The reservation that conflicts with a file of docs/; None where there is none, or the file may replace it."""
        key = output_key(path)
        if is_replaceable(path) and key not in self._folders:
            return next((self._files[each] for each in parents(key) if each in self._files), None)
        return self.obstacle(path)


def unportable_name(path: str) -> str:
    """Why Windows or macOS can't check out a file of this path; empty where they can."""
    for name in path.split("/"):
        if RESERVED_NAMES.fullmatch(name):
            return f"{name} is the name of a device on Windows"
        if unsafe := UNSAFE_CHARACTERS.search(name):
            return f"Windows allows no {unsafe[0]!r} in a name"
        if name != name.rstrip(". "):
            return "Windows leaves out a dot or a space at the end of a name"
        if len(name.encode()) > NAME_BYTES:
            return f"the name has more than {NAME_BYTES} bytes"
    return ""


def same_on_some_disks(paths: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Pairs of paths that are two files here and one on Windows or macOS; of several such paths, each pair begins with the first."""
    first: dict[str, str] = {}
    for path in sorted(paths):
        other = first.setdefault(output_key(path), path)
        if other != path:
            yield other, path
