"""Both renderers make the same of articles that both can read, but for what the handbook lists."""

import re
from collections.abc import Mapping
from functools import lru_cache
from itertools import combinations

import pytest
from builder import PROJECT, SETTINGS
from mkdocs.utils.yaml import yaml_load

from almanac_kb.core.paths import SourcePath
from almanac_kb.markdown.link_index import IndexedArticle, build_link_index
from almanac_kb.markdown.renderers import COMMONMARK, PYTHON_MARKDOWN
from almanac_kb.render.compiler import Compiler
from almanac_kb.render.environment import CompileEnvironment

PARTS: Mapping[str, str] = {
    "words": "Some *emphasis*, **strong** words, `code`, ~~gone~~, ==marked== and a [link](b.md 'Title').\nA second line.",
    "heading": "## A heading with `code`\n\nText below.\n\n### Deeper",
    "list": "- one\n- two\n    - deeper\n    - still\n- [x] three",
    "footnote": "Text[^1] goes on.\n\n[^1]: A *note*.",
    "table": "| left | right |\n| :--- | ---: |\n| *a* | `b` |\n| c | d |",
    "code": '```text title="lamp.py" linenums="1" hl_lines="2"\nlamp = "brass"\nprint(lamp)\n```',
    "admonition": '!!! note "A *title*"\n    Text **b**.\n\n    - x\n\n??? tip "Folded"\n    Inside.',
    "tabs": '=== "One"\n\n    Text 1.\n\n=== "Two"\n\n    Text 2.',
    "definitions": "Term\n:   Its *meaning*.\n\nOther\n:   Another.",
    "quote": "> Quoted text\n> goes on.\n>\n> - and a list",
    "picture": '![A lamp](lamp.png){ width="100" }\n{ .wide }',
    "attributes": "A [button](b.md){ .md-button } here.\n{: #named .lead }",
    "wikilinks": "See [[Bowl]] and [[Bowl|the bowl]]. %%Not shown.%%",
    "formula": "An $x^2$ inline.\n\n$$\na + b\n$$",
}
DIFFERENT: Mapping[str, str] = {
    "two headings of one text": "## Setup\n\n## Setup",
    "an emoji that starts a heading": "## \U0001f680 Start",
    "a list right below text": "text\n- a",
    "a list nested by two spaces": "- a\n  - b",
    "a blank line in a list": "- a\n- b\n\n- c",
    "a list with other marks below a list": "- a\n* b",
    "a numbered list": "1. a",
    "a backslash at the end of a line": "a\\\nb",
    "an escaped bar in the code of a cell": "| a |\n|---|\n| `b\\|c` |",
    "Markdown in an element of HTML without markdown": "<details>\n<summary>a</summary>\n\n*b*\n\n</details>",
    "code with a language": "```py\na\n```",
    "contents": "[TOC]\n\n## a",
}
"""What the renderers make different things of, by its name in the handbook."""
INDEX = build_link_index([IndexedArticle(SourcePath("b.md"), "Bowl")], ["lamp.png"])
TAG = re.compile(r"<(\w+)((?: [\w-]+(?:=\"[^\"]*\")?)+)>")
ATTRIBUTE = re.compile(r"[\w-]+(?:=\"[^\"]*\")?")


@lru_cache
def compiler() -> Compiler:
    """A compiler with the extensions of the sites of tests."""
    with SETTINGS.open("rb") as file:
        listed = yaml_load(file)["markdown_extensions"]
    options = {name: given for entry in listed for name, given in (entry.items() if isinstance(entry, dict) else [(entry, {})])}
    return Compiler(CompileEnvironment(tuple(options), options, INDEX))


def rendered(text: str, renderer: str) -> str:
    """The HTML of an article with the attributes of each tag sorted, and no white space between tags."""
    html = compiler().compile(SourcePath("a.md"), text, renderer=renderer).html.text
    return re.sub(r"\s*(<[^>]*>)\s*", r"\1", TAG.sub(lambda tag: f"<{' '.join((tag[1], *sorted(ATTRIBUTE.findall(tag[2]))))}>", html))


@pytest.mark.parametrize("names", list(combinations(PARTS, 2)), ids="-".join)
def test_articles_that_both_renderers_can_read_look_the_same(names: tuple[str, str]) -> None:
    text = "\n\n".join(["# Lamp", *(PARTS[name] for name in names), "Last words.\n"])
    assert rendered(text, COMMONMARK) == rendered(text, PYTHON_MARKDOWN)


@pytest.mark.parametrize("text", DIFFERENT.values(), ids=DIFFERENT)
def test_a_difference_of_the_handbook_is_one(text: str) -> None:
    assert rendered(text, COMMONMARK) != rendered(text, PYTHON_MARKDOWN)


def test_the_handbook_lists_every_difference() -> None:
    table = (PROJECT / "docs/handbook/commonmark.md").read_text("utf-8").partition("## The other renderer")[2]
    rows = [line.split("|")[1].strip().replace("`", "") for line in table.splitlines() if line.startswith("|")]
    assert rows[2:] == list(DIFFERENT)
