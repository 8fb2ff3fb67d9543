"""Which file a written target means."""

import pytest
from dialect import ARTICLES, ASSETS, HERE, INDEX, TAGS

from almanac_kb.core.paths import SourcePath
from almanac_kb.markdown.link_index import (
    IndexedArticle,
    Match,
    build_link_index,
    matching_id,
    relative_link,
    resolve,
    split_target,
    tag_page,
    title_of,
)


@pytest.mark.parametrize(
    ("target", "path"),
    [
        ("Filters", "notes/Filters.md"),
        ("./Filters.md", "notes/Filters.md"),
        ("Filters.md#part", "notes/Filters.md"),
        ("Filters.md?plain=1#part", "notes/Filters.md"),
        ("b%20c.md", "notes/b c.md"),
        ("b c.md", "notes/b c.md"),
        (".\\b c.md", "notes/b c.md"),
        ("/guide/", "guide/index.md"),
        ("../guide", "guide/index.md"),
        ("../guide/index.html", "guide/index.md"),
        ("../guide/README.md", None),
        ("/notes/Filters.html", "notes/Filters.md"),
        ("../Filters/", "notes/Filters.md"),
        ("/old/filters/", "notes/Filters.md"),
        ("/guide/first/", "guide/first-steps.md"),
        ("/über/", "guide/first-steps.md"),
        ("/%C3%BCber", "guide/first-steps.md"),
        ("/docs/guide/first-steps", "guide/first-steps.md"),
        ("@site/docs/guide/first-steps.md", "guide/first-steps.md"),
        ("@site/static/logos/a.svg", "static/logos/a.svg"),
        ("@/guide/first-steps.md", "guide/first-steps.md"),
        ("/src/content/guide/first-steps", "guide/first-steps.md"),
        ("near.png", "notes/near.png"),
        ("/logos/a.svg", "static/logos/a.svg"),
        ("pic.png", "img/pic.png"),
        ("plan%20b.pdf", "notes/plan b.pdf"),
        ("/tags/brass/", "tags/brass/index.md"),
        ("../C%23.md", "C#.md"),
        ("https://a.example/Filters.md", None),
        ("//a.example/Filters.md", None),
        ("mailto:filters@a.example", None),
        ("#Filters", None),
        ("?Filters", None),
        ("", None),
        ("none.md", None),
        ("../../../Filters2.md", None),
        ("/docs/", None),
    ],
)
def test_the_target_of_a_link_means_a_file(target: str, path: str | None) -> None:
    match = resolve(target, HERE, INDEX)
    assert (match and match.path) == path
    assert match is None or (match.alternatives, match.case_differs) == ((), False)


@pytest.mark.parametrize(
    ("target", "path"), [("FILTERS.md", "notes/Filters.md"), ("/tags/Brass", "tags/brass/index.md"), ("../Guide/", "guide/index.md")]
)
def test_a_target_in_another_case_is_a_repair(target: str, path: str) -> None:
    assert resolve(target, HERE, INDEX) == Match(SourcePath(path), case_differs=True)


@pytest.mark.parametrize(
    ("target", "path"),
    [
        ("Filters", "notes/Filters.md"),
        ("filters", "notes/Filters.md"),
        ("filter LIST", "notes/Filters.md"),
        ("B and C", "notes/b c.md"),
        ("more/Sorting", "more/Sorting.md"),
        ("more/Sorting.md", "more/Sorting.md"),
        ("../more/Sorting", "more/Sorting.md"),
        ("guide", "guide/index.md"),
        ("pic.png", "img/pic.png"),
        ("Lamp Oil", "Lamp-Oil.md"),
        ("lamp_oil", "Lamp-Oil.md"),
        ("C#", "C#.md"),
        ("nothing", None),
        ("", None),
        ("x" * 600, None),
    ],
)
def test_a_wikilink_means_a_file_by_path_name_or_title(target: str, path: str | None) -> None:
    match = resolve(target, HERE, INDEX, name=True)
    assert (match and match.path) == path
    assert match is None or (match.alternatives, match.case_differs) == ((), False)


def test_of_files_with_one_name_the_nearest_is_meant_and_the_others_are_named() -> None:
    index = build_link_index((), ["a/lamp.png", "shop/brass/img/lamp.png", "shop/lamp.png"])
    assert resolve("lamp.png", SourcePath("shop/brass/about.md"), index, name=True) == Match(
        SourcePath("shop/brass/img/lamp.png"), (SourcePath("shop/lamp.png"), SourcePath("a/lamp.png"))
    )
    assert resolve("lamp.png", SourcePath("shop/about.md"), index, name=True) == Match(SourcePath("shop/lamp.png"))
    assert resolve("lamp.png", SourcePath("else/about.md"), index) == Match(
        SourcePath("a/lamp.png"), (SourcePath("shop/lamp.png"), SourcePath("shop/brass/img/lamp.png"))
    )


