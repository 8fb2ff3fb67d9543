"""Every private or undocumented name of MkDocs, Material, Jinja, awesome-pages and the RSS plugin that this project relies on.

`tests/test_compat.py` has a test for each, which fails by its name where a new version of its owner changes it.
"""

import logging
import os
import re
import warnings
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, MutableMapping, Sequence
from copy import copy, deepcopy
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from wsgiref.types import StartResponse, WSGIEnvironment

import click
import material  # type: ignore[import-untyped]
import yaml
from jinja2 import Environment, Template, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import Context
from markupsafe import Markup, _escape_inner, escape  # type: ignore[attr-defined]  # the extension in C, or its stand-in
from mkdocs.commands import build as mkdocs_build
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import BuildError
from mkdocs.plugins import BasePlugin
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import TableOfContents, get_toc
from mkdocs.utils.templates import TemplateContext
from mkdocs_awesome_pages_plugin import meta as awesome_pages_meta
from mkdocs_rss_plugin.config import RssPluginConfig

from almanac_kb.content.publication import InclusionRules

if TYPE_CHECKING:
    from mkdocs.livereload import LiveReloadServer

LOGGERS = ("mkdocs", "properdocs")
"""The loggers whose warnings count in a strict build."""
LINK_LOGGERS = tuple(f"{name}.structure.pages" for name in LOGGERS)
"""MkDocs leaves out its check of anchors while one of these lets messages for debugging pass."""
SAMPLE_TEMPLATE = "404.html"
"""The template of Material whose inline scripts are those of every page."""
THEME_TEMPLATES = Path(str(material.__file__)).with_name("templates")
"""The folder of Material's templates."""
SCOPE = "scope"
"""Material's setting below `extra` for the URL path that its settings in the browser are stored under; by default it differs by depth."""
HTML_SETTINGS = (("copyright",), ("extra", "consent", "description"), ("extra", "analytics", "feedback", "ratings", "note"))
"""The settings that Material documents as HTML, as keys from mkdocs.yml downwards; a list stands for all its items."""
OWN_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
"""The names by which a browser asks its own machine."""
EVERY_ADDRESS = frozenset({"0.0.0.0", "::", ""})  # noqa: S104 - what an author may give to `--dev-addr`
"""Addresses that stand for all of a machine: whoever serves there lets other machines ask, by names that only they know."""
DRAFT_MARKER = '<div class="mkdocs-draft-marker" title="This page will not be included into the built site.">DRAFT</div>'
"""The HTML that MkDocs puts above the text of a page that only a preview shows."""
PLAIN_PATH = re.compile(r"[\w%~()!$&'*+,;=@-][\w%~()!$&'*+,;=@.-]*(?:/[\w%~()!$&'*+,;=@-][\w%~()!$&'*+,;=@.-]*)*/?", re.ASCII)
"""A relative URL that resolving does not change: no scheme, query or fragment, and no `.` or `..` among its parts."""
RELOAD_SCRIPT = re.compile(r"/livereload/(\d+)/(\d+)\.js")


def serves(command: str) -> bool:
    """Whether the command of `on_startup` is `mkdocs serve`, which with `--clean` calls itself `build`."""
    context = click.get_current_context(silent=True)
    return command == "serve" or (context is not None and context.info_name == "serve")


def populate_page(page: Page, config: MkDocsConfig, files: Files) -> None:
    """Reads and renders the text of a page, with the events of MkDocs for that."""
    mkdocs_build._populate_page(page, config, files)


def page_html(
    page: Page,
    config: MkDocsConfig,
    documents: Sequence[File],
    nav: Navigation,
    env: Environment,
    variables: Mapping[str, object],
    render: Callable[[Template, TemplateContext], str],
) -> str:
    """The HTML of a page, with the events of MkDocs for that; `render` makes it from the template. As MkDocs' `_build_page` does it.

    The template has these `variables` beside those of MkDocs.
    """
    config._current_page = page
    try:
        page.active = True
        context = mkdocs_build.get_context(nav, documents, config, page)
        context.update(variables)  # type: ignore[typeddict-item]
        template = env.get_template(page.meta.get("template", "main.html"))
        context = config.plugins.on_page_context(context, page=page, config=config, nav=nav)
        if page.file.inclusion.is_excluded():  # type: ignore[no-untyped-call]
            page.content = Markup(f"{DRAFT_MARKER}{page.content or ''}")
        return config.plugins.on_post_page(render(template, context), page=page, config=config)
    except Exception as error:
        logging.getLogger("mkdocs.commands.build").error(
            "Error building page '%s':%s", page.file.src_uri, "" if isinstance(error, BuildError) else f" {error}"
        )
        raise
    finally:
        page.active = False
        config._current_page = None


