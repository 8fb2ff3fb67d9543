"""Content Security Policy."""

import base64
import hashlib
import re
from collections.abc import Iterable

from lxml import etree, html
from markupsafe import Markup

ALIGNMENTS = ("text-align: left;", "text-align: center;", "text-align: right;")
DATA = frozenset({"application/json", "application/ld+json"})
"""The types of `<script>` that hold data and never run (HTML, section 4.12.1)."""
CHARSET = re.compile(r"<meta charset=\"?utf-8\"?>", re.IGNORECASE)
START = re.compile(r"\s*+(?:<!doctype[^>]*+>\s*+)?+(?:<html[^>]*+>\s*+)?+(?:<head[^>]*+>)?+", re.IGNORECASE)
EARLY = 1024
"""In how many characters a page names its encoding."""


def build_policy(pages: Iterable[str], hosts: Iterable[str] = (), *, diagrams: bool = False) -> str:
    """The policy under which the inline scripts and styles of `pages` work and no others; pictures and frames may come from `hosts` too.

    `diagrams` are drawn with inline styles, which Mermaid makes as it draws.
    """
    trees = [html.fromstring(page) for page in pages]
    scripts = _hashes(
        script_text(each) for tree in trees for each in tree.iter("script") if is_executable(each) and each.get("src") is None
    )
    styles = _hashes(script_text(each) for tree in trees for each in tree.iter("style"))
    origins = tuple(f"https://{host}" for host in hosts)
    directives = {
        "default-src": ("'none'",),
        "script-src": ("'self'", *scripts),
        "style-src": ("'self'", *(("'unsafe-inline'",) if diagrams else styles)),
        "style-src-attr": ("'unsafe-inline'",) if diagrams else ("'unsafe-hashes'", *_hashes(ALIGNMENTS)),
        "img-src": ("'self'", "data:", *origins),
        "media-src": ("'self'", *origins),
        "frame-src": origins or ("'none'",),
        "font-src": ("'self'",),
        "connect-src": ("'self'",),
        "worker-src": ("'self'",),
        "manifest-src": ("'self'",),
        "object-src": ("'none'",),
        "base-uri": ("'none'",),
        "form-action": ("'self'",),
    }
    return "; ".join(f"{name} {' '.join(values)}" for name, values in directives.items())


def put_policy(page: str, chosen: str) -> str:
    """The page with the policy in front of all that it could hold back; only the name of the encoding may stand before it."""
    meta = Markup('<meta http-equiv="Content-Security-Policy" content="{}">').format(chosen)
    start = START.match(page)
    early = CHARSET.match(page, start.end() + _blanks(page, start.end())) if start else None
    place = early.end() if early else start.end() if start else 0
    return f"{page[:place]}{meta}{page[place:]}"


def digest(content: str) -> str:
    """The text of an inline script or style as a policy names it."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"


def is_executable(script: etree._Element) -> bool:
    """Whether a `<script>` is one, and not data for one."""
    return (script.get("type") or "").strip().lower() not in DATA


def script_text(element: etree._Element) -> str:
    """The text of a script or a style as a browser hashes it."""
    return element.text or ""


def _hashes(contents: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({digest(content) for content in contents}))


def _blanks(page: str, start: int) -> int:
    rest = page[start : start + EARLY]
    return len(rest) - len(rest.lstrip())
