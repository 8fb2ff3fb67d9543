"""Which saves can be shown at once: those of articles with nothing but a new text."""

import datetime
from pathlib import Path

import pytest

from almanac_kb.content import loader
from almanac_kb.content.loader import ReadCache
from almanac_kb.content.settings import Settings
from almanac_kb.publish import preview

NOW = datetime.datetime(2026, 11, 22, tzinfo=datetime.UTC)
TEXT = "---\ntitle: {}\n---\nWords.\n"


def saved(docs: Path, *changes: tuple[str, str | None]) -> tuple[list[str], bool]:
    """The articles to show at once after changes to a folder of two articles, and whether they are all that changed.

    A change is a path and its new content, None for a file that is removed.
    """
    for name in ("a.md", "b.md"):
        (docs / name).write_text(TEXT.format(name))
    known = ReadCache()
    site = loader.load_site(docs, Settings(), NOW, "", known=known)
    for path, text in changes:
        if text is None:
            (docs / path).unlink(missing_ok=True)
        else:
            (docs / path).write_text(text)
    paths = [docs / path for path, _ in changes]
    edits = preview.classify(paths, preview.articles_by_file(site, docs), site, Settings(), known)
    return [f"{article.source}: {article.body.text.strip()}" for article in edits.articles], edits.all


@pytest.mark.parametrize(
    ("changes", "texts", "complete"),
    [
        ([("a.md", TEXT.format("a.md") + "More.\n")], ["a.md: Words.\nMore."], True),
        ([("a.md", TEXT.format("Renamed"))], [], False),
        ([("a.md", TEXT.format("a.md") + "More.\n"), ("b.md", TEXT.format("Renamed"))], ["a.md: Words.\nMore."], False),
        ([("a.md", TEXT.format("a.md") + "More.\n"), ("c.md", "# New\n")], ["a.md: Words.\nMore."], False),
        ([("a.md", TEXT.format("a.md") + "More.\n"), ("gone.md", None)], ["a.md: Words.\nMore."], True),
        ([("a.md", None)], [], False),
        ([("picture.svg", "<svg/>")], [], False),
        ([], [], False),
    ],
)
def test_a_text_can_be_shown_at_once(changes: list[tuple[str, str | None]], texts: list[str], complete: bool, tmp_path: Path) -> None:
    assert saved(tmp_path, *changes) == (texts, complete)
