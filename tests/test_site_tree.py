"""A build writes the files that changed, and nothing of it shows in the site that stands meanwhile."""

import os
import random
import shutil
from pathlib import Path

import pytest
from builder import Built, project, run

from almanac_kb.publish import site_tree
from almanac_kb.publish.site_tree import SiteTree

DOCS = {
    "index.md": "# Home\n",
    "a.md": "---\ntags: [x]\n---\n# A\n\nSee [B](b.md).\n",
    "b.md": "---\ntags: [x, y]\n---\n# B\n\nOf its own.\n",
    "guide/c.md": "# C\n\n![p](p.svg)\n",
    "guide/p.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"/>\n',
}
SPOILS = """
from pathlib import Path

def on_post_build(config):
    for name in ("a/index.html", "guide/p.svg"):
        with Path(config["site_dir"], name).open("r+b") as file:
            file.write(b"spoilt")
    {end}
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project of which the site was built twice."""
    root = project(tmp_path / "project", DOCS)
    for _ in range(2):
        _built(root)
    return root


def _built(root: Path) -> Built:
    built = run(root, "mkdocs", "build")
    assert built.code == 0, built.output
    return built


def _from_nothing(root: Path, folder: Path) -> dict[str, bytes]:
    """The files of a site that is built of the same sources without a cache."""
    shutil.copytree(root, folder, ignore=shutil.ignore_patterns("site", ".cache", ".site*"))
    return dict(_built(folder).files())


def _inodes(site: Path) -> dict[str, int]:
    return {path.relative_to(site).as_posix(): path.stat().st_ino for path in site.rglob("*") if path.is_file()}


def test_only_what_shows_an_edit_is_written(root: Path, tmp_path: Path) -> None:
    before = _inodes(root / "site")
    (root / "docs/b.md").write_text(DOCS["b.md"] + "\nOne more sentence.\n")
    assert "One more sentence" in _built(root).text("b")
    after = _inodes(root / "site")
    assert after["b/index.html"] != before["b/index.html"]
    assert len([path for path in after if path.startswith("search/texts/") and before.get(path) != after[path]]) == 1
    same = {"a/index.html", "guide/c/index.html", "guide/p.svg", "assets/knowledge.css"}
    assert {path for path in same if after[path] != before[path]} == set()
    assert dict(_built(root).files()) == _from_nothing(root, tmp_path / "other")


def test_what_another_tool_changes_in_the_site_is_written_again(root: Path, tmp_path: Path) -> None:
    sound = dict(Built(root, 0, "").files())
    for name in ("a/index.html", "guide/p.svg", "assets/knowledge.css", "search/entry.json"):
        with (root / "site" / name).open("ab") as file:
            file.write(b"other")
    (root / "site/b/index.html").unlink()
    next((root / "site/search/words").iterdir()).unlink()
    (root / "site/search/words/left.bin").write_text("other")
    (root / "site/left.html").write_text("other")
    for _ in range(3):
        assert dict(_built(root).files()) == sound


@pytest.mark.parametrize("end", ["raise ValueError('it failed')", "pass"])
def test_a_plugin_that_changes_files_where_they_lie_changes_the_new_site_alone(root: Path, end: str) -> None:
    config = (root / "mkdocs.yml").read_text()
    sound = dict(Built(root, 0, "").files())
    (root / "spoils.py").write_text(SPOILS.format(end=end))
    (root / "mkdocs.yml").write_text(config.replace("\nhooks:\n", "\nhooks:\n  - spoils.py\n"))
    before = {path: path.read_bytes() for path in (root / "site").rglob("*") if path.is_file()}
    spoilt = run(root, "mkdocs", "build")
    assert (spoilt.code == 0) == (end == "pass")
    if spoilt.code:
        assert {path: path.read_bytes() for path in before} == before
    else:
        assert spoilt.text("guide/p.svg").startswith("spoilt")
        assert run(root, "mkdocs", "build").text("guide/p.svg").startswith("spoilt")
    (root / "mkdocs.yml").write_text(config)
    for _ in range(2):
        assert dict(_built(root).files()) == sound


GENERATES = """
from mkdocs.structure.files import File

def on_files(files, config):
    files.append(File.generated(config, "search/terms.txt", content="{content}"))
"""


