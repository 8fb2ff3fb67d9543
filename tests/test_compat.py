"""Every private name of other packages that the adapter uses: where a new version of its owner changes it, the test of that name fails."""

import ast
import hashlib
import inspect
import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import markupsafe
import material  # type: ignore[import-untyped]
import mkdocs_rss_plugin.models
import pytest
from builder import PROJECT
from jinja2 import DictLoader, Environment
from jinja2.compiler import CodeGenerator
from jinja2.runtime import Context
from markupsafe import Markup
from mkdocs import livereload
from mkdocs.commands import build as mkdocs_build
from mkdocs.commands import serve as mkdocs_serve
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.livereload import LiveReloadServer
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import get_toc
from mkdocs_awesome_pages_plugin import meta as awesome_meta
from mkdocs_awesome_pages_plugin import navigation as awesome_navigation

from almanac_kb.mkdocs import compat
from almanac_kb.mkdocs.compat import PreviewServer
from almanac_kb.mkdocs.source_files import OutputFiles

TEMPLATES = Path(material.__file__).parent / "templates"


@pytest.fixture
def config(tmp_path: Path) -> MkDocsConfig:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/index.md").write_text("# Start\n\n[nowhere](#gone)\n")
    (tmp_path / "docs/plain.txt").write_text("Plain.\n")
    (tmp_path / "hook.py").write_text("def on_post_page(output, page, config):\n    return output\n")
    (tmp_path / "mkdocs.yml").write_text("site_name: S\nsite_url: https://example.org/\ntheme: material\nhooks: [hook.py]\n")
    return load_config(str(tmp_path / "mkdocs.yml"))


@pytest.fixture
def server(tmp_path: Path) -> Iterator[LiveReloadServer]:
    server = LiveReloadServer(lambda: None, "127.0.0.1", 0, str(tmp_path))
    yield server
    server.server_close()


@pytest.mark.parametrize(
    ("function", "parameters"),
    [
        ("_populate_page", ["page", "config", "files", "dirty"]),
        ("get_context", ["nav", "files", "config", "page", "base_url"]),
    ],
)
def test_mkdocs_builds_single_pages_by_this_function(function: str, parameters: list[str]) -> None:
    owner: Any = getattr(mkdocs_build, function, None)
    assert owner, f"mkdocs.commands.build.{function} is gone"
    assert list(inspect.signature(owner).parameters) == parameters, f"mkdocs.commands.build.{function} has other parameters"


def test_page_html_does_what_build_page_does() -> None:
    source = inspect.getsource(mkdocs_build._build_page)
    assert "config._current_page = page" in source, "mkdocs.commands.build._build_page sets no config._current_page any more"
    assert compat.DRAFT_MARKER in re.sub(r"'\s+'", "", source), "mkdocs.commands.build._build_page marks drafts otherwise (DRAFT_MARKER)"
    digest = hashlib.sha256(source.encode()).hexdigest()
    assert digest.startswith("adcdbd14b2361126"), "mkdocs.commands.build._build_page is another: compare compat.page_html with it"


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("visit_Template", ["self", "node", "frame"]),
        ("writeline", ["self", "x", "node", "extra"]),
        ("_output_child_pre", ["self", "node", "frame", "finalize"]),
    ],
)
def test_jinja_compiles_templates_by_this_method(name: str, parameters: list[str]) -> None:
    method: Any = getattr(CodeGenerator, name, None)
    assert method, f"jinja2.compiler.CodeGenerator.{name} is gone"
    assert list(inspect.signature(method).parameters) == parameters, f"jinja2.compiler.CodeGenerator.{name} has other parameters"


def test_jinja_writes_output_between_output_child_pre_and_its_end() -> None:
    env = Environment(autoescape=True)
    env.code_generator_class = compat.OutputGenerator
    code = env.compile("<{{ a }}>", raw=True)
    assert "yield output_text(" in code, "jinja2.compiler.CodeGenerator._output_child_pre has no effect any more"


def test_jinja_calls_blocks_and_the_parent_in_lines_of_their_own() -> None:
    env = Environment(autoescape=True)
    env.code_generator_class = compat.OutputGenerator
    code = env.compile("{% extends 'base' %}{% block a %}{% block b %}{% endblock %}{% endblock %}", raw=True)
    assert "yield concat(context.blocks['b']" in code, "jinja2.compiler.CodeGenerator.visit_Block writes another line"
    assert "yield concat(parent_template.root_render_func(" in code, "jinja2.compiler.CodeGenerator.visit_Template writes another line"
    assert "yield from" not in code


