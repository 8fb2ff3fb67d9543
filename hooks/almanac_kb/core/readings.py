"""Recorded readings: all values of a frozen model that a function read; its result is valid as long as they are the same.

A view of the model is handed to the function in its place. A reading is the path to a value: names of attributes, and keys of mappings
behind `[`. Values of the opened types are seen part by part; all others are read as a whole, whatever the order of a `dict` within them.
"""

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from functools import cache as cached
from pathlib import Path
from types import FunctionType, MethodType
from typing import Any, Generic, TypeVar

from almanac_kb.core import cache
from almanac_kb.core.cache import NotDigestibleError

Model = TypeVar("Model")
Reading = tuple[str, ...]
"""The path to a value: `("site", "sections", "[guides", "title")`; `?` at its end asks only whether there is one, and of which type."""
KEY, EXISTS = "[", "?"
ABSENT = "absent"
"""The digest of a value that is not there."""


class Digests:
    """Digests of the values of one model, each object's made once."""

    def __init__(self, opened: tuple[type, ...]) -> None:
        self._opened = opened
        """Types whose values are digested part by part, because many of them share their parts."""
        self._known: dict[int, tuple[object, str]] = {}

    def of(self, value: object) -> str:
        """The digest of a value; raises NotDigestibleError and ValueError as `cache.digest` does."""
        if not hasattr(type(value), "__dataclass_fields__"):
            return self._of_parts(value)
        known = self._known.get(id(value))
        if known:
            return known[1]
        made = self._of_object(value)
        self._known[id(value)] = value, made  # the value is held, so that no other one gets its id
        return made

    def of_all(self, values: Iterable[object]) -> str:
        """One digest of several values; raises what `of` raises."""
        return cache.digest([value if value is None or isinstance(value, str | int) else self.of(value) for value in values])

    def of_reading(self, model: object, reading: Reading) -> str:
        """The digest of what is at a path of the model now."""
        value = model
        for step in reading:
            if step == EXISTS:
                return type(value).__name__
            try:
                value = value[step[1:]] if step.startswith(KEY) else getattr(value, step)  # type: ignore[index]
            except (KeyError, AttributeError, TypeError):
                return ABSENT
        return self.of(value)

    def _of_object(self, value: object) -> str:
        given = getattr(value, "digest", "")
        if given and isinstance(given, str):
            return given
        if isinstance(value, self._opened):
            kind: type[Any] = type(value)
            names = _field_names(kind)  # type: ignore[arg-type]  # mypy takes no class for hashable
            return self.of_all((kind.__name__, *(getattr(value, name) for name in names)))
        return cache.digest(value)

    def _of_parts(self, value: object) -> str:
        if value is None or isinstance(value, str | int):
            return cache.digest(value)
        if isinstance(value, tuple) and value and hasattr(type(value[0]), "__dataclass_fields__"):
            return cache.cache_key(*map(self.of, value))
        if isinstance(value, Mapping):
            return cache.cache_key(*(part for key, each in value.items() for part in (repr(key), self.of(each))))
        return cache.digest(value)


class _Recorder:
    """Notes the readings of a view."""

    def __init__(self, opened: tuple[type, ...]) -> None:
        self.opened = opened
        self.readings: set[Reading] = set()

    def show(self, value: Any, path: Reading) -> Any:
        """A value as the function sees it."""
        if isinstance(value, self.opened):
            self.readings.add((*path, EXISTS))
            kind: type[Any] = type(value)
            view = object.__new__(_view_class(kind))  # type: ignore[arg-type]  # mypy takes no class for hashable
            object.__setattr__(view, "_view", (value, path, self))
            return view
        if isinstance(value, Mapping):
            return _MappingView(value, path, self)
        self.readings.add(path)
        return value


def record(work: Callable[[Model], str], model: Model, opened: tuple[type, ...]) -> tuple[str, frozenset[Reading]]:
    """The result of a function of a model, and what it read of it; `opened` are the frozen dataclasses that are seen part by part."""
    recorder = _Recorder(opened)
    return work(recorder.show(model, ())), frozenset(recorder.readings - {(EXISTS,)})


@dataclass(frozen=True)
class RecordedResult:
    """The result of a function, with all that it was made from."""

    own: str
    """The digest of its arguments beside the model."""
    readings: tuple[Reading, ...]
    """The readings of the model."""
    value: str


ResultRow = tuple[str, tuple[int, ...], str]
"""A result as it is stored: the digest of its arguments, the numbers of its readings, and its value."""
MIN_READINGS = 1000
"""So many readings are stored before those are forgotten that no result has any more."""


@dataclass(frozen=True)
class StoredResults:
    """The results of a build as they are stored."""

    readings: tuple[tuple[Reading, str], ...] = ()
    """All readings by number, with the digests that the values had."""
    results: dict[str, ResultRow] = field(default_factory=dict)
    """The results by name."""


