"""What this project puts in the place of parts of Jinja and of MkDocs' filters gives the same as they do."""

import random
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import ChoiceLoader, DictLoader, Environment, FileSystemLoader
from markupsafe import Markup, escape
from mkdocs.utils.templates import url_filter

from almanac_kb.core.messages import Messages
from almanac_kb.mkdocs import compat, jinja, words
from almanac_kb.mkdocs.jinja import PageUrls

PAGES = [
    "",
    "./",
    "a/",
    "a/b/",
    "a/bc/",
    "a/b/c/",
    "a/index.html",
    "b.html",
    "a/b.html",
    "a/./b/",
    "a//b/",
    "tags/v1.0/",
    "über/x/",
    "../a/",
    "/a/b/",
]
TARGETS = [
    *PAGES,
    ".",
    "..",
    "../",
    "../a/b/",
    "./a/b/",
    "a",
    "a/b",
    "a/b/#part",
    "a/b/?x=1",
    "a/b/c/d.png",
    "a/../a/b/",
    "a/b/../bc/",
    "a\\b",
    "#part",
    "/",
    "//host/a/",
    "https://example.org/a/",
    "mailto:a@example.org",
    "assets/a.css",
]
TEMPLATES = {
    "all": """{{ plain }}{{ html }}{{ number }}{{ none }}{{ missing }}{{ odd }}{{ plain ~ html }}{{ "a<b" }}
{% macro m(x) %}<i>{{ x }}</i>{% endmacro %}{{ m(plain) }}{% set s %}{{ plain }}{% endset %}{{ s }}{{ s ~ plain }}
{% filter upper %}{{ plain }}{% endfilter %}{% for x in [plain, html] %}{{ x }}{% endfor %}{{ plain | e }}{{ plain | safe }}
{% include "part" %}{% macro w() %}{{ caller() }}{% endmacro %}{% call w() %}{{ plain }}{% endcall %}
{% if "<" in m(plain) %}{{ m(html) }}{% endif %}""",
    "part": "{% extends 'base' %}{% block b %}{{ super() }}{{ plain }}{% endblock %}",
    "base": "<{% block b %}{{ html }}{% endblock %}>",
}


class Odd:
    """Something that is HTML, but no Markup."""

    def __html__(self) -> str:
        return "<odd>"


class Loud(str):
    """A text that is written in another way than it is read."""

    __slots__ = ()

    def __str__(self) -> str:
        return f"{super().__str__()}!"


def test_urls_are_those_of_mkdocs_in_any_order() -> None:
    wanted = [(page, target) for page in PAGES for target in TARGETS]
    for seed in range(20):
        urls = PageUrls()
        random.Random(seed).shuffle(wanted)
        for page, target in wanted * 2:
            assert _url(urls, page, target) == _mkdocs_url(page, target), (page, target)


@given(st.lists(st.tuples(*(st.lists(st.sampled_from(["a", "b", "ab", "", ".", "..", "c.d", "c.d#e"]), max_size=4).map("/".join),) * 2)))
def test_urls_of_any_path_are_those_of_mkdocs(asked: list[tuple[str, str]]) -> None:
    urls = PageUrls()
    for page, target in asked:
        assert _url(urls, page, target) == _mkdocs_url(page, target)


def test_urls_are_right_after_more_folders_than_are_kept() -> None:
    urls = PageUrls()
    for number in range(3 * jinja.MAX_FOLDERS):
        page = f"folder-{number % (2 * jinja.MAX_FOLDERS)}/page/"
        assert _url(urls, page, "folder-1/page/") == _mkdocs_url(page, "folder-1/page/")


