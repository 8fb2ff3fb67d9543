"""What editors, pre-commit and continuous integration read: formats of diagnostics, schemas, the list of what changed, workflows."""

import json
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from builder import PROJECT, project, run
from library import DOCS
from test_command_line import hooks

from almanac_kb.content import schemas
from almanac_kb.core.diagnostics import Diagnostic, Position, Reported, Severity
from almanac_kb.core.paths import SourcePath
from almanac_kb.mkdocs import reports

BAD = {
    "a.md": "---\npubDate: soon\n---\n# A\n",
    "b.md": "---\ndscription: x\n---\n# B\n",
    "c.md": "# C\n",
}


def _reported(path: str, message: str, severity: Severity = Severity.ERROR) -> Reported:
    return Reported(path, Diagnostic(SourcePath("a.md"), Position(4, 7), "pubDate", message, "write 2025-04-11", severity))


def test_an_annotation_of_github_has_file_line_and_column_and_stays_one_line() -> None:
    assert reports.for_ci("github", [_reported("docs/a,b: 50%.md", "100 % wrong\nreally: x")]) == (
        "::error file=docs/a%2Cb%3A 50%25.md,line=4,col=7,title=pubDate::100 %25 wrong%0Areally: x; write 2025-04-11\n"
    )
    assert reports.for_ci("github", [_reported("docs/a.md", "x", Severity.NOTICE)]).startswith("::notice file=docs/a.md,")


def test_sarif_has_a_result_with_its_place_for_each_diagnostic() -> None:
    sarif = json.loads(reports.for_ci("sarif", [_reported("docs/ä b.md", "must be a date", Severity.WARNING)]))
    assert sarif["version"] == "2.1.0"
    result = sarif["runs"][0]["results"][0]
    assert (result["ruleId"], result["level"]) == ("pubDate", "warning")
    assert result["message"] == {"text": "pubDate: must be a date; write 2025-04-11"}
    place = result["locations"][0]["physicalLocation"]
    assert place == {"artifactLocation": {"uri": "docs/%C3%A4%20b.md"}, "region": {"startLine": 4, "startColumn": 7}}


@pytest.mark.slow
def test_check_prints_what_was_asked_for_and_annotations_on_machines_of_github(tmp_path: Path) -> None:
    root = project(tmp_path, BAD)
    records = json.loads(hooks(root, "check", "--format", "json").stdout)
    assert [(each["path"], each["line"], each["column"], each["severity"]) for each in records] == [
        ("docs/a.md", 2, 10, "error"),
        ("docs/b.md", 2, 1, "warning"),
    ]
    annotations = hooks(root, "check", GITHUB_ACTIONS="true").stdout.splitlines()
    assert (
        annotations[0] == "::error file=docs/a.md,line=2,col=10,title=pubDate::must be a date, got 'soon'; write a date such as 2025-04-11"
    )
    assert annotations[-1] == "2 to publish, 0 withheld, 1 refused; 1 errors, 1 warnings, 0 notices"
    assert hooks(root, "check", "--format", "text", GITHUB_ACTIONS="true").stdout.startswith("error: docs/a.md:2:10: ")


@pytest.mark.slow
def test_check_of_files_says_nothing_of_others_and_fails_for_theirs_alone(tmp_path: Path) -> None:
    root = project(tmp_path, BAD)
    passed = hooks(root, "check", "docs/b.md", "docs/c.md")
    assert passed.returncode == 0
    assert [line.partition(" ")[0] for line in passed.stdout.splitlines()[:-1]] == ["warning:"]
    failed = hooks(root, "check", "docs/a.md")
    assert failed.returncode == 1
    assert [line.split(":")[1] for line in failed.stdout.splitlines()[:-1]] == [" docs/a.md"]
    assert hooks(root, "check", "docs/a.md", "docs/gone.md").stderr == "docs/gone.md: there is no such file\n"


@pytest.mark.slow
def test_a_build_prints_its_format_and_nothing_else_to_standard_output(tmp_path: Path) -> None:
    root = project(tmp_path, {**BAD, "b.md": "# B\n\n[gone](gone.md)\n"})
    built = hooks(root, "build", "--format", "json", REFUSED="skip")
    assert built.returncode == 0, built.stderr
    assert {"docs/a.md", "docs/b.md"} <= {each["path"] for each in json.loads(built.stdout)}
    assert json.loads(hooks(root, "build", "--format", "sarif").stdout)["runs"][0]["results"]
    stopped = hooks(root, "build", GITHUB_ACTIONS="true")
    assert stopped.returncode == 1
    assert stopped.stdout.startswith("::error file=docs/a.md,line=2,col=10,")
    assert "Aborted with 1 errors" in stopped.stderr


