"""The inspection of a built site: each rule is broken at least once, and reported as its author reads it."""

import datetime
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from builder import BASE, TODAY, Built, build, project, run
from hypothesis import given
from hypothesis import strategies as st
from limits import one_text

from almanac_kb.checks import extract, html_page, rules
from almanac_kb.checks import run as checks_run
from almanac_kb.checks.csp import AllowedContent
from almanac_kb.checks.facts import BrokenLink, Facts, Fault, PackedFacts, SuspectText, load_facts, pack_facts, unpack_facts
from almanac_kb.content import loader
from almanac_kb.content.settings import Settings
from almanac_kb.core.cache import DiskCache
from almanac_kb.core.urls import NO_HOSTS

GOOD = {
    "t/a.md": "---\ntitle: Alpha\ndescription: The first.\ndate: 2025-01-01\ntags: [Tools]\n---\n# Alpha\n\nSee [Beta](b.md#part).\n",
    "t/b.md": "---\ntitle: Beta\ndescription: The second.\ndate: 2025-02-01\naliases: [/old/]\n---\n# Beta\n\n## Part\n\n[top](#)\n",
    "t/secret.md": "---\ntitle: Quagga plan\ndate: 2025-03-01\ndraft: true\n---\n# Quagga plan\n",
    "t/dot.svg": '<svg xmlns="http://www.w3.org/2000/svg"/>',
    "data.json": "{not json",
}
BAD = """---
title: Alpha
date: 2025-01-01
---
# Alpha

Many words.

# Beta, [the guide](guides/backup.md), [again](guides/backup.md) and `[code](guides/backup.md)`

A [draft](draft.md), [Beta](guides/backups.md#restoring-al), [here](#nowhere) and <a href="raw.html">raw</a>.

![Dot](dott.png) ![Far](https://img.example.com/a.png) [text][missing]

```
[code][missing] ![code](lost.png)
```

<p style="color: red">Red</p>
"""


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return build(tmp_path_factory.mktemp("good"), GOOD, "--strict")


@pytest.fixture(scope="module")
def bad(tmp_path_factory: pytest.TempPathFactory) -> Built:
    docs: dict[str, str | bytes] = {
        "a.md": BAD,
        "guides/backups.md": "---\ndescription: B\ntags: [Tools]\n---\n# B\n\n## Restoring all\n",
        "draft.md": "---\ndraft: true\n---\n# D\n",
        "dot.png": b"\x89PNG\r\n\x1a\n",
    }
    return build(tmp_path_factory.mktemp("bad"), docs)


def reported(site: Built) -> list[str]:
    """The messages about `docs/a.md`."""
    return [line.partition(" -  ")[2] for line in site.output.splitlines() if "docs/a.md" in line]


def test_a_sound_site_is_inspected_without_a_message(good: Built) -> None:
    assert good.code == 0, good.output
    assert "inspected what was built: all is well" in good.output
    assert "WARNING" not in good.output


def test_everything_broken_in_an_article_is_reported_with_its_position(bad: Built) -> None:
    assert bad.code == 0, bad.output
    assert reported(bad) == [
        'docs/a.md:13:33: body: image from img.example.com "Far" is not fetched from there; a link stands in its place; '
        "keep the file in docs/, or add img.example.com to hosts below extra.knowledge in mkdocs.yml",
        "notice: docs/a.md:19:4: body: style of <p> may not stand in an article; taken out; write it as Markdown, or leave it out",
        "notice: docs/a.md:1:1: description: is taken from the text: 'Many words.'; write description: in the header",
        "notice: docs/a.md:9:1: heading: a heading is of the first level, shown as of the second; write ## for them",
        "docs/a.md:9:21: link: 'the guide' leads nowhere, to 'guides/backup.md'; did you mean guides/backups.md?",
        "docs/a.md:9:48: link: 'again' leads nowhere, to 'guides/backup.md'; did you mean guides/backups.md?",
        "docs/a.md:11:11: link: 'draft' leads nowhere, to 'draft.md': "
        "draft.md is not published: draft: true; publish it, or take the link out",
        "docs/a.md:11:46: anchor: 'Beta' leads to 'guides/backups.md#restoring-al', and that page has no part of this name; "
        "did you mean #restoring-all?",
        "docs/a.md:11:69: anchor: 'here' leads to '#nowhere', and that page has no part of this name; correct what follows the #",
        "docs/a.md:11:92: link: 'raw' leads nowhere, to 'raw.html'; correct the address",
        "docs/a.md:13:8: image: 'Dot' is not there, at 'dott.png'; did you mean dot.png?",
        "docs/a.md:13:61: reference: [missing] is not defined, so its brackets are shown; add a line [missing]: address",
    ]
    assert "inspected what was built: reference 1, image 1, anchor 2, link 4, heading 1, description 1" in bad.output


