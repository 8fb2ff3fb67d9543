"""The field table."""

import pytest

from almanac_kb.frontmatter import fields, formats
from almanac_kb.frontmatter.formats import Mapping, plain_text


def header(text: str) -> Mapping:
    return formats.parse_yaml(text)[0]


def test_no_spelling_means_two_things_and_all_are_lower_case() -> None:
    spellings = [spelling for field in fields.FIELDS for spelling in field.spellings]
    assert len(spellings) == len(set(spellings))
    assert spellings == [spelling.casefold() for spelling in spellings]


@pytest.mark.parametrize(
    ("concept", "spellings"),
    [
        ("title", "title subject name linkTitle sidebar_label Title"),
        ("description", "description summary desc excerpt deck share_text spoiler subtitle lead seoDescription blurb"),
        ("created", "date created pubDate dateStart publishDate created_at datePublished"),
        ("updated", "ms.date updated updatedDate lastmod modified extra.updated revised"),
        ("tags", "tags keywords topics tag meta.keywords taxonomies.tags hashtags labels"),
        ("categories", "category categories taxonomies.categories section"),
        ("slug", "slug id"),
        ("path", "permalink url path"),
        ("aliases", "aliases redirect_from redirect redirects alias"),
        ("draft", "draft noindex"),
        ("unlisted", "unlisted"),
        ("published", "published publish"),
        ("expires", "expiryDate expirydate expiration_date"),
        ("authors", "author authors by author_name"),
        ("image", "image thumbnail heroImage hero cover cover_image coverImage featured_image headerimage ogImage banner"),
        ("alt", "heroAlt featured_image.alt headeralt image_alt coverImage.alt cover.alt"),
        ("order", "weight sidebar_position sortorder order nav_order position"),
        ("language", "lang locale"),
        ("canonical", "canonical_url canonicalUrl canonical original_url external_url source_url"),
        ("series", "series"),
    ],
)
def test_every_spelling_of_the_dialects_is_known(concept: str, spellings: str) -> None:
    for spelling in spellings.split():
        outer, dot, inner = spelling.partition(".")
        for written in {f"{spelling}: x", f"{outer}: {{{inner}: x}}" if dot else f"{spelling.upper()}: x"}:
            pair = fields.find_field(header(written), concept)
            assert pair is not None, written
            assert plain_text(pair.value) == "x"


def test_the_commonest_spelling_that_has_a_value_counts() -> None:
    pair = fields.find_field(header("subject: b\ntitle: ~\nname: c"), "title")
    assert pair is not None
    assert plain_text(pair.value) == "b"


def test_all_pairs_of_a_concept() -> None:
    pairs = fields.find_fields(header("redirect_from: a\naliases: b\nalias: []"), "aliases")
    assert [plain_text(pair.value) for pair in pairs] == ["b", "a"]


def test_keys_that_the_table_does_not_know() -> None:
    assert [pair.key for pair in fields.unknown_keys(header("Title: a\nlayout: b\nms.date: c"))] == ["layout"]


@pytest.mark.parametrize("key", ["featured_image", "featured-image", "featured image", "featuredImage", "FeaturedImage"])
def test_what_stands_between_the_words_of_a_key_makes_no_difference(key: str) -> None:
    found = fields.find_field(header(f"{key}: lamp.svg"), "image")
    assert found
    assert plain_text(found.value) == "lamp.svg"
    assert fields.unknown_keys(header(f"{key}: lamp.svg")) == ()


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("dscription", "description"),
        ("catagories", "categories"),
        ("thumbanail", "thumbnail"),
        ("pubDaet", "pubDate"),
        ("Tagss", "tags"),
        ("titlle", "title"),
        ("tgas", "tags"),
        ("auhtor", "author"),
        ("summry", "summary"),
        ("permalnik", "permalink"),
        ("related", ""),
        ("topic", ""),
        ("dated", ""),
        ("images", ""),
        ("height", ""),
        ("data", ""),
        ("redirect_to", ""),
        ("f1_keywords", ""),
        ("layout", ""),
        ("toc", ""),
        ("x" * 5000, ""),
    ],
)
def test_a_key_near_a_known_one_is_taken_for_it(key: str, expected: str) -> None:
    assert fields.near_miss(key) == expected


def test_the_concept_of_a_spelling() -> None:
    assert fields.concept_of("pubDate") == "created"


@pytest.mark.parametrize(
    ("text", "expected"), [("What we know: little", "What we know"), ("title: a\nWhat we know: b", ""), ("layout: a\nfoo: b", ""), ("", "")]
)
def test_a_sentence_taken_for_a_header(text: str, expected: str) -> None:
    pair = fields.prose_key(header(text))
    assert (pair.key if pair else "") == expected