def test_jinja_makes_contexts_with_these_arguments() -> None:
    parameters = list(inspect.signature(Context.__init__).parameters)
    assert parameters == ["self", "environment", "parent", "name", "blocks", "globals"], "jinja2.runtime.Context has other parameters"


def test_jinja_asks_contexts_for_globals_keys() -> None:
    env = Environment(autoescape=True)
    env.context_class = compat.LeanContext
    env.loader = DictLoader(
        {"words": "{% macro name() %}{{ site }}{% endmacro %}", "page": "{% import 'words' as words %}{{ words.name() }}"}
    )
    assert env.get_template("words", globals={}).render() == ""
    shown = env.get_template("page", globals={"site": "A"}).render()
    assert shown == "A", "jinja2.environment.Template no longer asks a context for globals_keys"


def test_markupsafe_escapes_by_this_function() -> None:
    escape: Any = getattr(markupsafe, "_escape_inner", None)
    assert escape, "markupsafe._escape_inner is gone"
    assert type(escape("<")) is str, "markupsafe._escape_inner returns no plain text any more"


def test_get_toc_takes_the_tokens_of_python_markdown() -> None:
    toc = compat.table_of_contents([{"level": 1, "id": "a", "name": "A", "children": []}])
    assert [(item.title, item.id, item.level) for item in toc] == [("A", "a", 1)], f"{get_toc.__qualname__} reads tokens otherwise"


def test_schema_names_all_settings(config: MkDocsConfig) -> None:
    assert {"site_name", "extra", "markdown_extensions"} <= compat.plain_settings(config).keys(), "MkDocsConfig._schema is another"
    assert "plugins" not in compat.plain_settings(config)


def test_hooks_is_a_mapping_of_modules(config: MkDocsConfig) -> None:
    assert [path.name for path in compat.hook_files(config)] == ["hook.py"], "config.hooks is no mapping of modules any more"


def test_events_lists_the_handlers_of_others(config: MkDocsConfig) -> None:
    assert [handler.__module__ for handler in compat.other_handlers(config, "post_page", "pipeline.py")] == ["hook.py"], "plugins.events"
    assert compat.other_handlers(config, "post_page", "hook.py") == [], "plugins.events: hooks have another __module__"


def test_build_asks_files_for_what_is_left_to_build_with_the_argument_inclusion(config: MkDocsConfig) -> None:
    class Handed:
        def on_files(self, files: Files, config: MkDocsConfig) -> Files:
            return OutputFiles(files)

        def on_env(self, env: object, config: MkDocsConfig, files: OutputFiles) -> None:
            files.written = True

    config.plugins["handed"] = Handed()  # type: ignore[assignment]
    mkdocs_build.build(config)
    site = Path(config.site_dir)
    assert not (site / "index.html").exists(), "Files.documentation_pages(inclusion=…) is not what build() asks for pages"
    assert not (site / "plain.txt").exists(), "Files.copy_static_files is not what build() copies by"
    assert "https://example.org/" in (site / "sitemap.xml").read_text(), "Files.documentation_pages() is not what the sitemap lists"


@pytest.mark.parametrize("base", ["https://example.org", "https://example.org/docs/", "", None])
@pytest.mark.parametrize("path", ["index.md", "guides/a b.md", "ü/50%.md", "x..y/z.md", "it's (one).md", "a;b/c+d&e@f.md", "v1.2/2:1.md"])
def test_set_canonical_url_sets_the_urls_of_a_page(config: MkDocsConfig, path: str, base: str | None) -> None:
    config.site_url = base
    pages = [kind("Title", File(path, None, config.site_dir, use_directory_urls=True), config) for kind in (Page, compat.SitePage)]
    mkdocs, own = ((page.canonical_url, page.abs_url) for page in pages)
    assert own == mkdocs, "Page._set_canonical_url resolves another way"


def test_files_are_found_by_their_path_as_they_come_and_go(config: MkDocsConfig) -> None:
    first, second = (File(path, None, config.site_dir, use_directory_urls=True) for path in ("a.md", "b.md"))
    files = OutputFiles([first])
    assert (set(files.src_paths), files.documentation_pages()) == ({"a.md"}, [first])
    files.append(second)
    assert (set(files.src_paths), files.documentation_pages()) == ({"a.md", "b.md"}, [first, second])
    files.remove(first)
    assert (set(files.src_paths), files.documentation_pages()) == ({"b.md"}, [second])


