"""Readings: what a function reads of a model is recorded, so that its result is known to be the same."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from operator import itemgetter
from pathlib import Path

import pytest

from almanac_kb.core import readings
from almanac_kb.core.readings import Digests, Results


@dataclass(frozen=True)
class Leaf:
    """A value that is read as a whole."""

    name: str
    text: str = ""


@dataclass(frozen=True)
class Part:
    """A value that is read part by part."""

    title: str
    leaves: tuple[Leaf, ...] = ()

    @property
    def link(self) -> tuple[str, str]:
        return self.title, f"{self.title}/"


@dataclass(frozen=True)
class Model:
    """A model with everything that models have."""

    part: Part | None
    parts: Mapping[str, Part] = field(default_factory=dict)
    sizes: Mapping[str, int] = field(default_factory=dict)
    names: frozenset[str] = frozenset()

    @cached_property
    def by_title(self) -> dict[str, Part]:
        return {part.title: part for part in self.parts.values()}

    def find(self, name: str) -> int:
        return self.sizes.get(name, 0)


OPENED = (Model, Part)
LEAF = Leaf("a", "words")
MODEL = Model(Part("P", (LEAF,)), {"x": Part("X", (LEAF,)), "y": Part("Y")}, {"a": 1, "b": 2}, frozenset({"n"}))
WORK: dict[str, Callable[[Model], object]] = {
    "attribute": lambda model: model.part.title if model.part else "",
    "truth of a part": lambda model: bool(model.part),
    "property": lambda model: model.parts["x"].link,
    "cached property": lambda model: model.by_title["X"].leaves if "X" in model.by_title else "",
    "method": lambda model: model.find("a"),
    "absent key": lambda model: model.find("c"),
    "presence": lambda model: "y" in model.parts,
    "presence by get": lambda model: model.parts.get("z") is None,
    "number": lambda model: len(model.parts),
    "all": lambda model: [(key, part.title) for key, part in model.parts.items()],
    "set": lambda model: "n" in model.names,
    "leaves": lambda model: [leaf.text for leaf in model.parts["x"].leaves],
    "nothing": lambda model: "",
}
CHANGED: dict[str, Model] = {
    "another title": replace(MODEL, part=Part("Q", (LEAF,))),
    "no part": replace(MODEL, part=None),
    "another leaf": replace(MODEL, parts={**MODEL.parts, "x": Part("X", (replace(LEAF, text="other"),))}),
    "another name": replace(MODEL, parts={**MODEL.parts, "x": Part("Z", (LEAF,))}),
    "one part more": replace(MODEL, parts={**MODEL.parts, "z": Part("Z")}),
    "one part fewer": replace(MODEL, parts={"x": MODEL.parts["x"]}),
    "another order": replace(MODEL, parts=dict(reversed(list(MODEL.parts.items())))),
    "another size": replace(MODEL, sizes={"a": 9, "b": 2}),
    "a new size": replace(MODEL, sizes={"a": 1, "b": 2, "c": 3}),
    "no names": replace(MODEL, names=frozenset()),
}


def _work(name: str) -> Callable[[Model], str]:
    return lambda model: repr(WORK[name](model))


@pytest.mark.parametrize("change", CHANGED)
@pytest.mark.parametrize("work", WORK)
def test_where_a_result_changes_a_reading_has(work: str, change: str) -> None:
    result, read = readings.record(_work(work), MODEL, OPENED)
    assert result == _work(work)(MODEL)
    before, after = ({each: Digests(OPENED).of_reading(model, each) for each in read} for model in (MODEL, CHANGED[change]))
    assert _work(work)(CHANGED[change]) == result or before != after


@pytest.mark.parametrize(
    ("work", "change"),
    [
        ("attribute", "another leaf"),
        ("property", "another leaf"),
        ("method", "no names"),
        ("leaves", "another title"),
        ("nothing", "no part"),
    ],
)
def test_what_is_not_read_may_change(work: str, change: str) -> None:
    _, read = readings.record(_work(work), MODEL, OPENED)
    assert all(Digests(OPENED).of_reading(MODEL, each) == Digests(OPENED).of_reading(CHANGED[change], each) for each in read)


def test_a_view_looks_like_its_object() -> None:
    def work(model: Model) -> str:
        assert isinstance(model, Model)
        assert isinstance(model.parts["x"], Part)
        assert model.parts.get("z") is None
        with pytest.raises(KeyError):
            model.parts["z"]
        return model.parts["x"].title

    assert readings.record(work, MODEL, OPENED)[0] == "X"


def test_a_digest_that_an_object_has_stands_for_it() -> None:
    @dataclass(frozen=True)
    class Known:
        digest: str
        text: str = ""

    digests = Digests(())
    assert digests.of(Known("d", "one")) == digests.of(Known("d", "two")) == "d"
    assert digests.of((LEAF, LEAF)) != digests.of((LEAF,))


def test_the_parts_of_an_object_are_not_mistaken_for_each_other() -> None:
    def models() -> Iterator[Model]:
        yield from (MODEL, *CHANGED.values())

    digests = {Digests(OPENED).of(model) for model in models()}
    assert len(digests) == len(CHANGED) + 1


def _results(path: Path, model: Model = MODEL, version: str = "1") -> Results[Model]:
    return Results(model, OPENED, Digests(OPENED), path, version)


def test_results_are_kept_while_all_that_they_were_made_from_is_the_same(tmp_path: Path) -> None:
    path = tmp_path / "results"
    first = _results(path)
    made = {name: first.make("own", _work(name)) for name in WORK}
    for name, result in made.items():
        first.add(name, result)
    first.store(set())
    again = _results(path)
    assert {name: again.known(name, "own") for name in WORK} == {name: result.value for name, result in made.items()}
    assert again.known("attribute", "other") == again.known("unknown", "own") == ""
    for change, model in CHANGED.items():
        other = _results(path, model)
        for name in WORK:
            assert other.known(name, "own") in {"", _work(name)(model)}, (change, name)
    assert _results(path, CHANGED["another title"]).known("attribute", "own") == ""
    assert _results(path, CHANGED["another title"]).known("method", "own") == "1"
    assert _results(path, version="2").known("attribute", "own") == ""


def test_results_that_are_not_kept_are_gone(tmp_path: Path) -> None:
    path = tmp_path / "results"
    first = _results(path)
    for name in ("attribute", "method"):
        first.add(name, first.make("own", _work(name)))
    first.store(set())
    second = _results(path)
    second.add("number", second.make("own", _work("number")))
    second.store({"method"})
    third = _results(path)
    assert [name for name in WORK if third.known(name, "own")] == ["method", "number"]


def test_readings_that_no_result_has_any_more_do_not_pile_up(tmp_path: Path) -> None:
    path = tmp_path / "results"
    for number in range(40):
        texts = {f"{number}-{each}": str(each) for each in range(100)}
        results = Results(texts, (), Digests(()), path, "1")
        results.add("all", results.make("own", lambda model: "".join(model[name] for name in model if name)))
        for name in texts:
            results.add(name, results.make("own", itemgetter(name)))
        results.store(set())
        assert Results(texts, (), Digests(()), path, "1").known(f"{number}-7", "own") == "7"
    assert path.stat().st_size < 250_000


def test_a_damaged_file_of_results_is_none(tmp_path: Path) -> None:
    path = tmp_path / "results"
    for damaged in (b"", b"{}", b"[1]", b'{"version":"1","readings":[],"results":{"attribute":["own",[7],"v"]}}', b"\xff"):
        path.write_bytes(damaged)
        assert _results(path).known("attribute", "own") == ""


def test_what_was_made_from_a_value_without_digest_is_made_again(tmp_path: Path) -> None:
    @dataclass(frozen=True)
    class Ruled:
        title: str
        rule: object

    model, opened = Ruled("T", re.compile("x")), (Ruled,)
    file = tmp_path / "results"
    before = Results(model, opened, Digests(opened), file, "1")
    before.add("title", before.make("a", lambda m: m.title))
    before.add("rule", before.make("a", lambda m: str(m.rule)))
    before.store(set())
    after = Results(model, opened, Digests(opened), file, "1")
    assert (after.known("title", "a"), after.known("rule", "a")) == ("T", "")
