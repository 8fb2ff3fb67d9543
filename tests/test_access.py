"""Accessible names in the HTML of articles, for screen readers."""

from almanac_kb.core.messages import Messages
from almanac_kb.render import linker


def test_a_box_says_whether_its_task_is_done() -> None:
    box = '<label class="task-list-control"><input type="checkbox" disabled{}><span class="task-list-indicator"></span></label>'
    assert linker.add_accessible_names(box.format(' checked=""'), Messages()) == box.format(' checked="" aria-label="done"')
    assert linker.add_accessible_names(box.format('=""'), Messages()) == box.format('="" aria-label="to do"')


def test_an_empty_cell_heads_no_column() -> None:
    assert (
        linker.add_accessible_names('<tr><th align="left"></th><th>a</th></tr>', Messages()) == '<tr><td align="left"></td><th>a</th></tr>'
    )


def test_what_only_looks_like_them_is_left_alone() -> None:
    code = "<code>&lt;input type=&quot;checkbox&quot; disabled&gt; &lt;th&gt;&lt;/th&gt;</code>"
    assert linker.add_accessible_names(code, Messages()) == code


def test_html_of_any_length_takes_time_in_proportion() -> None:
    linker.add_accessible_names("<th" * 1_000_000, Messages())
    linker.add_accessible_names('<label class="task-list-control">' * 100_000, Messages())
