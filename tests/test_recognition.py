"""Languages that articles are in and do not name: recognised, and suggested by `check` and `import`."""

from pathlib import Path

import pytest
from builder import project
from test_command_line import hooks

from almanac_kb.content.recognition import recognised

SWEDISH = "Lampan är varm och det är inte farligt att den står på bordet. Jag har en som kan användas till allt.\n"
CHINESE = "灯是暖的。把灯放在桌子上，然后点亮它。\n"
JAPANESE = "ランプは温かいです。机の上に置いて、火をつけます。\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (SWEDISH, "sv"),
        (CHINESE, "zh"),
        (JAPANESE, "ja"),
        ("The lamp is warm, and it is not on the table. This was for you.\n", "en"),
        ("Die Lampe ist warm und steht nicht auf dem Tisch, der für das Öl ist.\n", "de"),
        ("La lampe est chaude et n’est pas sur la table, qui est dans la pièce.\n", "fr"),
        ("A lâmpada não é fria e os azeites são para as noites em que uma vela não dá.\n", "pt"),
        ("Lampen er varm, og det er ikke farligt at den står på bordet. Jeg har en af dem.\n", "da"),
        ("등은 따뜻합니다. 책상 위에 놓으세요.\n", "ko"),
        ("المصباح دافئ وهو على الطاولة.\n", "ar"),
        ("چراغ گرم است و پنجره باز است.\n", "fa"),
        ("Лампа тёплая и стоит на столе.\n", "ru"),
        ("Лампа тепла і стоїть на столі.\n", "uk"),
        ("```python\nthe = is_in(that)\nfor it in the: and_of(it)\n```\n灯是暖的。\n", "zh"),
        ("Lorem ipsum dolor sit amet.\n", ""),
        ("Choose a topic, follow a tag, or a folder, or a search.\n", ""),
        ("", ""),
    ],
)
def test_the_language_of_a_text(text: str, expected: str) -> None:
    assert recognised(text) == expected


def test_check_suggests_the_language_of_folders_that_name_none(tmp_path: Path) -> None:
    docs = {
        "en/a.md": "# Lamp\n\nThe lamp is warm, and it is not on the table.\n",
        "sv/a.md": f"# Lampa\n\n{SWEDISH}",
        "zh/a.md": f"# 灯\n\n{CHINESE}",
        "zh/b.md": f"---\ntitle: 灯\nlang: zh\n---\n{CHINESE}",
        "ja/a.md": f"---\ntitle: ランプ\nlang: ja\n---\n{JAPANESE}",
    }
    said = hooks(project(tmp_path / "site", docs), "check").stdout
    assert "notice: docs/sv/a.md:1:1: lang: the articles of sv/ seem to be in Swedish (Svenska) and name no language" in said
    assert "; write `lang: sv` in their headers\n" in said
    assert "notice: docs/zh/a.md:1:1: lang: the articles of zh/ seem to be in Chinese (中文)" in said
    assert "Japanese" not in said
    assert "English" not in said


@pytest.mark.slow
def test_a_site_in_one_other_language_is_told_the_setting(tmp_path: Path) -> None:
    root = project(tmp_path / "site", {"a.md": f"# Lampa\n\n{SWEDISH}", "b.md": f"# Skål\n\n{SWEDISH}"})
    said = hooks(root, "check").stdout
    assert said.count("seem to be in Swedish") == 1
    assert "write `language: sv` below `theme` in mkdocs.yml, or `lang: sv` in their headers" in said
    settings = (root / "mkdocs.yml").read_text()
    (root / "mkdocs.yml").write_text(settings.replace("  name: material\n", "  name: material\n  language: sv\n", 1))
    assert "seem to be" not in hooks(root, "check").stdout


def test_an_import_suggests_the_language_of_what_it_copies(tmp_path: Path) -> None:
    root = project(tmp_path / "site", {"a.md": "# A\n"})
    (tmp_path / "vault").mkdir()
    (tmp_path / "vault/灯.md").write_text(f"# 灯\n\n{CHINESE}")
    said = hooks(root, "import", "../vault", "--topic", "lamps").stdout
    assert "notice: docs/lamps/灯.md:1:1: lang: the articles of lamps/ seem to be in Chinese (中文) and name no language" in said
