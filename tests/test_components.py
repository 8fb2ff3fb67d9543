"""The HTML of admonitions, details, content tabs and figures is the one that Material's styles expect."""

from collections.abc import Callable

import markdown
import pytest
from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock

from almanac_kb.markdown import components
from almanac_kb.markdown.components import Title

Push = Callable[[StateBlock], None]


def html(push: Push) -> str:
    """The HTML of a one-line text whose block a rule replaces by what `push` pushes."""

    def rule(state: StateBlock, start: int, end: int, silent: bool) -> bool:
        push(state)
        state.line = start + 1
        return True

    md = MarkdownIt("commonmark")
    md.use(components.rules_components)
    md.block.ruler.before("paragraph", "pushed", rule)
    return str(md.render("x", {})).replace(" />", ">")


def paragraph(state: StateBlock, text: str) -> None:
    state.push("paragraph_open", "p", 1)
    token = state.push("inline", "", 0)
    token.content, token.children = text, []
    state.push("paragraph_close", "p", -1)


def tab(state: StateBlock, label: str, text: str) -> None:
    opening = components.open_tab(state, Title(label, 0))
    paragraph(state, text)
    components.close(state, opening)


def admonition(state: StateBlock) -> None:
    opening = components.open_admonition(state, "note", Title("T *x*", 0))
    paragraph(state, "hi")
    components.close(state, opening)


def details(state: StateBlock) -> None:
    opening = components.open_details(state, "tip", Title("F", 0), unfolded=True)
    paragraph(state, "hi")
    components.close(state, opening)


def nested_tabs(state: StateBlock) -> None:
    opening = components.open_tab(state, Title("A *x*", 0))
    paragraph(state, "a")
    tab(state, "C", "c")
    components.close(state, opening)
    tab(state, "B", "b")


@pytest.mark.parametrize(
    ("push", "written"),
    [
        (admonition, '!!! note "T *x*"\n    hi'),
        (details, '???+ tip "F"\n    hi'),
        (nested_tabs, '=== "A *x*"\n    a\n\n    === "C"\n        c\n\n=== "B"\n    b'),
    ],
)
def test_the_html_is_what_pymdown_extensions_write(push: Push, written: str) -> None:
    extensions = ["admonition", "pymdownx.details", "pymdownx.tabbed"]
    expected = markdown.markdown(written, extensions=extensions, extension_configs={"pymdownx.tabbed": {"alternate_style": True}})
    assert html(push).strip().replace(">\n<", "><") == expected.replace(" />", ">").replace(">\n<", "><")


def test_tabs_of_two_frames_are_two_sets_and_a_frame_shows_nothing() -> None:
    def push(state: StateBlock) -> None:
        for label in "AB":
            opening = components.open_tab_frame(state)
            tab(state, label, label)
            components.close(state, opening)

    assert html(push).count('class="tabbed-set') == 2
    assert "<>" not in html(push)


def test_a_label_from_an_attribute_is_plain_text() -> None:
    def push(state: StateBlock) -> None:
        components.close(state, components.open_tab(state, Title("*a* <b>", 0, markdown=False)))

    assert ">*a* &lt;b&gt;</label>" in html(push)


def test_a_figure_has_its_picture_and_caption() -> None:
    picture = [components.image("p.png", "A lamp", width="80%")]
    shown = html(lambda state: components.push_figure(state, picture, Title("Of *brass*", 0), 0))
    assert shown == '<figure><img src="p.png" alt="A lamp" width="80%"><figcaption>Of <em>brass</em></figcaption>\n</figure>\n'


@pytest.mark.parametrize(("word", "name"), [("caution", "warning"), ("TIP", "tip"), ("released", "note")])
def test_words_of_other_dialects_are_material_s_admonitions(word: str, name: str) -> None:
    assert components.admonition_name(word) == name