def test_mkdocs_does_not_report_it_again(bad: Built) -> None:
    assert "Doc file" not in bad.output


def test_a_second_heading_of_the_first_level_is_one_of_the_second(bad: Built) -> None:
    page = bad.page("a")
    assert len(page.xpath("//h1")) == 1
    assert page.xpath("//article//h2")[0].text_content().startswith("Beta, the guide")
    contents = page.xpath("//nav[@class='md-nav md-nav--secondary']//a/span")
    assert [" ".join(each.text_content().split())[:15] for each in contents][-1] == "Beta, the guide"


@pytest.mark.parametrize("option", ["--strict", "-q", "-v"])
def test_a_warning_fails_a_strict_build_however_loud(bad: Built, tmp_path: Path, option: str) -> None:
    root = shutil.copytree(bad.root, tmp_path / "site", ignore=shutil.ignore_patterns("site"))
    again = run(root, "mkdocs", "build", "--strict", *({option} - {"--strict"}))
    assert again.code == 1
    assert "Aborted with 8 warnings in what was built, in strict mode; it is not published." in again.output


@pytest.mark.parametrize("options", [(), ("-q",), ("-v",)])
def test_an_error_fails_every_build(tmp_path: Path, options: tuple[str, ...]) -> None:
    root = project(tmp_path / "kb", {"a.md": "# A\n"})
    (root / "overrides/partials/footer.html").write_text('<a href="https://example.org/" onclick="alert(1)">Us</a>')
    built = run(root, "mkdocs", "build", *options)
    assert built.code == 1
    assert "Aborted with 3 errors in what was built; it is not published." in built.output
    assert "live: onclick of <a> would run; take it out" in built.output or options == ("-q",)


def replaced(path: str, old: str, new: str) -> Callable[[Path], None]:
    """Writes something else into a file of a site."""

    def change(site: Path) -> None:
        text = (site / path).read_text()
        assert old in text
        (site / path).write_text(text.replace(old, new))

    return change


def together(*changes: Callable[[Path], None]) -> Callable[[Path], None]:
    """Makes several changes."""

    def change(site: Path) -> None:
        for part in changes:
            part(site)

    return change


def added(path: str, text: str) -> Callable[[Path], None]:
    """Puts a file into a site."""

    def change(site: Path) -> None:
        (site / path).write_text(text)

    return change


