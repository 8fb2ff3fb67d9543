"""What is published, and what is kept back for which reason."""

import datetime
from collections.abc import Iterable

import pytest
from pathspec import GitIgnoreSpec

from almanac_kb.content.author_intent import read_intent
from almanac_kb.content.publication import (
    FileUses,
    FolderScope,
    InclusionRules,
    Intent,
    Publication,
    PublicationInput,
    PublicationState,
    Rules,
    decide_articles,
    decide_files,
    exclude_paths,
    summarize,
)
from almanac_kb.content.settings import Settings
from almanac_kb.content.vault_settings import VaultSettings, read_vault_settings
from almanac_kb.core.diagnostics import Severity
from almanac_kb.core.paths import SourcePath
from almanac_kb.frontmatter import header

NOW = datetime.datetime(2026, 6, 1, tzinfo=datetime.UTC)
DAY = datetime.timedelta(days=1)


def _mkdocs(exclude: str = "", draft: str = "", not_in_nav: str = "") -> InclusionRules:
    """The rules of mkdocs.yml."""
    return InclusionRules(*(GitIgnoreSpec.from_lines(patterns.splitlines()) for patterns in (exclude, draft, not_in_nav)))


def _rules(*scopes: FolderScope, mkdocs: InclusionRules | None = None, **settings: object) -> Rules:
    return Rules(Settings(**settings), mkdocs or InclusionRules(), scopes or (FolderScope(),))  # type: ignore[arg-type]


def _intent(lines: str) -> Intent:
    return read_intent(header.parse_header(header.split_header(f"---\n{lines}\n---\nLamp.\n")).value)


def _article(source: str, rules: Rules | None = None, /, **facts: object) -> Publication:
    article = PublicationInput(SourcePath(source), **facts)  # type: ignore[arg-type]
    return decide_articles([article], rules or _rules(), NOW)[SourcePath(source)]


def _files(*paths: str, uses: Iterable[str] = (), rules: Rules | None = None, head: bytes = b"") -> list[str]:
    """The files among `paths` that are published."""
    found = decide_files(map(SourcePath, paths), FileUses(frozenset(map(SourcePath, uses))), {}, rules or _rules(), head=lambda path: head)
    return [path for path, publication in found.items() if publication.is_published]


