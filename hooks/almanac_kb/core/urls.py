"""Parse and resolve URLs as browsers do (RFC 3986; WHATWG URL, section 4.4); the other hosts that pages may use, by purpose."""

import posixpath
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from typing import Any
from urllib.parse import unquote, urlsplit

from almanac_kb.core.paths import folder

FROM_ELEMENTS = {
    "iframe": ("frames",),
    "video": ("media",),
    "audio": ("media",),
    "track": ("media",),
    "source": ("images", "media"),
}
"""The fields of Hosts that apply to each HTML element; `source` takes images and media, every element not named here images."""


@dataclass(frozen=True)
class Hosts:
    """Host names such as `www.example.org`, by what pages may take from them, always over https."""

    images: tuple[str, ...] = ()
    """Hosts from which images may come."""
    media: tuple[str, ...] = ()
    """Hosts from which video and audio may come."""
    frames: tuple[str, ...] = ()
    """Hosts whose pages may be shown in a frame."""
    scripts: tuple[str, ...] = ()
    """Hosts whose scripts may run in a page."""
    styles: tuple[str, ...] = ()
    """Hosts from which style sheets and fonts may come."""
    connections: tuple[str, ...] = ()
    """Hosts that scripts may connect to; `*.example.org` stands for all hosts below that name."""

    def of_element(self, name: str) -> tuple[str, ...]:
        """The hosts from which an HTML element of this name may load."""
        return tuple(host for kind in FROM_ELEMENTS.get(name, ("images",)) for host in getattr(self, kind))

    def __or__(self, other: "Hosts") -> "Hosts":
        """The hosts of both, for each purpose."""
        return Hosts(**{kind: tuple(dict.fromkeys((*getattr(self, kind), *getattr(other, kind)))) for kind in KINDS})


KINDS = tuple(field.name for field in fields(Hosts))
"""The purposes of hosts: the keys of the setting `hosts`."""
NO_HOSTS = Hosts()
GOOGLE = ("www.googletagmanager.com",)
GOOGLE_ANALYTICS = Hosts(
    images=GOOGLE,
    scripts=GOOGLE,
    connections=("*.google-analytics.com", "*.analytics.google.com", "*.googletagmanager.com"),
)
"""The hosts that the provider `google` of Material's analytics needs (Google: Use Tag Manager with a Content Security Policy)."""
GOOGLE_FONTS = Hosts(styles=("fonts.googleapis.com", "fonts.gstatic.com"))
"""The hosts that a `font` of Material's theme needs."""
GISCUS = Hosts(frames=("giscus.app",), scripts=("giscus.app",), styles=("giscus.app",), connections=("giscus.app",))
"""The hosts that comments by giscus need."""


def showing(names: tuple[str, ...]) -> Hosts:
    """Hosts of these names, from which pages may load images, media and frames."""
    return Hosts(images=names, media=names, frames=names)


def of_providers(extra: Mapping[str, Any], font: object, comments: str) -> Hosts:
    """The hosts that Material's settings need: analytics under `extra`, the `font` of the theme, the template `comments`."""
    analytics = extra.get("analytics")
    provider = analytics.get("provider") if isinstance(analytics, Mapping) else None
    return (
        (GOOGLE_ANALYTICS if provider == "google" else NO_HOSTS)
        | (GOOGLE_FONTS if font else NO_HOSTS)
        | (GISCUS if "https://giscus.app/" in comments else NO_HOSTS)
    )


SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):")
TAB_OR_NEWLINE = re.compile(r"[\t\n\r]")
"""Characters that browsers remove anywhere in a URL."""
C0_CONTROL_OR_SPACE = "".join(map(chr, range(0x21)))
"""Characters that browsers remove at both ends of a URL."""
LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "::1", "0.0.0.0"})  # noqa: S104 - compared, not bound
"""Names of the local machine."""


@dataclass(frozen=True)
class SiteTarget:
    """The place on the site that a URL leads to."""

    path: str
    """The percent-decoded path below the site's root: ends in a slash if the URL's path does, starts with one if it leaves the root."""
    fragment: str
    """The part after `#`, percent-decoded."""


def resolve_url(address: str, page: str, base: str) -> SiteTarget | None:
    """The place on the site at `base` that `address`, a URL in the output file `page`, leads to; None for other hosts and schemes."""
    url = normalized_as_browsers_do(address)
    if url.startswith(base) and not url.startswith("//"):
        url, root = f"/{url[len(base) :]}", "/"
    elif url.startswith("//") or SCHEME.match(url.lower()):
        return None
    else:
        root = urlsplit(base).path or "/"
    path, _, fragment = url.partition("#")
    return SiteTarget(_path_below_root(unquote(path.partition("?")[0]), page, root), unquote(fragment))


def served_paths(target: SiteTarget) -> tuple[str, ...]:
    """The files that a server may send for a target, as output paths, the first that exists: that file, the `index.html` of that folder."""
    path = target.path
    page = f"{path.rstrip('/')}/index.html" if path not in ("", "/") else "index.html"
    return (page,) if not path or path.endswith("/") else (path, page)


def served_file(target: SiteTarget, files: Collection[str]) -> str | None:
    """The output file that a server sends for a target; None where none of them is in `files`."""
    return next((path for path in served_paths(target) if path in files), None)


def scheme(address: str) -> str:
    """The scheme of a URL as a browser reads it, in lower case; `//` where the URL starts with a host; empty for a URL of the same site."""
    url = normalized_as_browsers_do(address).lower()
    match = SCHEME.match(url)
    return match[1] if match else "//" * url.startswith("//")


def host(address: str) -> str:
    """The host that a URL names, in lower case; empty where it names none."""
    try:
        return urlsplit(normalized_as_browsers_do(address)).hostname or ""
    except ValueError:
        return ""


def is_this_machine(address: str) -> bool:
    """Whether a URL is one of the reader's own machine (RFC 6761, section 6.3), as examples in manuals are."""
    name = host(address)
    return name in LOCAL_HOSTS or name.endswith(".localhost")


def normalized_as_browsers_do(address: str) -> str:
    """The URL without the characters that browsers remove, and with a slash for each backslash."""
    return TAB_OR_NEWLINE.sub("", address).strip(C0_CONTROL_OR_SPACE).replace("\\", "/")


def _path_below_root(path: str, page: str, root: str) -> str:
    """The decoded URL path of a link in the file `page`, relative to the site's URL path `root`; unchanged where it leaves it."""
    if not path:
        return page
    if path.startswith("/"):
        if not f"{path}/".startswith(root):
            return path
        normal = posixpath.normpath(path[len(root) :]) if path[len(root) :] else "."
    else:
        normal = posixpath.normpath(posixpath.join(folder(page), path))
    normal = "" if normal == "." else normal
    return f"{normal}/" if normal and path.endswith(("/", "/.", "/..")) else normal