def sample_context(files: Files, config: MkDocsConfig) -> TemplateContext:
    """The context of a template that is no page, as MkDocs and all hooks give it."""
    context = mkdocs_build.get_context(Navigation([], []), files, config, base_url=".")
    return config.plugins.on_template_context(context, template_name=SAMPLE_TEMPLATE, config=config)


def output_text(value: Any) -> str:
    """The text of a value in the output of a template: that of `markupsafe.escape`, which takes most of its time to make a `Markup`."""
    if type(value) is str:
        return _escape_inner(value)
    return value if type(value) is Markup else escape(value)


def passed_argument(function: object) -> str:
    """The name of what Jinja passes to a filter or test before the values: `context`, `eval_context`, `environment`; else empty."""
    passed = getattr(function, "jinja_pass_arg", None)
    return passed.name if passed else ""


class LeanContext(Context):
    """A context of Jinja that lists the names of the globals only when it is asked: most contexts are those of included templates."""

    def __init__(
        self,
        environment: Environment,
        parent: dict[str, Any],
        name: str | None,
        blocks: dict[str, Callable[[Context], Iterator[str]]],
        globals: MutableMapping[str, Any] | None = None,  # noqa: A002 - Jinja passes it by this name
    ) -> None:
        super().__init__(environment, parent, name, blocks)
        self._all_globals = globals or {}

    @property
    def globals_keys(self) -> set[str]:
        """The names of the globals, which are in the variables of this context, too."""
        return set(self._all_globals)

    @globals_keys.setter
    def globals_keys(self, names: set[str]) -> None:
        """Jinja sets it to the names of no globals."""


class OutputGenerator(CodeGenerator):
    """Compiles templates of Jinja that escape their output by `output_text`."""

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:  # noqa: N802 - Jinja finds it by this name
        """Imports `output_text` at the beginning of the compiled template."""
        self.writeline(f"from {__name__} import output_text")
        super().visit_Template(node, frame)

    def writeline(self, x: str, node: nodes.Node | None = None, extra: int = 0) -> None:
        """Joins the output of blocks and of the parent where it is called: text by text it would pass through all templates around it."""
        joined = x.startswith(("yield from context.blocks[", "yield from parent_template.root_render_func("))
        super().writeline(f"yield concat({x.removeprefix('yield from ')})" if joined else x, node, extra)

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.autoescape and not frame.eval_ctx.volatile and finalize.src is None:
            self.write("output_text(")
        else:
            super()._output_child_pre(node, frame, finalize)


def table_of_contents(tokens: Iterable[Mapping[str, Any]]) -> TableOfContents:
    """MkDocs' table of contents from Python-Markdown's `toc_tokens`."""
    return get_toc(list(tokens))  # type: ignore[arg-type]  # its own type for tokens is private


def plain_settings(config: MkDocsConfig) -> dict[str, Any]:
    """All settings of mkdocs.yml by name, but for `plugins`, `hooks` and `theme`, whose values are objects."""
    return {name: config[name] for name, _ in config._schema if name not in {"plugins", "hooks", "theme"}}


def inclusion_rules(config: MkDocsConfig, *, is_preview: bool) -> InclusionRules:
    """The rules of `exclude_docs`, `draft_docs` and `not_in_nav`; a preview shows what `draft_docs` names."""
    return InclusionRules(config.exclude_docs, None if is_preview else config.draft_docs, config.not_in_nav)