BODY = "See <a"
CASES: dict[str, list[tuple[Callable[[Path], None], str]]] = {
    "page": [
        (replaced("t/a/index.html", "<title>", "<title>x</title><title>"), "must have one title, has 2"),
        (replaced("t/a/index.html", BODY, f"<h1>Two</h1>{BODY}"), "must have one heading of the first level, has 2"),
        (replaced("t/a/index.html", 'rel="canonical"', 'rel="other"'), "must have one canonical link, has 0"),
        (replaced("t/a/index.html", 'content="The first."', 'content=" "'), "must have one description, which is empty"),
    ],
    "policy": [
        (replaced("t/a/index.html", "default-src", "default-source"), "must have the site's one policy, before all it could hold back"),
        (
            replaced("t/a/index.html", "<head>", "<head><script src=x></script>"),
            "must have the site's one policy, before all it could hold back",
        ),
    ],
    "live": [
        (replaced("t/a/index.html", BODY, f"<script>alert(1)</script>{BODY}"), "a <script> that is not the theme's"),
        (replaced("t/a/index.html", BODY, f"<script src=//evil.example></script>{BODY}"), "a <script> from '//evil.example'"),
        (replaced("t/a/index.html", BODY, f"<svg/onload=alert(1)>{BODY}"), "onload of <svg> would run"),
        (replaced("t/a/index.html", BODY, f"<a href='java\nscript:alert(1)'>x</a>{BODY}"), "a link to 'java\\nscript:alert(1)' would run"),
        (replaced("t/a/index.html", BODY, f"<a href='&#1;JavaScript:x'>x</a>{BODY}"), "a link to '\\x01JavaScript:x' would run"),
        (replaced("t/a/index.html", BODY, f"<a href='data:text/html,x'>x</a>{BODY}"), "a link to 'data:text/html,x' would run"),
        (replaced("feed.xml", "See ", "&lt;javascript:x&gt; &lt;p onclick=x&gt;See "), "onclick of <p> would run"),
        (replaced("t/a/index.html", BODY, f"<form action=/x></form>{BODY}"), "<form> embeds, sends or moves"),
        (replaced("t/a/index.html", BODY, f"<object data=x></object>{BODY}"), "<object> embeds, sends or moves"),
        (replaced("t/a/index.html", BODY, f"<base href=/x>{BODY}"), "<base> embeds, sends or moves"),
        (replaced("t/a/index.html", BODY, f"<iframe srcdoc=x></iframe>{BODY}"), "<iframe> brings a document or an address of its own"),
        (replaced("t/a/index.html", BODY, f"<iframe src=data:text/html,x></iframe>{BODY}"), "<iframe> shows 'data:text/html,x'"),
        (replaced("t/a/index.html", BODY, f"<link rel=stylesheet href=https://e.example/x.css>{BODY}"), "by itself"),
        (replaced("t/a/index.html", BODY, f"<meta http-equiv=refresh content='0;url=https://e.example'>{BODY}"), "by itself"),
        (replaced("t/dot.svg", "/>", "><script/></svg>"), "<script> would run or load something"),
        (replaced("t/dot.svg", "/>", "><a href='javascript:x'/></svg>"), "the address javascript:x of <a> would run or load something"),
        (replaced("feed.xml", "See ", "&lt;img src=x onerror=x&gt;See "), "onerror of <img> would run"),
    ],
    "heavy": [
        (
            together(replaced("t/dot.svg", "/>", f"/>{' ' * 600_000}"), replaced("t/a/index.html", BODY, f"<img src='../dot.svg'>{BODY}")),
            "'dot.svg' weighs 60",
        ),
    ],
    "withheld": [
        (added("copy.json", '{"a": ["Quagga plan"]}'), "is not published (draft: true), and yet copy.json shows it"),
        (added("copy.json", '{"a": "t/secret/"}'), "is not published (draft: true), and yet copy.json shows it"),
        (added("llms.txt", f"- [x]({BASE}t/secret/): y"), "is not published (draft: true), and yet llms.txt shows it"),
        (replaced("sitemap.xml", f"{BASE}t/a/", f"{BASE}t/secret/"), "is not published (draft: true), and yet sitemap.xml shows it"),
        (replaced("feed.xml", ">Alpha<", ">Quagga plan<"), "is not published (draft: true), and yet feed.xml shows it"),
        (
            replaced("t/a/index.html", "<title>Alpha", "<title>Quagga plan"),
            "is not published (draft: true), and yet t/a/index.html shows it",
        ),
    ],
    "feed": [
        (replaced("feed.xml", "<updated>2025-02-01T00:00:00Z</updated>", ""), "feed must have one updated, has 0"),
        (replaced("feed.xml", "2025-02-01T00:00:00Z", "yesterday"), "updated must be an RFC 3339 date, got 'yesterday'"),
        (replaced("feed.xml", f'href="{BASE}t/a/"', f'href="{BASE}t/z/"'), f"leads to '{BASE}t/z/', which is not there"),
        (
            replaced("feed_rss_created.xml", "<pubDate>", "<pubDate>x"),
            "pubDate must be an RFC 822 date, got 'xSat, 01 Feb 2025 00:00:00 +0000'",
        ),
        (replaced("feed_rss_created.xml", 'version="2.0"', 'version="0.9"'), "must be <rss version='2.0'> with a channel"),
        (replaced("feed_json_created.json", '"content_html"', '"content"'), f"item '{BASE}t/b/' must have content_html or content_text"),
        (replaced("feed_json_created.json", f'"id": "{BASE}t/a/"', f'"id": "{BASE}t/b/"'), f"id '{BASE}t/b/' is there twice"),
        (replaced("sitemap.xml", f"<loc>{BASE}t/a/", "<loc>t/a/"), "loc must be absolute, got 't/a/'"),
        (replaced("sitemap.xml", "2025-01-01", "1.1.2025"), "lastmod must be a W3C date, got '1.1.2025'"),
    ],
    "file": [
        (replaced("sitemap.xml", "<loc>", "<loc>&"), "can't be read as XML: EntityRef: expecting ';', line 4, column 17"),
        (
            replaced("articles.json", "{", ""),
            "can't be read as JSON: ",
        ),
    ],
}
BETA = "anchor: 'Beta' leads to 'b.md#part', and that page has no part of this name"
BROKEN_IN_ARTICLES = {"description", "heading", "style", "link", "anchor", "image", "reference", "remote"}


