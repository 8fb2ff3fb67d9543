"""The field table: for each concept of a header, the keys by which the dialects spell it; keys that nearly are one of them."""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass

from almanac_kb.frontmatter.nodes import Mapping, Pair, find_pair, is_absent


@dataclass(frozen=True)
class Field:
    """A concept of the header and the keys that spell it."""

    concept: str
    """The name of the concept in this project."""
    spellings: tuple[str, ...]
    """The keys that mean it, lower case, the commonest first; a dot is for a key in a map: `cover.alt`."""
    meaning: str
    """What the field does, for authors; the handbook prints it."""


FIELDS = (
    Field("title", ("title", "subject", "name", "linktitle", "sidebar_label"), "the name in navigation, page title and feeds"),
    Field(
        "description",
        (
            "description",
            "summary",
            "desc",
            "deck",
            "excerpt",
            "share_text",
            "spoiler",
            "subtitle",
            "lead",
            "seodescription",
            "blurb",
            "meta.description",
        ),
        "the summary on cards, in feeds and for search engines",
    ),
    Field(
        "created",
        ("date", "created", "pubdate", "datestart", "publishdate", "created_at", "datepublished", "published_at"),
        "the date of publication; ahead of today, the article waits",
    ),
    Field(
        "updated",
        ("ms.date", "updated", "updateddate", "lastmod", "modified", "extra.updated", "revised", "updated_at"),
        "the date of the last change",
    ),
    Field("tags", ("tags", "keywords", "topics", "tag", "meta.keywords", "taxonomies.tags", "hashtags", "labels"), "the tags"),
    Field("categories", ("category", "categories", "taxonomies.categories", "section"), "more tags"),
    Field("slug", ("slug", "id"), "the last part of the address"),
    Field("path", ("permalink", "url", "path"), "the whole address, or elsewhere: the canonical link"),
    Field("aliases", ("aliases", "redirect_from", "redirect", "redirects", "alias"), "old addresses, which lead here, and other names"),
    Field("draft", ("draft", "noindex"), "true keeps the article out of the site"),
    Field("unlisted", ("unlisted",), "true publishes the article at its address alone: in no list, feed or search"),
    Field("published", ("published", "publish"), "false keeps the article out of the site; a date is the date of publication"),
    Field("expires", ("expirydate", "expiration_date", "expires"), "from this date on the article is left out"),
    Field("authors", ("author", "authors", "by", "author_name"), "who wrote it"),
    Field(
        "image",
        (
            "image",
            "thumbnail",
            "heroimage",
            "hero",
            "cover",
            "cover_image",
            "coverimage",
            "featured_image",
            "headerimage",
            "ogimage",
            "banner",
        ),
        "the picture above the article; without one a cover is drawn",
    ),
    Field(
        "alt",
        ("heroalt", "featured_image.alt", "headeralt", "image_alt", "coverimage.alt", "cover.alt", "image.alt", "hero.alt"),
        "what the picture shows, for those who can't see it",
    ),
    Field(
        "order",
        ("weight", "sidebar_position", "sortorder", "order", "nav_order", "position"),
        "the place among its neighbours, smallest first",
    ),
    Field("language", ("lang", "locale"), "the language of the text, as a BCP 47 tag"),
    Field(
        "canonical",
        ("canonical_url", "canonicalurl", "canonical", "original_url", "external_url", "source_url"),
        "where the article first appeared",
    ),
    Field("series", ("series",), "the series it belongs to"),
)

CONCEPTS = {field.concept: field for field in FIELDS}
SPELLINGS = frozenset(spelling for field in FIELDS for spelling in field.spellings)
"""All keys that the table knows, lower case."""
MIN_GUESSED, MAX_GUESSED = 4, 30
"""Characters of a key for which a near miss is looked for: shorter keys are near to too many, longer ones are text."""
MIN_SIMILARITY = 0.84
"""Ratio of difflib from which on a key is a near miss: one letter left out or doubled, or one wrong letter among seven."""
GUESSED_SPELLINGS = sorted(spelling for spelling in SPELLINGS if len(spelling) >= MIN_GUESSED)
MIXED_CASE = {
    spelling.casefold(): spelling
    for spelling in (
        "pubDate",
        "updatedDate",
        "publishDate",
        "datePublished",
        "expiryDate",
        "heroAlt",
        "heroImage",
        "coverImage",
        "linkTitle",
        "seoDescription",
        "canonicalUrl",
    )
}
"""Spellings that authors know in mixed case, as suggestions write them, by their lower case."""


def find_field(header: Mapping, concept: str) -> Pair | None:
    """The pair of a concept in a header: that of the first spelling in the table that has a value; None where no spelling has one."""
    return next(find_fields(header, concept), None)


def find_fields(header: Mapping, concept: str) -> Iterator[Pair]:
    """All pairs of a concept that have a value, in the order of the table."""
    pairs = (find_pair(header, spelling) for spelling in CONCEPTS[concept].spellings)
    return (pair for pair in pairs if pair and not is_absent(pair.value))


def unknown_keys(header: Mapping) -> tuple[Pair, ...]:
    """The top-level pairs whose keys the table does not know."""
    return tuple(pair for pair in header.pairs if pair.key.casefold() not in SPELLINGS)


def prose_key(header: Mapping) -> Pair | None:
    """The first pair where no key is known and one has a space: text between two thematic breaks that was taken for a header; else None."""
    is_prose = unknown_keys(header) == header.pairs and any(" " in pair.key for pair in header.pairs)
    return header.pairs[0] if is_prose else None


def near_miss(key: str) -> str:
    """The known spelling that an unknown key probably stands for: `description` for `dscription`; empty where none is near."""
    if not MIN_GUESSED <= len(key) <= MAX_GUESSED:
        return ""
    matches = difflib.get_close_matches(key.casefold(), GUESSED_SPELLINGS, n=1, cutoff=MIN_SIMILARITY)
    return MIXED_CASE.get(matches[0], matches[0]) if matches else ""


def concept_of(spelling: str) -> str:
    """The concept of a known spelling in any case; raises StopIteration for an unknown one."""
    return next(field.concept for field in FIELDS if spelling.casefold() in field.spellings)