class Results(Generic[Model]):
    """The results of functions of one model; one of the last build is kept as long as all that it was made from is the same.

    Each reading is held once, however many results have it.
    """

    def __init__(self, model: Model, opened: tuple[type, ...], digests: Digests, path: Path, version: str) -> None:
        """`path` is the file of the results of the last build, which count where `version` is the same."""
        self._model, self._opened, self._digests, self._path, self._version = model, opened, digests, path, version
        stored = cache.load_value(path, version, StoredResults) or StoredResults()
        self._numbers = {reading: number for number, (reading, _) in enumerate(stored.readings)}
        changed = {number for number, (reading, digest) in enumerate(stored.readings) if not self._is_same(reading, digest)}
        self._present = {number: digest for number, (_, digest) in enumerate(stored.readings) if number not in changed}
        self._last = {name: row for name, row in stored.results.items() if changed.isdisjoint(row[1])} if changed else stored.results
        self._has_lost = len(self._last) < len(stored.results)
        self._new: dict[str, ResultRow] = {}

    def known(self, name: str, own: str) -> str:
        """The value of a result of the last build, if it is the same now; else an empty text."""
        last_own, _, value = self._last.get(name, ("", (), ""))
        return value if last_own == own else ""

    def make(self, own: str, work: Callable[[Model], str]) -> RecordedResult:
        """A new result; raises what the function raises."""
        value, read = record(work, self._model, self._opened)
        return RecordedResult(own, tuple(read), value)

    def add(self, name: str, result: RecordedResult) -> None:
        """Adds a new result, to be stored."""
        numbers = tuple(self._numbers.setdefault(each, len(self._numbers)) for each in result.readings)
        self._new[name] = result.own, numbers, result.value

    def store(self, kept: Set[str]) -> None:
        """Stores the new results, and those of the last build whose names are in `kept`, unless these are all that is stored already."""
        old = {name: row for name, row in self._last.items() if name in kept}
        if not self._new and not self._has_lost and len(old) == len(self._last):
            return
        results = dict(sorted({**old, **self._new}.items()))
        used = {number for _, numbers, _ in results.values() for number in numbers}
        readings = list(self._numbers)
        if len(readings) > 2 * len(used) + MIN_READINGS:
            new_number = {number: place for place, number in enumerate(sorted(used))}
            results = {name: (own, tuple(new_number[each] for each in numbers), value) for name, (own, numbers, value) in results.items()}
            stored = tuple((readings[number], self._digest(number, readings[number])) for number in new_number)
        else:
            stored = tuple((reading, self._digest(number, reading) if number in used else "") for number, reading in enumerate(readings))
        cache.save_value(self._path, self._version, StoredResults(stored, results))

    def _digest(self, number: int, reading: Reading) -> str:
        return self._present.get(number) or self._digest_of(reading)

    def _is_same(self, reading: Reading, digest: str) -> bool:
        return bool(digest) and self._digest_of(reading) == digest

    def _digest_of(self, reading: Reading) -> str:
        """The digest of what is at a path of the model now; empty for a value without digest, which counts as another one each time."""
        try:
            return self._digests.of_reading(self._model, reading)
        except (NotDigestibleError, ValueError):
            return ""


@cached
def _field_names(kind: type[Any]) -> tuple[str, ...]:
    return tuple(each.name for each in dataclasses.fields(kind))


@cached
def _view_class(kind: type[Any]) -> type[Any]:
    """A subclass whose objects look like objects of this type, and note what is read of them."""
    return type(kind.__name__, (kind,), {"__getattribute__": _read})


def _read(view: object, name: str) -> Any:
    if name.startswith("__"):
        return object.__getattribute__(view, name)
    value, path, recorder = object.__getattribute__(view, "_view")
    method = None if name in vars(value) else getattr(type(value), name, None)
    return MethodType(method, view) if isinstance(method, FunctionType) else recorder.show(getattr(value, name), (*path, name))


class _MappingView(Mapping[Any, Any]):
    """A mapping that notes what is read of it: single keys, or all of it."""

    def __init__(self, value: Mapping[Any, Any], path: Reading, recorder: _Recorder) -> None:
        self._value, self._path, self._recorder = value, path, recorder

    def __getitem__(self, key: Any) -> Any:
        if not isinstance(key, str):
            return self._all()[key]
        path = (*self._path, f"{KEY}{key}")
        if key not in self._value:
            self._recorder.readings.add((*path, EXISTS))
        return self._recorder.show(self._value[key], path)

    def __contains__(self, key: object) -> bool:
        if not isinstance(key, str):
            return key in self._all()
        self._recorder.readings.add((*self._path, f"{KEY}{key}", EXISTS))
        return key in self._value

    def __iter__(self) -> Iterator[Any]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())

    def _all(self) -> Mapping[Any, Any]:
        self._recorder.readings.add(self._path)
        return self._value
