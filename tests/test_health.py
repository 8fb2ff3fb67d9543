"""The report on the health of a knowledge base: what it finds, what it leaves alone, and the forms it comes in."""

import datetime
import json
import time
from pathlib import Path

import pytest
from builder import PROJECT, Built, build, project, run
from faults import FAULTS, plant
from test_command_line import hooks

from almanac_kb.checks import rules
from almanac_kb.content import loader
from almanac_kb.content.settings import Settings
from almanac_kb.health import findings
from almanac_kb.health.findings import Corpus, Health
from almanac_kb.mkdocs.configuration import Configuration
from almanac_kb.mkdocs.documents import glossary_words

SEED = "ai-in-healthcare-personalized-medicine-and-diagnostic-advancements"
NOW = datetime.datetime(2026, 11, 22, tzinfo=datetime.UTC)


def corpus(root: Path, docs: dict[str, str | bytes]) -> Corpus:
    """The articles of these files as of November 2026."""
    for path, content in docs.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    settings = Settings(files="all", fast=False)
    site = loader.load_site(root, settings, NOW, "Site")
    assert not site.refused, site.refused
    documents = Configuration(root, {"extra": {"knowledge": {"files": "all", "fast": False}}}).compile(site)
    return Corpus(site, documents, NOW, glossary_words(site, settings))


def found(root: Path, docs: dict[str, str | bytes]) -> Health:
    return findings.examine(corpus(root, docs))


def test_planted_faults_are_found_and_little_else(tmp_path: Path) -> None:
    planted = plant()
    assert len(FAULTS) >= 60
    reported = {(each.field, str(each.source)) for each in found(tmp_path, planted.docs).findings}
    right = reported & planted.faults
    print(f"precision {len(right) / len(reported):.3f}, recall {len(right) / len(planted.faults):.3f}")
    print("missed", sorted(planted.faults - reported), "beside", sorted(reported - planted.faults))
    assert len(right) >= 0.9 * len(planted.faults)
    assert len(right) >= 0.8 * len(reported)


@pytest.mark.slow
def test_the_time_grows_with_the_number_of_articles(tmp_path: Path) -> None:
    taken = []
    for copies in (5, 20):
        read = corpus(tmp_path / str(copies), plant(copies).docs)
        start = time.process_time()
        findings.examine(read)
        taken.append((time.process_time() - start) / len(read.articles))
    assert taken[1] < 2 * taken[0]


@pytest.mark.demo
def test_the_articles_of_this_site_are_healthy_but_for_the_first_which_is_kept_as_it_came() -> None:
    report = json.loads(hooks(PROJECT, "health", "--format", "json").stdout)
    assert [(each["rule"], Path(each["file"]).stem) for each in report["findings"]] == [("dead-end", SEED)]


NEIGHBOUR = (
    "---\ntitle: Oil\ndescription: Of oil.\ndate: 2026-01-01\n---\n" + "Oil burns slowly in a lamp. " * 12 + "See [wicks](wicks.md).\n"
)
WICKS = "---\ntitle: Wicks\ndescription: Of wicks.\ndate: 2026-01-01\n{header}---\n" + "Cotton drinks what flax leaves behind. " * 12
DOCS: dict[str, str | bytes] = {
    "lamps/oil.md": NEIGHBOUR.replace("title: Oil\n", "title: Oil\nreview_by: 2026-06-30\nowner: Ada Lane\n"),
    "lamps/wicks.md": WICKS.format(header="health:\n  dead-end: the last of its series\n") + "\n\nOf 10 people 80 % say so.\n",
}
OVERDUE = "docs/lamps/oil.md:1:1: review: was to be reviewed by 2026-06-30, by Ada Lane; read it again, then move review_by on"
CLAIM = "claims a figure and names no source: 'Of 10 people 80 % say so.'; cite one, such as [@key] of .sources.yml, or link to it"


def test_the_command_says_file_line_reason_and_what_to_do(tmp_path: Path) -> None:
    root = project(tmp_path / "site", DOCS)
    ran = hooks(root, "health")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.splitlines() == [
        "notice: docs/lamps/oil.md:1:1: orphan: no article leads here; link to it where its subject comes up",
        f"warning: {OVERDUE}",
        f"notice: docs/lamps/wicks.md:10:1: source: {CLAIM}",
        "2 articles: review 1, orphan 1, source 1; 1 as they are on purpose",
    ]
    assert hooks(root, "health", "--strict").returncode == 1


def test_the_command_annotates_for_github(tmp_path: Path) -> None:
    lines = hooks(project(tmp_path / "site", DOCS), "health", "--format", "github").stdout.splitlines()
    assert lines[-1] == f"::notice file=docs/lamps/wicks.md,line=10,col=1,title=health%3A source::{CLAIM.replace('%', '%25')}"
    assert len(lines) == 3


def test_an_exception_needs_a_reason_and_is_reported_with_it(tmp_path: Path) -> None:
    report = json.loads(hooks(project(tmp_path / "site", DOCS), "health", "--format", "json").stdout)
    assert [each["rule"] for each in report["findings"]] == ["orphan", "review", "source"]
    (accepted,) = report["accepted"]
    assert (accepted["rule"], accepted["file"], accepted["reason"]) == ("dead-end", "docs/lamps/wicks.md", "the last of its series")
    without = dict(DOCS) | {"lamps/wicks.md": WICKS.format(header="health:\n  dead-end:\n")}
    fields = [each.field for each in found(tmp_path / "without", without).findings]
    assert "dead-end" in fields


def shown(root: Path, docs: dict[str, str | bytes]) -> Built:
    """The site of these articles whose settings show the report."""
    settings = project(root, docs) / "mkdocs.yml"
    settings.write_text(settings.read_text().replace("extra:\n  knowledge:\n", "extra:\n  knowledge:\n    health: true\n"))
    return run(root, "mkdocs", "build", "--strict")


def test_readers_get_the_page_only_where_a_setting_shows_it(tmp_path: Path) -> None:
    hidden = build(tmp_path / "hidden", DOCS)
    assert hidden.code == 0, hidden.output
    assert not (hidden.site / "health").exists()
    site = shown(tmp_path / "site", DOCS)
    assert site.code == 0, site.output
    page = site.page("health/")
    assert page.xpath("string(//h1)").startswith("Health")
    assert page.xpath("//article//li/a[.='docs/lamps/oil.md:1']/@href") == ["../lamps/oil/"] * 2
    assert "on purpose: the last of its series" in page.text_content()
    assert site.json("health/health.json")["articles"] == 2
    assert site.text("health/index.md").startswith("# Health\n")


def test_an_article_of_this_address_keeps_it(tmp_path: Path) -> None:
    site = shown(tmp_path / "site", dict(DOCS) | {"health/index.md": "# Our health\n\nWe are well.\n"})
    assert "We are well." in site.page("health/").text_content()


def test_a_rule_of_the_report_that_the_checks_have_too_is_one_rule() -> None:
    shared = findings.RULES_BY_NAME.keys() & rules.RULES_BY_NAME.keys()
    assert shared >= {"description", "heavy"}
    assert [name for name in shared if findings.RULES_BY_NAME[name] is not rules.RULES_BY_NAME[name]] == []