def test_of_names_that_differ_in_case_alone_the_written_one_is_meant() -> None:
    index = build_link_index([IndexedArticle(SourcePath("Lamp.md"), "A"), IndexedArticle(SourcePath("lamp.md"), "B")], ())
    assert resolve("lamp.md", SourcePath("x.md"), index) == Match(SourcePath("lamp.md"))
    assert resolve("Lamp.md", SourcePath("x.md"), index) == Match(SourcePath("Lamp.md"))


def test_an_accent_may_be_one_character_or_two() -> None:
    index = build_link_index([IndexedArticle(SourcePath("caf\u00e9.md"), "A")], ())
    assert resolve("cafe\u0301.md", SourcePath("x.md"), index) == Match(SourcePath("caf\u00e9.md"))


def test_every_key_that_was_asked_for_is_recorded_with_what_it_had() -> None:
    lookups: dict[str, tuple[str, ...]] = {}
    resolve("nope", HERE, INDEX, lookups, name=True)
    resolve("Filters", HERE, INDEX, lookups, name=True)
    assert lookups == {
        "path:nope": (),
        "tail:nope": (),
        "name:nope": (),
        "words:nope": (),
        "path:filters": (),
        "tail:filters": ("notes/Filters.md",),
    }


def test_an_index_that_gives_the_same_answers_gives_the_same_match() -> None:
    """Equal lookups mean equal results, on which the cache of compiled texts relies."""
    for target in ("lamp.png", "/docs/guide/first-steps", "none.md", "../C%23.md", "FILTERS.md"):
        lookups: dict[str, tuple[str, ...]] = {}
        match = resolve(target, HERE, INDEX, lookups)
        smaller = build_link_index((), ())
        answers = type(smaller)({key: paths for key, paths in lookups.items() if paths})
        assert resolve(target, HERE, answers) == match


def test_titles_and_tags_are_looked_up() -> None:
    assert title_of("guide/index.md", INDEX) == "Guide"
    assert title_of("img/pic.png", INDEX) == ""
    assert tag_page("Brass", INDEX) == "tags/brass/index.md"
    assert tag_page("iron", INDEX) is None
    assert tag_page("brass", build_link_index(ARTICLES, ASSETS, TAGS)) is None


def test_a_link_is_written_as_a_path_from_the_article() -> None:
    assert relative_link("notes/here.md", "img/my lamp#1.png") == "../img/my%20lamp%231.png"
    assert split_target("a.md?x#y") == ("a.md", "?x#y")
    assert split_target("a.md#y?x") == ("a.md", "#y?x")


@pytest.mark.parametrize(
    ("fragment", "expected"),
    [
        ("oil-and-wick", "oil-and-wick"),
        ("Oil-and-Wick", "oil-and-wick"),
        ("Oil%20and%20wick", "oil-and-wick"),
        ("oil_and_wick", "oil-and-wick"),
        ("setup_1", "setup-1"),
        ("setup", "setup"),
        ("%C3%9Cber", "\u00fcber"),
        ("^k2", "^k2"),
        ("-", None),
        ("", None),
        ("wick", None),
    ],
)
def test_a_fragment_means_the_id_of_a_section(fragment: str, expected: str | None) -> None:
    assert matching_id(fragment, ["oil-and-wick", "setup", "setup-1", "\u00fcber", "^k2"]) == expected


@pytest.mark.parametrize(
    ("fragment", "expected"),
    [
        ("node-js-is-fast", "nodejs-is-fast"),
        ("uber-uns", "\u00fcber-uns"),
        ("install", "2-install"),
        ("_2-install", "2-install"),
        ("%F0%9F%9A%80-launch", "-launch"),
        ("launch", "-launch"),
        ("this-is-it", "this--is-it"),
        ("step", None),
        ("fast", None),
    ],
)
def test_a_fragment_of_another_system_means_the_only_section_that_has_its_letters(fragment: str, expected: str | None) -> None:
    ids = ["nodejs-is-fast", "\u00fcber-uns", "2-install", "-launch", "this--is-it", "1-step", "3-step"]
    assert matching_id(fragment, ids) == expected