def test_link_loggers_are_those_of_the_pages_of_mkdocs() -> None:
    assert Page.__module__ in compat.LINK_LOGGERS, "mkdocs.structure.pages is another module"
    assert "log.getEffectiveLevel() > logging.DEBUG" in inspect.getsource(inspect.getmodule(Page) or Page), (
        "the check of anchors does not ask this logger"
    )


@pytest.mark.parametrize(
    ("template", "text"), [("partials/javascripts/base.html", "config.extra.scope"), (compat.SAMPLE_TEMPLATE, 'extends "main.html"')]
)
def test_material_has_its_scope_and_its_404_page(template: str, text: str) -> None:
    assert text in (TEMPLATES / template).read_text(), f"Material's {template} has no {text}"


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("partials/copyright.html", "{{ config.copyright }}"),
        ("partials/consent.html", "{{ config.extra.consent.description }}"),
        ("partials/feedback.html", "{{ note }}"),
    ],
)
def test_material_prints_html_settings_raw(template: str, text: str) -> None:
    assert text in (TEMPLATES / template).read_text(), f"HTML_SETTINGS: Material's {template} prints another setting than {text}"


def test_html_settings_are_marked_wherever_they_stand(config: MkDocsConfig) -> None:
    config.copyright = "&copy; <b>me</b>"
    config.extra = {"analytics": {"feedback": {"ratings": [{"note": "<i>Thanks</i>", "name": "a < b"}, {}]}}, "consent": "none"}  # type: ignore[assignment]
    compat.mark_html_settings(config)
    rating = config.extra["analytics"]["feedback"]["ratings"][0]
    assert isinstance(config.copyright, Markup)
    assert isinstance(rating["note"], Markup)
    assert not isinstance(rating["name"], Markup)


def test_serve_calls_a_clean_preview_a_build() -> None:
    assert "'build' if is_clean else 'serve'" in inspect.getsource(mkdocs_serve.serve), "on_startup(command=…) of `mkdocs serve --clean`"
    assert compat.serves("serve")
    assert not compat.serves("build")


@pytest.mark.parametrize(
    "name",
    [
        "builder",
        "observer",
        "build_delay",
        "set_app",
        "serve_request",
        "_watched_paths",
        "_inject_js_into_html",
        "_want_rebuild",
        "_wanted_epoch",
        "_visible_epoch",
        "_rebuild_cond",
        "_epoch_cond",
        "_shutdown",
    ],
)
def test_the_live_reload_server_has_and_uses_this(name: str, server: LiveReloadServer) -> None:
    assert hasattr(server, name), f"LiveReloadServer.{name} is gone"
    assert f".{name}" in inspect.getsource(LiveReloadServer), f"LiveReloadServer.{name} is not used any more"


@pytest.mark.parametrize("name", ["_timestamp", "_SCRIPT_TEMPLATE"])
def test_livereload_has_this(name: str) -> None:
    assert hasattr(livereload, name), f"mkdocs.livereload.{name} is gone"


def test_the_reload_script_is_handed_out_as_a_file(server: LiveReloadServer) -> None:
    PreviewServer(server).take_over(lambda: None, server.observer, 0.01)
    page: bytes = server._inject_js_into_html(b"<body>Text.</body>", 17)  # type: ignore[no-untyped-call]
    [path] = [part.decode() for part in page.split(b'"') if part.startswith(b"/livereload/17/")]
    app: Callable[..., Any] = server.get_app()  # type: ignore[assignment]
    [script] = app({"PATH_INFO": path, "HTTP_HOST": "localhost"}, lambda *_: None)
    assert b"livereload(17, " in script, "_SCRIPT_TEMPLATE takes other values than epoch and request_id"


