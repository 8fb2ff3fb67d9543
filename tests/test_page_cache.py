"""Cached pages: what nothing changed in is not rendered again."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from builder import project, run

from almanac_kb.content.article import Article
from almanac_kb.core import cache
from almanac_kb.core.cache import NotDigestibleError
from almanac_kb.core.packed_text import pack_text
from almanac_kb.core.paths import SourcePath
from almanac_kb.mkdocs.render_watch import StandIn
from almanac_kb.publish import site_tree

ARTICLE = Article(SourcePath("a.md"), "A", body=pack_text("Text."))


@dataclass(frozen=True)
class Shown:
    """Something that a page shows."""

    title: str
    rows: tuple[object, ...] = ()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1", 1),
        (["a", "b"], ["ab"]),
        ([["a"], "b"], ["a", ["b"]]),
        ({"a": 1}, {"b": 1}),
        (Shown("a"), Shown("b")),
        (Shown("a", (1,)), Shown("a", (2,))),
        (Shown("a"), ["a", []]),
        (None, "None"),
        (True, 1),
        (ARTICLE, replace(ARTICLE, title="B")),
        ({"a", "b"}, {"a"}),
    ],
)
def test_what_is_shown_differently_has_another_digest(one: object, other: object) -> None:
    assert cache.digest(one) != cache.digest(other)


def test_the_order_of_a_set_changes_nothing() -> None:
    assert cache.digest({"a", "b", "c"}) == cache.digest({"c", "b", "a"})


def test_a_value_of_an_unknown_type_has_no_digest() -> None:
    with pytest.raises(NotDigestibleError, match="object"):
        cache.digest([object()])


@pytest.mark.slow
def test_after_an_edit_only_the_pages_that_show_it_are_made_again(tmp_path: Path) -> None:
    words = "apple bread chalk drum eagle flute".split()  # noqa: SIM905
    docs = {f"{topic}/{word}.md": _about(topic, word, f"On {word}.") for topic in ("one", "two") for word in words}
    root = project(tmp_path / "site", docs)
    assert run(root, "mkdocs", "build").code == 0
    first = _keys(root)
    assert len(first) == len(run(root, "mkdocs", "build").pages())
    (root / "docs/one/apple.md").write_text(docs["one/apple.md"] + "\nOther words.\n")
    assert "Other words." in run(root, "mkdocs", "build").text("one/apple")
    second = _keys(root)
    assert _changed(first, second) == {"one/apple/index.html"}
    (root / "docs/one/apple.md").write_text(_about("one", "apple", "A new summary."))
    assert "A new summary." in run(root, "mkdocs", "build").text("two/apple")
    assert "A new summary." in run(root, "mkdocs", "build").text("tags/apple")
    assert 1 < len(_changed(second, _keys(root))) < len(docs)


def _about(topic: str, word: str, summary: str) -> str:
    return f"---\ndescription: {summary}\ntags: [{word}]\n---\n# {word} in {topic}\n\n{f'{word} ' * 20}\n"


PROCESS_HOOK = """\
import os


def on_env(env, config, files):
    env.globals["process"] = os.getpid
"""


def test_the_pages_of_many_articles_are_written_by_several_processes(tmp_path: Path) -> None:
    root = project(tmp_path, {f"{number}.md": f"# Of {number}\n\nText about {number}.\n" for number in range(120)})
    (root / "process.py").write_text(PROCESS_HOOK)
    (root / "overrides/main.html").write_text('{% extends "base.html" %}{% block footer %}[{{ process() }}]{{ super() }}{% endblock %}')
    settings = root / "mkdocs.yml"
    settings.write_text(settings.read_text().replace("hooks:\n", "hooks:\n  - process.py\n"))
    built = run(root, "mkdocs", "build", WORKERS="2")
    assert built.code == 0, built.output
    assert len({re.findall(r"\[(\d+)\]", built.text(f"{number}/"))[0] for number in range(120)}) == 2


@pytest.mark.slow
def test_another_setting_or_template_makes_all_pages_anew(tmp_path: Path) -> None:
    root = project(tmp_path / "site", {"a.md": "# A\n\nWords.\n"})
    run(root, "mkdocs", "build")
    config, template = root / "mkdocs.yml", root / "overrides/base.html"
    config.write_text(config.read_text().replace("site_name: Almanac", "site_name: Chronicle"))
    assert "Chronicle" in run(root, "mkdocs", "build").text("a")
    template.write_text(template.read_text().replace("{% endblock %}", "<!-- mark -->{% endblock %}", 1))
    assert "<!-- mark -->" in run(root, "mkdocs", "build").text("a")


@pytest.mark.slow
def test_a_template_in_a_linked_folder_makes_all_pages_anew(tmp_path: Path) -> None:
    root = project(tmp_path / "site", {"a.md": "# A\n\nWords.\n"})
    shared, base = tmp_path / "shared", root / "overrides/base.html"
    shared.mkdir()
    (root / "overrides/notes.html").mkdir()
    (root / "overrides/shared").symlink_to(shared)
    base.write_text(base.read_text().replace("{% endblock %}", '{% include "shared/note.html" %}{% endblock %}', 1))
    for words in ("One.", "Other."):
        (shared / "note.html").write_text(words)
        built = run(root, "mkdocs", "build")
        assert words in built.text("a"), built.output


RACING = """
from pathlib import Path
from types import SimpleNamespace
from mkdocs.plugins import event_priority