def named_settings(config: MkDocsConfig) -> dict[str, Any]:
    """The settings that mkdocs.yml and the command line name, as they are written there, by key."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return {key: value for given in config.user_configs for key, value in given.items()}


def remove_plugin(config: MkDocsConfig, name: str) -> bool:
    """Removes a plugin with its handlers; whether there was one of that name."""
    plugin = config.plugins.pop(name, None)
    for handlers in config.plugins.events.values():
        handlers[:] = [handler for handler in handlers if plugin is None or getattr(handler, "__self__", None) is not plugin]
    return plugin is not None


def add_plugin(config: MkDocsConfig, name: str, plugin: "BasePlugin[Any]") -> None:
    """Adds a plugin and its handlers, before all others: awesome-pages warns of plugins and hooks that stand before it."""
    others = dict(config.plugins)
    config.plugins[name] = plugin
    for other, instance in others.items():
        dict.pop(config.plugins, other)
        dict.__setitem__(config.plugins, other, instance)


def read_listing_orders(orders: Collection[str]) -> None:
    """Has awesome-pages read `.pages` files whose `order` is one of ours as if they had none: it refuses what it does not know."""

    def safe_load(stream: Any) -> Any:
        found = yaml.safe_load(stream)
        if isinstance(found, dict) and found.get("order") in orders:
            del found["order"]
        return found

    awesome_pages_meta.yaml = SimpleNamespace(safe_load=safe_load)


def hook_files(config: MkDocsConfig) -> list[Path]:
    """The files of all hooks, in the order of mkdocs.yml."""
    modules: Mapping[str, Any] = config.hooks  # type: ignore[assignment]  # declared as a list, made a mapping by its validation
    return [Path(module.__file__) for module in modules.values()]


def other_handlers(config: MkDocsConfig, event: str, pipeline: str) -> list[Callable[..., Any]]:
    """The functions of plugins and other hooks at an event, such as `post_page`; `pipeline` is the name of the module of ours."""
    return [handler for handler in config.plugins.events[event] if handler.__module__ != pipeline]


def page_handlers(config: MkDocsConfig, pipeline: str) -> list[Callable[..., Any]]:
    """The functions of plugins and other hooks that look at finished pages, or change them."""
    return [handler for event in ("page_context", "post_page") for handler in other_handlers(config, event, pipeline)]


def text_handlers(config: MkDocsConfig, pipeline: str) -> list[Callable[..., Any]]:
    """The functions of plugins and other hooks that look at the texts of pages, or change them."""
    events = ("pre_page", "page_read_source", "page_markdown", "page_content")
    return [handler for event in events for handler in other_handlers(config, event, pipeline)]


def output_handlers(config: MkDocsConfig, pipeline: str) -> list[Callable[..., Any]]:
    """The functions of plugins and other hooks that may change files of the built site where they lie."""
    events = ("pre_template", "post_template", "post_build")
    found = (handler for event in events for handler in other_handlers(config, event, pipeline))
    return [*page_handlers(config, pipeline), *found]


def files_of_others(config: MkDocsConfig) -> frozenset[str]:
    """The output paths that MkDocs writes by itself, and which must be no file of another tree."""
    return frozenset((*config.theme.static_templates, *config.extra_templates, "sitemap.xml.gz"))


def mark_html_settings(config: MkDocsConfig) -> None:
    """Marks the settings that Material documents as HTML, so that Jinja does not escape them."""
    for path in HTML_SETTINGS:
        _mark_html(config, path)


def _mark_html(value: Any, path: tuple[str, ...]) -> None:
    if isinstance(value, list):
        for item in value:
            _mark_html(item, path)
    elif path and hasattr(value, "__setitem__") and isinstance(value.get(path[0]), str) and len(path) == 1:
        value[path[0]] = Markup(value[path[0]])
    elif path and hasattr(value, "get"):
        _mark_html(value.get(path[0]), path[1:])


class SitePage(Page):
    """A page of the site at a URL path below its root, as most are; MkDocs resolves such a URL like any other, which takes longer."""

    def _set_canonical_url(self, base: str | None) -> None:
        root = f"{base.rstrip('/')}/" if base else ""
        if not root or not PLAIN_PATH.fullmatch(self.url):
            super()._set_canonical_url(base)
            return
        self.canonical_url, self.abs_url = f"{root}{self.url}", f"{urlsplit(root).path}{self.url}"


class RssSettings(BasePlugin[RssPluginConfig]):  # type: ignore[no-untyped-call]
    """Stands in the plugins under the name of the RSS plugin, with its settings and none of its events.

    In a site that does not name the plugin it is loaded only where feeds have to be made, for it imports Git and a client of HTTP.
    """


def rss_paths(settings: RssPluginConfig) -> list[str]:
    """The output paths of the feeds that the RSS plugin makes with these settings."""
    names = settings.feeds_filenames
    feeds = [names.rss_created, names.rss_updated] if settings.rss_feed_enabled else []
    feeds += [names.json_created, names.json_updated] if settings.json_feed_enabled else []
    return feeds if settings.enabled else []


def rss_files(
    config: MkDocsConfig, settings: RssPluginConfig, template: Path, logo: str, date: str | None, entries: Iterable[Mapping[str, Any]]
) -> dict[str, bytes]:
    """The feeds that the RSS plugin makes with these settings, by output path.

    It gets its template, the picture `logo` of the feeds, their date (RFC 5322) in place of the clock's, and the entries, each as fields of
    its `PageInformation`.
    """
    os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")  # or GitPython can't be imported without git
    from mkdocs_rss_plugin.models import PageInformation  # here, so that a build in which no feed changes does not load it
    from mkdocs_rss_plugin.plugin import GitRssPlugin

    plugin = GitRssPlugin()
    plugin.config, paths = deepcopy(settings), rss_paths(settings)
    with TemporaryDirectory() as folder:
        plugin.config.use_git = plugin.config.use_material_blog = plugin.config.use_material_social_cards = False
        plugin.config.cache_dir, plugin.config.stylesheet = f"{folder}/cache", ""
        own = copy(config)
        own.site_dir = f"{folder}/site"
        for path in paths:
            Path(own.site_dir, path).parent.mkdir(parents=True, exist_ok=True)
        plugin.on_startup(command="build", dirty=False)
        plugin.on_config(own)
        plugin.tpl_folder, plugin.tpl_file = template.parent, Path(template.name)
        for feed in (plugin.feed_created, plugin.feed_updated):
            feed.logo_url, feed.pubDate, feed.buildDate = logo, date, date
        plugin.pages_to_filter[:] = [PageInformation(**entry) for entry in entries]
        plugin.on_post_build(own)
        return {path: Path(own.site_dir, path).read_bytes() for path in paths}


class PreviewServer:
    """The server of `mkdocs serve`, of which most that a preview changes has no public name."""

    def __init__(self, server: "LiveReloadServer") -> None:
        self._server = server

    def take_over(self, build: Callable[[], None], observer: Any, delay: float) -> None:
        """Calls `build` some `delay` seconds after a change that the `observer` reports, and hands out the reload script as a file.

        MkDocs writes that script into the page, where a Content Security Policy does not let it run.
        """
        self._server.builder, self._server.observer, self._server.build_delay = build, observer, delay
        self._server._watched_paths.clear()
        self._server._inject_js_into_html = _with_reload_script  # type: ignore[method-assign]
        self._server.set_app(partial(_answer, self._server, str(self._server.server_address[0])))

    def watch(self, path: str) -> None:
        """Watches a file or folder."""
        self._server.watch(path)

    def wants_build(self) -> bool:
        """Whether something changed since the build under way began."""
        return self._server._want_rebuild

    def show_unbuilt(self) -> None:
        """Lets requests be answered before a build is done, from the site as it is."""
        self._server._wanted_epoch = self._server._visible_epoch

    def is_quiet(self, seconds: float) -> bool:
        """Waits; whether nothing changed for so many seconds."""
        server = self._server
        with server._rebuild_cond:
            return not server._rebuild_cond.wait_for(lambda: server._want_rebuild or server._shutdown, timeout=seconds)

    def reload(self) -> None:
        """Has all browsers load their page again."""
        from mkdocs import livereload  # here and below, so that a plain build loads no server

        server = self._server
        with server._epoch_cond:
            server._wanted_epoch = server._visible_epoch = max(livereload._timestamp(), server._visible_epoch + 1)
            server._epoch_cond.notify_all()


def is_own_host(written: str, served: str) -> bool:
    """Whether the `Host` of a request (RFC 9110, section 7.2) names this machine, or `served`, the host of `--dev-addr`.

    Where it does not, a page of another site reads the preview through a name of its own that it had lead to this machine (DNS rebinding).
    """
    try:
        name = "" if "@" in written else urlsplit(f"//{written}").hostname or ""
    except ValueError:
        return False
    return served in EVERY_ADDRESS or name in {*OWN_NAMES, served.casefold()}


def _answer(server: "LiveReloadServer", served: str, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Answers a request; `served` is the host of `--dev-addr`."""
    if not is_own_host(environ.get("HTTP_HOST", ""), served):
        start_response("421 Misdirected Request", [("Content-Type", "text/plain; charset=utf-8")])
        return [b"This preview answers its own address alone."]
    request = RELOAD_SCRIPT.fullmatch(environ["PATH_INFO"])
    if not request:
        return server.serve_request(environ, start_response)
    from mkdocs import livereload

    start_response("200 OK", [("Content-Type", "text/javascript")])
    return [livereload._SCRIPT_TEMPLATE.substitute(epoch=request[1], request_id=request[2]).encode()]


def _with_reload_script(content: bytes, epoch: int) -> bytes:
    from mkdocs import livereload

    end = content.rfind(b"</body>")
    script = b'<script src="/livereload/%d/%d.js"></script>' % (epoch, livereload._timestamp())
    return content[:end] + script + content[end:] if end >= 0 else content + script
