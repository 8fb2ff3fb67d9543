"""One reading of written paths: wherever a path is written, it means the file that a link with this target means."""

from pathlib import Path

import pytest
from tree import catalogue, said

from almanac_kb.core.paths import SourcePath, UrlPath
from almanac_kb.health import relink
from almanac_kb.markdown import link_index
from almanac_kb.markdown.link_index import IndexedArticle, LinkIndex, build_link_index
from almanac_kb.render import document, linker
from almanac_kb.render.document import Document, Link

HERE = SourcePath("notes/a.md")
FILES = {"notes/b c.md", "notes/pic.png", "extra/index.md", "pic.png"}


@pytest.mark.parametrize(
    ("target", "path"),
    [
        ("pic.png", "notes/pic.png"),
        ("/pic.png", "pic.png"),
        ("b%20c.md?plain=1#part", "notes/b c.md"),
        (".\\b c", "notes/b c.md"),
        ("../../extra/", "extra/index.md"),
        ("extra/index.html", "extra/index.md"),
        ("@site/extra", "extra/index.md"),
        ("c.md", None),
        ("../../../pic2.png", None),
        ("https://example.org/pic.png", None),
        ("#pic.png", None),
        ("", None),
        ("x" * 10_000, None),
    ],
)
def test_a_target_means_one_of_some_files(target: str, path: str | None) -> None:
    assert link_index.find_file(target, HERE, FILES) == path


@pytest.mark.parametrize("written", ["extra/index.md", "/extra/", "../extra", "../../extra/index.html", "@/extra/"])
def test_a_link_leads_to_a_page_that_is_in_no_index_however_it_is_written(written: str) -> None:
    made = Document(HERE, links=(Link(0, 1, written),))
    assert list(linker.link_targets(made, HERE, {SourcePath("extra/index.md"): UrlPath("extra/")})) == ["extra/"]


@pytest.mark.parametrize("folder", "abcdefghijklmnopqrst")
def test_a_style_sheet_uses_the_file_beside_it_before_the_one_at_the_top(folder: str) -> None:
    files = {"x.png", f"{folder}/x.png"}
    assert list(document.files_in_text("url(x.png)", f"{folder}/style.css", files)) == [f"{folder}/x.png"]


@pytest.mark.parametrize(
    ("text", "used"),
    [
        ('<img src="{{ base_url }}/img/x.png">', ["img/x.png"]),
        ("<img src=\"{{ 'img/x.png'|url }}\">", ["img/x.png"]),
        ('<img src="img/x.png?v=1" srcset="/img/y.png 2x">', ["img/x.png", "img/y.png"]),
        ('<img src="//img/x.png"> <a href="https://example.org/img/x.png">', []),
    ],
)
def test_a_template_uses_the_files_that_a_browser_would_get(text: str, used: list[str]) -> None:
    assert list(document.files_in_text(text, "", {"img/x.png", "img/y.png"})) == used


@pytest.mark.parametrize(
    ("written", "path"),
    [
        ("images/wide.png", "images/wide.png"),
        ("Cover.PNG", "t/cover.png"),
        ("@site/static/logo.svg", "static/logo.svg"),
        ("only.png", "other/only.png"),
        ("deep/lid.png", "other/deep/lid.png"),
    ],
)
def test_the_picture_of_an_article_is_the_file_that_a_link_would_mean(tmp_path: Path, written: str, path: str) -> None:
    files = "t/cover.png\nimages/wide.png\nstatic/logo.svg\nother/only.png\nother/deep/lid.png"
    made = catalogue(tmp_path, f'{files}\nt/a.md | title: A; image: "{written}"')
    assert ([each.image for each in made.articles], said(made)) == ([path], [])


def test_the_picture_is_none_of_several_with_its_name(tmp_path: Path) -> None:
    made = catalogue(tmp_path, "x/only.png\ny/only.png\nt/a.md | title: A; image: only.png")
    assert "there is no file 'only.png'" in said(made)[0]


def test_a_percent_encoded_link_to_a_moved_article_is_written_anew() -> None:
    def index(path: str) -> LinkIndex:
        return build_link_index((IndexedArticle(SourcePath("a.md"), "A"), IndexedArticle(SourcePath(path), "B")), ())

    before, after = (index("übung.md"), index("übung.md")), (index("x/übung.md"), index("x/übung.md"))
    known = relink.Links(before, after, {SourcePath("übung.md"): SourcePath("x/übung.md")}, {})
    text = "[B](%C3%BCbung.md)\n"
    assert relink.relinked(text, SourcePath("a.md"), SourcePath("a.md"), known) == "[B](x/%C3%BCbung.md)\n"