FILE, WORDS = Path({path!r}), {words!r}

@event_priority({early})
def on_{event}(*_, **__):
    SOUND.append(FILE.read_text())
    FILE.write_text(WORDS)

def on_post_build(config):
    if {back}:
        FILE.write_text(SOUND[0])

SOUND = []
"""


def _saved_during_a_build(root: Path, path: str, words: str, event: str, early: int, *, back: bool) -> str:
    """Has a file saved while a site is built, at an event, and perhaps put back at its end; what the build after that shows."""
    config, sound = root / "mkdocs.yml", (root / "mkdocs.yml").read_text()
    (root / "racing.py").write_text(RACING.format(path=str(root / path), words=words, event=event, early=early, back=back))
    config.write_text(sound.replace("\nhooks:\n", "\nhooks:\n  - racing.py\n"))
    built = run(root, "mkdocs", "build")
    assert built.code == 0, built.output
    config.write_text(sound)
    return run(root, "mkdocs", "build").text("a")


@pytest.mark.slow
@pytest.mark.parametrize("back", [True, False])
def test_a_template_that_is_saved_during_a_build_is_not_remembered_as_another(back: bool, tmp_path: Path) -> None:
    root = project(tmp_path / "site", {"a.md": "# A\n\nWords.\n"})
    words = (root / "overrides/base.html").read_text().replace("{% endblock %}", "<!-- mark -->{% endblock %}", 1)
    shown = _saved_during_a_build(root, "overrides/base.html", words, "env", 98, back=back)
    assert ("<!-- mark -->" in shown) is not back


@pytest.mark.slow
@pytest.mark.parametrize(
    ("path", "old", "new", "shown"),
    [
        ("hooks/almanac_kb/mkdocs/templates.py", "env.autoescape = True", "env.autoescape = False", "<i>mark</i>"),
        (
            "hooks/almanac_kb/render/compiler.py",
            "_linked(rendered, env.index), rendered.html",
            "_linked(rendered, env.index), rendered.html.replace('Words', 'Others')",
            "Others",
        ),
    ],
)
def test_what_is_made_by_code_that_was_saved_later_is_not_remembered_as_made_by_it(
    path: str, old: str, new: str, shown: str, tmp_path: Path
) -> None:
    root = project(tmp_path / "site", {"a.md": "# A\n\nWords.\n"})
    template = root / "overrides/base.html"
    template.write_text(template.read_text().replace("{% endblock %}", "{{ '<i>mark</i>' }}{% endblock %}", 1))
    words = (root / path).read_text().replace(old, new)
    assert shown in _saved_during_a_build(root, path, words, "config", 2000, back=False)


def _keys(root: Path) -> dict[str, str]:
    """The cache key of each page of the last site, by its output path."""
    manifest = site_tree.load_manifest(root / "site", root / ".cache/knowledge/trees")
    return {path: entry.key for path, entry in manifest.items() if path.endswith("index.html")}


def _changed(before: Mapping[str, str], after: Mapping[str, str]) -> set[str]:
    return {path for path, key in after.items() if before.get(path) != key}


def test_a_plugin_that_gathers_pages_gets_them_all(tmp_path: Path) -> None:
    root = project(tmp_path / "site", {f"{number}.md": f"# Number {number}\n" for number in range(60)})
    (root / "gathering.py").write_text(
        "from pathlib import Path\nPAGES = []\ndef on_post_page(output, page, config):\n    PAGES.append(page.url)\n"
        "def on_post_build(config):\n    Path('gathered').write_text(str(len(PAGES)))\n"
    )
    config = root / "mkdocs.yml"
    config.write_text(config.read_text().replace("\nhooks:\n", "\nhooks:\n  - gathering.py\n"))
    built = run(root, "mkdocs", "build")
    assert built.code == 0, built.output
    assert int((root / "gathered").read_text()) == len(built.pages())


def test_a_setting_of_a_site_that_is_named_workers_is_shown_as_it_is(tmp_path: Path) -> None:
    root = project(tmp_path / "project", {"a.md": "# A\n"})
    config, template = root / "mkdocs.yml", root / "overrides/base.html"
    template.write_text(template.read_text().replace("{% endblock %}", "<!-- {{ config.extra.team.workers }} -->{% endblock %}", 1))
    settings = config.read_text()
    for number in (2, 3):
        config.write_text(settings.replace("\nextra:\n", f"\nextra:\n  team: {{workers: {number}}}\n", 1))
        built = run(root, "mkdocs", "build")
        assert built.code == 0, built.output
        assert f"<!-- {number} -->" in built.text("a")


def test_the_attributes_of_a_stand_in_are_those_of_the_object() -> None:
    noted: list[str] = []
    stand_in = StandIn("page", SimpleNamespace(title="A", file="a.md"), {"title": "A"}, noted.append)
    assert (stand_in.title, stand_in["title"], noted) == ("A", "A", [])
    assert vars(stand_in) == {"title": "A", "file": "a.md"}
    assert stand_in.__dict__ == {"title": "A", "file": "a.md"}
    assert noted == ["page", "page"]