@pytest.mark.parametrize(
    ("header", "state"),
    [
        ("draft: true", PublicationState.DRAFT),
        ("Draft: yes", PublicationState.DRAFT),
        ("draft: maybe", PublicationState.DRAFT),
        ("is_draft: true", PublicationState.DRAFT),
        ("published: false", PublicationState.DRAFT),
        ("publish: false", PublicationState.DRAFT),
        ("dg-publish: false", PublicationState.DRAFT),
        ("unpublished: true", PublicationState.DRAFT),
        ("private: true", PublicationState.EXCLUDED),
        ("hidden: true", PublicationState.EXCLUDED),
        ("noindex: true", PublicationState.EXCLUDED),
        ("headless: true", PublicationState.EXCLUDED),
        ("public: false", PublicationState.EXCLUDED),
        ("_build:\n  render: never", PublicationState.EXCLUDED),
        ("build:\n  list: never", PublicationState.UNLISTED),
        ("password: brass", PublicationState.EXCLUDED),
        ("status: draft", PublicationState.DRAFT),
        ("status: Auto-Draft", PublicationState.DRAFT),
        ("post_status: pending", PublicationState.DRAFT),
        ("Post Status: future", PublicationState.SCHEDULED),
        ("state: trash", PublicationState.EXCLUDED),
        ("visibility: private", PublicationState.EXCLUDED),
        ("visibility: members", PublicationState.EXCLUDED),
        ("status: [note, private]", PublicationState.EXCLUDED),
        ("unlisted: true", PublicationState.UNLISTED),
        ("visibility: unlisted", PublicationState.UNLISTED),
        ("unlisted: true\ndraft: true", PublicationState.DRAFT),
        ("darft: true", PublicationState.DRAFT),
        ("drafts: true", PublicationState.DRAFT),
        ("draf: true", PublicationState.DRAFT),
        ("publised: false", PublicationState.DRAFT),
        ("privat: true", PublicationState.EXCLUDED),
        ("hiden: true", PublicationState.EXCLUDED),
        ("stauts: private", PublicationState.EXCLUDED),
        ("visibilty: private", PublicationState.EXCLUDED),
        ("is_hidden: true", PublicationState.EXCLUDED),
        ("isPublished: false", PublicationState.DRAFT),
        ("is-public: no", PublicationState.EXCLUDED),
        ("hide: true", PublicationState.EXCLUDED),
        ("secret: true", PublicationState.EXCLUDED),
        ("internal: yes", PublicationState.EXCLUDED),
        ("do_not_publish: true", PublicationState.DRAFT),
        ("publish: never", PublicationState.DRAFT),
        ("published: draft", PublicationState.DRAFT),
        ("permalink: false", PublicationState.EXCLUDED),
        ("render: false", PublicationState.EXCLUDED),
        ("wp_post_status: private", PublicationState.EXCLUDED),
        ("publicationStatus: Draft", PublicationState.DRAFT),
        ("workflow_state: in_review", PublicationState.DRAFT),
        ("page-status: trash", PublicationState.EXCLUDED),
        ("status: skip", PublicationState.EXCLUDED),
        ("status: '#draft'", PublicationState.DRAFT),
        ("status: '[[Draft]]'", PublicationState.DRAFT),
        ("status: 🚧 draft", PublicationState.DRAFT),
        ("status: Draft, needs pictures", PublicationState.DRAFT),
        ("visibility: off", PublicationState.EXCLUDED),
        ("access: restricted", PublicationState.EXCLUDED),
        ("audience: internal", PublicationState.EXCLUDED),
        ("params:\n  draft: true", PublicationState.DRAFT),
        ("extra:\n  post_status: private", PublicationState.EXCLUDED),
        ("post_staus: draft", PublicationState.DRAFT),
        ("privacy: high", PublicationState.PUBLISHED),
        ("access: open", PublicationState.PUBLISHED),
        ("params:\n  author: Ana", PublicationState.PUBLISHED),
        ("hide: [toc]", PublicationState.PUBLISHED),
        ("permalink: /a/", PublicationState.PUBLISHED),
        ("permalink: 'false'", PublicationState.PUBLISHED),
        ("internal: [a, b]", PublicationState.PUBLISHED),
        ("marital_status: private", PublicationState.PUBLISHED),
        ("title: Lamp", PublicationState.PUBLISHED),
        ("draft: false", PublicationState.PUBLISHED),
        ("draft: null", PublicationState.PUBLISHED),
        ("published: true", PublicationState.PUBLISHED),
        ("published: 2021-04-17", PublicationState.PUBLISHED),
        ("status: publish", PublicationState.PUBLISHED),
        ("status: in progress", PublicationState.PUBLISHED),
        ("status: internal", PublicationState.PUBLISHED),
        ("visibility: public", PublicationState.PUBLISHED),
        ("hidden: false", PublicationState.PUBLISHED),
        ("craft: false", PublicationState.PUBLISHED),
        ("craft: true\ndraft: false", PublicationState.PUBLISHED),
        ("publisher: Brass & Tin", PublicationState.PUBLISHED),
        ("hide:\n  - navigation", PublicationState.PUBLISHED),
    ],
)
def test_the_header_says_whether_an_article_is_published(header: str, state: PublicationState) -> None:
    intent = _intent(header)
    assert intent.state is state
    assert bool(intent.reason) is (state is not PublicationState.PUBLISHED)
    assert _article("a.md", intent=intent).state is state


def test_a_key_one_slip_from_one_that_withholds_is_a_warning() -> None:
    [(key, note)] = _intent("title: Lamp\ndarft: true").notes
    assert (key, note.severity, note.position.line) == ("darft", Severity.WARNING, 3)
    assert "close to draft" in note.message
    assert _intent("draft: true").notes == ()


