"""Paths and URLs."""

from almanac_kb.core.paths import SourcePath, UrlPath, absolute_url, file_name, folder, parents, stem


def test_an_absolute_url_is_percent_encoded_below_the_site() -> None:
    assert absolute_url("https://example.org/kb/", UrlPath("führer/c++ 1/")) == "https://example.org/kb/f%C3%BChrer/c%2B%2B%201/"


def test_the_url_of_the_home_page_is_that_of_the_site() -> None:
    assert absolute_url("https://example.org/kb/", UrlPath("")) == "https://example.org/kb/"


def test_a_url_path_that_looks_like_a_scheme_stays_on_the_site() -> None:
    assert absolute_url("https://example.org/kb/", UrlPath("javascript:alert(1)/")) == "https://example.org/kb/javascript%3Aalert%281%29/"


def test_the_parts_of_a_path() -> None:
    source = SourcePath("guides/home/backups.tar.md")
    assert (folder(source), file_name(source), stem(source)) == ("guides/home", "backups.tar.md", "backups.tar")
    assert (folder("a.md"), file_name("a.md"), stem("README")) == ("", "a.md", "README")


def test_the_folders_above_a_path_nearest_first() -> None:
    assert parents("a/b/c") == ("a/b", "a", "")
    assert parents("a") == ("",)
    assert parents("") == ()