def inspected(built: Built, site_dir: Path, disk: DiskCache | None = None, workers: int = 1) -> list[str]:
    """The messages of an inspection of a changed copy of a built site."""
    now = datetime.datetime.fromtimestamp(int(TODAY), datetime.UTC)
    site = loader.load_site(built.root / "docs", Settings(), now, "Almanac")
    page = html_page.read_page("404.html", (built.site / "404.html").read_bytes())
    assert page
    allowed = AllowedContent(page.policies[0], NO_HOSTS, BASE)
    context = checks_run.check_context(site_dir, site, allowed, disk)
    diagnostics = checks_run.check_site(context, site, GOOD.__contains__, worker_count=workers)
    return [f"{diagnostic.field}: {diagnostic.message}" for diagnostic in diagnostics]


@pytest.mark.parametrize(("name", "change", "message"), [(name, *case) for name, cases in CASES.items() for case in cases])
def test_each_rule_is_applied(good: Built, tmp_path: Path, name: str, change: Callable[[Path], None], message: str) -> None:
    site = shutil.copytree(good.site, tmp_path / "site")
    change(site)
    messages = inspected(good, site)
    assert [each for each in messages if each.startswith(f"{name}: ") and message in each], messages


def test_every_rule_of_the_table_is_exercised() -> None:
    assert CASES.keys() | BROKEN_IN_ARTICLES == rules.RULES_BY_NAME.keys()


def test_a_file_of_the_authors_machine_is_no_place_for_readers(good: Built, tmp_path: Path) -> None:
    site = shutil.copytree(good.site, tmp_path / "site")
    replaced("t/a/index.html", BODY, f"<a href='file:///C:/x.md'>mine</a>{BODY}")(site)
    assert inspected(good, site) == ["link: 'mine' leads nowhere, to 'file:///C:/x.md'"]


def test_a_link_of_the_theme_that_is_broken_everywhere_is_reported_once(good: Built, tmp_path: Path) -> None:
    site = shutil.copytree(good.site, tmp_path / "site")
    shutil.rmtree(site / "tags")
    messages = inspected(good, site)
    assert [each for each in messages if "'Tags'" in each] == ["link: 'Tags' leads nowhere, to '/kb/tags/'"]


def test_a_title_that_others_have_too_gives_nothing_away(tmp_path: Path) -> None:
    docs = {"a.md": "---\ndescription: x\n---\n# A\n\n## Notes\n", "n.md": "---\ntitle: Notes\ndraft: true\n---\n"}
    built = build(tmp_path, docs, "--strict")
    assert built.code == 0, built.output


def test_an_image_from_a_host_of_the_setting_is_no_problem(tmp_path: Path) -> None:
    root = tmp_path / "site"
    build(root, {"a.md": "---\ndescription: x\n---\n# A\n\n![p](https://img.example.org/p.png) ![q](http://img.example.org/q.png)\n"})
    config = root / "mkdocs.yml"
    config.write_text(config.read_text().replace("  knowledge:\n", "  knowledge:\n    hosts: [img.example.org]\n"))
    output = run(root, "mkdocs", "build").output
    assert "docs/a.md:6:42: remote: <img> from img.example.org stays empty: the host must come by https" in output
    assert "remote 1" in output