@pytest.mark.parametrize(
    ("facts", "state", "reason"),
    [
        ({"created": NOW + DAY}, PublicationState.SCHEDULED, "scheduled for 2026-06-02"),
        ({"created": NOW - DAY, "publish_from": NOW + DAY}, PublicationState.SCHEDULED, "scheduled for 2026-06-02"),
        ({"created": NOW}, PublicationState.PUBLISHED, ""),
        ({"expires": NOW}, PublicationState.EXPIRED, "expired on 2026-06-01"),
        ({"expires": NOW + DAY}, PublicationState.PUBLISHED, ""),
        ({"error": "title: must be text"}, PublicationState.REFUSED, "title: must be text"),
        ({"error": "title: must be text", "intent": Intent(PublicationState.DRAFT, "draft: true")}, PublicationState.DRAFT, "draft: true"),
        (
            {"created": NOW + DAY, "intent": Intent(PublicationState.UNLISTED, "unlisted: true")},
            PublicationState.SCHEDULED,
            "scheduled for 2026-06-02",
        ),
    ],
)
def test_dates_and_errors_keep_an_article_back(facts: dict[str, object], state: PublicationState, reason: str) -> None:
    assert _article("a.md", **facts) == Publication(state, reason)


@pytest.mark.parametrize(
    ("source", "state", "folder"),
    [
        ("_posts/2020-01-02-lamp.md", PublicationState.PUBLISHED, ""),
        ("blog/_posts/lamp.md", PublicationState.PUBLISHED, ""),
        ("g/_index.md", PublicationState.PUBLISHED, ""),
        ("_drafts/lamp.md", PublicationState.DRAFT, "_drafts"),
        ("g/_inner/h/lamp.md", PublicationState.EXCLUDED, "g/_inner"),
        ("g/_lamp.md", PublicationState.EXCLUDED, ""),
        ("_inner/_posts/lamp.md", PublicationState.EXCLUDED, "_inner"),
        ("Templates/daily.md", PublicationState.EXCLUDED, "Templates"),
        ("templates/daily.md", PublicationState.EXCLUDED, "templates"),
        ("g/templates/jinja.md", PublicationState.PUBLISHED, ""),
        ("node_modules/x/README.md", PublicationState.EXCLUDED, "node_modules"),
        (".obsidian/plugins/x/README.md", PublicationState.EXCLUDED, ".obsidian"),
        ("lamp.sync-conflict-20260101-101010-ABCDEFG.md", PublicationState.EXCLUDED, ""),
        ("env-test.md", PublicationState.PUBLISHED, ""),
        ("id_rsa_keys.md", PublicationState.PUBLISHED, ""),
        ("secrets.md", PublicationState.PUBLISHED, ""),
    ],
)
def test_names_keep_an_article_back(source: str, state: PublicationState, folder: str) -> None:
    found = _article(source)
    assert (found.state, found.folder) == (state, folder)


def test_settings_of_mkdocs_mean_what_mkdocs_says() -> None:
    rules = _rules(mkdocs=_mkdocs("inner/\n!.well-known\n", "later.md\n", "aside.md\n"))
    assert _article("inner/x.md", rules).reason == "exclude_docs in mkdocs.yml names it"
    assert _article("later.md", rules).state is PublicationState.DRAFT
    assert _article("aside.md", rules) == Publication(PublicationState.PUBLISHED, in_navigation=False)
    assert _article("a.md", rules) == Publication(PublicationState.PUBLISHED)
    assert _files("inner/x.png", "later.md", ".well-known/x.json", "a.png", ".x", rules=rules) == [".well-known/x.json", "a.png"]


def test_a_site_excludes_by_patterns() -> None:
    rules = _rules(exclude=("drafts/**", "*.psd"))
    assert _article("drafts/a.md", rules).reason == "extra.knowledge.exclude in mkdocs.yml names it"
    assert _files("a.psd", "a.png", uses=("a.psd",), rules=rules) == ["a.png"]


@pytest.mark.parametrize(("header", "published"), [("publish: true", True), ("dg-publish: true", True), ("draft: false", False)])
def test_a_site_publishes_what_is_marked(header: str, published: bool) -> None:
    assert _article("a.md", _rules(publish="marked"), intent=_intent(header)).is_published is published