def test_the_hook_of_pre_commit_names_a_command_that_there_is() -> None:
    hook = yaml.safe_load((PROJECT / ".pre-commit-hooks.yaml").read_text())[0]
    assert (hook["language"], hook["entry"]) == ("python", "almanac check")
    assert 'almanac = "almanac_kb.mkdocs.cli:run"' in (PROJECT / "pyproject.toml").read_text()


def _git(root: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=A", "-c", "user.email=a@example.org")
    subprocess.run(["git", *identity, *arguments], cwd=root, check=True, capture_output=True)


def test_changes_lists_articles_with_their_addresses(tmp_path: Path) -> None:
    root = project(tmp_path, {"old.md": "# Old\n", "same.md": "# Same\n", "gone.md": "# Gone\n", "p.png": b"1"})
    _git(root, "init", "-q")
    _git(root, "add", "docs")
    _git(root, "commit", "-qm", "first")
    (root / "docs/old.md").write_text("# Old *news*\n")
    (root / "docs/gone.md").unlink()
    (root / "docs/p.png").write_bytes(b"2")
    (root / "docs/t").mkdir()
    (root / "docs/t/new.md").write_text("---\ntitle: New [x] for $1 ~~or $2~~\n---\n")
    (root / "docs/t/later.md").write_text("---\ndraft: true\n---\n")
    _git(root, "add", "-A", "docs")
    assert hooks(root, "changes", "HEAD").stdout.splitlines() == [
        "### Changed articles and files",
        "",
        "- removed: `gone.md`",
        "- changed: **Old news** at `/old/` (`old.md`)",
        "- changed: `p.png`",
        "- added: `t/later.md`, not published: draft: true",
        r"- added: **New \[x\] for &#36;1 &#126;&#126;or &#36;2&#126;&#126;** at `/t/new/` (`t/new.md`)",
    ]
    unknown = hooks(root, "changes", "nowhere")
    assert unknown.returncode == 1
    assert "nowhere" in unknown.stderr


@pytest.mark.parametrize("name", sorted(schemas.all_schemas()))
def test_schemas_are_schemas(name: str) -> None:
    jsonschema.Draft7Validator.check_schema(schemas.all_schemas()[name])


def _headers() -> list[Any]:
    texts = (text for path, text in DOCS.items() if path.endswith(".md") and isinstance(text, str) and text.startswith("---\n"))
    return [yaml.safe_load(text.split("---\n")[1]) for text in texts]


def test_the_schema_of_headers_accepts_what_a_build_accepts_and_describes_fields() -> None:
    schema = schemas.header_schema()
    headers = _headers()
    assert len(headers) > 20
    for header in headers:
        jsonschema.validate(json.loads(json.dumps(header, default=str)), schema)
    assert schema["properties"]["pubDate"]["description"] == "the date of publication; ahead of today, the article waits"
    assert "alt" in schema["properties"]["cover"]["properties"]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"title": ["a"]}, schema)


@pytest.mark.parametrize(
    ("schema", "right", "wrong"),
    [
        (schemas.pages_schema(), "title: Guides\nkind: page\nnav:\n  - a.md\n  - ...\n", "kind: pages\n"),
        (schemas.pages_schema(), "", "tilte: Guides\n"),
        (schemas.tags_schema(), "- name: disks\n  aliases: [disk]\n  hidden: true\n", "- description: no name\n"),
        (schemas.sources_schema(), "- key: a-2024\n  title: A\n  year: 2024\n", "- title: no key\n"),
    ],
)
def test_the_schema_of_a_file_accepts_what_a_build_accepts_and_refuses_what_it_refuses(schema: Any, right: str, wrong: str) -> None:
    jsonschema.validate(yaml.safe_load(right), schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(yaml.safe_load(wrong), schema)


def test_the_settings_of_editors_name_the_schemas_where_they_are_written(tmp_path: Path) -> None:
    written = {path.as_posix() for path in map(Path, hooks(project(tmp_path, {}), "schemas").stdout.split())}
    settings = json.loads((PROJECT / "hooks/almanac_kb/mkdocs/site/.vscode/settings.json").read_text())
    assert set(settings["yaml.schemas"]) < written
    assert all((tmp_path / path).is_file() for path in written)


def test_a_strict_build_still_counts_what_it_printed_for_machines(tmp_path: Path) -> None:
    root = project(tmp_path, {"b.md": "# B\n\n[gone](gone.md)\n"})
    built = run(root, "mkdocs", "build", "--strict", ALMANAC_FORMAT="sarif")
    assert built.code == 1
    assert '"level": "warning"' in built.output
