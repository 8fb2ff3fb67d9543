"""Message catalogues: complete, and all that readers see of us is in the language of the site."""

import datetime
import json
import re
import subprocess
from pathlib import Path

import pytest
from builder import PROJECT, Built, project, run, words
from catalogues import in_code, updated
from jinja2 import Environment, nodes
from seen import PLACEHOLDER, english_words, forms, seen

from almanac_kb.core import messages
from almanac_kb.core.messages import Messages

LANGUAGES = ("ar", "de", "es", "fr", "ja", "pt", "zh")
TEMPLATES = sorted(path for path in (PROJECT / "overrides").rglob("*.html") if "vendor" not in path.parts and path.name != "main.html")
"""The templates of this project: whoever uses a clone as his site may have a `main.html` beside them."""
KEYS = {"Enter", "Escape", "Esc", "ArrowDown", "ArrowUp"}
DOCS = {
    "g/a.md": "---\ntitle: Lampe\ndescription: Eine Lampe.\ndate: 2024-03-12\nupdated: 2025-01-02\ntags: [messing]\nauthors: [Ana]\n---\n"
    "## Öl\n\n> [!WARNING]\n> Heiß.\n\n!!! danger\n    Sehr heiß.\n\n- [x] Docht\n- [ ] Öl\n\nSiehe[^1] und [@ana].\n\n[^1]: Dort.\n",
    "g/b.md": "---\ntitle: Schale\ndescription: Eine Schale.\ndate: 2024-03-13\ntags: [messing]\n---\nDie [Lampe](a.md).\n",
    "old.md": "---\ntitle: Alt\ndescription: Alt.\naliases: [/fort/]\nnames: [Greis]\nmarkdown: python-markdown\n---\n"
    "## Docht\n\n!!! warning\n    Heiß.\n\n> [!TIP]\n> Kalt.\n",
    "draft.md": "---\ntitle: Entwurf\ndescription: Entwurf.\ndraft: true\n---\nX.\n",
    **{f"m/{number}.md": f"---\ntitle: Stück {number}\ndescription: S.\ndate: 2023-05-01\n---\nS.\n" for number in range(25)},
    ".sources.yml": "- key: ana\n  title: Öl\n  author: Ana\n  date: 2001\n",
}


def test_there_are_catalogues_of_eight_languages_with_english() -> None:
    assert messages.languages() == LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_is_translated(language: str) -> None:
    catalogue = messages.read_catalogue(language)
    wanted = [message.id for message in in_code() if message.id]
    assert [each for each in wanted if each not in catalogue or not all(forms(catalogue[each].string))] == []
    assert (messages.FOLDER / language / messages.FILE).read_text() == updated(language, in_code()), "run `python tests/catalogues.py`"


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_have_the_values_of_their_message_and_no_markup(language: str) -> None:
    for message in messages.read_catalogue(language):
        source = forms(message.id)[0]
        for form in forms(message.string) if source else ():
            assert sorted(PLACEHOLDER.findall(form)) == sorted(PLACEHOLDER.findall(source)), form
            assert not set('<>&"') & set(form), form
            assert form == form.strip()


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(PROJECT).as_posix())
def test_templates_hold_no_text_that_is_no_message(path: Path) -> None:
    tree = Environment(extensions=["jinja2.ext.i18n"], autoescape=True).parse(path.read_text())
    # What stands between the parts of an expression is markup or text of the template; expressions count as a sign without letters.
    parts = [node.data if isinstance(node, nodes.TemplateData) else "·" for out in tree.find_all(nodes.Output) for node in out.nodes]
    texts = (re.sub(r'[\w-]+="·"', "", text) for text in seen("".join(parts)))  # a macro may hold the attributes of an element alone
    assert [text for text in texts if re.search(r"[a-z]{2}", text)] == []


@pytest.mark.parametrize("name", ["search.js", "reach.js", "diagrams.js", "formulas.js"])
def test_scripts_hold_no_text_that_is_no_message(name: str) -> None:
    script = (PROJECT / "overrides/assets" / name).read_text()
    marked = re.sub(r"gettext(?:Parts)?\((?:\"[^\"]*\"(?:, )?)+", "", script)
    assert [text for text in re.findall(r"[\"`]([A-Z][^\"`]*)[\"`]", marked) if text not in KEYS] == []


@pytest.mark.parametrize(
    ("language", "number", "expected"),
    [
        ("en", 1, "1 article"),
        ("en", 0, "0 articles"),
        ("de", 2, "2 Artikel"),
        ("fr", 0, "0 article"),
        ("pt-BR", 2, "2 artigos"),
        ("ja", 1, "記事 1 件"),
        ("zh-Hant", 3, "3 篇文章"),
        ("ar", 2, "مقالتان (2)"),
        ("ar", 5, "5 مقالات"),
        ("ar", 11, "11 مقالة"),
        ("sv", 2, "2 articles"),
    ],
)
def test_numbers_have_the_form_of_their_language(language: str, number: int, expected: str) -> None:
    assert Messages(language).ngettext("%(count)s article", "%(count)s articles", number) % {"count": number} == expected


