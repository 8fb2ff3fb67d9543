"""The picture an article names for itself."""

from pathlib import Path

import pytest
from tree import catalogue, said


@pytest.mark.parametrize(
    ("written", "path"),
    [
        ("cover.png", "t/cover.png"),
        ("./cover.png", "t/cover.png"),
        ("../images/a%20b.jpg", "images/a b.jpg"),
        ("/images/a b.jpg", "images/a b.jpg"),
        ("/images/a b.jpg?v=2#top", "images/a b.jpg"),
        ("/logo.svg", "static/logo.svg"),
        ("COVER.WEBP", "t/COVER.WEBP"),
    ],
)
def test_a_picture_is_found_from_the_article_and_from_the_root(tmp_path: Path, written: str, path: str) -> None:
    files = "t/cover.png\nt/COVER.WEBP\nimages/a b.jpg\nstatic/logo.svg"
    made = catalogue(tmp_path, f'{files}\nt/a.md | title: A; image: "{written}"')
    assert ([each.image for each in made.articles], said(made)) == ([path], [])


MEND = "write a path inside docs/, such as images/cover.png"
UNTIL = f"{MEND}; until then the article has no picture of its own"


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        (
            "https://example.org/a.png",
            f"warning t/a.md:3:8: image: 'https://example.org/a.png' is on another site and is not fetched; {UNTIL}",
        ),
        ("gone.png", f"warning t/a.md:3:8: image: there is no file 'gone.png'; {UNTIL}"),
        ("//example.org/a.png", f"warning t/a.md:3:8: image: there is no file '//example.org/a.png'; {UNTIL}"),
        ("../../etc/passwd", f"warning t/a.md:3:8: image: '../../etc/passwd' is not inside docs/; {UNTIL}"),
        ("%2e%2e/%2e%2e/x.png", f"warning t/a.md:3:8: image: '%2e%2e/%2e%2e/x.png' is not inside docs/; {UNTIL}"),
        (
            "a.md",
            f"warning t/a.md:3:8: image: 'a.md' is no image: its name must end in .png, .jpg, .jpeg, .gif, .webp, .avif, .svg; {UNTIL}",
        ),
    ],
)
def test_a_picture_that_can_not_be_shown_is_named(tmp_path: Path, written: str, problem: str) -> None:
    made = catalogue(tmp_path, f"t/a.md | title: A; image: '{written}'")
    assert said(made) == [problem]
    assert [each.image for each in made.articles] == [""]


def test_a_picture_in_a_hidden_folder_is_none(tmp_path: Path) -> None:
    made = catalogue(tmp_path, "t/a.md | title: A; image: .git/x.png\nt/.git/x.png")
    assert said(made) == [f"warning t/a.md:3:8: image: there is no file '.git/x.png'; {UNTIL}"]