def test_the_url_of_a_page_that_a_template_names_page_is_from_there() -> None:
    env = Environment(loader=DictLoader({"row": "{{ 'a/x/' | url }}"}), autoescape=True)
    env.filters["url"] = PageUrls().url
    template = env.from_string(
        "{{ 'a/x/' | url }} {% for page in pages %}{{ 'a/x/' | url }} {% include 'row' %} {% endfor %}{{ 'a/x/' | url }}"
    )
    shown = template.render(page=SimpleNamespace(url="a/b/"), pages=[SimpleNamespace(url="a/b/c/")], base_url="../..")
    assert shown == "../x/ ../x/ ../../x/ ../x/"


def test_without_a_page_urls_begin_with_the_base() -> None:
    context: Any = {"page": None, "base_url": "/kb"}
    assert PageUrls().url(context, "a/") == "/kb/a/"


def test_a_filter_of_others_stays() -> None:
    env = Environment(autoescape=True)
    env.filters["url"] = str.upper
    jinja.install(env)
    assert env.from_string("{{ 'a' | url }}").render() == "A"


@pytest.mark.parametrize("autoescape", [True, False])
def test_escaped_output_is_that_of_jinja(*, autoescape: bool) -> None:
    values = {"plain": "a<b>&'\"", "html": Markup("<b>&amp;"), "number": 1.5, "none": None, "odd": Odd(), "loud": Loud("<a>")}
    shown = []
    for generator in (None, compat.OutputGenerator):
        env = Environment(loader=DictLoader(TEMPLATES), autoescape=autoescape)
        env.code_generator_class = generator or env.code_generator_class
        shown.append(env.get_template("all").render(values))
    assert shown[0] == shown[1]


@given(st.one_of(st.text(), st.text().map(Markup), st.integers(), st.none(), st.text().map(Loud)))
def test_output_text_is_that_of_escape(value: object) -> None:
    assert compat.output_text(value) == escape(value)


def test_a_template_that_finalizes_its_output_is_left_alone() -> None:
    env = Environment(autoescape=True, finalize=lambda value: "-" if value is None else value)
    env.code_generator_class = compat.OutputGenerator
    assert env.from_string("{{ a }}{{ b }}").render(a=None, b="<") == "-&lt;"


def _theme(own: dict[str, str]) -> Environment:
    env = Environment(loader=ChoiceLoader([DictLoader(own), FileSystemLoader(compat.THEME_TEMPLATES)]), autoescape=True)
    words.install(env, Messages("en"))
    return env


@pytest.mark.parametrize("language", sorted(path.stem for path in (compat.THEME_TEMPLATES / "partials/languages").glob("*.html")))
def test_the_words_of_the_theme_are_those_of_its_own_partial(language: str) -> None:
    env = _theme({})
    shown = "{% for key in keys %}{{ t(key) }}|{{ t(key) is escaped }},{% endfor %}"
    theirs = env.from_string(f'{{% import "partials/language.html" as lang with context %}}{{% set t = lang.t %}}{shown}')
    ours = env.from_string(f"{{% set t = theme_words(language) %}}{shown}")
    keys = ["language", "direction", "toc", "search.result.other", "clipboard.copy", "nav", "footer.next", "no <such> key", "toc"]
    expected = theirs.render(config={"theme": {"language": language}}, keys=keys)
    assert ours.render(language=language, keys=keys) == expected
    assert ours.render(language=language, keys=keys) == expected


def test_words_of_a_site_are_asked_for_each_time() -> None:
    env = _theme({"partials/languages/own.html": "{% macro t(key) %}{{ count() if key == 'toc' }}{% endmacro %}"})
    env.globals["count"] = iter(range(9)).__next__
    template = env.from_string("{% set t = theme_words('own') %}{{ t('toc') }} {{ t('toc') }} {{ t('nav') }}")
    assert template.render() == "0 1 Navigation"


def _url(urls: PageUrls, page: str, target: str) -> str:
    context: Any = {"page": SimpleNamespace(url=page), "base_url": "-"}
    return str(urls.url(context, target))


def _mkdocs_url(page: str, target: str) -> str:
    context: Any = {"page": SimpleNamespace(url=page), "base_url": "-"}
    return str(url_filter(context, target))
