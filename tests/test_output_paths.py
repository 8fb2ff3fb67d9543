"""No file of the site is written by two owners, whatever the case of its name."""

import pytest

from almanac_kb.content.output_paths import OutputPaths, is_replaceable, output_path, same_on_some_disks, unportable_name


@pytest.fixture
def paths() -> OutputPaths:
    found = OutputPaths()
    found.reserve("a/index.html", "a.md")
    found.reserve("A/INDEX.html", "second.md")
    found.reserve("caf\u00e9", "accents")
    for path in ("assets/search.js", "assets/images/favicon.png", "robots.txt"):
        found.reserve(path, "the site")
    return found


@pytest.mark.parametrize(
    ("path", "owner"),
    [
        ("a/index.html", "a.md"),
        ("A/Index.HTML", "a.md"),
        ("a/index.html. ", "a.md"),
        ("a", "a.md"),
        ("a/index.html/b", "a.md"),
        ("cafe\u0301", "accents"),
        ("CAFE\u0301", "accents"),
        ("assets/Search.JS", "the site"),
        ("assets", "the site"),
        ("robots.txt", "the site"),
        ("g/page/2/index.html", "the pages of a listing"),
        ("Page/3", "the pages of a listing"),
    ],
)
def test_a_path_belongs_to_the_first_that_reserved_it(paths: OutputPaths, path: str, owner: str) -> None:
    found = paths.obstacle(path)
    assert found is not None
    assert found.owner == owner


@pytest.mark.parametrize("path", ["a/other.html", "b", "assets/plan.png", "page/two/index.html", "page.html"])
def test_other_paths_are_free(paths: OutputPaths, path: str) -> None:
    assert paths.obstacle(path) is None
    assert paths.obstacle_of_asset(path) is None


@pytest.mark.parametrize("path", ["robots.txt", "Robots.txt", "assets/images/favicon.png", "CNAME", "google0123456789abcdef.html"])
def test_files_that_a_site_brings_itself_are_published(paths: OutputPaths, path: str) -> None:
    assert is_replaceable(path)
    assert paths.obstacle_of_asset(path) is None


def test_a_file_of_docs_takes_no_file_of_the_site(paths: OutputPaths) -> None:
    assert paths.obstacle_of_asset("assets/SEARCH.js") == paths.obstacle("assets/search.js")
    assert paths.obstacle_of_asset("assets/search.js/x.png") == paths.obstacle("assets/search.js")
    paths.reserve("cname/index.html", "cname.md")
    assert paths.obstacle_of_asset("CNAME") == paths.obstacle("cname")


@pytest.mark.parametrize(("address", "file"), [("", "index.html"), ("g/page/2/", "g/page/2/index.html"), ("old.html", "old.html")])
def test_an_address_is_a_file(address: str, file: str) -> None:
    assert output_path(address) == file


@pytest.mark.parametrize(
    ("path", "part"),
    [
        ("g/NUL.txt", "device"),
        ("g/com1", "device"),
        ("g/a:b.txt", "':'"),
        ("g?/a.txt", "'?'"),
        ("g/a.", "dot or a space"),
        ("g /a.txt", "dot or a space"),
        ("\u00e9" * 128 + ".txt", "255 bytes"),
    ],
)
def test_a_name_that_another_system_cannot_hold_says_why(path: str, part: str) -> None:
    assert part in unportable_name(path)


@pytest.mark.parametrize("path", ["g/null.txt", "console.md", "a (1).png", "caf\u00e9/.nojekyll"])
def test_other_names_say_nothing(path: str) -> None:
    assert unportable_name(path) == ""


def test_names_that_differ_in_case_alone_are_found() -> None:
    assert list(same_on_some_disks(["g/plan.png", "g/Plan.png", "b.png"])) == [("g/Plan.png", "g/plan.png")]
