"""What is published, where, and what a build says and does about the rest."""

from pathlib import Path

from builder import BASE, Built, build, run, words


def test_articles_in_every_dialect_become_pages_at_their_addresses(tmp_path: Path) -> None:
    built = build(
        tmp_path,
        {
            "guides/.pages": "title: How-to guides\n",
            "guides/2024-05-01-backups.md": "---\ntitle: Backups\n---\nText.\n",
            "guides/Fish & Chips.md": "+++\ntitle = 'Fish'\ndate = 2024-02-03\n+++\nText.\n",
            "guides/json.md": '{\n"title": "Json", "slug": "from-json"\n}\nText.\n',
            "guides/whole.md": "---\npermalink: /old/place.html\n---\n# Whole\n",
            "guides/post/index.md": "---\ndate: 2024-01-01\ntitle: Own folder\n---\n![A dot](dot.png)\n",
            "guides/post/dot.png": b"\x89PNG\r\n\x1a\n",
            "notes/_index.md": "---\ntitle: All notes\n---\nLead.\n",
            "notes/plain.md": "Nothing but text.\n",
        },
        "--strict",
    )
    assert built.code == 0, built.output
    former = ["2024/05/01/backups/", "guides/2024/05/01/backups/"]  # where Jekyll and Docusaurus have such a file
    assert [path for path in built.pages() if path not in former and not path.startswith(("archive/", "map/", "tags/"))] == [
        "",
        "guides/",
        "guides/backups/",
        "guides/fish-chips/",
        "guides/from-json/",
        "guides/post/",
        "notes/",
        "notes/plain/",
        "old/place/",
    ]
    assert words(built.page("guides"), "//h1") == ["How-to guides"]
    assert "Lead." in built.text("notes")
    assert built.page("guides/post").xpath("//article//img/@src")[-1] == "dot.png"
    assert words(built.page("notes/plain"), "//h1") == ["Plain"]


def test_a_topic_is_ordered_by_order_then_newest_then_title_and_pages_follow_each_other(tmp_path: Path) -> None:
    built = build(
        tmp_path,
        {
            "t/b.md": "---\ntitle: Beta\n---\n",
            "t/a.md": "---\ntitle: Alpha\n---\n",
            "t/old.md": "---\ntitle: Old\ndate: 2020-01-01\n---\n",
            "t/new.md": "---\ntitle: New\ndate: 2025-01-01\n---\n",
            "t/last.md": "---\ntitle: Second\nweight: 2\n---\n",
            "t/first.md": "---\ntitle: First\nweight: 1\n---\n",
        },
    )
    order = ["First", "Second", "New", "Old", "Alpha", "Beta"]
    assert words(built.page("t"), "//a[@class='kb-card__title']") == order
    assert words(built.page("t"), "//nav[contains(@class,'kb-nav')]//ul/li/ul/li/a") == order
    assert built.page("t/new").xpath("//link[@rel='prev' or @rel='next']/@href") == ["../last/", "../old/"]


def test_awesome_pages_orders_and_hides_within_a_topic(tmp_path: Path) -> None:
    built = build(
        tmp_path,
        {
            "t/.pages": "nav:\n  - Zebra: z.md\n  - Renamed: post\n  - ...\n",
            "t/a.md": "# A\n",
            "t/z.md": "# Z\n",
            "t/post/index.md": "---\ndate: 2024-01-01\n---\n# Post\n",
        },
    )
    assert built.code == 0, built.output
    assert words(built.page("t/a"), "//nav[contains(@class,'kb-nav')]//ul/li/ul/li/a") == ["Zebra", "Renamed", "A"]
    assert [path for path, _ in built.files() if ".pages" in path] == []


def test_pages_of_a_page_topic_are_in_navigation_and_search_only(tmp_path: Path) -> None:
    built = build(
        tmp_path,
        {
            "book/.pages": "kind: page\n",
            "book/one.md": "---\ndate: 2025-01-01\n---\n# One\n",
            "blog/two.md": "---\ndate: 2025-01-01\n---\n# Two\n",
        },
    )
    assert words(built.page("index.html"), "//a[@class='kb-card__title']") == ["Two"]
    assert "/book/" not in built.text("feed.xml")
    assert "/book/" not in built.text("feed_rss_created.xml")
    assert words(built.page("book/one"), "//nav[contains(@class,'kb-nav')]//ul/li/ul/li/a") == ["One"]
    assert "book/one/" in built.found()


