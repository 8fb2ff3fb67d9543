"""Limits of one text: time, memory and HTML; its author is told, and all other articles are published."""

import gc
import json
import os
import pickle
import time
from pathlib import Path

import fork_server
import nh3
import pytest
from builder import PROJECT, build, project_without_code, run, words
from fork_server import Program
from limits import one_text
from mkdocs.config import load_config
from pathological import TEXTS

from almanac_kb.core import limits
from almanac_kb.core.cache import DiskCache
from almanac_kb.core.diagnostics import Position, Severity
from almanac_kb.core.limits import LimitError
from almanac_kb.core.packed_text import pack_text
from almanac_kb.core.paths import SourcePath
from almanac_kb.render.batches import compile_all
from almanac_kb.render.compiler import NOT_RENDERED, Compiler
from almanac_kb.render.environment import CompileEnvironment, Text

SIZE = 2_000_000
"""Bytes of the texts: nearly as many as an article may have."""
SLOWEST = 15
"""Processor seconds: the promise is 10, and a machine may be half as fast as the one it was measured on."""
ENV = CompileEnvironment()
PYTHON_MARKDOWN = CompileEnvironment(("tables", "footnotes"), renderer="python-markdown")
LARGE = TEXTS["open tags"](SIZE)
"""A text that soon takes too much memory."""


@pytest.fixture(scope="session")
def extensions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with the extensions of Markdown of a site, and their settings, pickled."""
    folder = tmp_path_factory.mktemp("extensions")
    config = load_config(str(project_without_code(folder / "site", {}) / "mkdocs.yml"))
    (folder / "extensions").write_bytes(pickle.dumps((tuple(config.markdown_extensions), config.mdx_configs)))
    return folder / "extensions"


@pytest.mark.slow
@pytest.mark.parametrize("renderer", ["commonmark", "python-markdown"])
@pytest.mark.parametrize("name", TEXTS)
def test_no_text_takes_more_than_ten_seconds_or_half_a_gigabyte(name: str, renderer: str, extensions: Path) -> None:
    program = Program(["-m", "text_cost", name, str(SIZE // 10), renderer, str(extensions)], PROJECT / "tests", os.environ)
    ran = fork_server.run(program, ("text_cost", "almanac_kb.markdown.python_markdown"), PROJECT / "hooks")
    assert ran.returncode == 0, ran.stderr
    seconds, megabytes = json.loads(ran.stdout)
    assert seconds < SLOWEST
    assert megabytes < 512


@pytest.mark.parametrize("env", [ENV, PYTHON_MARKDOWN], ids=["commonmark", "python-markdown"])
@pytest.mark.parametrize("name", sorted(TEXTS.keys() - {"a ragged table"}))
def test_a_hostile_kilobyte_is_rendered_in_time(name: str, env: CompileEnvironment) -> None:
    with one_text():
        diagnostics = Compiler(env).compile(SourcePath("a.md"), TEXTS[name](1000)).diagnostics
    assert [each.message for each in diagnostics if "render" in each.message] in ([], ["nests too deep to render"])


def busy(seconds: float) -> None:
    """Keeps the processor busy."""
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


def test_what_goes_on_too_long_is_ended_and_the_clock_stops() -> None:
    with one_text(), pytest.raises(LimitError, match="takes more than 5 s to render"), limits.time_limit(0.05):
        busy(60)
    with limits.time_limit(0.05):
        pass
    busy(0.2)


def test_what_goes_on_too_long_is_ended_though_a_callback_of_the_sanitizer_swallows_the_error() -> None:
    def slow(_tag: str, _name: str, value: str) -> str:
        busy(0.2)
        return value

    with one_text(), pytest.raises(LimitError, match="takes more than 5 s to render"), limits.time_limit(0.05):
        nh3.clean('<a href="https://example.org/">x</a>', attribute_filter=slow)


def test_what_takes_too_much_memory_is_ended_and_the_bound_lifted() -> None:
    with pytest.raises(MemoryError), limits.memory_limit(50_000_000):
        bytearray(100_000_000)
    assert len(bytearray(100_000_000)) == 100_000_000


def test_a_text_that_takes_too_much_is_replaced_by_a_notice_and_the_next_is_rendered() -> None:
    compiler = Compiler(PYTHON_MARKDOWN)
    made = compiler.compile(SourcePath("a.md"), LARGE)
    assert made.html.text == NOT_RENDERED.format("The text of this page can’t be shown.")
    note = made.diagnostics[0]
    assert (note.position, note.message, note.severity) == (Position(), "takes more than 384 MB to render", Severity.ERROR)
    assert note.hint == "split it, or leave out what repeats without end"
    assert compiler.compile(SourcePath("b.md"), "*b*").html.text == "<p><em>b</em></p>"
    assert gc.isenabled()


def test_garbage_collection_that_was_off_stays_off() -> None:
    gc.disable()
    try:
        assert Compiler(ENV).compile(SourcePath("a.md"), "*a*").html.text == "<p><em>a</em></p>\n"
        assert not gc.isenabled()
    finally:
        gc.enable()


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (LimitError("takes more than 5 s to render"), "takes more than 5 s to render"),
        (MemoryError(), "takes more than 384 MB to render"),
        (RecursionError(), "nests too deep to render"),
        (ValueError("no\nsuch"), r"can't be rendered: ValueError: 'no\nsuch'"),
    ],
)
def test_an_author_is_told_why_a_text_is_not_shown(error: BaseException, message: str) -> None:
    assert limits.limit_diagnostic(error).message == message
    assert limits.limit_diagnostic(error).hint


def test_html_that_is_too_long_is_not_shown() -> None:
    assert limits.check_length("x" * limits.MAX_HTML)
    with pytest.raises(LimitError, match="becomes 16,777,217 characters of HTML, more than 16,777,216"):
        limits.check_length("x" * (limits.MAX_HTML + 1))


def test_a_text_that_takes_too_much_is_tried_again_next_time(tmp_path: Path) -> None:
    memory = DiskCache(tmp_path / "memo")
    texts = [Text(SourcePath("a.md"), pack_text(LARGE)), Text(SourcePath("b.md"), pack_text("b"))]
    first = compile_all(texts, PYTHON_MARKDOWN, memory, workers=1)
    assert [len(each.diagnostics) for each in first.values()] == [1, 0]
    assert compile_all(texts, PYTHON_MARKDOWN, memory, workers=1) == first


def test_a_build_stops_at_a_text_that_takes_too_much_or_publishes_the_page_without_it(tmp_path: Path) -> None:
    header = "---\ntitle: Large\ndate: 2025-01-01\nmarkdown: python-markdown\n---\n"
    stopped = build(tmp_path, {"t/large.md": header + LARGE, "t/b.md": "# B\n\nText.\n"})
    told = "ERROR   -  docs/t/large.md:6:1: body: takes more than 384 MB to render; split it, or leave out what repeats without end"
    assert stopped.code == 1
    assert told in stopped.output
    assert "Aborted: 1 articles can't be rendered; REFUSED=skip publishes them without their text." in stopped.output
    assert not stopped.site.exists()
    skipped = run(stopped.root, "mkdocs", "build", REFUSED="skip")
    assert skipped.code == 0
    assert told in skipped.output
    assert words(skipped.page("t/large"), "//*[@class='kb-unshown']") == ["The text of this page can’t be shown."]
    assert "Text." in skipped.text("t/b")