def test_the_settings_of_a_vault_keep_articles_back() -> None:
    files = {
        "app.json": b'{"userIgnoreFilters": ["Archive/", "/^daily.*2020/", "/(/"], "attachmentFolderPath": "Files"}',
        "templates.json": b'{"folder": "Meta/Forms"}',
        "plugins/templater-obsidian/data.json": b'{"templates_folder": "/Snippets/"}',
    }
    vault = read_vault_settings(files)
    assert vault == VaultSettings(("Meta/Forms", "Snippets"), ("Archive/", "/^daily.*2020/"), ("/(/",))
    rules = _rules(FolderScope(), FolderScope("notes", True, vault))
    back = ("notes/archive/a.md", "notes/daily/2020-01-01.md", "notes/meta/forms/a.md", "notes/Snippets/a.md", "notes/templates/a.md")
    assert [source for source in back if _article(source, rules).is_published] == []
    assert _article("notes/Snippets/a.md", rules) == Publication(
        PublicationState.EXCLUDED, "Snippets/ is a folder of templates", "notes/Snippets"
    )
    assert all(_article(source, rules).is_published for source in ("Archive/a.md", "notes/a.md", "notes/Archived.md"))


@pytest.mark.parametrize("empty", [b"", b"\n", b"[1]", b'{"userIgnoreFilters": {"a": 1}}', b'{"userIgnoreFilters": [null, 3]}'])
def test_settings_of_a_vault_without_filters_keep_nothing_back(empty: bytes) -> None:
    assert read_vault_settings({"app.json": empty, "templates.json": empty}) == VaultSettings()


@pytest.mark.parametrize("damaged", [b"[", b'{"userIgnoreFilters": ["private/"],}', b"[" * 100_000, b"1" + b"0" * 5000, b"\xff"])
def test_damaged_settings_of_a_vault_are_named(damaged: bytes) -> None:
    files = {"app.json": damaged, "templates.json": b'{"folder": "Forms"}'}
    assert read_vault_settings(files) == VaultSettings(("Forms",), damaged=("app.json",))


SECRETS = (
    "id_rsa",
    "keys/id_ed25519",
    "old_id_rsa",
    "id_rsa.bak",
    ".env",
    "prod.env",
    ".env.local",
    "env.production",
    ".env.prod.bak",
    "my-app.env",
    ".envrc",
    "a/.ENV",
    "server.p12",
    "cert.pfx",
    "key.ppk",
    "release.keystore",
    "vault.kdbx",
    "passwords.csv",
    "passwords.txt",
    ".netrc",
    ".npmrc",
    ".htpasswd",
    "credentials",
    "credentials.json",
    "client_secret_123.json",
    "service-account.json",
    "secrets.yml",
    "secret.json",
    "app-secrets.toml",
    "master.key",
    "terraform.tfvars",
    "wp-config.php",
    "wp-config.php~",
    ".ssh/config",
    ".aws/config",
    "password-store/bank.gpg",
    "kubeconfig",
    ".pgpass",
    "rclone.conf",
    ".bash_history",
    "site.har",
    "bank.gpg",
    "prod.tfvars.json",
    ".git-credentials",
    "my passwords.txt",
    "Passwort.txt",
    "wallet.dat",
    "gcp-service-account.json",
    "aws-credentials.txt",
    "cookies.txt",
    "api_key.txt",
    "github-recovery-codes.txt",
    "seed phrase.txt",
    "bitwarden_export_2024.json",
    "Login Data",
)
STATES = (
    "dump.sql",
    "db-backup.sql",
    "prod.sql",
    "site.sql.gz",
    "terraform.tfstate",
    "terraform.tfstate.backup",
    "data.sqlite",
    "data.sqlite3",
    "app.db",
    "app.db-wal",
    "a.dump",
    "cache.rdb",
    "core.123",
    "shop.mdb",
    "db.sql.1",
    "dump-2024.json.gz",
    "users.ldif",
)
LEFTOVERS = (
    "a.md~",
    "a.md.bak",
    ".a.md.swp",
    "a.png.orig",
    "#a.md#",
    ".#a.md",
    "~$a.docx",
    ".DS_Store",
    "Thumbs.db",
    "a.tmp",
    "a.old",
    "a.bak1",
    "a.docx.save",
)
TOOLS = (
    "a.canvas",
    "a.base",
    ".obsidian/app.json",
    "node_modules/x/index.js",
    ".trash/a.png",
    "__pycache__/a.pyc",
    ".git/config",
    "a.code-workspace",
    "Plan.excalidraw.md",
)