@pytest.mark.parametrize(
    ("language", "date", "month", "short"),
    [
        ("en", "2024-03-02", "March 2024", "Mar"),
        ("de", "02.03.2024", "März 2024", "Mär"),
        ("fr", "2 mars 2024", "mars 2024", "mars"),
        ("ja", "2024/03/02", "2024年3月", "3月"),
        ("zh-CN", "2024年3月2日", "2024年3月", "3月"),
        ("xx", "Mar 2, 2024", "March 2024", "Mar"),
    ],
)
def test_dates_are_written_as_in_the_language(language: str, date: str, month: str, short: str) -> None:
    shown = Messages(language)
    assert (shown.date(datetime.date(2024, 3, 2)), shown.month_of_year(2024, 3), shown.short_month(3)) == (date, month, short)


def test_what_a_catalogue_lacks_is_english() -> None:
    assert (Messages("de").gettext("Warning"), Messages("de").gettext("No such message")) == ("Warnung", "No such message")


def test_scripts_have_their_messages_in_the_form_of_the_number(tmp_path: Path) -> None:
    for name in ("messages.js", "catalogue.js"):
        (tmp_path / name).write_text((PROJECT / "overrides/assets" / name).read_text())
    (tmp_path / "package.json").write_text('{"type": "module"}')
    ask = (
        'import { gettext, gettextParts, localDate, ngettext } from "./messages.js";\n'
        'const count = (n) => ngettext("%(count)s article", "%(count)s articles", n, { count: n });\n'
        'const parts = gettextParts("Showing results for %(shown)s; search instead for %(question)s", { shown: 1, question: 2 });\n'
        'console.log(JSON.stringify([gettext("Close"), count(1), count(2), count(5), parts.length, localDate("2024-03-12")]));\n'
    )
    (tmp_path / "ask.js").write_text(ask)
    assert _answers(tmp_path) == ["Close", "1 article", "2 articles", "5 articles", 5, "2024-03-12"]
    (tmp_path / "catalogue.js").write_text(messages.script_catalogue("ar"))
    assert _answers(tmp_path)[:4] == ["إغلاق", "مقالة واحدة (1)", "مقالتان (2)", "5 مقالات"]
    (tmp_path / "catalogue.js").write_text(messages.script_catalogue("de"))
    assert _answers(tmp_path) == ["Schließen", "1 Artikel", "2 Artikel", "5 Artikel", 5, "12.03.2024"]


@pytest.fixture(scope="module")
def german(tmp_path_factory: pytest.TempPathFactory) -> Built:
    root = project(tmp_path_factory.mktemp("german"), DOCS)
    settings = (root / "mkdocs.yml").read_text()
    (root / "mkdocs.yml").write_text(settings.replace("  name: material\n", "  name: material\n  language: de\n", 1))
    built = run(root, "mkdocs", "build", DRAFTS="true")
    assert built.code == 0, built.output
    return built


def test_no_page_of_a_german_site_shows_an_english_message(german: Built) -> None:
    shown = {(page, text) for page in (*german.pages(), "404.html") for text in english_words("de", german.text(page))}
    assert shown == set()


def test_a_german_site_speaks_german(german: Built) -> None:
    page = german.page("g/a")
    assert words(page, "//div[@class='kb-facts']/span")[:4] == [
        "Veröffentlicht am 12.03.2024",
        "Aktualisiert am 02.01.2025",
        "1 Min. Lesezeit",
        "Von Ana",
    ]
    assert page.xpath("//div[@class='kb-facts']//time/@datetime") == ["2024-03-12T00:00:00+00:00", "2025-01-02T00:00:00+00:00"]
    assert words(page, "//p[@class='admonition-title']") == ["Warnung", "Gefahr"]
    assert words(german.page("old"), "//p[@class='admonition-title']") == ["Warnung", "Tipp"]
    assert words(german.page("archive/2024"), "//article//h2") == ["März 2"]
    assert words(german.page("tags"), "//h1") == ["Schlagwörter"]
    assert "Schließen" in german.text("assets/catalogue.js")


def test_a_site_in_a_language_without_a_catalogue_is_built_in_english(tmp_path: Path) -> None:
    root = project(tmp_path, {"a.md": DOCS["g/b.md"]})
    settings = (root / "mkdocs.yml").read_text()
    (root / "mkdocs.yml").write_text(settings.replace("  name: material\n", "  name: material\n  language: sv\n", 1))
    built = run(root, "mkdocs", "build")
    assert words(built.page("a"), "//div[@class='kb-facts']/span")[:1] == ["Published 13 mars 2024"]


def _answers(folder: Path) -> list[object]:
    ran = subprocess.run(["node", "ask.js"], cwd=folder, capture_output=True, text=True, check=True)
    answers: list[object] = json.loads(ran.stdout)
    return answers