def test_ten_thousand_broken_links_are_reported_in_time(good: Built, tmp_path: Path) -> None:
    site = shutil.copytree(good.site, tmp_path / "site")
    links = "".join(f"<a href='lost-{number}.md'>x</a>" for number in range(10_000))
    replaced("t/a/index.html", BODY, links + BODY)(site)
    with one_text():
        messages = inspected(good, site)
        assert "link: and 9,800 more links of the page lead nowhere" in messages
        assert len(messages) == 201


def test_search_records_are_read_whatever_they_hold(good: Built, tmp_path: Path) -> None:
    site = shutil.copytree(good.site, tmp_path / "site")
    (site / "deep.json").write_text("[" * 100_000)
    (site / "odd.json").write_text(json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [3]}))
    messages = inspected(good, site)
    assert any("deep.json" in each or "can't be read as JSON" in each for each in messages)


def test_messages_are_the_same_from_one_process_from_workers_and_from_the_cache(
    good: Built, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = shutil.copytree(good.site, tmp_path / "site")
    for number in range(60):
        links = f"<a href='../t/b/#lost-{number}'>x</a><a href='lost-{number}.md'>x</a><p style='x: {number}'>"
        page = (site / "t/a/index.html").read_text().replace(BODY, links + BODY)
        added(f"t/a{number}.html", page)(site)
    monkeypatch.setattr(checks_run, "MIN_FILES_FOR_WORKERS", 10)
    disk = DiskCache(tmp_path / "facts")
    alone = inspected(good, site)
    assert len([each for each in alone if "lost-" in each]) == 120
    assert inspected(good, site, disk, 2) == alone
    monkeypatch.setattr(extract, "extract_facts", None)
    assert inspected(good, site, disk) == alone


def test_cached_facts_of_a_page_do_not_hide_that_other_pages_have_changed(good: Built, tmp_path: Path) -> None:
    site, disk = shutil.copytree(good.site, tmp_path / "site"), DiskCache(tmp_path / "facts")
    replaced("t/a/index.html", BODY, f"<img src='../dot.svg'>{BODY}")(site)
    assert inspected(good, site, disk) == []
    replaced("t/b/index.html", 'id="part"', 'id="whole"')(site)
    (site / "t/dot.svg").unlink()
    assert {"image: is not there, at '../dot.svg'", BETA} < set(inspected(good, site, disk))


@pytest.mark.slow
def test_after_each_edit_the_messages_are_those_of_a_build_from_nothing(tmp_path: Path) -> None:
    root, whole = project(tmp_path / "site", GOOD), GOOD["t/b.md"]
    renamed = "anchor: 'Beta' leads to 'b.md#part', and that page has no part of this name"
    steps = ((whole, ""), (whole.replace("## Part", "## Whole"), renamed), ("", "link: 'Beta' leads nowhere"), (whole, ""))
    for number, (text, message) in enumerate(steps):
        article = root / "docs/t/b.md"
        article.write_text(text)
        if not text:
            article.unlink()
        nothing = shutil.copytree(root, tmp_path / f"nothing-{number}", ignore=shutil.ignore_patterns(".cache", "site"))
        after, unchanged, fresh = (_messages(run(each, "mkdocs", "build")) for each in (root, root, nothing))
        assert after == unchanged == fresh
        about_the_linking_article = [each for each in after if each.startswith("docs/t/a.md:")]
        assert all(message in each for each in about_the_linking_article)
        assert bool(about_the_linking_article) == bool(message)


def _messages(built: Built) -> list[str]:
    return sorted(line.partition(" -  ")[2] for line in built.output.splitlines() if "docs/" in line)


@given(st.binary(max_size=200))
def test_bytes_that_are_no_facts_are_refused(data: bytes) -> None:
    with pytest.raises((ValueError, TypeError)):
        unpack_facts(PackedFacts((), data))


def _facts(*targets: str) -> Facts:
    broken, suspect = BrokenLink("#\ud800", "a", "b"), SuspectText("live", "x", ("y", "z"))
    return Facts((Fault("page", "x"),), (suspect,), ("a",), ("b",), (broken,), targets, {"c#e": ("d", "e")}, {"f.png": "d"}, ("f",))


def test_facts_are_the_same_after_they_were_packed() -> None:
    assert unpack_facts(pack_facts(_facts("d"))) == _facts("d")


def test_facts_are_the_same_in_the_next_build_and_those_of_files_that_are_gone_are_forgotten(tmp_path: Path) -> None:
    table, file = load_facts(tmp_path / "none"), tmp_path / "facts"
    table.add("a/index.html", "1", pack_facts(_facts("", "b/")))
    table.add("b/index.html", "2", pack_facts(_facts("b/", "c/")))
    table.store(file, ["a/index.html", "b/index.html"])
    later = load_facts(file)
    assert (later.key("a/index.html"), later.find("a/index.html")) == ("1", _facts("", "b/"))
    assert (later.key("b/index.html"), later.find("b/index.html")) == ("2", _facts("b/", "c/"))
    assert (later.key("c/index.html"), later.find("c/index.html")) == ("", None)
    later.store(file, ["b/index.html"])
    assert (load_facts(file).find("a/index.html"), load_facts(file).find("b/index.html")) == (None, _facts("b/", "c/"))


def test_targets_that_no_file_has_any_more_do_not_pile_up(tmp_path: Path) -> None:
    table, file = load_facts(tmp_path / "none"), tmp_path / "facts"
    for number in range(3000):
        table.add("a/index.html", str(number), pack_facts(_facts(f"{number}/")))
    table.store(file, ["a/index.html"])
    assert load_facts(file).find("a/index.html") == _facts("2999/")
    assert b"1999/" not in file.read_bytes()


def test_damaged_facts_count_as_missing(tmp_path: Path) -> None:
    table, file = load_facts(tmp_path / "none"), tmp_path / "facts"
    table.add("a/index.html", "1", pack_facts(_facts("b/")))
    table.store(file, ["a/index.html"])
    file.write_bytes(file.read_bytes().replace(b"b/", b"c/"))
    assert load_facts(file).find("a/index.html") is None


LATE = """
from pathlib import Path

def on_post_build(config):
    page = Path(config.site_dir, "a/index.html")
    page.write_text(page.read_text().replace("b/", "c/"))
"""


@pytest.mark.slow
def test_a_page_that_a_plugin_changes_after_it_was_written_is_checked_again(tmp_path: Path) -> None:
    others = {f"t/{number}.md": "---\ndescription: y\n---\n# B\n" for number in range(100)}
    root = project(tmp_path / "site", {"a.md": "---\ndescription: x\n---\n# A\n\n[B](b.md)\n", "b.md": "# B\n", **others})
    assert "link: " not in run(root, "mkdocs", "build").output
    (root / "late.py").write_text(LATE)
    config = root / "mkdocs.yml"
    config.write_text(config.read_text().replace("\nhooks:\n", "\nhooks:\n  - late.py\n"))
    assert "docs/a.md:6:2: link: 'B' leads nowhere, to '../c/'" in run(root, "mkdocs", "build").output


LINKING = """
from pathlib import Path

def on_post_build(config):
    Path(config.site_dir, "latest").symlink_to("b")
    Path(config.site_dir, "b/up").symlink_to("..")
"""


@pytest.mark.slow
def test_pages_in_a_folder_that_a_plugin_linked_are_there(tmp_path: Path) -> None:
    texts = {
        "a.md": "---\ndescription: x\n---\n# A\n\n[B](/kb/latest/) and [C](/kb/latest/c/)\n",
        "b.md": "---\ndescription: y\n---\n# B\n",
    }
    root = project(tmp_path / "site", texts)
    (root / "linking.py").write_text(LINKING)
    config = root / "mkdocs.yml"
    config.write_text(config.read_text().replace("\nhooks:\n", "\nhooks:\n  - linking.py\n"))
    for _ in range(2):
        output = run(root, "mkdocs", "build").output
        assert [line.partition(": ")[2] for line in output.splitlines() if ": link: " in line] == [
            "link: 'C' leads nowhere, to '/kb/latest/c/'; correct the address"
        ]
