"""Texts that take little memory: the same text whether it is in memory or in the file of a build, in this process and in others."""

import pickle
import sys
from pathlib import Path

import pytest

from almanac_kb.core import workers
from almanac_kb.core.packed_text import NO_TEXT, PackedText, TextFile, pack_text

TEXTS = ("one", "two " * 5000, "drei 日本 \ud800", "")


def test_a_text_in_a_file_is_the_same_text(tmp_path: Path) -> None:
    texts = [pack_text(text) for text in TEXTS]
    file = TextFile(tmp_path)
    file.take(*texts[:2])
    file.take(*texts[2:])
    file.take(*texts)
    file.take(again := pack_text("again"), again)
    assert again.text == "again"
    assert [text.text for text in texts] == [*TEXTS]
    assert texts == [pack_text(text) for text in TEXTS]
    assert [bool(text) for text in texts] == [True, True, True, False]
    assert all(not text.packed for text in texts)
    assert NO_TEXT.place is None
    assert [*tmp_path.iterdir()] == []


def test_another_machine_gets_the_text_and_not_the_place_of_it(tmp_path: Path) -> None:
    text = pack_text("a text")
    TextFile(tmp_path).take(text)
    found = pickle.loads(pickle.dumps(text))
    assert (found.text, found.place, found.digest) == ("a text", None, text.digest)


def _read_batch(numbers: list[int]) -> list[str]:
    texts: list[PackedText] = workers.shared_value()
    return [texts[number].text for number in numbers]


@pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux alone")
def test_workers_read_the_file_of_their_parent(tmp_path: Path) -> None:
    texts = [pack_text(f"text {number}") for number in range(200)]
    TextFile(tmp_path).take(*texts)
    with workers.executor(texts, 2) as pool:
        assert list(workers.map_batches(pool, _read_batch, range(200), 10, "Reading")) == [f"text {number}" for number in range(200)]


def test_texts_stay_in_memory_where_there_is_no_file_for_them(tmp_path: Path) -> None:
    text = pack_text("a text")
    TextFile(tmp_path / "missing").take(text)
    assert (text.text, text.place) == ("a text", None)


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="the system does not say which files are open")
def test_the_file_is_gone_when_no_text_refers_to_it(tmp_path: Path) -> None:
    before = len([*Path("/proc/self/fd").iterdir()])
    text = pack_text("a text")
    TextFile(tmp_path).take(text)
    assert len([*Path("/proc/self/fd").iterdir()]) == before + 1
    del text
    assert len([*Path("/proc/self/fd").iterdir()]) == before