def test_a_file_of_a_plugin_in_the_folder_of_the_search_follows_its_changes(root: Path) -> None:
    config = (root / "mkdocs.yml").read_text()
    (root / "mkdocs.yml").write_text(config.replace("\nhooks:\n", "\nhooks:\n  - generates.py\n"))
    for content in ("one", "one", "two", "two", "three"):
        (root / "generates.py").write_text(GENERATES.format(content=content))
        built = _built(root)
        assert (built.text("search/terms.txt"), built.search.entry["articles"]) == (content, 4)
    (root / "mkdocs.yml").write_text(config)
    assert not (_built(root).site / "search/terms.txt").exists()


WRITES = """
from pathlib import Path

def on_page_content(html, page, config, files):
    Path(config["site_dir"], "drawn.svg").write_text("<svg/>")

def on_post_build(config):
    Path(config["site_dir"], "late.txt").write_text("late")
"""


def test_what_a_plugin_writes_into_the_site_is_there_after_each_build(root: Path) -> None:
    (root / "writes.py").write_text(WRITES)
    config = (root / "mkdocs.yml").read_text()
    (root / "mkdocs.yml").write_text(config.replace("\nhooks:\n", "\nhooks:\n  - writes.py\n"))
    for _ in range(3):
        built = _built(root)
        assert (built.text("drawn.svg"), built.text("late.txt")) == ("<svg/>", "late")
    (root / "mkdocs.yml").write_text(config)
    assert not (_built(root).site / "late.txt").exists()


def test_a_cache_that_is_deleted_changes_nothing(root: Path) -> None:
    sound = dict(Built(root, 0, "").files())
    shutil.rmtree(root / ".cache/knowledge/trees")
    assert dict(_built(root).files()) == sound
    shutil.rmtree(root / ".cache/knowledge/previous-site")
    assert dict(_built(root).files()) == sound
    shutil.rmtree(root / "site")
    assert dict(_built(root).files()) == sound


