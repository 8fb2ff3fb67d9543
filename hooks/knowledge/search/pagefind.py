"""Runs Pagefind over records and makes its output the same for the same input, and no larger than what the search asks for."""

import json
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pagefind_bin_extended

from knowledge.place import Url
from knowledge.search import repack
from knowledge.search.repack import Packed
from knowledge.search.search_record import IGNORED, Record

UNUSED = ("pagefind-ui.*", "pagefind-modular-ui.*", "pagefind-component-ui.*", "pagefind-highlight.js", "pagefind-worker.js", "wasm.*")


class PagefindError(RuntimeError):
    """The program failed; says what it printed."""


@dataclass(frozen=True)
class Index:
    """What was indexed."""

    ids: dict[Url, str]
    """The id of each record by its address."""
    main: Packed | None
    """The index of the main language; None where no record is in it."""


def index(records: Iterable[Record], language: str, scratch: Path, output: Path) -> Index:
    """Writes the index of the records to `output`. `scratch` is a folder that may be filled.

    The index of `language` is at the top, that of any other language in a folder of its name.
    """
    for each in records:
        page = scratch / each.url / "index.html"
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(each.page, encoding="utf-8")
    _run(scratch, output)
    packed = _divide(output, language)
    return Index({url: path.stem for path in output.rglob("*.pf_fragment") for url in [_address(path)]}, packed.get(language))


def _run(scratch: Path, output: Path) -> None:
    program = str(pagefind_bin_extended.get_executable())
    command = [program, "--site", str(scratch), "--output-path", str(output), "--exclude-selectors", IGNORED, "--silent"]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if ran.returncode:
        raise PagefindError(f"pagefind failed: {ran.stderr or ran.stdout}")


def _divide(output: Path, main: str) -> dict[str, Packed]:
    packed = {}
    entry = json.loads((output / "pagefind-entry.json").read_text())
    programs = {path.name: path.read_bytes() for path in output.glob("wasm.*")}
    for unused in UNUSED:
        for path in output.glob(unused):
            path.unlink()
    for language in sorted(entry["languages"]):
        folder = output if language == main else output / language
        folder.mkdir(exist_ok=True)
        if folder != output:
            _move(output, folder, language)
        wasm = f"wasm.{entry['languages'][language]['wasm'] or 'unknown'}.pagefind"
        (folder / wasm).write_bytes(programs[wasm])
        about = entry["languages"][language]
        packed[language] = repack.repack(folder, about["hash"], language)
        only = entry | {"languages": {language: about | {"hash": packed[language].name}}}
        (folder / "pagefind-entry.json").write_text(json.dumps(only, sort_keys=True))
    return packed


def _move(output: Path, folder: Path, language: str) -> None:
    for pattern in (f"pagefind.{language}_*", f"index/{language}_*", f"fragment/{language}_*"):
        for path in output.glob(pattern):
            target = folder / path.relative_to(output)
            target.parent.mkdir(exist_ok=True)
            shutil.move(path, target)


def _address(fragment: Path) -> Url:
    url: str = json.loads(repack.read(fragment))["url"]
    return Url(url.lstrip("/"))
