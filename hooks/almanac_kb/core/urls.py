"""Parse and resolve URLs as browsers do (RFC 3986, WHATWG)."""

import posixpath
import re
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from almanac_kb.core.paths import folder

SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):")
BLANK = re.compile(r"[\t\n\r]")
CONTROL = "".join(map(chr, range(33)))
"""What browsers strip from both ends of an address (WHATWG URL, section 4.4)."""


@dataclass(frozen=True)
class SiteTarget:
    """A place on the site."""

    path: str
    """The path below the site's root, decoded; with a slash at the end where the address had one; a slash at the start leads outside."""
    fragment: str
    """What follows the `#`, decoded."""


def resolve_url(address: str, page: str, base: str) -> SiteTarget | None:
    """Where an address in the file `page` of the site at `base` leads; None for other hosts and schemes."""
    plain = normalized_as_browsers_do(address)
    if plain.startswith(base) and not plain.startswith("//"):
        plain, root = f"/{plain[len(base) :]}", "/"
    elif plain.startswith("//") or SCHEME.match(plain.lower()):
        return None
    else:
        root = urlsplit(base).path or "/"
    path, _, fragment = plain.partition("#")
    return SiteTarget(_path(unquote(path.partition("?")[0]), page, root), unquote(fragment))


def served_file(target: SiteTarget, files: Collection[str]) -> str | None:
    """The file of the site that a server sends for a target, or None."""
    path = target.path
    if path in files and not path.endswith("/"):
        return path
    page = f"{path.rstrip('/')}/index.html" if path not in ("", "/") else "index.html"
    return page if page in files else None


def scheme(address: str) -> str:
    """The scheme of an address as a browser reads it, `//` where only the host is named, nothing for one of the same site."""
    plain = normalized_as_browsers_do(address).lower()
    match = SCHEME.match(plain)
    return match[1] if match else "//" * plain.startswith("//")


def host(address: str) -> str:
    """The host an address names, or nothing."""
    try:
        return urlsplit(normalized_as_browsers_do(address)).hostname or ""
    except ValueError:
        return ""


def normalized_as_browsers_do(address: str) -> str:
    """The address without what browsers leave out, and with their slashes."""
    return BLANK.sub("", address).strip(CONTROL).replace("\\", "/")


def _path(written: str, page: str, root: str) -> str:
    if not written:
        return page
    if written.startswith("/"):
        if not f"{written}/".startswith(root):
            return written
        whole = posixpath.normpath(written[len(root) :]) if written[len(root) :] else "."
    else:
        whole = posixpath.normpath(posixpath.join(folder(page), written))
    whole = "" if whole == "." else whole
    return f"{whole}/" if whole and written.endswith(("/", "/.", "/..")) else whole