def test_a_cache_that_is_restored_without_a_site_has_its_pages(tmp_path: Path) -> None:
    root = project(tmp_path / "project", DOCS)
    sound, parked = dict(_built(root).files()), root / ".cache/knowledge/previous-site"
    assert (parked / "a/index.html").samefile(root / "site/a/index.html")
    for _ in range(2):
        shutil.copytree(root / ".cache", tmp_path / "saved")
        shutil.rmtree(root / ".cache")
        shutil.rmtree(root / "site")
        (tmp_path / "saved").rename(root / ".cache")
        before = _inodes(parked)
        assert dict(_built(root).files()) == sound
        after = _inodes(root / "site")
        assert {path for path in ("a/index.html", "guide/c/index.html", "tags/index.html") if after[path] != before[path]} == set()


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_a_sequence_of_builds_gives_what_a_build_from_nothing_gives(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    root = project(tmp_path / "project", DOCS | {f"n/{number}.md": f"# N{number}\n\nText of [A](../a.md).\n" for number in range(6)})
    for step in range(8):
        _built(root)
        _change(root / "docs", chance, step)
    assert dict(_built(root).files()) == _from_nothing(root, tmp_path / "other")


def _change(docs: Path, chance: random.Random, step: int) -> None:
    """An edit as authors make them: of a text, a title, a tag, a name, a picture, or of nothing."""
    article = chance.choice(sorted(docs.rglob("*.md")))
    text = article.read_text()
    match chance.randrange(6):
        case 0:
            article.write_text(f"{text}\nStep {step}.\n")
        case 1:
            article.write_text(f"---\ntitle: T{step}\ntags: [x, t{step}]\n---\n" + text.split("---\n")[-1])
        case 2:
            (docs / f"new{step}.md").write_text(f"# New {step}\n\n[A](a.md), [gone](n/0.md).\n")
        case 3 if article.name not in {"index.md", "a.md"}:
            article.unlink()
        case 4 if article.name not in {"index.md", "a.md"}:
            article.rename(article.with_name(f"moved{step}.md"))
        case _:
            (docs / "guide/p.svg").write_text(f'<svg xmlns="http://www.w3.org/2000/svg" width="{step + 1}" height="4"/>\n')


@pytest.fixture
def tree(tmp_path: Path) -> SiteTree:
    """A tree with a file, beside the last site with another."""
    (tmp_path / "new").mkdir()
    (tmp_path / "last").mkdir()
    own = SiteTree(tmp_path / "new")
    last = SiteTree(tmp_path / "last")
    manifest, last_manifest = {"a": own.write("a", "1", b"a")}, {"b/c": last.write("b/c", "2", b"c")}
    return SiteTree(tmp_path / "new", manifest, tmp_path / "last", last_manifest, is_older=True)


def test_a_file_of_the_same_key_stays_or_is_linked(tree: SiteTree, tmp_path: Path) -> None:
    assert tree.reuse("a", "1") == tree.manifest["a"]
    linked = tree.reuse("b/c", "2")
    assert linked == tree.last_manifest["b/c"]
    assert (tmp_path / "new/b/c").samefile(tmp_path / "last/b/c")


def test_the_text_of_all_articles_follows_an_edit_and_is_mended_where_somebody_touched_it(root: Path) -> None:
    stands = _inodes(root / "site")["llms-full.txt"]
    _built(root)
    assert _inodes(root / "site")["llms-full.txt"] == stands
    (root / "docs/a.md").write_text(DOCS["a.md"] + "\nOne more sentence.\n")
    assert "One more sentence." in (_built(root).site / "llms-full.txt").read_text()
    (root / "site/llms-full.txt").write_text("touched")
    assert "One more sentence." in (_built(root).site / "llms-full.txt").read_text()


def test_without_links_a_file_is_copied(tree: SiteTree, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise OSError("no links here")

    monkeypatch.setattr(os, "link", refused)
    assert tree.reuse("b/c", "2")
    assert (tmp_path / "new/b/c").read_bytes() == b"c"
    assert not (tmp_path / "new/b/c").samefile(tmp_path / "last/b/c")


@pytest.mark.parametrize(("path", "key"), [("a", "2"), ("a", ""), ("b/c", "1"), ("d", "1")])
def test_a_file_of_another_key_is_made(tree: SiteTree, path: str, key: str) -> None:
    assert tree.reuse(path, key) is None


def test_a_file_whose_stamp_alone_changed_stays(tree: SiteTree, tmp_path: Path) -> None:
    os.utime(tmp_path / "new/a", (1, 1))
    kept, before = tree.reuse("a", "1"), tree.manifest["a"]
    assert kept
    assert (kept.key, kept.stamp, kept.content) == (before.key, site_tree.stamp_of(tmp_path / "new/a"), before.content)


def test_a_file_that_somebody_touched_is_made(tree: SiteTree, tmp_path: Path) -> None:
    (tmp_path / "new/a").write_bytes(b"A")
    (tmp_path / "last/b/c").unlink()
    assert tree.reuse("a", "1") is None
    assert tree.reuse("b/c", "2") is None


def test_a_folder_takes_the_place_of_a_file_and_a_file_that_of_a_folder(tree: SiteTree, tmp_path: Path) -> None:
    tree.write("a/x/y", "3", b"y")
    assert (tmp_path / "new/a/x/y").read_bytes() == b"y"
    tree.write("a/x", "4", b"x")
    assert (tmp_path / "new/a/x").read_bytes() == b"x"


def test_what_no_page_needs_is_removed_and_links_are_not_followed(tree: SiteTree, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "photo").write_text("mine")
    (tmp_path / "new/old/deep").mkdir(parents=True)
    (tmp_path / "new/old/deep/page").write_text("old")
    (tmp_path / "new/out").symlink_to(outside)
    (tmp_path / "new/search").mkdir()
    (tmp_path / "new/search/x").write_text("x")
    tree.remove_others({"a"}, "search")
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == ["a", "search"]
    assert (outside / "photo").read_text() == "mine"


def test_a_manifest_that_is_damaged_is_empty(tree: SiteTree, tmp_path: Path) -> None:
    site_tree.save_manifest(tree.manifest, tmp_path / "new", tmp_path / "manifests")
    assert site_tree.load_manifest(tmp_path / "new", tmp_path / "manifests") == tree.manifest
    (file,) = (tmp_path / "manifests").iterdir()
    for damaged in (b"", b"[]", b'{"a": 1}', b'{"a": ["1", 2]}', b"\xff"):
        file.write_bytes(damaged)
        assert site_tree.load_manifest(tmp_path / "new", tmp_path / "manifests") == {}
