"""Link texts: what other articles call an article, in the links of their texts that lead to it."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from html import unescape
from itertools import chain
from urllib.parse import unquote, urljoin

LINK = re.compile(r"<a\s[^>]*?\bhref=\"([^\"#:?]+)(?:[#?][^\"]*)?\"[^>]*>(.*?)</a>", re.DOTALL)
"""A link within the site: its URL without the fragment, and its contents. The sanitizer writes attributes in double quotes."""
MARKUP = re.compile(r"<[^>]*>")
SHARED = 2
"""Most articles to which a text leads that says what they are: `here` and `documentation` lead to many."""
ROOT = "http://site.invalid/"
Links = list[tuple[str, str]]
"""The links of a page: their texts, and the unquoted URL paths that they lead to."""


def links_in(url: str, html: str) -> Links:
    """The links of a page to others of the site, from its URL path and the HTML of its text."""
    found = set()
    for address, content in LINK.findall(html):
        target = unquote(urljoin(ROOT + url, unescape(address)).removeprefix(ROOT))
        text = " ".join(unescape(MARKUP.sub("", content)).split())
        if text and target != url:
            found.add((text, target))
    return sorted(found)


def link_texts(pages: Iterable[Links]) -> Mapping[str, tuple[str, ...]]:
    """For each target, an unquoted URL path, the texts of links that lead to it from other pages, sorted."""
    targets: defaultdict[str, set[str]] = defaultdict(set)
    for text, target in chain.from_iterable(pages):
        targets[text].add(target)
    found: defaultdict[str, list[str]] = defaultdict(list)
    for text in sorted(targets):
        if len(targets[text]) <= SHARED:
            for target in targets[text]:
                found[target].append(text)
    return {target: tuple(texts) for target, texts in found.items()}
