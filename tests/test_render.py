"""Compiling, caching and linking: the HTML of an article is the same however often and by however many processes it is made."""

import multiprocessing
import sqlite3
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from builder import build, run
from hypothesis import given
from hypothesis import strategies as st

from almanac_kb.core import cache as core_cache
from almanac_kb.core.cache import DiskCache
from almanac_kb.core.diagnostics import Position
from almanac_kb.core.packed_text import pack_text
from almanac_kb.core.paths import SourcePath, UrlPath
from almanac_kb.markdown.inserted_files import text_in
from almanac_kb.markdown.link_index import IndexedArticle, build_link_index
from almanac_kb.render import linker
from almanac_kb.render.batches import compile_all
from almanac_kb.render.compiler import Compiler, spans
from almanac_kb.render.document import Document
from almanac_kb.render.environment import CompileEnvironment, Text, fingerprint

ENV = CompileEnvironment(
    index=build_link_index([IndexedArticle(SourcePath(path), path) for path in ("t/a.md", "t/b c.md", "u/index.md")], ["t/é.png"])
)
URLS = {
    "index.md": UrlPath(""),
    "t/a.md": UrlPath("t/a/"),
    "t/b c.md": UrlPath("t/b-c/"),
    "t/é.png": UrlPath("t/é.png"),
    "u/index.md": UrlPath("u/"),
}


def _open(path: str, file: Path, data: bytes) -> bool:
    """No file is withheld."""
    return False


def _closed(path: str, file: Path, data: bytes) -> bool:
    """One file is withheld."""
    return path == "open.md" and b"text" in data


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("b%20c.md#part", "../b-c/#part"),
        ("./b%20c.md?x=1", "../b-c/?x=1"),
        ("b%20c", "../b-c/"),
        ("é.png", "../%C3%A9.png"),
        ("../u/", "../../u/"),
        ("/u/index.md", "../../u/"),
        ("#part", None),
        ("nowhere.md", None),
        ("https://example.org/a.md", None),
        ("mailto:a@example.org", None),
    ],
)
def test_a_link_leads_to_the_address_of_its_file(written: str, expected: str | None) -> None:
    document = Compiler(ENV).compile(SourcePath("t/a.md"), f'<a href="{written}">x</a>')
    html = linker.link_html(document, SourcePath("t/a.md"), UrlPath("t/a/"), URLS)
    assert f'href="{expected or written}"' in html


def test_links_of_markdown_and_of_raw_html_are_resolved_and_code_is_left_alone() -> None:
    text = '[x](b%20c.md) <a href="../u/">y</a> `href="b c.md"` &lt;a href="b.md"&gt;\n\n    <a href="b c.md">\n'
    html = linker.link_html(Compiler(ENV).compile(SourcePath("t/a.md"), text), SourcePath("t/a.md"), UrlPath("t/a/"), URLS)
    assert '<a href="../b-c/">x</a>' in html
    assert '<a href="../../u/">y</a>' in html
    for untouched in ('<code>href="b c.md"</code>', '&lt;a href="b.md"&gt;', '&lt;a href="b c.md"&gt;'):
        assert untouched in html


@pytest.mark.parametrize("renderer", ["commonmark", "python-markdown"])
def test_a_percent_sign_in_the_name_of_a_file_is_decoded_once(renderer: str) -> None:
    articles = [IndexedArticle(SourcePath(name), name) for name in ("a b.md", "a%20b.md", "50%.md")]
    compiler = Compiler(CompileEnvironment(index=build_link_index(articles, ())))
    found = compiler.compile(SourcePath("here.md"), "[a](a%2520b.md) [b](a%20b.md) [c](50%25.md)\n", renderer=renderer)
    assert [link.target for link in found.links] == ["a%20b.md", "a b.md", "50%.md"]


@given(st.text(alphabet="<a href='\"x=/> \n&;", max_size=60))
def test_spans_are_values_of_attributes_whatever_the_html(html: str) -> None:
    for start, end in spans(html):
        assert html[start - 1] in "\"'"
        assert html[end] == html[start - 1]


def test_a_hundred_thousand_open_brackets_take_no_time() -> None:
    assert list(spans("<a " * 100_000 + "<" * 100_000)) == []


def test_texts_are_compiled_alike_alone_by_workers_and_from_the_cache(tmp_path: Path) -> None:
    texts = [
        Text(SourcePath(f"{n}.md"), pack_text(f"# Heading {n}\n\nSee[^1] `code` | [link](a.md)\n\n[^1]: note {n}\n")) for n in range(100)
    ]
    cache = DiskCache(tmp_path / "memo")
    alone = compile_all(texts, ENV, None, workers=1)
    assert compile_all(texts, ENV, cache, workers=2) == alone
    assert compile_all(texts, ENV, cache, workers=2) == alone
    keys = [core_cache.cache_key(fingerprint(ENV), text.source, text.markdown.digest, "auto", "auto") for text in texts]
    assert len(cache.find(keys)) == 100


