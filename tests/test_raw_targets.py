"""The targets that stand in a text, found without parsing it."""

import pytest
from limits import one_text

from almanac_kb.core.paths import SourcePath
from almanac_kb.core.raw_markdown import Wikilink, raw_targets, read_wikilink
from almanac_kb.health import relink
from almanac_kb.markdown.link_index import IndexedArticle, build_link_index


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[a](x.md)", ["x.md"]),
        ("[a](<my x.md>)", ["my x.md"]),
        ("[a](my x.md)", ["my x.md"]),
        ("[a]( x.md )", ["x.md"]),
        ("[a](x.md \"a ) 'title'\")", ["x.md"]),
        ("[a](x.md 'b (c)')", ["x.md"]),
        ("[a](x.md (title))", ["x.md"]),
        ("[a](x.md\n'title')", ["x.md"]),
        ("[a](x (1).md)", ["x (1).md"]),
        ("![a](x.png =300x200)", ["!x.png"]),
        ("[![a](x.png)](x.md)", ["!x.png", "x.md"]),
        ("[a](two\nlines)", []),
        ("[a]: x.md", ["x.md"]),
        ("[a]: <my x.md> 'title'", ["my x.md"]),
        ("> [a]: x.md\r\n", ["x.md"]),
        ("[a]:\nx.md", ["x.md"]),
        ("[^1]: Lamps are old.", []),
        ("[a]: two words", []),
        ('<a class="b" href="x.md">', ["x.md"]),
        ("<img alt='b' src='x.png'>", ["!x.png"]),
        ('<video src="a.mp4" poster="x.png">', ["a.mp4", "x.png"]),
        ('{{< figure src="x.png" >}}', ["x.png"]),
        ('{{< ref "x.md" >}}', ["x.md"]),
        ("{% link _posts/x.md %}", ["_posts/x.md"]),
        ("[[x]]", ["[x"]),
        ("![[x.png|300]]", ["![x.png"]),
        ("| [[x\\|y]] | [[z#part]] |", ["[x", "[z"]),
        ("`[a](x.md)`", []),
        ("```\n[a](x.md)\n```", []),
        ("Text.\n\n    [a](x.md)\n", []),
        ("- item\n\n    [a](x.md)\n", ["x.md"]),
        ("<!-- [a](x.md) -->", []),
    ],
)
def test_targets_are_found(text: str, expected: list[str]) -> None:
    found = sorted(raw_targets(text), key=lambda target: target.start)
    assert ["!" * target.is_image + "[" * target.is_wikilink + target.written for target in found] == expected
    assert all(text[target.start : target.end] == target.written for target in found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[[2020-01-31]]", Wikilink("2020-01-31", "2020-01-31", "2020-01-31")),
        ("[[days/a.md#part|A]]", Wikilink("days/a.md", "a", "A")),
        ("![[a.png|]]", Wikilink("a.png", "a.png", "a.png")),
        ("[[a]] and [[b]]", None),
        ("a", None),
    ],
)
def test_a_text_of_one_wikilink_is_read(text: str, expected: Wikilink | None) -> None:
    assert read_wikilink(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[a](my oil.md)", "[a](x/fuel.md)"),
        ("[a](my oil.md 'title')", "[a](x/fuel.md 'title')"),
        ("> [a]: <my oil.md>", "> [a]: <x/fuel.md>"),
        ("[^1]: my%20oil.md is a file.", "[^1]: my%20oil.md is a file."),
        ("| [[my oil\\|b]] |", "| [[fuel\\|b]] |"),
        ("Text.\n\n    [a](<my oil.md>)\n", "Text.\n\n    [a](<my oil.md>)\n"),
    ],
)
def test_the_links_to_a_moved_article_are_written_anew_and_nothing_else(text: str, expected: str) -> None:
    old, new, here = SourcePath("my oil.md"), SourcePath("x/fuel.md"), SourcePath("a.md")
    before, after = (build_link_index((IndexedArticle(here, "A"), IndexedArticle(path, "B")), ()) for path in (old, new))
    known = relink.Links((before, before), (after, after), {old: new}, {})
    assert relink.relinked(text, here, here, known) == expected


@pytest.mark.parametrize("piece", ["](", "![", "<a ", "[a]: ", "[[", "](a (", "<img a", "](a \t", "{{<ref ", 'src="', "](\n\t"])
def test_a_text_of_broken_targets_takes_no_time(piece: str) -> None:
    with one_text():
        list(raw_targets(piece * 50_000))
