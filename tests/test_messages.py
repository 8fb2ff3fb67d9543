"""Messages of a build: real faults, each once, at its position, with a remedy that works."""

import pytest
from builder import Built, build

SLIPS = 8
"""Articles with the same missing image."""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    notes = {f"many/n{number}.md": "---\ntitle: Note\ndescription: A note.\nimage: ../gone.png\n---\nText.\n" for number in range(SLIPS)}
    return build(
        tmp_path_factory.mktemp("messages"),
        {
            "cited.md": "---\ntitle: Cited\ndescription: Cited.\n---\nWarm [@nobody-1999], by [@ana].\n\n[@ana]: https://example.com/ana\n",
            "remote.md": "---\ntitle: Remote\ndescription: Remote.\n---\n![lamp](https://images.example.com/x.jpg)\n",
            "g/target.md": "---\ntitle: Target\ndescription: Target.\n---\nSee [one](../cited.md?x=1#t) first.\n",
            "refused.md": "---\ntitle: Refused\ndate: soon\n---\nText.\n",
            "g/bare.md": "---\ntitle: Bare\ndescription: A link.\n---\nSee <a href=../cited.md#u>two</a> first.\n",
            "link.md": "---\ntitle: Link\ndescription: A link.\n---\nSee [it](refused.md) and http://127.0.0.1:8000/admin.\n",
            **notes,
        },
        REFUSED="skip",
        SITE_URL="http://127.0.0.1:8000/",
    )


def test_a_citation_without_a_source_is_said_once(built: Built) -> None:
    assert [line.count("nobody-1999") for line in built.output.splitlines() if "nobody-1999" in line] == [1]
    assert "@ana" not in built.output


def test_a_picture_of_another_host_names_the_setting(built: Built) -> None:
    (line,) = [line for line in built.output.splitlines() if "images.example.com" in line]
    assert "add images.example.com to hosts" in line


def test_a_link_is_named_whole(built: Built) -> None:
    (line,) = [line for line in built.output.splitlines() if "g/target.md" in line]
    assert "docs/g/target.md:5:" in line
    assert "'../cited.md?x=1#t'" in line
    (line,) = [line for line in built.output.splitlines() if "g/bare.md" in line]
    assert "'../cited.md#u'" in line


def test_what_many_files_have_in_common_is_one_line(built: Built) -> None:
    (line,) = [line for line in built.output.splitlines() if "gone.png" in line]
    assert f"(and in {SLIPS - 1} more files: docs/many/n1.md:4, docs/many/n2.md:4, docs/many/n3.md:4, …)" in line


def test_neither_links_to_a_refused_article_nor_to_the_readers_machine_are_faults(built: Built) -> None:
    assert [line for line in built.output.splitlines() if "link.md" in line] == []
    assert built.code == 0
