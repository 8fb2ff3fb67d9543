"""The import rule of the package: layers without circles, MkDocs in its adapter alone, private names in compat modules."""

import ast
import itertools
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import fork_server
import pytest
from builder import environment, project
from fork_server import Program

HOOKS = Path(__file__).resolve().parent.parent / "hooks"
PACKAGE = HOOKS / "almanac_kb"
LAYERS = (
    {"core", "compat"},
    {"frontmatter"},
    {"markdown"},
    {"content"},
    {"render"},
    {"pages"},
    {"search", "exports", "importer", "publish"},
    {"checks"},
    {"health"},
    {"build"},
    {"mkdocs"},
)
"""The subpackages and modules of the package, the lowest layer first: each imports from itself and from the layers before it."""
ADAPTED = {"mkdocs", "material", "properdocs", "awesome_pages", "mkdocs_rss_plugin"}
"""The packages that only the adapter imports."""
TYPES = {"etree._Element", "etree._ElementTree", "_Element"}
"""Names of types that lxml and its documentation write with an underscore."""
MODULES = sorted(path for path in PACKAGE.rglob("*.py"))
LAYER = {name: number for number, names in enumerate(LAYERS) for name in names}


def _name(path: Path) -> str:
    parts = path.relative_to(HOOKS).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imports(path: Path) -> Iterator[str]:
    """Full names of the modules that a module imports."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                yield full if (HOOKS / full.replace(".", "/")).with_suffix(".py").exists() else str(node.module)


def _part(module: str) -> str:
    """The part of the package that a module belongs to: `core` of `almanac_kb.core.paths`."""
    return module.split(".")[1] if "." in module else ""


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_a_module_imports_from_its_own_part_and_the_layers_below(path: Path) -> None:
    part = _part(_name(path))
    ours = {name for name in _imports(path) if name.startswith("almanac_kb.") and _part(name) != part}
    assert part == "" or part in LAYER
    assert sorted(name for name in ours if LAYER[_part(name)] >= LAYER[part]) == []


def test_no_module_imports_itself_by_way_of_others() -> None:
    graph = {_name(path): {name for name in _imports(path) if name.startswith("almanac_kb.")} for path in MODULES}
    while leaves := {name for name, imported in graph.items() if not imported & graph.keys()}:
        graph = {name: imported for name, imported in graph.items() if name not in leaves}
    assert sorted(graph) == []


@pytest.mark.parametrize("path", [path for path in MODULES if _part(_name(path)) != "mkdocs"], ids=_name)
def test_only_the_adapter_imports_mkdocs(path: Path) -> None:
    assert sorted(name for name in _imports(path) if name.split(".")[0] in ADAPTED) == []


def test_the_package_without_its_adapter_loads_no_mkdocs() -> None:
    names = sorted(_name(path) for path in MODULES if _part(_name(path)) != "mkdocs")
    code = f"import importlib, json, sys; [importlib.import_module(name) for name in {names}]; print(json.dumps(sorted(sys.modules)))"
    ran = subprocess.run([sys.executable, "-c", code], cwd=HOOKS, capture_output=True, text=True, check=True)
    assert sorted({name.split(".")[0] for name in json.loads(ran.stdout)} & ADAPTED) == []


@pytest.mark.parametrize("path", [path for path in [*MODULES, HOOKS / "pipeline.py"] if path.stem != "compat"], ids=_name)
def test_private_names_of_other_packages_stand_in_the_compat_modules(path: Path) -> None:
    tree = ast.parse(path.read_text())
    foreign = {
        (alias.asname or alias.name).split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
        if not str(getattr(node, "module", None) or alias.name).startswith("almanac_kb")
    }
    used = {
        f"{node.value.id}.{node.attr}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in foreign and node.attr.startswith("_")
    }
    imported = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and not str(node.module).startswith(("almanac_kb", "__future__"))
        for alias in node.names
        if alias.name.startswith("_")
    }
    assert sorted({name for name in used - TYPES if ".__" not in name} | imported - TYPES) == []


def test_modules_hold_no_state() -> None:
    mutable = [
        f"{_name(path)}.{target.id}"
        for path in MODULES
        for statement in ast.parse(path.read_text()).body
        if isinstance(statement, ast.Assign | ast.AnnAssign) and isinstance(statement.value, ast.List | ast.Dict | ast.Set)
        for target in itertools.chain(getattr(statement, "targets", ()), filter(None, [getattr(statement, "target", None)]))
        if isinstance(target, ast.Name) and not target.id.lstrip("_").isupper() and target.id != "__all__"
    ]
    assert mutable == []


LARGE = frozenset(
    {
        "PIL.Image", "bm25s", "datasketch", "ftfy", "git", "markdown_it", "mkdocs_rss_plugin.plugin", "nh3", "numpy", "requests", "scipy",
        "tinycss2", "tqdm", "watchdog",
    }
)  # fmt: skip
"""Packages that a build loads only where it uses them, for they take a good part of its start."""
UNUSED = frozenset(
    f"almanac_kb.{name}"
    for name in (
        "checks.extract",
        "content.reader",
        "exports.book",
        "health.edits",
        "health.findings",
        "health.wording",
        "importer.plan",
        "markdown.dialects",
        "markdown.parser",
        "markdown.python_markdown",
        "mkdocs.configuration",
        "mkdocs.health_commands",
        "pages.covers",
        "publish.change_observer",
        "render.compiler",
        "render.glossary",
        "render.markup_files",
        "render.sanitizer",
        "search.index",
    )
)
"""Modules that a build in which nothing changed does not load."""
LISTING_HOOK = """\
import sys
from pathlib import Path


def on_shutdown():
    Path("modules.txt").write_text("\\n".join(sys.modules))
"""


def test_a_build_in_which_nothing_changed_loads_nothing_that_makes_texts_and_pages(tmp_path: Path) -> None:
    root = project(tmp_path, {"notes/a.md": "---\ntags: [Brass]\n---\n# A\n\nA lamp. [B](b.md)\n", "notes/b.md": "# B\n\nAnother lamp.\n"})
    settings = root / "mkdocs.yml"
    settings.write_text(settings.read_text().replace("hooks:\n", "hooks:\n  - listing.py\n"))
    (root / "listing.py").write_text(LISTING_HOOK)
    builds = []
    for _ in range(2):
        assert fork_server.run_alone(Program(["-m", "mkdocs", "build", "-q"], root, environment())).returncode == 0
        builds.append(set((root / "modules.txt").read_text().splitlines()))
    assert builds[0] >= {"markdown_it", "almanac_kb.content.reader", "almanac_kb.markdown.parser", "almanac_kb.render.compiler"}
    assert builds[1] & (LARGE | UNUSED) == set()


def test_the_pipeline_loads_large_packages_only_where_they_are_used() -> None:
    code = "import json, sys, pipeline; print(json.dumps(sorted(sys.modules)))"
    ran = subprocess.run([sys.executable, "-c", code], cwd=HOOKS, capture_output=True, text=True, check=True)
    assert set(json.loads(ran.stdout)) & (LARGE | UNUSED) == set()
