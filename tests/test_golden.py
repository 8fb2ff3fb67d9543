"""Articles as authors write them, and what is read: tests/golden/<name>.md beside <name>.expected.

`pytest tests/test_golden.py --rewrite-golden` writes what is found; read the difference before you keep it.
"""

import dataclasses
import datetime
import json
from pathlib import Path

import pytest

from almanac_kb.content import reader
from almanac_kb.content.article import Article
from almanac_kb.content.publication import Intent
from almanac_kb.core.diagnostics import Position
from almanac_kb.core.packed_text import PackedText
from almanac_kb.core.paths import SourcePath

GOLDEN = Path(__file__).parent / "golden"
NAMES = sorted(path.stem for path in GOLDEN.glob("*.md"))


def shown(value: object) -> str:
    if isinstance(value, datetime.datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, Position):
        return f"{value.line}:{value.column}"
    if isinstance(value, Intent):
        return f"{value.state.value}, {value.reason or 'asked for'}"
    return json.dumps(value.text if isinstance(value, PackedText) else value, ensure_ascii=False)


def lines(found: Article) -> list[str]:
    """The fields that the article has a value of its own for."""
    default = Article(source=found.source, title="")
    values = ((field.name, getattr(found, field.name)) for field in dataclasses.fields(found))
    return [f"{name}: {shown(value)}" for name, value in values if value != getattr(default, name)]


def picture(path: Path) -> str:
    reading = reader.read_article(SourcePath(path.name), path.read_bytes())
    fields = lines(reading.article) if reading.article else ["no article"]
    diagnostics = [f"{each.severity.name.lower()} {each.text('')}" for each in reading.diagnostics]
    return "\n".join([*fields, *([""] if diagnostics else []), *diagnostics]) + "\n"


@pytest.mark.parametrize("name", NAMES)
def test_an_article_is_read_as_expected(name: str, request: pytest.FixtureRequest) -> None:
    expected, found = GOLDEN / f"{name}.expected", picture(GOLDEN / f"{name}.md")
    if request.config.getoption("--rewrite-golden"):
        expected.write_text(found, encoding="utf-8", newline="\n")
    assert found == expected.read_text(encoding="utf-8")


def test_every_expectation_has_its_article() -> None:
    assert sorted(path.stem for path in GOLDEN.glob("*.expected")) == NAMES
    assert len(NAMES) >= 40
