"""The build that follows a save: superseded by a newer save, and only where another build follows."""

from almanac_kb.publish.preview import PreviewState


def test_a_build_is_superseded_by_a_save_that_another_build_will_show() -> None:
    state, done = PreviewState(), []
    state.begin(lambda: True)

    def build() -> None:
        state.stop_if_superseded()
        state.note_save()
        state.stop_if_superseded()
        done.append("built")

    assert not state.run_build(build)
    assert not done


def test_a_late_report_does_not_end_the_build_that_shows_its_save() -> None:
    state, done = PreviewState(), []
    state.begin(lambda: False)

    def build() -> None:
        state.stop_if_superseded()
        state.note_save()
        state.stop_if_superseded()
        done.append("built")

    assert state.run_build(build)
    assert done == ["built"]


def test_a_site_that_is_being_shown_is_shown_whole() -> None:
    state, done = PreviewState(), []
    state.begin(lambda: True)

    def build() -> None:
        state.forbid_superseding()
        state.note_save()
        state.stop_if_superseded()
        done.append("shown")

    assert state.run_build(build)
    assert done == ["shown"]


def test_a_save_from_before_a_build_does_not_end_it() -> None:
    state, done = PreviewState(), []
    state.begin(lambda: True)
    state.note_save()

    def build() -> None:
        state.stop_if_superseded()
        done.append("built")

    assert state.run_build(build)
    assert done == ["built"]
