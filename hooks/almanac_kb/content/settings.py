"""Settings of a site, validated."""

import dataclasses
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from pathspec import GitIgnoreSpec

from almanac_kb.core import urls
from almanac_kb.core.text import most_similar
from almanac_kb.core.urls import NO_HOSTS, Hosts
from almanac_kb.frontmatter.dates import DateOrder


class SettingsError(ValueError):
    """A setting is invalid; the message names it and what it may be."""


@dataclass(frozen=True)
class MountSetting:
    """A folder of articles outside docs/, and where it is mounted in docs/."""

    path: str
    """The path of the folder, relative to mkdocs.yml: `../blog/src/content/posts`."""
    at: str
    """The folder below docs/ as which it is read; empty for docs/ itself."""


@dataclass(frozen=True)
class SearchServer:
    """A search server that browsers query in place of the site's own index."""

    engine: str
    """Always `typesense`."""
    url: str
    """Its URL: `https://search.example.org`."""
    key: str
    """An API key that may only search: every reader can see it."""
    collection: str = "articles"
    """The collection that the articles were exported to."""

    @property
    def origin(self) -> str:
        """Scheme, host and port of the URL."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"


@dataclass(frozen=True)
class Giscus:
    """Comments by giscus (giscus.app), which stores them as discussions of a GitHub repository."""

    repo: str
    """The repository: `owner/name`."""
    repo_id: str
    category: str
    """The category of discussions."""
    category_id: str
    mapping: str = "pathname"
    """The property of an article by which its discussion is found."""
    theme: str = "preferred_color_scheme"


@dataclass(frozen=True)
class HomeSetting:
    """The content at the top of the home page."""

    title: str = ""
    """The heading, where it is not that of the page."""
    lead: str = ""
    """A sentence below the heading that says what the site is about."""
    image: str = ""
    """An image in docs/: `look/home.png`; where it is empty, the mark of the site."""
    start: tuple[str, ...] = ()
    """The articles to start with, by source path: `guides/first.md`."""


@dataclass(frozen=True)
class Settings:
    """The settings of a site."""

    refused: str = "stop"
    """The reaction of a build to articles with errors: `stop` before anything is written, or `skip` them and list them."""
    drafts: bool = False
    """Whether drafts, scheduled and expired articles are shown, marked as such."""
    dates: str = "proven"
    """The meaning of 03/04/2021: `month-first`, `day-first`, or `proven`: as other dates of the site prove, else the date is refused."""
    per_page: int = 20
    """Articles per paginator page of a listing, from 1 to 50."""
    hosts: Hosts = NO_HOSTS
    """Other hosts by purpose (`images`, `media`, `frames`, `scripts`, `styles`, `connections`), always over https.

    A list such as `[www.youtube.com]` names hosts of images, media and frames.
    """
    comments: Giscus | None = None
    """The GitHub discussions that are shown as comments below articles; None for no comments."""
    trusted: tuple[str, ...] = ()
    """Folders of docs/ whose authors may write any HTML, including scripts; `.` is all of docs/."""
    sources: tuple[MountSetting, ...] = ()
    """Folders of articles outside docs/, each read in place as the folder of docs/ in `at`."""
    publish: str = "all"
    """The articles that are published: `all`, or only those `marked` with `publish: true` or `dg-publish: true`."""
    exclude: tuple[str, ...] = ()
    """Patterns of paths that are withheld, in the syntax of `exclude_docs` (gitignore)."""
    files: str = ""
    """The assets that are published: `used` by something published, or `all`; empty for `used` in vaults and mounts, else `all`."""
    keys: tuple[str, ...] = ()
    """Header keys of the site's own, which are never taken for slips."""
    glossary: str = "glossary/index.md"
    """The article with the definition lists whose terms are explained in all other articles."""
    hashtags: bool = False
    """Whether `#words` in the text of articles are tags, as in Obsidian."""
    markdown: str = "auto"
    """The renderer of articles that name none: `commonmark`, `python-markdown`, or `auto`, which decides by the site."""
    history: tuple[str, ...] = ()
    """The values that articles get from git: `dates` where headers have none, the names of `contributors`, the last change of `paragraphs`.

    `true` stands for `[dates]`.
    """
    health: bool = False
    """Whether the site has the page `/health/`, which lists what should be looked after in the articles."""
    search: SearchServer | None = None
    """The search server of the site; None where browsers use its own index."""
    offline: int = 0
    """Megabytes of pages that a reader's browser keeps for reading without a network; 0: none."""
    tag_pages: int = 1
    """The fewest articles of a tag that has a page of its own; a rarer tag is shown without a link."""
    cards: str = "article"
    """Whose social card an article without an image has: its own (`article`), that of its `topic`, or that of the `site`."""
    sort_tables: bool = False
    """Whether readers can sort every table of articles by its columns, not only those of the class `sortable`."""
    home: HomeSetting | None = None
    """The content at the top of the home page; None for the default."""
    fast: bool = True
    """Whether compiled texts, pages and check results are cached in .cache/; the site is the same either way."""
    shared_cache: str = ""
    """The place where machines share compiled texts: a folder, or the address of a server; empty for none."""
    workers: int | str = "auto"
    """Processes that read, render, write and check: 1 is MkDocs' own process, `auto` as many as pay; the site is the same either way.

    The address of a Dask scheduler (`tcp://scheduler:8786`) has its workers render the texts, and stands for `auto` in all other work.
    """

    @property
    def cluster(self) -> str:
        """The address of the scheduler whose workers render the texts; empty where this machine does."""
        return self.workers if isinstance(self.workers, str) and CLUSTER.fullmatch(self.workers) else ""

    @property
    def order(self) -> DateOrder | None:
        """The order of numeric dates that the setting prescribes; None where the articles must prove it."""
        return None if self.dates == "proven" else DateOrder(self.dates)


