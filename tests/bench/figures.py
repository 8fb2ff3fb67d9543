"""Figures of the benchmark: as JSON, as the table that `compare.py` prints, and as the shorter one of the README."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

KEPT = Path(__file__).parent / "figures"
"""The folder of the figures that README and handbook show, a file for each number of articles."""
SHOWN = {
    "stock": "the packages alone",
    "ours": "this project",
    "zensical": "Zensical",
    "hugo": "Hugo, a bare theme",
    "hugo, full menu": "Hugo, all pages in the menu",
}
"""The generators in the README's table, each with its name there."""


@dataclass(frozen=True)
class Figures:
    """All that is measured of a site generator."""

    cold: float
    """Seconds of a build without a cache."""
    cold_work: float
    """Seconds of all processors that it takes."""
    edited: float
    """Seconds of a build after one article changed."""
    edited_work: float
    """Seconds of all processors that it takes."""
    unchanged: float
    """Seconds of a build after nothing changed."""
    unchanged_work: float
    """Seconds of all processors that it takes."""
    memory: float | None
    """The most memory in MB that the process of a cold build and all its children take together: in a build of its own, for looking takes
    time."""
    reload: float | None
    """Seconds from the save of an article to the browser's reload event, the median."""
    site: float
    """The size of the site in MB."""
    page: float
    """The size of an article's page in kB, the median."""
    phases: Mapping[str, float]
    """The seconds of each phase of the cold build, where they can be told: reading, rendering, writing, and what follows."""


def table(found: Mapping[str, Figures], count: int, machine: Mapping[str, object]) -> str:
    """The figures as a Markdown table, with the ratio of stock to ours."""
    rows: list[tuple[str, Callable[[Figures], float | None]]] = [
        ("cold build, s", lambda each: each.cold),
        ("… of all processors", lambda each: each.cold_work),
        *((f"… of it {name}", partial(_phase, name)) for name in found["ours"].phases),
        ("build after one edit, s", lambda each: each.edited),
        ("… of all processors", lambda each: each.edited_work),
        ("build after nothing changed, s", lambda each: each.unchanged),
        ("… of all processors", lambda each: each.unchanged_work),
        ("serve: save to reload, s", lambda each: each.reload),
        ("peak memory, cold, MB", lambda each: each.memory),
        ("size of the site, MB", lambda each: each.site),
        ("size of an article's page, kB", lambda each: each.page),
    ]
    others = [name for name in found if name in {"stock", "before"}]
    lines = [
        f"{count} articles; " + ", ".join(f"{name} {value}" for name, value in machine.items()),
        "",
        f"| | {' | '.join([*found, *(f'{other} : ours' for other in others)])} |",
        f"|---|{'---|' * (len(found) + len(others))}",
    ]
    for name, figure in rows:
        values = [figure(each) for each in found.values()]
        cells = ["–" if value is None else f"{value:.2f}" for value in values]
        lines.append(f"| {' | '.join([name, *cells, *(_ratio(figure(found[other]), figure(found['ours'])) for other in others)])} |")
    return "\n".join(lines)


def _ratio(other: float | None, ours: float | None) -> str:
    return f"{other / ours:.2f}" if other and ours else "–"


def _phase(name: str, figures: Figures) -> float | None:
    return figures.phases.get(name)


def write(path: Path, found: Mapping[str, Figures], count: int, machine: Mapping[str, object]) -> None:
    """Writes the figures as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    values = {"articles": count, "machine": machine, "generators": {name: asdict(each) for name, each in found.items()}}
    path.write_text(f"{json.dumps(values, indent=2)}\n", encoding="utf-8")


def readme_table(path: Path) -> str:
    """The table of the README, from figures that `write` wrote: seconds of each build, in brackets those of all processors."""
    values: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    lines = [f"| {values['articles']:,} articles, seconds | from nothing | after one edit | after no change |", "|---|---|---|---|"]
    for name, shown in SHOWN.items():
        found = values["generators"].get(name)
        if found:
            builds = [(found[build], found[f"{build}_work"]) for build in ("cold", "edited", "unchanged")]
            lines.append(f"| {' | '.join([shown, *(f'{wall:.1f} ({work:.1f})' for wall, work in builds)])} |")
    return "\n".join(lines)
