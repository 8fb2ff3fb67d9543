"""The sitemap of a site with more addresses than one file may hold: an index, and the parts that it names (sitemaps.org)."""

import re
from collections.abc import Sequence
from xml.sax.saxutils import escape

from almanac_kb.core.paths import UrlPath, absolute_url
from almanac_kb.core.workers import batches

NAME = "sitemap.xml"
MAX_URLS = 50_000
"""Most addresses in one file (sitemaps.org)."""
ENTRY = re.compile(r"\s*<url>.*?</url>", re.DOTALL)
LAST_CHANGE = re.compile(r"<lastmod>([^<]*)</lastmod>")
INDEX = '<?xml version="1.0" encoding="UTF-8"?>\n<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{}\n</sitemapindex>\n'


def divide(sitemap: str, base: str) -> dict[str, str]:
    """The files of a sitemap by output path: only `sitemap.xml`, or that as an index of `sitemap-1.xml` and so on where it has too many.

    `base` is the absolute URL of the site. A part has at most MAX_URLS addresses, in the order of the sitemap.
    """
    entries = ENTRY.findall(sitemap) if sitemap.count("<url>") > MAX_URLS else []
    if not entries:
        return {NAME: sitemap}
    start, end = sitemap.partition(entries[0])[0], sitemap.rpartition(entries[-1])[2]
    parts = {f"sitemap-{number}.xml": part for number, part in enumerate(batches(entries, MAX_URLS), 1)}
    named = "".join(_index_entry(absolute_url(base, UrlPath(name)), part) for name, part in parts.items())
    return {NAME: INDEX.format(named)} | {name: "".join([start, *part, end]) for name, part in parts.items()}


def _index_entry(url: str, entries: Sequence[str]) -> str:
    """The element of the index for the part at a URL, with the date of the last change of its pages where they have one."""
    latest = max((date for entry in entries for date in LAST_CHANGE.findall(entry)), default="")
    changed = f"\n    <lastmod>{latest}</lastmod>" if latest else ""
    return f"\n  <sitemap>\n    <loc>{escape(url)}</loc>{changed}\n  </sitemap>"