@pytest.mark.parametrize("method", multiprocessing.get_all_start_methods())
def test_workers_find_the_package_however_they_are_started(method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(multiprocessing, "get_all_start_methods", lambda: [method])
    texts = [Text(SourcePath(f"{n}.md"), pack_text(f"Text *{n}*")) for n in range(50)]
    assert compile_all(texts, ENV, None, workers=2)[SourcePath("49.md")].html.text == "<p>Text <em>49</em></p>\n"


def test_another_environment_has_another_fingerprint() -> None:
    base = CompileEnvironment(("tables", "toc"), {"toc": {"permalink": True}})
    options = ({"toc": {"permalink": False}}, {"toc": {"slugify": len}})
    others = [replace(base, extensions=("toc",)), *(replace(base, options=each) for each in options), replace(base, renderer="commonmark")]
    assert len({fingerprint(each) for each in [base, *others]}) == 5
    assert fingerprint(base) == fingerprint(replace(base, options={"toc": {"permalink": True}}))


def test_a_stored_document_is_compiled_again_where_a_lookup_changes(tmp_path: Path) -> None:
    cache = DiskCache(tmp_path / "memo")
    text = Text(SourcePath("a.md"), pack_text("[x](b.md)\n"))
    assert not compile_all([text], CompileEnvironment(), cache, workers=1)[text.source].uses
    env = CompileEnvironment(index=build_link_index([IndexedArticle(SourcePath("b.md"), "B")], []))
    assert compile_all([text], env, cache, workers=1)[text.source].uses == {"b.md"}


def test_a_stored_document_is_compiled_again_where_a_snippet_changes(tmp_path: Path) -> None:
    cache = DiskCache(tmp_path / "memo")
    text = Text(SourcePath("a.md"), pack_text('--8<-- "part.md"\n'))
    for content in ("one", "two"):
        (tmp_path / "part.md").write_text(content)
        env = CompileEnvironment(snippet=partial(text_in, tmp_path, {}, _open))
        assert content in compile_all([text], env, cache, workers=1)[text.source].html.text


SNIPPETS: dict[str, Any] = {"extensions": ("pymdownx.snippets",)}


def test_a_text_of_python_markdown_is_compiled_again_when_its_snippet_changes(tmp_path: Path) -> None:
    cache, options = DiskCache(tmp_path / "texts.sqlite"), {"pymdownx.snippets": {"base_path": [str(tmp_path)]}}
    text = Text(SourcePath("a.md"), pack_text('--8<-- "part.md"\n'), renderer="python-markdown")
    for content in ("one", "two"):
        (tmp_path / "part.md").write_text(content)
        env = CompileEnvironment(snippet=partial(text_in, tmp_path, {}, _open), options=options, **SNIPPETS)
        assert content in compile_all([text], env, cache, workers=1)[text.source].html.text


def test_a_snippet_that_python_markdown_does_not_find_is_named(tmp_path: Path) -> None:
    (tmp_path / "part.md").write_text("Text.\n")
    options = {"pymdownx.snippets": {"base_path": [str(tmp_path)], "auto_append": ["none-for-all.md"]}}
    env = CompileEnvironment(snippet=partial(text_in, tmp_path, {}, _open), options=options, **SNIPPETS)
    written = 'First.\n\n--8<-- "gone.md"\n\n--8<-- "part.md:nosuch"\n\n--8<-- "part.md"\n'
    found = Compiler(env).compile(SourcePath("a.md"), written, renderer="python-markdown")
    assert [(note.position.line, note.message, note.severity.name) for note in found.diagnostics] == [
        (3, "there is no file `gone.md` to insert", "WARNING"),
        (5, "`nosuch` has no such part, or nothing is in it", "WARNING"),
    ]
    assert "Text." in found.html.text


def test_a_broken_link_in_html_of_a_snippet_is_named_at_the_line_that_inserts_it() -> None:
    inserted = '<div>\n<p>x {{ page.title }}</p>\n<a href="nowhere.md">x</a>\n</div>\n'
    compiled = Compiler(CompileEnvironment(snippet={"b.md": inserted}.get)).compile(SourcePath("a.md"), 'Text\n\n--8<-- "b.md"\n')
    assert "<p>x </p>" in compiled.html.text
    assert [note.position for note in (*compiled.diagnostics, *compiled.deferred)] == [Position(3, 1), Position(3, 1)]


def test_a_snippet_comes_from_below_docs_only(tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    (tmp_path / "secret.md").write_text("secret")
    (docs / ".hidden.md").write_text("secret")
    (docs / "link.md").symlink_to(tmp_path / "secret.md")
    (docs / "open.md").write_text("---\ntitle: Open\n---\nOpen text.")
    assert [text_in(docs, {}, _open, path) for path in ("../secret.md", ".hidden.md", "link.md", "none.md")] == [None] * 4
    assert text_in(docs, {}, _open, "open.md") == "Open text."
    assert text_in(docs, {}, _closed, "open.md") is None
    assert text_in(docs, {"posts/a.md": tmp_path / "secret.md"}, _open, "posts/a.md") == (tmp_path / "secret.md").read_text()


@pytest.mark.parametrize("path", ["a" * 300, "a/" * 3000 + "b.md", "a\0b.md"])
def test_a_path_that_no_file_can_have_is_that_of_no_snippet(path: str, tmp_path: Path) -> None:
    assert text_in(tmp_path, {}, _open, path) is None


def test_a_snippet_that_cannot_be_read_has_no_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.md").write_text("Text.")

    def refuse(_file: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert text_in(tmp_path, {}, _open, "a.md") is None


@pytest.mark.parametrize("renderer", ["commonmark", "python-markdown"])
def test_both_renderers_give_the_same_document(renderer: str) -> None:
    text = "# A lamp\n\nSee `code` and [b](b%20c.md#part).\n\n## Wick\n\n![p](é.png)\n"
    env = replace(ENV, extensions=("toc",), options={"toc": {"permalink": True}})
    found = Compiler(env).compile(SourcePath("t/a.md"), text, renderer=renderer)
    assert found.renderer == renderer
    assert found.uses == {"t/b c.md", "t/é.png"}
    assert [image.attributes for image in found.images] == [{}]
    assert found.text.text.split()[:7] == ["A", "lamp", "See", "code", "and", "b.", "Wick"]
    assert [(entry["id"], [child["id"] for child in entry["children"]]) for entry in found.toc] == [("a-lamp", ["wick"])]
    assert core_cache.msgpack_loader(Document)(core_cache.dump_msgpack(found) or b"") == found


def test_what_may_not_stand_in_an_article_is_taken_out_and_named_with_its_line() -> None:
    found = Compiler(ENV).compile(SourcePath("a.md"), "# A\n\n<p onclick=x>b</p>\n")
    assert "onclick" not in found.html.text
    assert [(note.position.line, note.message) for note in found.diagnostics] == [
        (3, "onclick of <p> may not stand in an article; taken out")
    ]
    assert found.counts["unsafe HTML"] == 1


def test_a_trusted_folder_keeps_its_html() -> None:
    compiler = Compiler(replace(ENV, trusted=("t",)))
    assert "onclick=x" in compiler.compile(SourcePath("t/a.md"), "<p onclick=x>b</p>\n").html.text
    assert "onclick" not in compiler.compile(SourcePath("a.md"), "<p onclick=x>b</p>\n").html.text


def test_a_damaged_memory_is_an_empty_one(tmp_path: Path) -> None:
    path = tmp_path / "memo"
    memory = DiskCache(path)
    memory.store({"k": b"value", "other": b"more"}, [])
    with sqlite3.connect(path) as database:
        database.execute("UPDATE entries SET value = zeroblob(60) WHERE key = 'k'")
    assert memory.find(["k", "other"]) == {"other": b"more"}
    path.write_bytes(b"this is no database" * 100)
    assert memory.find(["k"]) == {}
    memory.store({"k": b"again"}, [])
    assert memory.find(["k"]) == {"k": b"again"}


def test_a_value_never_stands_for_another_key(tmp_path: Path) -> None:
    memory = DiskCache(tmp_path / "memo")
    memory.store({"a": b"A"}, [])
    with sqlite3.connect(tmp_path / "memo") as database:
        database.execute("UPDATE entries SET key = 'b'")
    assert memory.find(["a", "b"]) == {}


def test_the_cache_is_bounded_and_forgets_what_was_used_longest_ago(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(core_cache, "MAX_BYTES", 700)
    for name in "abcdefghij":
        cache = DiskCache(tmp_path / "cache")
        cache.store({name: bytes(range(256))[:60]}, ["a"])
        cache.trim()
    found = DiskCache(tmp_path / "cache").find("abcdefghij")
    assert "a" in found
    assert "j" in found
    assert "b" not in found


def test_a_build_keeps_all_that_it_used_however_much_that_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(core_cache, "MAX_BYTES", 700)
    DiskCache(tmp_path / "cache").store(dict.fromkeys("xyz", b"older"), [])
    cache = DiskCache(tmp_path / "cache")
    for name in "abcdefghijklmnop":
        cache.store({name: bytes(range(256))[:60]}, ["x"])
        cache.trim()
    assert "".join(sorted(cache.find("abcdefghijklmnopxyz"))) == "abcdefghijklmnopx"


@given(st.binary(max_size=200))
def test_bytes_that_are_no_compiled_text_are_refused(data: bytes) -> None:
    assert core_cache.msgpack_loader(Document)(data) is None


@pytest.mark.slow
def test_a_site_is_the_same_fast_or_not_and_the_second_time(tmp_path: Path) -> None:
    header = "---\ndate: 2025-01-01\n---\n"
    docs: dict[str, str | bytes] = {f"t/{n}.md": f"{header}# A {n}\n\n## Part\n\n[next]({(n + 1) % 60}.md)\n" for n in range(60)}
    fast = build(tmp_path / "fast", docs)
    again = build(tmp_path / "again", docs)
    second = dict(run(again.root, "mkdocs", "build").files())
    plain = build(tmp_path / "plain", docs, FAST="false", WORKERS="1")
    for name in ("texts.sqlite", "site.sqlite"):
        assert (tmp_path / "fast/.cache/knowledge" / name).is_file()
        assert not (tmp_path / "plain/.cache/knowledge" / name).exists()
    assert dict(fast.files()) == dict(plain.files()) == second
