"""Which saves can be shown at once: those of articles with nothing but a new text."""

import datetime
from pathlib import Path
from unittest.mock import Mock

import pytest

from almanac_kb.content import loader, reader
from almanac_kb.content.loader import ReadCache
from almanac_kb.content.settings import Settings
from almanac_kb.core.cache import DiskCache
from almanac_kb.publish import preview

NOW = datetime.datetime(2026, 11, 22, tzinfo=datetime.UTC)
TEXT = "---\ntitle: {}\n---\nWords.\n"


def saved(docs: Path, *changes: tuple[str, str | None], disk_cache: DiskCache | None = None) -> tuple[list[str], bool]:
    """The articles to show at once after changes to a folder of two articles, and whether they are all that changed.

    A change is a path and its new content, None for a file that is removed. With a `disk_cache`, the first readings are those of another
    command before.
    """
    for name in ("a.md", "b.md"):
        (docs / name).write_text(TEXT.format(name))
    if disk_cache:
        loader.load_site(docs, Settings(), NOW, "", disk_cache=disk_cache)
    known = ReadCache()
    site = loader.load_site(docs, Settings(), NOW, "", known=known, disk_cache=disk_cache)
    for path, text in changes:
        if text is None:
            (docs / path).unlink(missing_ok=True)
        else:
            (docs / path).write_text(text)
    paths = [docs / path for path, _ in changes]
    edits = preview.classify(paths, preview.articles_by_file(site, docs), site, Settings(), known)
    return [f"{article.source}: {article.body.text.strip()}" for article in edits.articles], edits.all


@pytest.mark.parametrize("cached", [False, True])
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
def test_a_text_can_be_shown_at_once(
    changes: list[tuple[str, str | None]],
    texts: list[str],
    complete: bool,
    cached: bool,
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    disk_cache = DiskCache(tmp_path_factory.mktemp("cache") / "articles.sqlite") if cached else None
    assert saved(tmp_path, *changes, disk_cache=disk_cache) == (texts, complete)


def test_a_preview_reads_only_what_the_cache_does_not_have(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    docs, disk_cache, known = tmp_path / "docs", DiskCache(tmp_path / "articles.sqlite"), ReadCache()
    docs.mkdir()
    (docs / "a.md").write_text(TEXT.format("a"))
    before = loader.load_site(docs, Settings(), NOW, "", disk_cache=disk_cache)
    (docs / "b.md").write_text(TEXT.format("b"))
    read = Mock(wraps=reader.read_article)
    monkeypatch.setattr(reader, "read_article", read)
    site = loader.load_site(docs, Settings(), NOW, "", known=known, disk_cache=disk_cache)
    again = loader.load_site(docs, Settings(), NOW, "", known=known, disk_cache=disk_cache)
    assert [call.args[0] for call in read.call_args_list] == ["b.md"]
    assert site.articles == again.articles
    assert site.articles[:1] == before.articles