def test_drafts_scheduled_and_expired_articles_appear_nowhere(tmp_path: Path) -> None:
    docs = {
        "a.md": "---\ndate: 2025-01-01\n---\n# Public\n[d](d.md)\n",
        "d.md": "---\ndraft: true\ndate: 2025-01-02\ntags: [zebra]\naliases: [/was/here/]\n---\n# Quagga draft\n",
        "s.md": "---\npubDate: 2027-01-01\n---\n# Quagga scheduled\n",
        "e.md": "---\ndate: 2020-01-01\nexpiryDate: 2025-06-01\n---\n# Quagga expired\n",
        "p.md": "---\npublished: false\n---\n# Quagga unpublished\n",
        "_template.md": "# Quagga template\n",
    }
    built = build(tmp_path / "closed", docs)
    assert built.code == 0, built.output
    assert [path for path, data in built.files() if b"Quagga" in data or b"zebra" in data or path.startswith("was")] == []
    assert list(built.found()) == ["a/"]
    shown = build(tmp_path / "open", docs, DRAFTS="true")
    assert words(shown.page("d"), "//*[@class='kb-withheld']") == ["Not published: draft: true"]
    assert words(shown.page("s"), "//*[@class='kb-withheld']") == ["Not published: scheduled for 2027-01-01"]
    assert {"d/", "s/", "e/", "p/"} <= set(shown.found())
    assert "Quagga" not in shown.text("feed.xml") + shown.text("feed_rss_created.xml")


def test_errors_stop_a_build_before_anything_is_written(tmp_path: Path) -> None:
    first = build(tmp_path, {"a.md": "---\ndate: 2025-01-01\n---\n# A\n"})
    before = dict(first.files())
    (tmp_path / "docs/b.md").write_text("---\npubDate: soon\ntags: {a: b}\ndraft: perhaps\n---\n# B\n")
    (tmp_path / "docs/c.md").write_text("---\ntitle: [1\n---\n# C\n")
    second = _rebuild(tmp_path)
    assert second.code == 1
    assert "docs/b.md:2:10: pubDate: must be a date, got 'soon'; write a date such as 2025-04-11" in second.output
    assert "docs/b.md:4:8: draft: must be true or false, got 'perhaps'; the article stays back" in second.output
    assert "docs/c.md:3:1: header: can't be read as YAML" in second.output
    assert "Traceback" not in second.output
    assert dict(second.files()) == before


def test_refused_articles_can_be_skipped_and_are_listed(tmp_path: Path) -> None:
    built = build(tmp_path, {"a.md": "# A\n", "b.md": "---\npubDate: soon\n---\n# Quagga\n"}, REFUSED="skip")
    assert built.code == 0
    assert "published without 1 refused articles: b.md" in built.output
    assert [path for path, data in built.files() if b"Quagga" in data] == []


def test_a_warning_fails_a_strict_build_only(tmp_path: Path) -> None:
    docs = {"a.md": "---\ndscription: typo\n---\n# A\n"}
    assert build(tmp_path / "lax", docs).code == 0
    strict = build(tmp_path / "strict", docs, "--strict")
    assert strict.code == 1
    assert "docs/a.md:2:1: dscription: is no known field; description is; write description, if that is what you mean" in strict.output
    assert not strict.site.exists()


def test_counting_is_ours_so_quiet_and_verbose_builds_fail_alike(tmp_path: Path) -> None:
    docs = {"a.md": "---\npubDate: soon\n---\n# A\n"}
    assert build(tmp_path / "quiet", docs, "-q").code == 1
    assert build(tmp_path / "verbose", docs, "-v").code == 1


def test_old_addresses_lead_to_the_new_one(tmp_path: Path) -> None:
    built = build(tmp_path, {"t/new.md": "---\naliases: [/old/place/, gone.html, Nickname]\n---\n# New\n"}, "--strict")
    assert built.code == 0, built.output
    for old, way in {"old/place/index.html": "../../t/new/", "gone.html": "t/new/"}.items():
        page = built.page(old)
        assert page.xpath("//meta[@http-equiv='refresh']/@content") == [f"0;url={way}"]
        assert page.xpath("//link[@rel='canonical']/@href") == [f"{BASE}t/new/"]
    assert "Also known as: Nickname" in built.text("t/new")
    assert "Nickname" in built.found()["t/new/"]["content"]


def test_unknown_keys_never_steer_the_theme(tmp_path: Path) -> None:
    built = build(tmp_path, {"a.md": "---\ntemplate: nope.html\nstatus: '\"><b>'\nicon: ../../main\nrss: 1\n---\n# A\n"})
    assert built.code == 0, built.output
    assert built.page("a").xpath("//nav[contains(@class,'kb-nav')]/ancestor::*[@hidden]") == []


def test_an_article_names_where_it_first_appeared(tmp_path: Path) -> None:
    built = build(tmp_path, {"a.md": "---\nurl: https://example.com/first\n---\n# A\n"})
    assert built.page("a").xpath("//link[@rel='canonical']/@href") == ["https://example.com/first"]
    assert f"<loc>{BASE}a/</loc>" in built.text("sitemap.xml")


def test_a_wrong_setting_is_named(tmp_path: Path) -> None:
    root = tmp_path / "site"
    build(root, {"a.md": "# A\n"})
    config = root / "mkdocs.yml"
    config.write_text(config.read_text().replace("refused: !ENV [REFUSED, stop]", "refuse: stop"))
    again = _rebuild(root)
    assert again.code == 1
    assert "extra.knowledge.refuse: is no setting; did you mean refused?" in again.output


def _rebuild(root: Path) -> Built:
    return run(root, "mkdocs", "build")
