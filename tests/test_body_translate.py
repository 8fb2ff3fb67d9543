"""A translation as a whole: its lines, its speed on hostile text, and the corpora."""

import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from limits import one_text
from lxml import html
from markdown import Markdown

from almanac_kb.body import layout, vault
from almanac_kb.body.extensions import EXTENSIONS
from almanac_kb.body.translate import translate
from almanac_kb.body.vault import Vault
from almanac_kb.content import reader
from almanac_kb.core.paths import SourcePath

CORPORA = Path(__file__).parents[2] / "shared" / "corpora"
NAMES = ("astro-blog", "hugo-toml", "mkdocs-health", "obsidian-vault")
LITTER = re.compile(r"\[\[[^\]\n]*\]\]|\[![A-Za-z]+\]|(?m:^\s*:::)|\{\{|\{%|%%|(?m:^\s*(?:import .* from |export default ))|[\x02\x03]")
OPAQUE = re.compile(r"<(code|pre|script|style)\b.*?</\1>", re.DOTALL)
COMPONENT = re.compile(r"</?[A-Z]\w*[^a-z]")
PIECES = st.sampled_from(
    [
        "- ",
        "  ",
        "\n",
        "\n\n",
        "> ",
        "1. ",
        "```",
        "`",
        "[[",
        "]]",
        "a",
        "{{<",
        ">}}",
        "{%",
        "%}",
        "%%",
        ":::note",
        ":::",
        "<A>",
        "</A>",
        "<B/>",
        "|",
    ]
)
MORE = st.sampled_from(
    ["|-|", "\t", "    ", "[!note]", "!!! note", "\\", "$$", "<!--", "-->", "](", ")", "# ", "^a1", "\x02+", "\x02-", "import 'b'"]
)


@given(st.lists(PIECES | MORE, max_size=40).map("".join))
def test_any_text_is_translated_and_each_line_has_an_origin(written: str) -> None:
    result = translate(written, Vault())
    assert len(result.lines) == result.markdown.count("\n") + 1
    assert list(result.lines) == sorted(result.lines)
    assert 1 <= min(result.lines) <= max(result.lines) <= written.count("\n") + 1
    assert "\x02" not in result.markdown


@given(st.lists(st.sampled_from(["word", "- item", "> quote", "", "# H", "1. one"]), max_size=12))
def test_a_word_is_found_in_the_line_it_came_from(lines: list[str]) -> None:
    numbered = [f"{line}{number}" if line else "" for number, line in enumerate(lines, 1)]
    result = translate("\n".join(numbered), Vault())
    for line, origin in zip(result.markdown.split("\n"), result.lines, strict=True):
        assert line.strip(" >") in ("", layout.NOTHING) or line.strip(" >") == numbered[origin - 1].strip(" >")


HOSTILE = [
    "[",
    "<",
    "*",
    ">",
    "`",
    "[[",
    "![[",
    "{{<",
    "{{",
    "{%",
    "%%",
    ":::",
    "](",
    "](a",
    "\\",
    "``a`",
    '<A"',
    "<A>",
    "</A>",
    "<ab={",
    '<a"',
    "{{<note>}}",
    "{{/*",
    "{/*",
    "[[a]]",
    "{%raw%}",
    "{%comment%}",
    "{",
    "==",
    "\t",
    "\x02+",
]
HOSTILE_LINES = [
    "- a",
    "> - a",
    "%%a",
    " ^a",
    "$$",
    "<details>\n",
    "import {a,",
    "export const a =",
    "- b",
    ":::note",
    "```",
    "~~~ {a=",
    "> [!a]",
    "```js{",
    "a\\",
    "<A>",
    "{{< a >}}",
    "1) a\n  - b",
]


@pytest.mark.parametrize("piece", [*HOSTILE, "- ", "> ", "- - ", '<A "', '<a b="', "{{< note >}}", "{% raw %}", " ^a"])
def test_a_megabyte_in_one_line_is_translated_in_time(piece: str) -> None:
    with one_text():
        translate(piece * (1_000_000 // len(piece)), Vault())


@pytest.mark.parametrize("piece", HOSTILE_LINES)
def test_many_hostile_lines_are_translated_in_time(piece: str) -> None:
    with one_text():
        translate(f"{piece}\n" * (200_000 // (len(piece) + 1)), Vault())


def _articles(corpus: Path) -> tuple[list[reader.Article], Vault]:
    files = sorted(path for path in corpus.rglob("*") if path.is_file())
    texts = [path for path in files if path.suffix in (".md", ".mdx", ".markdown")]
    read = [reader.read_article(SourcePath(path.relative_to(corpus).as_posix()), path.read_bytes()).article for path in texts]
    found = [each for each in read if each]
    assets = [path.relative_to(corpus).as_posix() for path in files if path not in texts]
    return found, vault.build([(each.source, each.title, (*each.names, *each.aliases)) for each in found], assets)


def _prose(rendered: str) -> str:
    root = html.fragment_fromstring(rendered, create_parent="div")
    for element in root.xpath("//code|//pre|//script|//style"):
        element.text = ""
        for child in list(element):
            element.remove(child)
    return str(root.text_content())


@pytest.mark.parametrize("name", NAMES)
def test_no_page_of_a_corpus_shows_the_syntax_of_its_home(name: str) -> None:
    if not (CORPORA / name).is_dir():
        pytest.skip(f"there is no corpus {CORPORA / name}")
    renderer = Markdown(extensions=list(EXTENSIONS), extension_configs=EXTENSIONS)
    articles, known = _articles(CORPORA / name)
    counts: Counter[str] = Counter()
    shown = {}
    for each in articles:
        result = translate(each.body, known.at(each.source))
        counts.update(result.counts)
        rendered = renderer.reset().convert(result.markdown)
        litter = [*LITTER.findall(_prose(rendered)), *COMPONENT.findall(OPAQUE.sub("", rendered))]
        if litter:
            shown[each.source] = litter
    print(name, len(articles), dict(sorted(counts.items())))
    assert shown == {}