@pytest.mark.parametrize(
    ("written", "served", "own"),
    [
        ("localhost:8000", "127.0.0.1", True),
        ("LOCALHOST", "127.0.0.1", True),
        ("127.0.0.1:8000", "127.0.0.1", True),
        ("[::1]:8000", "::1", True),
        ("desk.lan:8000", "desk.lan", True),
        ("desk.lan:8000", "0.0.0.0", True),
        ("evil.example:8000", "127.0.0.1", False),
        ("evil.example:8000", "::1", False),
        ("localhost.evil.example", "127.0.0.1", False),
        ("127.0.0.1.evil.example", "localhost", False),
        ("evil.example@localhost:8000", "127.0.0.1", False),
        ("[::1", "::1", False),
        ("", "127.0.0.1", False),
    ],
)
def test_a_preview_answers_its_own_names_alone(written: str, served: str, own: bool) -> None:
    assert compat.is_own_host(written, served) is own


def test_a_reload_shows_a_newer_epoch(server: LiveReloadServer) -> None:
    before = server._visible_epoch
    PreviewServer(server).reload()
    assert server._visible_epoch == server._wanted_epoch > before, "_visible_epoch"
    assert not PreviewServer(server).wants_build(), "_want_rebuild"


@pytest.mark.parametrize("name", ["tpl_folder", "tpl_file", "feed_created", "feed_updated", "pages_to_filter"])
def test_the_rss_plugin_has_this(name: str, tmp_path: Path) -> None:
    config = _rss_site(tmp_path, {})
    plugin: Any = config.plugins["rss"]
    config.plugins.on_startup(command="build", dirty=False)
    config.plugins.on_config(config)
    assert hasattr(plugin, name), f"the RSS plugin's {name} is gone"


@pytest.mark.parametrize("name", ["logo_url", "pubDate", "buildDate"])
def test_a_feed_of_the_rss_plugin_has_this(name: str) -> None:
    assert name in mkdocs_rss_plugin.models.RssFeedBase.__dataclass_fields__, f"RssFeedBase.{name} is gone"


@pytest.mark.parametrize(
    "options",
    [
        {"stylesheet": "auto", "match_path": "(?!)"},
        {"rss_feed_enabled": False},
        {"json_feed_enabled": False, "use_git": True},
        {"enabled": False},
        {"feeds_filenames": {"rss_created": "blog/new.xml"}},
    ],
    ids=repr,
)
def test_the_rss_plugin_makes_these_files_of_these_entries(options: dict[str, Any], tmp_path: Path) -> None:
    config = _rss_site(tmp_path, options)
    date, template = datetime(2026, 1, 2, tzinfo=UTC), PROJECT / "overrides/feeds/rss.html"
    entry = {"created": date, "updated": date, "description": "", "image": None, "link": "l", "guid": "l", "authors": (), "categories": []}
    settings = config.plugins["rss"].config
    files = compat.rss_files(config, settings, template, "logo.png", None, [{**entry, "title": "Brass"}])
    assert [*files] == compat.rss_paths(settings)
    assert all(b"Brass" in content and b"logo.png" in content for content in files.values())


def test_awesome_pages_reads_a_listing_order_of_ours_as_none(tmp_path: Path) -> None:
    (tmp_path / ".pages").write_text("title: Words\norder: title\n")
    compat.read_listing_orders(("title",))
    meta = awesome_meta.Meta.load_from(str(tmp_path / ".pages"))
    assert (meta.title, meta.order) == ("Words", None)


def test_awesome_pages_places_a_file_by_its_src_path() -> None:
    assert "file.src_path" in inspect.getsource(awesome_navigation), "awesome-pages no longer reads File.src_path"


def test_no_other_module_uses_a_private_name_of_another_package() -> None:
    paths = (path for path in (PROJECT / "hooks/almanac_kb/mkdocs").glob("*.py") if path.name != "compat.py")
    assert [use for path in (*paths, PROJECT / "hooks/pipeline.py") for use in _private_uses(path)] == []


def _private_uses(path: Path) -> Iterator[str]:
    """Attributes that start with one underscore, of anything but `self`, and imports of such names."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Attribute) and _is_private(node.attr) and getattr(node.value, "id", "") != "self":
            yield f"{path.name}:{node.lineno}: {node.attr}"
        if isinstance(node, ast.ImportFrom):
            yield from (f"{path.name}:{node.lineno}: {name.name}" for name in node.names if _is_private(name.name))


def _is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


def _rss_site(folder: Path, options: dict[str, Any]) -> MkDocsConfig:
    (folder / "docs").mkdir()
    path = folder / "mkdocs.yml"
    path.write_text(json.dumps({"site_name": "S", "site_url": "https://example.org/", "plugins": [{"rss": options}]}))
    return load_config(str(path))
