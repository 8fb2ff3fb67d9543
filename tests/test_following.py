"""The build that follows a save: given up for a newer one, and never for nothing."""

from almanac_kb.publish.preview import PreviewState


def test_a_build_is_given_up_for_a_save_that_another_one_will_show() -> None:
    following, done = PreviewState(), []
    following.begin(lambda: True)

    def build() -> None:
        following.hurry()
        done.append("built")

    assert not following.catch_up(build)
    assert not done


def test_a_watcher_that_hurries_late_does_not_end_the_build_that_shows_its_save() -> None:
    following, done = PreviewState(), []
    following.begin(lambda: False)

    def build() -> None:
        following.hurry()
        done.append("built")

    assert following.catch_up(build)
    assert done == ["built"]


def test_what_is_being_shown_is_shown_whole() -> None:
    following, done = PreviewState(), []
    following.begin(lambda: True)

    def build() -> None:
        following.hold()
        following.hurry()
        done.append("shown")

    assert following.catch_up(build)
    assert done == ["shown"]
