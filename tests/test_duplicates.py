"""Articles that say the same: as `check` and `import` tell of them."""

import random
from pathlib import Path

from builder import project
from test_command_line import hooks

from almanac_kb.core.paths import SourcePath
from almanac_kb.health.duplicates import MIN_WORDS, find_duplicates

LAMPS = """\
A lamp that burns oil wants a wick of cotton, cut straight, and a chimney of glass that is dry. Fill it by day, never while it burns.
The flame stands two fingers high; one that smokes is too high, one that flickers stands in a draught. Wash the chimney once a week
with warm water and soap, and let it dry upside down on a cloth. Keep the oil in the cellar, in a can that closes, away from the stove.
"""
BOATS = """\
Before the boat goes out, somebody looks at the planks below the waterline, at the ropes and at the sail, and writes down what was seen.
A rope that has lost a strand is not used again. In the harbour the anchor stays on deck, at sea it is tied down. Whoever comes home last
closes the gate, puts out the lantern at the end of the pier, and hangs the key on the nail behind the clock in the office.
"""


def same(texts: dict[str, str], known: dict[str, str] | None = None) -> list[tuple[str, str, int]]:
    """The pairs that are found, with their likeness in percent."""
    sources = ({SourcePath(path): text for path, text in each.items()} for each in (texts, known or {}))
    return [(pair.article, pair.other, round(100 * pair.likeness)) for pair in find_duplicates(*sources)]


def test_a_copy_with_other_headings_and_a_few_other_words_is_found() -> None:
    copy = f"# On lamps\n\n{LAMPS.replace('cotton', 'flax').replace('cellar', 'shed')}"
    assert same({"a.md": LAMPS, "b.md": copy, "c.md": BOATS}) == [("b.md", "a.md", 96)]


def test_texts_about_the_same_in_other_words_are_two() -> None:
    words = LAMPS.split()
    random.Random(1).shuffle(words)
    assert same({"a.md": LAMPS, "b.md": BOATS, "c.md": " ".join(words)}) == []


def test_equal_code_and_short_texts_make_no_two_articles_the_same() -> None:
    code = "```sh\n" + "make the lamp burn again and again\n" * 30 + "```\n"
    short = " ".join(LAMPS.split()[: MIN_WORDS - 1])
    assert same({"a.md": LAMPS + code, "b.md": BOATS + code, "c.md": short, "d.md": short}) == []


def test_known_texts_come_first_and_are_not_compared_with_each_other() -> None:
    assert same({"new.md": LAMPS}, {"old.md": LAMPS, "older.md": LAMPS})[0][0] == "new.md"
    assert same({"new.md": BOATS}, {"old.md": LAMPS, "older.md": LAMPS}) == []


def test_check_names_the_older_article(tmp_path: Path) -> None:
    docs = {
        f"{name}.md": f"---\ntitle: {name}\ndate: {date}\n---\n{LAMPS}" for name, date in (("new", "2026-01-01"), ("old", "2020-01-01"))
    }
    lines = hooks(project(tmp_path / "site", docs), "check").stdout.splitlines()
    message = "notice: docs/new.md:1:1: duplicate: the same as old.md ('old'), 100%; keep one and let the other lead there"
    assert message in lines
    assert "1 notices" in lines[-1]


def test_import_says_what_is_there_already_under_another_name(tmp_path: Path) -> None:
    root = project(tmp_path / "site", {"lamps.md": f"# Lamps\n\n{LAMPS}"})
    (tmp_path / "blog").mkdir()
    (tmp_path / "blog" / "on-lamps.md").write_text(f"# On lamps\n\n{LAMPS}")
    ran = hooks(root, "import", "../blog", "--topic", "blog")
    assert ran.returncode == 0
    assert "notice: ../blog/on-lamps.md:1:1: duplicate: the same as docs/lamps.md, 99%; keep one and let the other lead there" in ran.stdout
