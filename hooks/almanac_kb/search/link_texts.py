"""Link texts: what other articles call an article, in the links of their texts that lead to it."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from html import unescape
from urllib.parse import unquote, urljoin

LINK = re.compile(r"<a\s[^>]*?\bhref=\"([^\"#:?]+)(?:[#?][^\"]*)?\"[^>]*>(.*?)</a>", re.DOTALL)
"""A link within the site: its URL without the fragment, and its contents. The sanitizer writes attributes in double quotes."""
MARKUP = re.compile(r"<[^>]*>")
SHARED = 2
"""Most articles to which a text leads that says what they are: `here` and `documentation` lead to many."""
ROOT = "http://site.invalid/"


def link_texts(pages: Iterable[tuple[str, str]]) -> Mapping[str, tuple[str, ...]]:
    """For each target, an unquoted URL path, the texts of links that lead to it from other pages, sorted.

    `pages` are URL paths with the HTML of their texts.
    """
    targets: defaultdict[str, set[str]] = defaultdict(set)
    for url, html in pages:
        for address, content in LINK.findall(html):
            target = unquote(urljoin(ROOT + url, unescape(address)).removeprefix(ROOT))
            text = " ".join(unescape(MARKUP.sub("", content)).split())
            if text and target != url:
                targets[text].add(target)
    found: defaultdict[str, list[str]] = defaultdict(list)
    for text in sorted(targets):
        if len(targets[text]) <= SHARED:
            for target in targets[text]:
                found[target].append(text)
    return {target: tuple(texts) for target, texts in found.items()}
