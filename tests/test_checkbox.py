"""The boxes of task lists."""

from knowledge.page import checkbox


def test_a_box_says_whether_its_task_is_done() -> None:
    box = '<label class="task-list-control"><input type="checkbox" disabled{}><span class="task-list-indicator"></span></label>'
    assert checkbox.named(box.format(' checked=""')) == box.format(' checked="" aria-label="done"')
    assert checkbox.named(box.format('=""')) == box.format('="" aria-label="to do"')


def test_what_only_looks_like_one_is_left_alone() -> None:
    assert checkbox.named("<code>&lt;input type=&quot;checkbox&quot; disabled&gt;</code>") == (
        "<code>&lt;input type=&quot;checkbox&quot; disabled&gt;</code>"
    )