@pytest.mark.parametrize("path", [*SECRETS, *LEFTOVERS, *TOOLS])
def test_secrets_leftovers_and_data_of_tools_are_never_published(path: str) -> None:
    assert _files(path, rules=_rules(mkdocs=_mkdocs("!.*"))) == []
    assert _files(path, uses=(path,), rules=_rules(mkdocs=_mkdocs("!.*"))) == []


@pytest.mark.parametrize("path", STATES)
def test_a_database_is_published_only_where_an_article_links_to_it(path: str) -> None:
    assert _files(path) == []
    assert _files(path, uses=(path,)) == ([] if path.endswith(".backup") else [path])


@pytest.mark.parametrize(
    ("path", "head"),
    [
        ("server.pem", b"-----BEGIN CERTIFICATE-----\nMII\n-----BEGIN RSA PRIVATE KEY-----\n"),
        ("server.key", b"-----BEGIN PRIVATE KEY-----\n"),
        ("deploy", b"-----BEGIN OPENSSH PRIVATE KEY-----\n"),
        ("ana.asc", b"-----BEGIN PGP PRIVATE KEY BLOCK-----\n"),
        ("notes.txt", b"Mine:\n-----BEGIN OPENSSH PRIVATE KEY-----\n"),
        ("site.yml", b"tls:\n  key: |\n    -----BEGIN PRIVATE KEY-----\n"),
        ("account.json", b'{"type": "service_account", "private_key": "-----BEGIN PRIVATE KEY-----\\nMII"}'),
        ("group_vars.yml", b"$ANSIBLE_VAULT;1.1;AES256\n6438\n"),
        ("office.conf", b"[Interface]\nAddress = 10.0.0.2\nPrivateKey = aGk=\n"),
        ("tables.txt", b"-- MySQL dump 10.13  Distrib 8.0\n"),
        ("shop.sql", b"-- MySQL dump 10.13\n"),
        ("shop.sql", b"CREATE TABLE a;\nINSERT INTO a VALUES (1);\n"),
        ("shop", b"SQLite format 3\0"),
    ],
)
def test_the_first_bytes_of_a_file_show_what_it_is(path: str, head: bytes) -> None:
    assert _files(path, head=head) == []


@pytest.mark.parametrize(
    ("path", "head"),
    [
        ("server.pem", b"-----BEGIN CERTIFICATE-----\n"),
        ("talk.key", b"PK\x03\x04"),
        ("id_rsa.pub", b"ssh-rsa AAAA"),
        ("ana.asc", b"-----BEGIN PGP PUBLIC KEY BLOCK-----\n"),
        ("archive-keyring.gpg", b"\x99\x01"),
        ("schema.sql", b"CREATE TABLE a;\n"),
        ("env.example", b""),
        ("prod.env.sample", b""),
        ("id_rsa.png", b""),
        ("environment.yml", b""),
        ("secrets.pdf", b""),
        ("password.html", b""),
        ("LICENSE", b"MIT"),
        ("keys.txt", b"An OpenSSH key starts with -----BEGIN OPENSSH PRIVATE KEY-----\n"),
        ("data.json", b'{"private_key": "left out"}'),
        ("my-dumplings.json", b"{}"),
        ("base", b""),
        ("robots.txt", b""),
        ("CNAME", b"example.org"),
        ("_redirects", b""),
    ],
)
def test_files_for_readers_are_published(path: str, head: bytes) -> None:
    assert _files(path, head=head) == [path]


def test_a_file_that_only_a_draft_uses_is_withheld_file() -> None:
    uses = FileUses(
        frozenset({SourcePath("both.png")}), {SourcePath("plan.png"): SourcePath("b.md"), SourcePath("both.png"): SourcePath("b.md")}
    )
    articles = {SourcePath("b.md"): Publication(PublicationState.DRAFT, "draft: true")}
    found = decide_files(map(SourcePath, ("plan.png", "both.png", "other.png")), uses, articles, _rules())
    assert found[SourcePath("plan.png")] == Publication(PublicationState.UNUSED, "only b.md uses it, which is not published: draft: true")
    assert found[SourcePath("both.png")].is_published
    assert found[SourcePath("other.png")].is_published


