"""What a page says of itself to machines: schema.org as JSON-LD 1.1, in a form that no value can break out of."""

import json
from collections.abc import Sequence
from typing import Any

from knowledge.feeds.feed import Site
from knowledge.page import reading_time, translation
from knowledge.page.preview import Picture
from knowledge.page.trail import Step
from knowledge.place import Url, link
from knowledge.reading.article import Article
from knowledge.references import citation
from knowledge.references.citation import Work

Node = dict[str, Any]
"""A thing as schema.org describes it."""
ESCAPED = str.maketrans({character: f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"})
"""What could end the script element, open a comment in it, or end a line of it: written as JSON escapes (HTML, 4.12.1.3)."""


def script(nodes: Sequence[Node]) -> str:
    """The text of a `<script type="application/ld+json">` that holds the nodes."""
    graph = {"@context": "https://schema.org", "@graph": nodes}
    return json.dumps(graph, ensure_ascii=False, separators=(",", ":")).translate(ESCAPED)


def website(site: Site) -> Node:
    """The site, and how it is searched."""
    return {
        "@type": "WebSite",
        "@id": f"{site.base}#website",
        "url": site.base,
        "name": site.name,
        **({"description": site.description} if site.description else {}),
        "inLanguage": site.language,
        "potentialAction": {
            "@type": "SearchAction",
            "target": {"@type": "EntryPoint", "urlTemplate": f"{site.base}?q={{search_term_string}}"},
            "query-input": "required name=search_term_string",
        },
    }


def breadcrumbs(steps: Sequence[Step], site: Site) -> Node:
    """The way to a page."""
    items = [
        {"@type": "ListItem", "position": position, "name": name, "item": link(site.base, url)}
        for position, (name, url) in enumerate(steps, 1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": items}


def article(found: Article, site: Site, *, schema: str, topic: str, picture: Picture, works: Sequence[Work] = ()) -> Node:
    """An article as an `Article` or a `MedicalWebPage`; who answers for the site stands for an author nobody named."""
    address, words = link(site.base, found.url), reading_time.words(found.body)
    house: Node = {"@type": "Organization", "name": site.author or site.name, "url": site.base}
    return _said(
        {
            "@type": schema,
            "@id": f"{address}#article",
            "url": address,
            "mainEntityOfPage": found.canonical or address,
            "headline": found.title,
            "name": found.title,
            "description": found.description,
            "image": {"@type": "ImageObject", "url": picture.link, "caption": picture.alt},
            "datePublished": found.created.isoformat() if found.created else "",
            "dateModified": found.changed.isoformat() if found.changed else "",
            "author": [{"@type": "Person", "name": name} for name in found.authors] or [house],
            "publisher": house,
            "keywords": list(found.tags),
            "inLanguage": translation.language(found, site),
            "timeRequired": f"PT{reading_time.minutes(words)}M",
            "isPartOf": {"@id": f"{site.base}#website"},
            "citation": [citation.schema(work) for work in works],
            **({"articleSection": topic, "wordCount": words} if schema == "Article" else {}),
        }
    )


def page(url: Url, title: str, description: str, site: Site) -> Node:
    """A page that lists articles."""
    return _said(
        {
            "@type": "CollectionPage",
            "url": link(site.base, url),
            "name": title,
            "description": description,
            "inLanguage": site.language,
            "isPartOf": {"@id": f"{site.base}#website"},
        }
    )


def _said(node: Node) -> Node:
    return {key: value for key, value in node.items() if value not in ("", [])}
