"""The build context: each field is set by one step, once; reading it too soon names the step that sets it."""

import datetime
from pathlib import Path

import pytest

from almanac_kb.build import BuildContext, Session, StepOrderError, context
from almanac_kb.content.settings import Settings
from almanac_kb.core import cache


def _build(folder: Path, *, fast: bool = True) -> BuildContext:
    now = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    return BuildContext(Settings(fast=fast), now, folder, is_preview=False, readings=None, code=())


def test_reading_a_field_too_soon_names_its_step(tmp_path: Path) -> None:
    with pytest.raises(StepOrderError, match=r"documents is read before the step `on_files` has set it"):
        _ = _build(tmp_path).documents


def test_a_field_is_set_once_a_build(tmp_path: Path) -> None:
    build = _build(tmp_path)
    build.has_bibliography = False
    with pytest.raises(StepOrderError, match="has_bibliography is set a second time"):
        build.has_bibliography = True
    assert build.has_bibliography is False
    _build(tmp_path).has_bibliography = True


def test_every_field_names_a_step_of_the_pipeline() -> None:
    pipeline = (Path(__file__).parents[1] / "hooks/pipeline.py").read_text()
    steps = {field.step for field in vars(BuildContext).values() if hasattr(field, "step")}
    assert [step for step in steps if f"def {step}(" not in pipeline] == []


def test_the_context_is_the_one_key_of_the_configuration(tmp_path: Path) -> None:
    build = _build(tmp_path)
    assert context({"almanac": build}) is build


def test_without_speed_nothing_is_cached(tmp_path: Path) -> None:
    assert _build(tmp_path, fast=False).disk_cache("texts") is None
    assert _build(tmp_path, fast=False).build_cache("pages") is None


def test_what_is_cached_one_by_one_is_written_at_the_end(tmp_path: Path) -> None:
    build = _build(tmp_path)
    build_cache, disk_cache = build.build_cache("cards"), build.disk_cache("cards")
    assert build_cache
    assert disk_cache
    assert build_cache.get_or_make("a" * 64, lambda: b"drawn") == b"drawn"
    assert disk_cache.find(["a" * 64]) == {}
    build.store_caches()
    assert disk_cache.find(["a" * 64]) == {"a" * 64: b"drawn"}


def test_a_second_step_of_a_build_deletes_nothing_that_the_first_put_into_the_same_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "MAX_BYTES", 700)
    build = _build(tmp_path)
    values = {name: bytes(range(256))[:60] for name in "abcdefghijklmnop"}
    for each in (values, {"z": b"one more"}):
        found = build.disk_cache("texts")
        assert found
        found.store(each, [])
    build.trim_caches()
    later = _build(tmp_path).disk_cache("texts")
    assert later
    assert later.find(values) == values


def test_code_that_is_saved_while_a_process_runs_is_not_the_code_that_runs(tmp_path: Path) -> None:
    pipeline, hook = tmp_path / "pipeline.py", tmp_path / "hook.py"
    pipeline.write_text("one")
    hook.write_text("one")
    session = Session(None, pipeline)
    before = session.code([hook])
    hook.write_text("two")
    pipeline.write_text("two")
    assert session.code([hook]) == before
    assert Session(None, pipeline).code([hook]) != before