def test_a_mounted_folder_and_a_vault_publish_what_is_used() -> None:
    paths = ("a.png", "notes/used.png", "notes/other.png", "notes/static/logo.png")
    rules = _rules(FolderScope(), FolderScope("notes", used_only=True))
    assert _files(*paths, uses=("notes/used.png",), rules=rules) == ["a.png", "notes/used.png", "notes/static/logo.png"]
    assert _files(*paths, rules=_rules(FolderScope(used_only=True))) == []
    assert _files(*paths, rules=_rules(FolderScope("", used_only=True), files="all")) == list(paths)
    assert _files("a.png", "b.png", uses=("b.png",), rules=_rules(files="used")) == ["b.png"]


def test_what_lies_below_a_name_with_an_underscore_is_published_where_it_is_used() -> None:
    assert _files("_layouts/frame.html", "_images/a.png", "_images/b.png", uses=("_images/a.png",)) == ["_images/a.png"]


@pytest.mark.parametrize("target", [".env", "d.md", "a.md", "keys/id_rsa", "_inner/a.csv"])
def test_a_link_brings_in_nothing_that_is_withheld_file(target: str) -> None:
    links = {SourcePath("x.txt"): SourcePath(target)}
    articles = {
        SourcePath("d.md"): Publication(PublicationState.DRAFT, "draft: true"),
        SourcePath("a.md"): Publication(PublicationState.PUBLISHED),
    }
    found = decide_files([SourcePath("x.txt")], FileUses(frozenset({SourcePath("x.txt")})), articles, _rules(), links=links)
    assert found[SourcePath("x.txt")].reason.startswith(f"another name of {target}")


def test_the_summary_counts_by_folder_and_says_why() -> None:
    draft, inner = (
        Publication(PublicationState.DRAFT, "draft: true"),
        Publication(PublicationState.EXCLUDED, "_inner starts with _", "g/_inner"),
    )
    publications = {
        SourcePath("a.md"): Publication(PublicationState.PUBLISHED),
        SourcePath("b.md"): draft,
        SourcePath("g/c.md"): draft,
        SourcePath("g/d.md"): Publication(PublicationState.EXPIRED, "expired on 2026-01-01"),
        SourcePath("g/_inner/e.md"): inner,
        SourcePath("g/_inner/h/f.png"): inner,
        **decide_files([SourcePath("g/.pages"), SourcePath(".obsidian/app.json")], FileUses(), {}, _rules()),
    }
    assert summarize(publications) == (
        "docs/g/: 2 files stay back: 1 × draft: true; 1 × expired on 2026-01-01",
        "docs/g/_inner/: 2 files stay back: _inner starts with _",
        "docs/: 1 file stays back: draft: true",
    )


def test_the_summary_names_an_article_whose_name_starts_with_a_dot() -> None:
    paths = [SourcePath(path) for path in ("g/.note.md", ".obsidian/a.md", "g/.pages", ".hidden/b.md")]
    assert summarize(exclude_paths(paths, _rules())) == ("docs/g/: 1 file stays back: .note.md starts with a dot",)


def test_the_summary_of_many_folders_is_short() -> None:
    many = {SourcePath(f"g{n}/a.md"): Publication(PublicationState.DRAFT, "draft: true") for n in range(50)}
    assert len(summarize(many)) == 21
    assert summarize(many)[-1] == "and 30 in 30 more folders"


@pytest.mark.parametrize(
    ("state", "shown"),
    [
        (PublicationState.DRAFT, True),
        (PublicationState.SCHEDULED, True),
        (PublicationState.EXPIRED, True),
        (PublicationState.EXCLUDED, False),
    ],
)
def test_a_preview_of_drafts_shows_drafts_and_nothing_private(state: PublicationState, shown: bool) -> None:
    assert _rules(drafts=True).shows(Publication(state)) is shown
    assert not _rules().shows(Publication(state))
