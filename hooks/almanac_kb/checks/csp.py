"""The Content Security Policy (W3C CSP Level 3): made from the inline scripts of the theme, and put into each page."""

import base64
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from lxml import etree, html
from markupsafe import Markup

from almanac_kb.core.urls import KINDS, NO_HOSTS, Hosts
from almanac_kb.render.document import figures

ALIGNMENTS = ("text-align: left;", "text-align: center;", "text-align: right;")
"""The values of `style` that Markdown gives to the cells of tables."""
DATA_TYPES = frozenset({"application/json", "application/ld+json"})
"""Types of `<script>` elements that hold data and never run (HTML, section 4.12.1)."""
CHARSET = re.compile(r"<meta charset=\"?utf-8\"?>", re.IGNORECASE)
DOCUMENT_START = re.compile(r"\s*+(?:<!doctype[^>]*+>\s*+)?+(?:<html[^>]*+>\s*+)?+(?:<head[^>]*+>)?+", re.IGNORECASE)
"""The part of a page before the first element in its head."""
CACHED_DIGESTS = 256
"""Digests that are kept in memory: the scripts of the theme stand on every page."""
CHARSET_WITHIN = 1024
"""Bytes at the start of a page among which the encoding must stand (HTML, section 4.2.5.4)."""


@dataclass(frozen=True)
class AllowedContent:
    """The hosts and scripts that pages of the site may use."""

    policy: str
    """The content security policy."""
    hosts: Hosts
    """Other hosts, by purpose."""
    base: str
    """The absolute URL of the site, with a slash at the end."""
    diagrams: str = ""
    """The policy of pages with diagrams."""

    def due(self, source: bytes) -> str:
        """The policy that a page must have; `source` are its bytes in lower case."""
        return self.diagrams if b"mermaid" in source and figures(source.decode(errors="replace")).diagrams else self.policy

    def names(self, content: str) -> bool:
        """Whether an inline script or style belongs to the theme."""
        return digest(content) in self.policy


def build_policy(pages: Iterable[str], hosts: Hosts = NO_HOSTS, *, diagrams: bool = False, server: str = "") -> str:
    """The policy that allows the inline scripts and styles in the HTML of `pages` and no others.

    Beside the site, `hosts` are allowed for their purposes, over https. With `diagrams` all inline styles are allowed, since Mermaid
    makes some as it draws. Scripts may also connect to `server`, the origin of a search server.
    """
    trees = [html.fromstring(page) for page in pages if page.strip()]
    scripts = _digests(
        script_text(script) for tree in trees for script in tree.iter("script") if is_executable(script) and script.get("src") is None
    )
    styles = _digests(script_text(style) for tree in trees for style in tree.iter("style"))
    images, media, frames, programs, sheets, asked = (tuple(f"https://{host}" for host in getattr(hosts, kind)) for kind in KINDS)
    directives = {
        "default-src": ("'none'",),
        "script-src": ("'self'", *programs, *scripts),
        "style-src": ("'self'", *sheets, *(("'unsafe-inline'",) if diagrams else styles)),
        "style-src-attr": ("'unsafe-inline'",) if diagrams else ("'unsafe-hashes'", *_digests(ALIGNMENTS)),
        "img-src": ("'self'", "data:", *images),
        "media-src": ("'self'", *media),
        "frame-src": frames or ("'none'",),
        "font-src": ("'self'", *sheets),
        "connect-src": ("'self'", *asked, *([server] if server else ())),
        "worker-src": ("'self'",),
        "manifest-src": ("'self'",),
        "object-src": ("'none'",),
        "base-uri": ("'none'",),
        "form-action": ("'self'",),
    }
    return "; ".join(f"{name} {' '.join(values)}" for name, values in directives.items())


def put_policy(page: str, policy: str) -> str:
    """The HTML of a page with a policy before everything that the policy restricts; only the encoding may stand before it."""
    meta = Markup('<meta http-equiv="Content-Security-Policy" content="{}">').format(policy)
    start = DOCUMENT_START.match(page)
    charset = CHARSET.match(page, start.end() + _blank_length(page, start.end())) if start else None
    end = charset.end() if charset else start.end() if start else 0
    return f"{page[:end]}{meta}{page[end:]}"


@lru_cache(CACHED_DIGESTS)
def digest(content: str) -> str:
    """The source expression by which a policy allows an inline script or style with this text: `'sha256-…'`."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"


def is_executable(script: etree._Element) -> bool:
    """Whether browsers run a `<script>` element, which they don't where it holds data."""
    return (script.get("type") or "").strip().lower() not in DATA_TYPES


def script_text(element: etree._Element) -> str:
    """The text of a `<script>` or `<style>` element, as browsers compute its digest."""
    return element.text or ""


def _digests(contents: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({digest(content) for content in contents}))


def _blank_length(page: str, start: int) -> int:
    rest = page[start : start + CHARSET_WITHIN]
    return len(rest) - len(rest.lstrip())
