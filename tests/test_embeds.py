"""Transclusion: what `![[Note]]` and `![[Note#Part]]` show of other articles."""

import re
import time
from collections.abc import Mapping

import pytest

from almanac_kb.core.diagnostics import Position
from almanac_kb.core.paths import SourcePath
from almanac_kb.markdown.link_index import IndexedArticle, build_link_index
from almanac_kb.markdown.references import Bibliography, Reference
from almanac_kb.markdown.renderers import PYTHON_MARKDOWN
from almanac_kb.render.compiler import Compiler
from almanac_kb.render.document import Document
from almanac_kb.render.environment import CompileEnvironment

LAMP = """# Lamp

A [wick](wick.md) burns[^1] ![](flame.png).

## Oil and *wick*

Filled by night[^1], see [below](#care).

### Kinds

- olive
- sesame ^sesame
  - light

## Care {#care}

| tool |
| --- |
| cloth |

^tools

Trim it.
Twice. ^trim

[^1]: For hours.
"""
FILES = {"notes/lamp.md": LAMP, "notes/wick.md": "Made of flax."}


def compiled(text: str, files: Mapping[str, str] = FILES, **renderer: str) -> Document:
    """The document of the article `a.md` beside other articles."""
    everything = {**files, "a.md": text}
    articles = [IndexedArticle(SourcePath(path), path.rpartition("/")[2].removesuffix(".md").capitalize()) for path in everything]
    works = Bibliography((Reference("zech", "Zech's lamp"),))
    index = build_link_index(articles, ["notes/flame.png"])
    environment = CompileEnvironment(index=index, snippet=everything.get, bibliography=works)
    return Compiler(environment).compile(SourcePath("a.md"), text, **renderer)


def shown(text: str, files: Mapping[str, str] = FILES) -> str:
    """The HTML between the link to the article that is shown and the end of what is shown, for a text that shows one."""
    html = compiled(text, files).html.text
    return html[html.index("</p>\n") + 5 : html.rindex("</div>")].strip()


def test_an_article_is_shown_under_a_link_to_it_without_its_title() -> None:
    html = compiled("Before.\n\n![[Lamp]]\n\nAfter.").html.text
    assert '<div class="kb-embed">\n<p class="kb-embed__source"><a href="notes/lamp.md">Lamp</a></p>\n<p>A <a' in html
    assert html.index("Before.") < html.index("Trim it.") < html.index("After.")
    assert "<h1" not in html


@pytest.mark.parametrize("renderer", ["commonmark", PYTHON_MARKDOWN])
def test_both_renderers_show_it_and_lead_where_it_leads(renderer: str) -> None:
    document = compiled("Before.\n\n![[Lamp]]\n", renderer=renderer)
    assert '<div class="kb-embed">' in document.html.text
    assert '<a href="notes/wick.md">wick</a>' in document.html.text
    assert '<img src="notes/flame.png" alt="">' in document.html.text
    assert document.uses == {"notes/lamp.md", "notes/wick.md", "notes/flame.png"}


@pytest.mark.parametrize(
    ("part", "starts", "ends"),
    [
        ("Oil and wick", "<p>Filled by night", "hours."),
        ("Lamp#Oil and wick#Kinds", "<ul>", "</ul>"),
        ("^sesame", "<ul>\n<li>sesame\n<ul>", "</ul>\n</li>\n</ul>"),
        ("^tools", "<table>", "</table>"),
        ("^trim", "<p>Trim it.\nTwice.</p>", "<p>Trim it.\nTwice.</p>"),
    ],
)
def test_a_part_is_shown_up_to_its_end(part: str, starts: str, ends: str) -> None:
    html = shown(f"![[lamp#{part}]]")
    assert html.startswith(starts)
    assert html.rpartition("&nbsp;")[0].endswith(ends) if "footnote" in html else html.endswith(ends)
    assert "Trim" not in html or "trim" in part


def test_ids_and_contents_of_the_page_are_those_of_its_own_text() -> None:
    document = compiled(
        '## Care\n\n![[lamp#Care]]\n\n![[lamp]]\n\nx[^1]\n\n[^1]: Mine.\n\n=== "a"\n    b\n', {"lamp.md": LAMP + '\n=== "a"\n    b\n'}
    )
    assert [entry["id"] for entry in document.toc] == ["care"]
    ids = re.findall(r' id="([^"]*)"', document.html.text)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]*)"', document.html.text)) <= set(ids)
    assert '<a href="lamp.md#care">below</a>' in document.html.text


def test_what_is_shown_and_the_page_have_one_list_of_sources() -> None:
    html = compiled("![[b]]\n\nHere [@zech].", {"b.md": "There [@zech]."}).html.text
    assert html.count('id="sources"') == 1
    assert [match[1] for match in re.finditer(r'id="cite:zech:(\d)"', html)] == ["1", "2"]


@pytest.mark.parametrize(
    ("text", "files", "message"),
    [
        ("![[a]]", {}, "![[a]] would show itself"),
        ("x\n\n![[b]]", {"b.md": "![[c]]", "c.md": "![[b]]"}, "![[b]] would show itself"),
        ("![[b]]", {"b.md": "![[a]]"}, "![[a]] would show itself"),
        ("![[b]]", {"b.md": "## C\n\n![[#C]]"}, "![[#C]] would show itself"),
        ("![[b#D]]", {"b.md": "## C"}, "![[b#D]] names no heading or block of that article"),
        ("![[b#^d]]", {"b.md": "C ^c"}, "![[b#^d]] names no heading or block of that article"),
        ("![[n1]]", {f"n{n}.md": f"![[n{n + 1}]]" for n in range(1, 9)}, "![[n5]] would show too much"),
    ],
)
def test_circles_and_parts_that_are_not_there_are_named_and_stay_links(text: str, files: dict[str, str], message: str) -> None:
    document = compiled(text, files)
    (note,) = document.diagnostics
    assert note.message == f"{message}; a link stands in its place"
    assert note.position == Position(text.count("\n") + 1, 1)
    assert '<p><a href="' in document.html.text


def test_within_a_line_it_is_a_link() -> None:
    document = compiled("See ![[Lamp]] here.")
    assert document.html.text.strip() == '<p>See <a href="notes/lamp.md">Lamp</a> here.</p>'
    assert [note.message for note in document.diagnostics] == ["![[Lamp]] within a line of text is shown as a link"]


def test_articles_that_show_each_other_often_take_no_longer_than_a_long_one() -> None:
    names = [f"n{number}" for number in range(30)]
    every = "\n\n".join(f"![[{name}]]" for name in names)
    start = time.process_time()
    document = compiled(every, {f"{name}.md": f"{'text ' * 200}\n\n{every}" for name in names})
    assert time.process_time() - start < 10
    assert any("would show" in note.message for note in document.diagnostics)


def test_a_document_is_made_again_where_what_it_shows_has_changed() -> None:
    first, second = (compiled("![[b]]", {"b.md": text}).lookups["snippet:b.md"] for text in ("One.", "Two."))
    assert first != second
