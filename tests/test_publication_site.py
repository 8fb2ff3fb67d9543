"""Publication in a built site: folders with files that their owners do not want to show, and what the build says of them."""

from pathlib import Path

import pytest
from builder import Built, build, project, run, words
from test_command_line import hooks

from almanac_kb.content.output_paths import is_replaceable

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6364f8cf500f000386018035a3f5da0000000049454e44ae426082"
)
KEY = "-----BEGIN OPENSSH PRIVATE KEY-----\nthornapple\n-----END OPENSSH PRIVATE KEY-----\n"
WITHHELD: dict[str, str | bytes] = {
    "draft.md": "---\ntitle: Pebblewick\ndraft: true\n---\n"
    "![x](g/only-draft.png) ![y](g/both.png) [p](page.html) [d](app/data.txt) thornapple\n",
    "status.md": "---\ntitle: Pebblewick\npost_status: pending\n---\nthornapple\n",
    "private.md": "---\ntitle: Pebblewick\nprivate: true\n---\nthornapple\n",
    "slip.md": "---\ntitle: Pebblewick\ndarft: true\n---\nthornapple\n",
    "nested.md": "---\ntitle: Pebblewick\nparams:\n  private: true\n---\nthornapple\n",
    "emoji.md": "---\ntitle: Pebblewick\nstatus: '[[Draft]] 🚧'\n---\nthornapple\n",
    "all.md": "---\ntitle: Pebblewick\ndraft: true\ntags: [brass, inkhorn]\nauthors: [mo, thornapple]\nseries: thornapple\nlang: de\n"
    "description: thornapple\naliases: [/thornapple/]\npermalink: /thornapple/x/\n---\n# thornapple\n\n[a](published.md) [@marsh]\n\n"
    "thornapple\n:   Thornapple meaning\n\n*[HTML]: thornapple\n",
    "thornapple/deep/only.md": "---\ntitle: Pebblewick\ndraft: true\n---\n",
    "named/Pebblewick.md": "---\ndraft: true\n---\n",
    "part.md": "---\ntitle: Pebblewick\nhidden: true\n---\nthornapple\n",
    "_partial.md": "---\nprivate: true\n---\nthornapple\n",
    "page.html": "<p>thornapple</p><link rel=stylesheet href=inner.css>\n",
    "inner.css": "p { --thornapple: 1; background: url(deep/thornapple.txt) }\n",
    "deep/thornapple.txt": "thornapple\n",
    "later.md": "---\ntitle: Pebblewick\ndate: 2020-01-01\npublishDate: 2098-01-01\n---\nthornapple\n",
    "broken-draft.md": "---\ntitle: Pebblewick\ndraft: true\ndate: soon\n---\nthornapple\n",
    "_wip/a.md": "# Pebblewick\n\n[list](list.csv) thornapple\n",
    "_wip/list.csv": "thornapple\n",
    "Templates/daily.md": "---\ntitle: <% tp.file.title %>\ndate: {{date}}\n---\nthornapple\n",
    "inner/x.md": "---\ntitle: [Pebblewick\n---\nthornapple\n",
    "soon.md": "---\ntitle: Pebblewick\n---\nthornapple\n",
    "secret-plans/a.md": "# Pebblewick\n\nthornapple\n",
    "g/only-draft.png": PNG,
    "keys/id_rsa": KEY,
    "keys/server.key": KEY,
    "prod.env": "KEY=thornapple\n",
    "dump.sql": "-- MySQL dump 10.13\nINSERT INTO t VALUES ('thornapple');\n",
    "published.md~": "thornapple\n",
    "board.canvas": '{"nodes": ["thornapple"]}\n',
    "node_modules/x/readme.txt": "thornapple\n",
    "_layouts/frame.html": "<p>thornapple</p>\n",
}
INSERTED = (
    "part.md",
    "docs/part.md",
    "_partial.md",
    "keys/server.key",
    "docs/keys/server.key",
    "prod.env",
    "secrets.yml",
    ".env",
    "../out.txt",
)
SNIPPETS = "\n\n".join(f'--8<-- "{path}"' for path in INSERTED)
SHOWN: dict[str, str | bytes] = {
    "published.md": "---\ntitle: Lamp\ntags: [brass]\n---\n![y](g/both.png) ![z](_media/used.png) [hidden page](alone.md)\n",
    "alone.md": "---\ntitle: Quillfish\ntags: [brass, murkwater]\nunlisted: true\n---\nAll about quillfish.\n",
    "only/alone.md": "---\ntitle: Bramble\nunlisted: true\n---\nAll about bramble.\n",
    "_posts/2020-01-02-first.md": "---\ntitle: First light\n---\nOchrebank.\n",
    "aside.md": "---\ntitle: Siltmere\n---\nBeside the menu.\n",
    "parts.md": f"---\ntitle: Sum\n---\nA sum.\n\n{SNIPPETS}\n\n![[draft]] ![[all]]\n\nIts end.\n",
    "parts-old.md": f"---\ntitle: Old sum\nmarkdown: python-markdown\n---\nA sum.\n\n{SNIPPETS}\n\nIts end.\n",
    "app/index.html": "<p>An app</p><a href='data.txt'>data</a>\n",
    "app/data.txt": "Of the app and of a draft.\n",
    "g/both.png": PNG,
    "g/nobody.png": PNG,
    "_media/used.png": PNG,
    "keys/id_rsa.pub": "ssh-ed25519 AAAA\n",
}
SAID_OF_DRAFTS = {
    ".tags.yml": "- name: inkhorn\n  description: thornapple\n",
    ".authors.yml": "authors:\n  mo: {name: Pebblewick, description: thornapple}\n",
    ".sources.yml": "- key: marsh\n  title: Pebblewick\n  authors: thornapple\n",
    "named/.pages": "nav: [a.md, Pebblewick.md]\n",
    "named/a.md": "# Named\n",
    ".hidden/a.txt": "thornapple\n",
    ".note.txt": "thornapple\n",
}
"""What other files say of what only a draft has: a tag, a person, a source, a place in a menu; and hidden files."""
SETTINGS = """
exclude_docs: |
  inner/
draft_docs: soon.md
not_in_nav: aside.md
markdown_extensions:
  - pymdownx.snippets
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Built:
    root = project(tmp_path_factory.mktemp("publication") / "site", {**WITHHELD, **SHOWN, **SAID_OF_DRAFTS})
    (root / "docs/draft.txt").symlink_to(root / "docs/draft.md")
    for path in ("secrets.yml", ".env", "../out.txt"):
        (root / path).write_text("thornapple\n")
    settings = (root / "mkdocs.yml").read_text()
    (root / "mkdocs.yml").write_text(f"{settings}    exclude: [secret-plans/]\n{SETTINGS}")
    return run(root, "mkdocs", "build")


def test_what_is_withheld_is_in_no_file_of_the_site(site: Built) -> None:
    assert site.code == 0, site.output
    assert [path for path, data in site.files() if b"thornapple" in data or b"Pebblewick" in data] == []
    assert [path for path in WITHHELD if not path.endswith(".md") and (site.site / path).exists()] == []


def test_what_is_meant_for_readers_is_published(site: Built) -> None:
    paths = {path for path, _ in site.files()}
    assert {"app/data.txt", "g/both.png", "g/nobody.png", "_media/used.png", "keys/id_rsa.pub", "posts/first/index.html"} <= paths


def test_an_unlisted_article_is_at_its_address_and_nowhere_else(site: Built) -> None:
    shown = {path for path, data in site.files() if b"uillfish" in data and b"All about" in data}
    assert shown == {"alone/index.html"}
    assert site.page("alone").xpath("//meta[@name='robots']/@content") == ["noindex"]
    assert site.page("published").xpath("//meta[@name='robots']") == []
    assert [path for path, data in site.files() if b"Quillfish" in data] == ["alone/index.html"]
    assert [path for path, data in site.files() if b"murkwater" in data] == []
    assert "alone/" not in site.text("sitemap.xml")
    assert not (site.site / "only/index.html").exists()
    assert words(site.page("only/alone"), "//h1") == ["Bramble"]


def test_not_in_nav_keeps_a_page_out_of_menus_only(site: Built) -> None:
    assert "Siltmere" in site.text("sitemap.xml") or "aside/" in site.text("sitemap.xml")
    assert "Siltmere" not in words(site.page("published"), "//nav[contains(@class,'kb-nav')]//a")
    assert "Lamp" in words(site.page("aside"), "//nav[contains(@class,'kb-nav')]//a")


@pytest.mark.parametrize(
    "line",
    [
        "docs/Templates/: 1 file stays back: Templates/ is a folder of templates",
        "docs/_wip/: 2 files stay back: _wip starts with _",
        "docs/g/: 1 file stays back: only draft.md uses it, which is not published: draft: true",
        "docs/inner/: 1 file stays back: exclude_docs in mkdocs.yml names it",
        "docs/node_modules/: 1 file stays back: node_modules holds data of a program",
        "docs/keys/: 2 files stay back: ",
        "darft: is no known field but close to draft; the article stays back",
    ],
)
def test_the_build_says_which_folders_keep_files_back_and_why(site: Built, line: str) -> None:
    assert any(line in written for written in site.output.splitlines()), site.output


def test_the_check_names_each_file_that_stays_back(site: Built) -> None:
    ran = hooks(site.root, "check")
    named = {line.split(": ")[1]: line for line in ran.stdout.splitlines() if line.startswith("stays back: ")}
    assert named.keys() == {f"docs/{path}" for path in (*WITHHELD, "draft.txt", ".note.txt", ".hidden/ with 1 file")}
    assert named["docs/draft.txt"] == "stays back: docs/draft.txt: another name of draft.md, which is an article"
    assert named["docs/prod.env"] == "stays back: docs/prod.env: environment variables, which often hold passwords"


def test_of_a_vault_only_what_is_used_is_published(tmp_path: Path) -> None:
    built = build(
        tmp_path,
        {
            ".obsidian/app.json": '{"userIgnoreFilters": ["Archive/"]}',
            ".obsidian/templates.json": '{"folder": "Forms"}',
            "Lamp.md": "# Lamp\n\n![[plan.png]] and [a list](lists/t.csv)\n",
            "Archive/old.md": "# Thornapple\n",
            "Forms/daily.md": "# Thornapple\n",
            "files/plan.png": PNG,
            "files/nobody.png": PNG,
            "lists/t.csv": "a,b\n",
            "static/logo.png": PNG,
        },
    )
    paths = {path for path, data in built.files() if path.endswith((".png", ".csv")) and not path.startswith(("assets/", "lamp/"))}
    assert paths == {"files/plan.png", "lists/t.csv", "static/logo.png"}
    assert [path for path, data in built.files() if b"Thornapple" in data] == []
    assert "docs/files/: 1 file stays back: no published article uses it" in built.output


def test_a_site_publishes_only_what_is_marked_and_used_where_its_settings_say_so(tmp_path: Path) -> None:
    root = project(
        tmp_path,
        {
            "a.md": "---\ntitle: A\npublish: true\n---\n![x](x.png)\n",
            "b.md": "---\ntitle: B\ndg-publish: true\n---\n",
            "c.md": "# Thornapple\n",
            "x.png": PNG,
            "y.png": PNG,
            "look.css": "body { background: url(z.png) }",
            "z.png": PNG,
        },
    )
    settings = (root / "mkdocs.yml").read_text().replace("extra_css:\n", "extra_css:\n  - look.css\n")
    (root / "mkdocs.yml").write_text(f"{settings}    publish: marked\n    files: used\n")
    built = run(root, "mkdocs", "build")
    assert {"a/", "b/"} <= set(built.pages())
    assert [path for path, data in built.files() if b"Thornapple" in data] == []
    assert [path for path in ("x.png", "y.png", "z.png", "look.css") if (built.site / path).exists()] == ["x.png", "z.png", "look.css"]


SITE: dict[str, str | bytes] = {
    "index.md": "# Start\n",
    "t/.pages": "title: Topic\n",
    "t/a.md": "---\ntitle: A\ndate: 2025-01-01\ntags: [brass]\n---\n$x$\n\n```mermaid\ngraph LR\n```\n",
    **{f"n/{number}.md": f"---\ntitle: Note {number}\ndate: 2024-02-03\ntags: [brass]\n---\nText.\n" for number in range(25)},
}
TAKING = {
    ".html": b"<p>thornapple</p>",
    ".svg": b"<svg xmlns='http://www.w3.org/2000/svg'><title>thornapple</title></svg>",
    ".xml": b"<thornapple/>",
    ".json": b'["thornapple"]',
}


def test_no_file_of_docs_takes_the_place_of_a_file_of_the_site(tmp_path: Path) -> None:
    first = build(tmp_path / "first", SITE)
    assert first.code == 0, first.output
    paths = [path for path, _ in first.files() if not path.endswith(".md")]
    assert len(paths) > 150
    docs: dict[str, str | bytes] = dict(SITE)
    for path in paths:
        folder, slash, name = path.rpartition("/")
        for taken in (path, f"{folder}{slash}{name.swapcase()}"):
            docs[taken] = TAKING.get(Path(path).suffix, b"thornapple")
    second = build(tmp_path / "second", docs, REFUSED="skip")
    assert second.code == 0, second.output
    assert [path for path, data in second.files() if b"thornapple" in data and not is_replaceable(path)] == []
    assert {path for path, _ in first.files()} <= {path for path, _ in second.files()}
    assert "file: would stand in the place of overrides/" in second.output