CHOICES: dict[str, tuple[str, ...]] = {
    "refused": ("stop", "skip"),
    "markdown": ("commonmark", "python-markdown", "auto"),
    "dates": ("proven", "month-first", "day-first"),
    "publish": ("all", "marked"),
    "files": ("used", "all"),
    "cards": ("article", "topic", "site"),
}
MAX_OFFLINE = 500
"""Most megabytes that readers may be asked to keep."""
HISTORY = ("dates", "contributors", "paragraphs")
"""The values that articles may have from git."""
MAX_WORKERS = 256
"""Most worker processes in the setting; a higher number is a slip."""
HOST = re.compile(r"(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
HOST_OR_ALL_BELOW = re.compile(rf"(?:\*\.)?{HOST.pattern}")
FOLDER_SETTINGS = re.compile(r"\.|[^/.][^/]*(?:/[^/.][^/]*)*")
SERVER = re.compile(r"https?://[A-Za-z0-9.-]+(?::[0-9]{1,5})?(?:/[A-Za-z0-9._~/-]*)?")
CLUSTER = re.compile(r"(?:tcp|tls)://(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\]):[0-9]{1,5}")
"""The address of the scheduler of a Dask cluster."""
SOURCE = "{path: ../blog/posts, at: posts}"


def read_settings(given: object) -> Settings:
    """The settings in the mapping under `extra.knowledge`; raises SettingsError, which names the key and what it may be."""
    if given is None:
        return Settings()
    if not isinstance(given, Mapping):
        raise SettingsError("extra.knowledge: must be a map of settings")
    known = {field.name for field in dataclasses.fields(Settings)}
    for key in given:
        if key not in known:
            close = most_similar(str(key), sorted(known))
            hint = f"; did you mean {close}?" if close else f"; it may be {', '.join(sorted(known))}"
            raise SettingsError(f"extra.knowledge.{key}: is no setting{hint}")
    return Settings(**{key: _checked(key, value) for key, value in given.items() if value is not None})


def _checked(key: str, value: Any) -> Any:
    if key in CHOICES and value not in CHOICES[key]:
        raise SettingsError(f"extra.knowledge.{key}: must be {' or '.join(CHOICES[key])}, got {value!r}")
    if key == "history":
        return _from_git(value)
    if key in {"drafts", "fast", "hashtags", "health", "sort_tables"} and not isinstance(value, bool):
        raise SettingsError(f"extra.knowledge.{key}: must be true or false, got {value!r}")
    if key in {"per_page", "tag_pages"} and (not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= 50):
        raise SettingsError(f"extra.knowledge.{key}: must be a number from 1 to 50, got {value!r}")
    if key == "offline" and (not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MAX_OFFLINE):
        raise SettingsError(f"extra.knowledge.offline: must be a number of megabytes from 0 to {MAX_OFFLINE}, got {value!r}")
    if key == "workers":
        return _worker_count(value)
    if key == "shared_cache":
        return _shared_cache(value)
    if key == "sources":
        return _folders(value)
    if key == "search":
        return _search(value)
    if key == "hosts":
        return _hosts(value)
    if key == "home":
        return _home(value)
    if key == "comments":
        return _comments(value)
    if key == "trusted":
        return _names_settings(key, value, FOLDER_SETTINGS, "guides/internal")
    if key == "keys":
        return _keys(value)
    if key == "exclude":
        return _patterns(value)
    return value


def _from_git(value: Any) -> tuple[str, ...]:
    if isinstance(value, bool):
        return HISTORY[:1] if value else ()
    if not isinstance(value, list) or not all(name in HISTORY for name in value):
        raise SettingsError(f"extra.knowledge.history: must be true, false or a list of {', '.join(HISTORY)}, got {value!r}")
    return tuple(value)


def _worker_count(value: Any) -> int | str:
    if value == "auto":
        return "auto"
    if isinstance(value, str) and CLUSTER.fullmatch(value):
        return value
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= MAX_WORKERS:
        expected = f"auto, a number from 1 to {MAX_WORKERS} or the address of a Dask scheduler such as tcp://scheduler:8786"
        raise SettingsError(f"extra.knowledge.workers: must be {expected}, got {value!r}")
    return value


def _shared_cache(value: Any) -> str:
    is_server = isinstance(value, str) and value.startswith(("http://", "https://"))
    if not isinstance(value, str) or "\0" in value or ("://" in value and not (is_server and _is_address(value))):
        shown = re.sub(r"//[^/]*@", "//…@", repr(value))
        expected = "a folder, or the address of a server such as https://cache.example.org/kb"
        raise SettingsError(f"extra.knowledge.shared_cache: must be {expected}, got {shown}")
    return value.rstrip("/") if is_server else value


def _is_address(value: str) -> bool:
    try:
        parts = urlsplit(value)
        return bool(parts.hostname) and parts.port != 0 and not parts.query and value.isascii() and value.isprintable() and " " not in value
    except ValueError:
        return False


def _search(given: Any) -> SearchServer:
    example = "{engine: typesense, url: https://search.example.org, key: a search-only key}"
    known = {field.name for field in dataclasses.fields(SearchServer)}
    if (
        not isinstance(given, Mapping)
        or not {"engine", "url", "key"} <= given.keys() <= known
        or not all(isinstance(text, str) for text in given.values())
    ):
        raise SettingsError(f"extra.knowledge.search: must be a map such as {example}, got {given!r}")
    if given["engine"] != "typesense":
        raise SettingsError(f"extra.knowledge.search: engine must be typesense, got {given['engine']!r}")
    if not SERVER.fullmatch(given["url"]):
        raise SettingsError(f"extra.knowledge.search: url must be an address such as https://search.example.org, got {given['url']!r}")
    return SearchServer(**given)


def _folders(given: Any) -> tuple[MountSetting, ...]:
    if not isinstance(given, list):
        raise SettingsError(f"extra.knowledge.sources: must be a list such as [{SOURCE}], got {given!r}")
    return tuple(_folder(item) for item in given)


def _folder(given: Any) -> MountSetting:
    keys = {"path", "at"}
    if not isinstance(given, Mapping) or given.keys() != keys or not all(isinstance(given[key], str) for key in keys):
        raise SettingsError(f"extra.knowledge.sources: must be a list such as [{SOURCE}], got {given!r}")
    path, at = given["path"].rstrip("/"), given["at"].rstrip("/") or "."
    if not path or "\0" in path:
        raise SettingsError(f"extra.knowledge.sources: path must be a folder, seen from mkdocs.yml, got {given['path']!r}")
    if not FOLDER_SETTINGS.fullmatch(at) or not at.isprintable():
        raise SettingsError(f"extra.knowledge.sources: at must be a folder inside docs/, such as posts, got {given['at']!r}")
    return MountSetting(path, "" if at == "." else at)


def _keys(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(name, str) and name.strip() for name in value):
        raise SettingsError(f"extra.knowledge.keys: must be a list such as [reviewed, owner], got {value!r}")
    return tuple(name.strip() for name in value)


def _patterns(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(pattern, str) for pattern in value):
        raise SettingsError(f"extra.knowledge.exclude: must be a list such as [private/, '*.draft.md'], got {value!r}")
    try:
        GitIgnoreSpec.from_lines(value)
    except ValueError as error:
        raise SettingsError(f"extra.knowledge.exclude: {error}") from None
    return tuple(value)


def _hosts(value: Any) -> Hosts:
    if not isinstance(value, Mapping):
        return urls.showing(_names_settings("hosts", value, HOST, "www.example.org"))
    for kind in value:
        if kind not in urls.KINDS:
            raise SettingsError(f"extra.knowledge.hosts.{kind}: is nothing that a host may do; it may be {', '.join(urls.KINDS)}")
    patterns = {kind: HOST_OR_ALL_BELOW if kind == "connections" else HOST for kind in urls.KINDS}
    return Hosts(**{kind: _names_settings(f"hosts.{kind}", names, patterns[kind], "www.example.org") for kind, names in value.items()})


def _comments(value: Any) -> Giscus:
    example = "{giscus: {repo: owner/name, repo_id: …, category: …, category_id: …}}"
    given = value.get("giscus") if isinstance(value, Mapping) and value.keys() == {"giscus"} else None
    known = {field.name: field.default is dataclasses.MISSING for field in dataclasses.fields(Giscus)}
    needed = {name for name, is_needed in known.items() if is_needed}
    if not isinstance(given, Mapping) or not needed <= given.keys() <= known.keys() or not all(map(_is_text, given.values())):
        raise SettingsError(f"extra.knowledge.comments: must be a map such as {example}, as giscus.app shows it, got {value!r}")
    return Giscus(**given)


def _home(given: Any) -> HomeSetting:
    known = {field.name for field in dataclasses.fields(HomeSetting)}
    if not isinstance(given, Mapping) or not given.keys() <= known or not all(_is_text(given[key]) for key in given if key != "start"):
        example = "{title: The Library, lead: What we know about disks, image: look/home.png, start: [guides/first.md]}"
        raise SettingsError(f"extra.knowledge.home: must be a map such as {example}, got {given!r}")
    start = given.get("start", [])
    if not isinstance(start, list) or not all(map(_is_text, start)):
        raise SettingsError(f"extra.knowledge.home.start: must be a list of files of docs/ such as [guides/first.md], got {start!r}")
    return HomeSetting(**{**given, "start": tuple(start)})


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _names_settings(key: str, value: Any, pattern: re.Pattern[str], example: str) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise SettingsError(f"extra.knowledge.{key}: must be a list such as [{example}], got {value!r}")
    for name in value:
        if not isinstance(name, str) or not pattern.fullmatch(name):
            raise SettingsError(f"extra.knowledge.{key}: must be a list such as [{example}], got {name!r}")
    return tuple(dict.fromkeys(value))
