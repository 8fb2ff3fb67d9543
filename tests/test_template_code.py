"""Compiled templates are kept, and compiled again where anything that they were compiled with is another."""

from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from builder import project, run
from jinja2 import DictLoader, Environment, nodes, pass_context, pass_environment, pass_eval_context
from jinja2.compiler import CodeGenerator, Frame
from jinja2.ext import Extension
from jinja2.filters import FILTERS
from jinja2.runtime import Context

from almanac_kb.core.cache import BuildCache, DiskCache
from almanac_kb.mkdocs import render_watch, template_code
from almanac_kb.mkdocs.render_watch import RenderWatch

Change = Callable[[Environment], object]


class Site:
    """A site whose builds share a cache of templates; counts what they compile."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.compiled = 0

    def render(self, source: str, change: Change = lambda env: None) -> str:
        """The output of a template in another build, whose environment is changed before."""
        site = self

        class Counting(CodeGenerator):
            def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:  # noqa: N802
                site.compiled += 1
                super().visit_Template(node, frame)

        env = Environment(loader=DictLoader({"page": source}), autoescape=True)
        env.code_generator_class = Counting
        change(env)
        watch = RenderWatch()
        render_watch.install(env, watch)
        render_watch.watch_functions(env, watch)
        stored = BuildCache(DiskCache(self._folder / "templates.sqlite"))
        template_code.install(env, stored, ("jinja2",))
        text = env.get_template("page").render(words=["a", "b"])
        stored.store()
        return text


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


def test_a_template_is_compiled_once(site: Site) -> None:
    source = "{% for word in words %}{{ word | upper }}<{% endfor %}"
    assert {site.render(source) for _ in range(3)} == {"A<B<"}
    assert site.compiled == 1


def test_another_source_is_compiled(site: Site) -> None:
    assert [site.render(source) for source in ("a", "b", "a")] == ["a", "b", "a"]
    assert site.compiled == 3


def _set(name: str, value: object) -> Change:
    return lambda env: setattr(env, name, value)


def _filters(**filters: Callable[..., Any]) -> Change:
    return lambda env: env.filters.update(filters)


@pass_context
def _with_context(context: Context, value: object) -> str:
    return f"{context.name} {value}"


@pass_environment
def _with_environment(env: Environment, value: object) -> str:
    return f"{type(env).__name__} {value}"


@pass_eval_context
def _with_eval_context(context: Any, value: object) -> str:
    return f"{context.autoescape} {value}"


@pytest.mark.parametrize(
    ("source", "changes", "expected"),
    [
        ("{{ '<' }}", [_set("autoescape", False), _set("autoescape", True)], ["<", "&lt;"]),
        ("{{ 1 }}[[ 2 }}", [lambda env: None, _set("variable_start_string", "[[")], ["1[[ 2 }}", "{{ 1 }}2"]),
        ("{% if 1 %}\na{% endif %}", [_set("trim_blocks", True), _set("trim_blocks", False)], ["a", "\na"]),
        (
            "{{ 'abcdefgh' | truncate(6) }}",
            [lambda env: env.policies.update({"truncate.leeway": 0}), lambda env: env.policies.update({"truncate.leeway": 5})],
            ["abc...", "abcdefgh"],
        ),
        (
            "{{ 'a' | shown }}",
            [_filters(shown=each) for each in (str.upper, _with_context, _with_environment, _with_eval_context)],
            ["A", "page a", "Environment a", "True a"],
        ),
        (
            "{{ 'A' | shown }}",
            [_filters(shown=FILTERS[name]) for name in ("lower", "urlize")],
            ["a", "A"],
        ),
    ],
)
def test_what_a_template_is_compiled_with_counts(source: str, changes: list[Change], expected: list[str], site: Site) -> None:
    for _ in range(2):
        assert [site.render(source, change) for change in changes] == expected


def test_what_a_filter_of_others_returns_is_not_kept(site: Site) -> None:
    numbers = count()
    filters = _filters(stamp=lambda value: f"{value}{next(numbers)}")
    source = "{{ 'a' | stamp }} {% if ('b' | stamp) == 'b1' %}first{% endif %} {% set c = 'c' | stamp %}{{ c }} "
    source += "{{ ['d'] | map('stamp') | first }}"
    assert site.render(source, filters) == "a0 first c2 d3"
    assert site.render(source, filters) == "a4  c6 d7"


def test_what_a_test_of_others_returns_is_not_kept(site: Site) -> None:
    answers = iter([True, False])

    def tests(env: Environment) -> None:
        env.tests.update(due=lambda value: next(answers))

    assert [site.render("{{ 'due' if 'a' is due else 'late' }}", tests) for _ in range(2)] == ["due", "late"]


def test_others_may_call_their_filter_themselves() -> None:
    env, watch = Environment(), RenderWatch()
    env.filters.update(shout=str.upper, named=_with_environment)
    render_watch.watch_functions(env, watch)
    assert env.filters["shout"]("a") == "A"
    assert env.filters["named"](env, "a") == "Environment a"
    assert watch.by_all == {"shout", "named"}


class Stamp(Extension):
    """A tag that writes something else each time a template is compiled."""

    tags = {"stamp"}  # noqa: RUF012 - the type that Jinja declares
    numbers = count()

    def parse(self, parser: Any) -> nodes.Node:
        line = next(parser.stream).lineno
        return nodes.Output([nodes.TemplateData(str(next(self.numbers)))], lineno=line)


def test_templates_with_tags_of_others_are_compiled_each_time(site: Site) -> None:
    assert [site.render("{% stamp %}", lambda env: env.add_extension(Stamp)) for _ in range(2)] == ["0", "1"]


@pytest.mark.parametrize("change", [_set("finalize", str), _set("autoescape", lambda name: True), _set("bytecode_cache", None)])
def test_unknown_functions_of_an_environment_leave_it_without_cache(change: Change, site: Site) -> None:
    is_kept = not any(callable(value) for value in (_changed(change).finalize, _changed(change).autoescape))
    assert [site.render("a", change) for _ in range(2)] == ["a", "a"]
    assert site.compiled == (1 if is_kept else 2)


def _changed(change: Change) -> Environment:
    env = Environment()
    change(env)
    return env


def test_damaged_code_is_compiled_again(site: Site, tmp_path: Path) -> None:
    site.render("a")
    cache = DiskCache(tmp_path / "templates.sqlite")
    key = template_code.TemplateCode(BuildCache(cache), "").get_cache_key("page", None)
    assert cache.find([key])
    for data in (b"", b"j2", b"nothing of Jinja"):
        cache.store({key: data}, ())
        assert site.render("a") == "a"
    assert site.compiled == 4


HOOK = """
from pathlib import Path
FILE = Path("builds")

def on_config(config):
    FILE.write_text(str(int(FILE.read_text()) + 1) if FILE.exists() else "1")

def on_env(env, config, files):
    env.filters["build"] = lambda text: f"{text} {FILE.read_text()}"
"""


@pytest.mark.slow
def test_a_filter_of_a_hook_is_asked_in_each_build(tmp_path: Path) -> None:
    root = project(tmp_path / "site", {"a.md": "# A\n\nWords.\n"})
    (root / "counting.py").write_text(HOOK)
    config, template = root / "mkdocs.yml", root / "overrides/base.html"
    config.write_text(config.read_text().replace("\nhooks:\n", "\nhooks:\n  - counting.py\n"))
    template.write_text(template.read_text().replace("{% endblock %}", "<!-- {{ 'build' | build }} -->{% endblock %}", 1))
    for number in (1, 2, 3):
        assert f"<!-- build {number} -->" in run(root, "mkdocs", "build").text("a")
    assert (root / ".cache/knowledge/templates.sqlite").is_file()
