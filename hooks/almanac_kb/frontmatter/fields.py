"""The field table: for each concept of a header, the keys by which the dialects spell it; and near misses of such keys."""

from collections.abc import Iterator
from dataclasses import dataclass

from almanac_kb.core.text import Slip, slip
from almanac_kb.frontmatter.formats import Mapping, Pair, find_pair, is_absent, key_form


@dataclass(frozen=True)
class Field:
    """A concept of the header and the keys that spell it."""

    concept: str
    """The name of the concept in this project: `created`."""
    spellings: tuple[str, ...]
    """The keys that mean it, in lower case, the commonest first; `cover.alt` is the key `alt` in the map `cover`."""
    meaning: str
    """The purpose of the field, in words for authors; printed in the handbook."""


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
        ("date.created", "date", "created", "pubdate", "datestart", "publishdate", "created_at", "datepublished", "published_at"),
        "the date of publication; ahead of today, the article waits",
    ),
    Field(
        "updated",
        ("ms.date", "updated", "updateddate", "lastmod", "modified", "extra.updated", "revised", "updated_at", "date.updated"),
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
"""All keys in the table, in lower case."""
FORMS = frozenset(map(key_form, SPELLINGS))
"""The spellings in the form in which keys are compared: without case and separators."""
LONG = sorted((spelling, key_form(spelling)) for spelling in SPELLINGS if len(spelling) > 3)
SHORT = 5
"""Length up to which a key with one letter more, less or other is another word rather than a slip."""
NOT_FOLLOWED = {"redirectto": "says where the page has gone; this site publishes its text and does not lead on"}
"""Keys that are recognised but have no effect, and what their author is told."""
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
"""Spellings that authors know in mixed case, by their lower case; suggestions use them."""


def find_field(header: Mapping, concept: str) -> Pair | None:
    """The pair of a concept in a header: that of the first spelling in the table that has a value; None where none has."""
    return next(find_fields(header, concept), None)


def find_fields(header: Mapping, concept: str) -> Iterator[Pair]:
    """All pairs of a concept that have a value, in the order of the table's spellings."""
    pairs = (find_pair(header, spelling) for spelling in CONCEPTS[concept].spellings)
    return (pair for pair in pairs if pair and not is_absent(pair.value))


def unknown_keys(header: Mapping) -> tuple[Pair, ...]:
    """The top-level pairs whose keys the table does not contain."""
    return tuple(pair for pair in header.pairs if key_form(pair.key) not in FORMS)


def prose_key(header: Mapping) -> Pair | None:
    """The first key with a space in a header none of whose keys is known: text between thematic breaks, taken for a header; else None."""
    is_prose = unknown_keys(header) == header.pairs and any(" " in pair.key for pair in header.pairs)
    return header.pairs[0] if is_prose else None


def near_miss(key: str) -> str:
    """The known spelling that an unknown key is probably meant to be (`dscription`, `tgas`); empty where there is none.

    A near miss is one slip away: two neighbouring letters swapped, or one letter too many, missing or wrong. In short keys only swapped or
    doubled letters count, because `data` and `tile` are words just as `date` and `title` are. A word is no slip where it starts a known
    key, starts with one (`dated`, `topic`, `redirect_to`), or has another first letter (`height`).
    """
    form = key_form(key)
    if not 3 < len(form) <= 30 or form in FORMS:
        return ""
    meant = next((spelling for spelling, known in LONG if _is_slip(form, known)), "")
    return MIXED_CASE.get(meant, meant)


def _is_slip(written: str, known: str) -> bool:
    found = slip(written, known)
    if found is Slip.LETTER:
        return len(known) > SHORT and written[0] == known[0]
    return found in (Slip.SWAPPED, Slip.DOUBLED)


def concept_of(spelling: str) -> str:
    """The concept of a known spelling, in any form of the key."""
    return next(field.concept for field in FIELDS if key_form(spelling) in map(key_form, field.spellings))
