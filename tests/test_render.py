"""Compile, remember, link: what an article's Markdown becomes, however often and by however many it is made."""

import multiprocessing
import sqlite3
from pathlib import Path

import pytest
from builder import build, run
from hypothesis import given
from hypothesis import strategies as st

from almanac_kb.body import compiled, workshop
from almanac_kb.body.compiled import Compiled
from almanac_kb.body.compiler import Compiler, Text, spans
from almanac_kb.body.workbench import Workbench, fingerprint
from almanac_kb.core import cache
from almanac_kb.core.cache import DiskCache
from almanac_kb.core.paths import SourcePath, UrlPath
from almanac_kb.render import linker

BENCH = Workbench(("tables", "toc", "pymdownx.superfences", "footnotes"), {"toc": {"permalink": True}})
URLS = {
    "index.md": UrlPath(""),
    "t/a.md": UrlPath("t/a/"),
    "t/b c.md": UrlPath("t/b-c/"),
    "t/é.png": UrlPath("t/é.png"),
    "u/index.md": UrlPath("u/"),
}


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("b%20c.md#part", "../b-c/#part"),
        ("./b%20c.md?x=1", "../b-c/?x=1"),
        ("b%20c", "../b-c/"),
        ("é.png", "../%C3%A9.png"),
        ("../u/", "../../u/"),
        ("/u/index.md", "../../u/"),
        ("../index.md", "../../"),
        ("#part", None),
        ("nowhere.md", None),
        ("https://example.org/a.md", None),
        ("mailto:a@example.org", None),
        ("http://[::1", None),
    ],
)
def test_a_link_leads_to_the_address_of_its_file(written: str, expected: str | None) -> None:
    assert linker.resolve_link(written, SourcePath("t/a.md"), UrlPath("t/a/"), URLS) == expected


def test_links_of_markdown_and_of_raw_html_are_resolved_and_code_is_left_alone() -> None:
    text = '[x](b%20c.md) <a href="../u/">y</a> `href="b c.md"` &lt;a href="b.md"&gt;\n\n    <a href="b c.md">\n'
    html = linker.link_html(Compiler(BENCH).compile(Text(SourcePath("t/a.md"), text)), SourcePath("t/a.md"), UrlPath("t/a/"), URLS)
    assert '<a href="../b-c/">x</a>' in html
    assert '<a href="../../u/">y</a>' in html
    for untouched in ('<code>href="b c.md"</code>', '&lt;a href="b.md"&gt;', '&lt;a href="b c.md"&gt;'):
        assert untouched in html


@given(st.text(alphabet="<a href='\"x=/> \n&;", max_size=60))
def test_spans_are_values_of_attributes_whatever_the_html(html: str) -> None:
    for start, end in spans(html):
        assert html[start - 1] in "\"'"
        assert html[end] == html[start - 1]


def test_a_hundred_thousand_open_brackets_take_no_time() -> None:
    assert spans("<a " * 100_000 + "<" * 100_000) == ()


def test_texts_are_compiled_alike_alone_by_workers_and_from_memory(tmp_path: Path) -> None:
    texts = [Text(SourcePath(f"{n}.md"), f"# Heading {n}\n\nSee[^1] `code` | [link](a.md)\n\n[^1]: note {n}\n") for n in range(100)]
    memory = DiskCache(tmp_path / "memo")
    alone = workshop.compile_all(texts, BENCH, None, workers=1)
    assert workshop.compile_all(texts, BENCH, memory, workers=2) == alone
    assert workshop.compile_all(texts, BENCH, memory, workers=2) == alone
    assert len(memory.find([cache.cache_key(fingerprint(BENCH), text.source, text.markdown) for text in texts])) == 100


@pytest.mark.parametrize("method", multiprocessing.get_all_start_methods())
def test_workers_find_the_package_however_they_are_started(method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(multiprocessing, "get_all_start_methods", lambda: [method])
    texts = [Text(SourcePath(f"{n}.md"), f"Text *{n}*") for n in range(50)]
    assert workshop.compile_all(texts, BENCH, None, workers=2)[49].html == "<p>Text <em>49</em></p>"


def test_another_recipe_has_another_fingerprint() -> None:
    options = ({"toc": {"permalink": False}}, {"toc": {"slugify": len}})
    others = [Workbench(BENCH.extensions[1:], BENCH.options), *(Workbench(BENCH.extensions, each) for each in options)]
    assert len({fingerprint(each) for each in [BENCH, *others]}) == 4
    assert fingerprint(BENCH) == fingerprint(Workbench(BENCH.extensions, {"toc": {"permalink": True}}))


def test_a_damaged_memory_is_an_empty_one(tmp_path: Path) -> None:
    path = tmp_path / "memo"
    memory = DiskCache(path)
    memory.store({"k": b"value", "other": b"more"}, [])
    with sqlite3.connect(path) as database:
        database.execute("UPDATE memo SET value = zeroblob(60) WHERE key = 'k'")
    assert memory.find(["k", "other"]) == {"other": b"more"}
    path.write_bytes(b"this is no database" * 100)
    assert memory.find(["k"]) == {}
    memory.store({"k": b"again"}, [])
    assert memory.find(["k"]) == {"k": b"again"}


def test_a_value_never_stands_for_another_key(tmp_path: Path) -> None:
    memory = DiskCache(tmp_path / "memo")
    memory.store({"a": b"A"}, [])
    with sqlite3.connect(tmp_path / "memo") as database:
        database.execute("UPDATE memo SET key = 'b'")
    assert memory.find(["a", "b"]) == {}


def test_the_memory_is_bounded_and_forgets_what_was_used_longest_ago(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "SIZE", 700)
    memory = DiskCache(tmp_path / "memo")
    for name in "abcdefghij":
        memory.store({name: bytes(range(256))[:60]}, ["a"])
    found = memory.find("abcdefghij")
    assert "a" in found
    assert "j" in found
    assert "b" not in found


@given(st.binary(max_size=200))
def test_bytes_that_are_no_compiled_text_are_refused(data: bytes) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        compiled.load(data)


def test_a_compiled_text_survives_being_kept() -> None:
    made = Compiler(BENCH).compile(Text(SourcePath("a.md"), "# A\n\n## B [c](d.md) <b onclick=x>\n"))
    assert compiled.load(compiled.dump(made)) == made
    assert isinstance(made, Compiled)


def test_a_site_is_the_same_fast_or_not_and_the_second_time(tmp_path: Path) -> None:
    header = "---\ndate: 2025-01-01\n---\n"
    docs: dict[str, str | bytes] = {f"t/{n}.md": f"{header}# A {n}\n\n## Part\n\n[next]({(n + 1) % 60}.md)\n" for n in range(60)}
    fast = build(tmp_path / "fast", docs)
    again = build(tmp_path / "again", docs)
    second = dict(run(again.root, "mkdocs", "build").files())
    plain = build(tmp_path / "plain", docs, FAST="false")
    for name in ("texts.sqlite", "site.sqlite"):
        assert (tmp_path / "fast/.cache/knowledge" / name).is_file()
        assert not (tmp_path / "plain/.cache/knowledge" / name).exists()
    assert dict(fast.files()) == dict(plain.files()) == second
