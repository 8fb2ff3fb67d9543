"""Tags of templates in long and broken texts: nothing takes long, nothing is lost; every construct has a row in the table."""

import time

import pytest
from parsing import messages, parsed, shown

from almanac_kb.markdown.constructs import CONSTRUCTS

LENGTH = 200_000
SECONDS = 5
"""Far above what is needed, so that a busy machine does not fail the test; a quadratic rule takes minutes."""
UNITS = [
    "{{<",
    "{{< x >}}",
    "{{< note >}}\n",
    '{{% tab "x" %}}{{% /tab %}}\n',
    "{{/*",
    "x {{/* a\n\nb */}} y\n",
    "{{< code >}}x",
    "<Tab",
    '<Tab a="',
    "<Tab a={",
    "<Tab>\n",
    '<Tab a="b">\n',
    "<Tab>x</Tab>\n",
    '- <Tab a="b">\n',
    "<a-b c='d'>",
    "<Tab `",
    "<x <y ",
    ":::",
    ":::\n",
    ":::note\n",
    ":::note\n:::\n",
    ":::row:::\n",
    "::: code-group\n```js\n",
    "{%",
    "{% if %}",
    "{% if %}\n",
    "{% raw %}",
    "{% comment %}",
    "{% highlight x %}\n",
    "{{",
    "{{ site.x }}\n",
    "{{ f(",
    "{#",
    "{::comment}",
    "{:",
    "[a]({{ x }}",
    "[a]({% link x %})",
    "[{{ x }}](",
    "[x]: {% link",
    "[!INCLUDE [a](",
    "<<< @/x\n",
    "{/*",
    "{/* a\n\n",
    'import a from "b";',
    "import {\n",
    "export const a = {\n",
    "{",
    "}",
    "{a}",
    "<div className={",
    "x <div a={1}>",
    "<details>\n<summary>a</summary>\n",
    "## {/* #a */}\n",
]


@pytest.mark.parametrize("here", ["a.md", "a.mdx"])
@pytest.mark.parametrize("unit", UNITS)
def test_long_texts_take_time_that_grows_with_their_length(unit: str, here: str) -> None:
    start = time.process_time()
    parsed(unit * (LENGTH // len(unit)), here)
    assert time.process_time() - start < SECONDS


@pytest.mark.parametrize(("opening", "closing"), [("{{< note >}}", "{{< /note >}}"), ("<Note>", "</Note>"), (":::note", ":::")])
def test_the_text_in_very_many_blocks_in_each_other_is_shown(opening: str, closing: str) -> None:
    assert "murkwater" in shown("\n".join([*[opening] * 500, "murkwater", *[closing] * 500]))


def test_a_text_with_very_many_unknown_tags_is_told_of_the_first_hundred() -> None:
    text = "\n\n".join(["{{< foo >}}"] * 150)
    assert len(messages(text)) == 100
    assert parsed(text).counts["unknown shortcode"] == 150


def test_every_construct_that_is_counted_is_a_row_of_the_table() -> None:
    text = "import A from 'a'\n\n## x {{< c >}} {% d %} {{ page.e }} <F/> <key> {/* g */} {'h'} {i}\n\n:::j\n:::\n\n<<< @/k\n\n"
    text += "[[toc]]\n\n{:toc}\n\n"
    text += "{{< note >}}\n{{< youtube l >}}\n{{< /note >}}\n\n{% embed url='m' %} {{ n() }} <Badge text='o'/> "
    text += "<b className='p'>q</b> {{</* r */>}}"
    counts = parsed(text).counts
    assert len(counts) > 18
    assert set(counts) <= {construct.name for construct in CONSTRUCTS}


def test_names_of_constructs_are_unique() -> None:
    assert len({construct.name for construct in CONSTRUCTS}) == len(CONSTRUCTS)
