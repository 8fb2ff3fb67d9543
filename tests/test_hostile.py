"""Every hostile input has one of two right outcomes: it is refused with its place, or a harmless translation is published.

Only docs/ of a case is built: configuration is code, which its owners review.
"""

import gzip
import re
import resource
import shutil
from dataclasses import dataclass
from pathlib import Path

import fork_server
import payload
import pytest
from builder import PROJECT, environment, project_without_code
from fork_server import Finished, Program

HOSTILE = PROJECT.parent / "shared" / "hostile"
CASES = sorted(path.name for path in HOSTILE.iterdir() if path.is_dir()) if HOSTILE.is_dir() else []
MODULES = (
    "pipeline",
    "almanac_kb.checks.extract",
    "almanac_kb.content.reader",
    "almanac_kb.markdown.python_markdown",
    "almanac_kb.pages.covers",
    "almanac_kb.render.compiler",
    "almanac_kb.search.index",
)
"""What a build of a site of harmless articles imports of this project, or imports that."""
TEMPLATES = Path(".cache/knowledge/templates.sqlite")
"""Where a site keeps its compiled templates."""
SITE = {
    "index.md": "---\ntitle: Home\n---\n# Home\n",
    "articles/python/good.md": "---\ntitle: Good\npubDate: 2026-01-01\ntags: [python]\n---\n# Good\n\nText.\n",
}
PLAIN = {
    "what is meant is plain, or as it would be without": """
        d07-int d08-missing d10-null e12-double-bom g01-string g04-no g05-bools g07-list-null g08-dates g14-empty g22-dup g23-mixed-types
        g28-float-nan h01-alt-no-image p07-int p22-author-int s04-index s12-empty s13-int s20-date t08-empty t10-null t11-bool t13-float
        t14-date t23-missing t26-ls-ps y31-unknown-key""",
    "an address is made of any name, below the site": "f04-hash f05-question g11-traversal s03-slashes",
    "a key of plugins that are not used changes nothing": """
        p28-icon-traversal p29-template-missing p31-template-traversal p32-template-recursive p34-search-boost p35-search-boost-str
        p37-hide-all p38-robots p41-toc-depth""",
    "no such directive is executed: it is a comment": "g30-directive-layout g32-directive-unknown",
    "other hosts are asked once a week, not by a build": "k05-dead-external",
}
"""Cases that are translated without a message, and why; `test_hostile_articles.py` says into what."""
SILENT = frozenset(" ".join(PLAIN.values()).split())
PAST = {"r05-future"}
"""A case whose date claims to be in the future, and is not."""
WANT = re.compile(r"^WANT\s+(.+)$", re.MULTILINE)
DEMANDING = re.compile(r"(?!.* or build)(?:REJECT|Warn)")
"""Cases for which a message is required."""
ABSENT = ("DRAFTBODY", "HostileDraft", "secretdrafttag")
"""What drafts of the cases hold."""
REFUSED = re.compile(r"^ERROR\s+-\s+docs/.+?:\d+:\d+: \S.*?: \S", re.MULTILINE)
TOLD = re.compile(
    r"^(?:ERROR|WARNING|INFO)\s+-\s+(?:notice: )?docs/(?:(?!articles/python/good\.md).+?:\d+:\d+: \S.*?: \S|.+/: \d+ files? stays? back: )",
    re.MULTILINE,
)
SECONDS = 20
"""How long a whole build with one hostile page may keep the processor busy; of it 10 for the page."""
MEGABYTES = 1024
"""What all of a build may take at most, of it 512 for the page."""


@dataclass(frozen=True)
class Harmless:
    """A site of harmless articles."""

    active: frozenset[str]
    """Its active content: that of the theme."""
    templates: Path
    """Its compiled templates, which other sites of the same templates take over."""


@pytest.fixture(scope="module")
def harmless(tmp_path_factory: pytest.TempPathFactory) -> Harmless:
    root = project_without_code(tmp_path_factory.mktemp("harmless") / "site", SITE)
    built = _build(root)
    assert built.returncode == 0, built.stderr
    return Harmless(frozenset(payload.found(root / "site")), root / TEMPLATES)


@pytest.mark.slow(seconds=1)
@pytest.mark.skipif(not CASES, reason="the hostile inputs are not beside this checkout")
@pytest.mark.parametrize("case", CASES)
def test_a_hostile_input_is_refused_or_made_harmless(case: str, tmp_path: Path, harmless: Harmless) -> None:
    root = project_without_code(tmp_path / "site", SITE)
    (root / TEMPLATES).parent.mkdir(parents=True)
    shutil.copy(harmless.templates, root / TEMPLATES)
    _overlay(HOSTILE / case / "docs", root / "docs")
    want = _want(case)
    built = _build(root)
    output = built.stdout + built.stderr
    assert "Traceback" not in output
    assert built.seconds < SECONDS
    if built.returncode:
        assert REFUSED.search(output), output
        assert not (root / "site").exists()
        return
    assert payload.found(root / "site", harmless.active) == set()
    assert case in SILENT or not DEMANDING.match(want) or TOLD.search(output), output
    if want.startswith("Absent") and case not in PAST:
        assert _holding(root / "site", ABSENT) == []


def _want(case: str) -> str:
    found = WANT.search((HOSTILE / case / "expected.txt").read_text())
    assert found
    return found[1]


def _overlay(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, dirs_exist_ok=True, symlinks=True, copy_function=_copy)


def _copy(source: str, target: str) -> None:
    shutil.copyfile(source, target, follow_symlinks=False)


def _build(root: Path) -> Finished:
    """Builds a site; other people's packages and this project are imported before, so that what is measured is the build."""
    limits = {resource.RLIMIT_DATA: MEGABYTES * 1024**2, resource.RLIMIT_CPU: 240}
    return fork_server.run(Program(["-m", "mkdocs", "build"], root, environment(), limits=limits), MODULES, PROJECT / "hooks")


def _holding(site: Path, words: tuple[str, ...]) -> list[str]:
    files = ((path, path.read_bytes()) for path in site.rglob("*") if path.is_file())
    plain = ((path, gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data) for path, data in files)
    return [str(path) for path, data in plain if any(word.encode() in data or word.lower().encode() in data for word in words)]
