"""The ways of new users, each from an empty folder with the wheel alone, to a site below a path prefix in a browser."""

import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import browser
import installed
import pytest
from builder import Built, words
from material_sites import SITES
from reader import Reader
from seen import english_words
from visit import visit
from walks import ARTICLES, VAULT, german

from almanac_kb.mkdocs import scaffold

pytestmark = [pytest.mark.slow(seconds=20), browser.needs_chromium]
WIDTHS = (1440, 390)
BROKEN = "return [...document.images].filter((each) => each.complete && !each.naturalWidth).map((each) => each.src)"
TOO_WIDE = "return document.documentElement.scrollWidth - innerWidth"


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of an empty environment with the wheel."""
    folder = tmp_path_factory.mktemp("environment")
    scaffold.new_site(folder / "site", "Site")
    return installed.install(folder / "site", sys.executable, folder)


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with browser.chromium() as driver:
        yield Reader(driver, "")


def write(root: Path, files: Mapping[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return root


def done(programs: Path, folder: Path, *command: str) -> str:
    """Runs a command that has to succeed; returns what it said."""
    ran = installed.run(programs, folder, *command)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout + ran.stderr


def look(built: Built, reader: Reader, *pages: str) -> None:
    """Looks at pages, at a desk and on a phone: nothing is missing, wider than the window, or wrong in the console."""
    found = []
    with browser.serving(built.site) as home:
        for width in WIDTHS:
            for path in pages:
                seen = visit(reader.driver, f"{home}{path}", width=width)
                found += [(width, path, said) for said in seen.said]
                found += [(width, path, host) for host in seen.origins if not home.startswith(host)]
                found += [(width, path, picture) for picture in reader.driver.execute_script(BROKEN)]
                found += [(width, path, "is wider than the window")] if reader.driver.execute_script(TOO_WIDE) > 0 else []
    assert found == []


def test_twenty_articles_in_german_with_logo_and_domain(programs: Path, reader: Reader, tmp_path: Path) -> None:
    assert "mkdocs.yml" in done(programs, tmp_path, "almanac", "new", "hof", "--name", "Hof und Küche")
    root = write(tmp_path / "hof", german())
    assert "21 to publish, 0 withheld, 0 refused; 0 errors, 0 warnings" in done(programs, root, "almanac", "check")
    done(programs, root, "almanac", "build", "--strict")
    built = Built(root, 0, "")
    assert {title for _, title, *_ in ARTICLES} <= {record["title"] for record in built.json("articles.json")["articles"]}
    assert built.text("CNAME") == "hof.example\n"
    page = built.page("")
    assert (page.get("lang"), page.xpath("//header//img/@src")) == ("de", ["bilder/logo.svg"])
    shown = {(path, text) for path in (*built.pages(), "404.html") for text in english_words("de", built.text(path))}
    assert shown == set()
    look(
        built,
        reader,
        "",
        "garten/",
        "küche/käse-reifen-lassen/",
        "hof/werkstatt/öfen-ausmauern/",
        "tags/",
        "tags/gemüse/",
        "archive/2024/",
        "map/",
    )
    with browser.serving(built.site) as home:
        reader.home = home
        reader.go()
        reader.press("/")
        reader.wait(lambda: reader.active == "kb-search__input")
        reader.press("kase")
        reader.wait(lambda: reader.titles[:1] == ["Käse reifen lassen"])


def test_a_vault_of_obsidian(programs: Path, reader: Reader, tmp_path: Path) -> None:
    write(tmp_path / "Vault", VAULT)
    done(programs, tmp_path, "almanac", "new", "notes", "--name", "Notes")
    root = tmp_path / "notes"
    assert "left out: ../Vault/Templates" in done(programs, root, "almanac", "import", "../Vault", "--topic", "notes")
    done(programs, root, "almanac", "build")
    built = Built(root, 0, "")
    tea = built.page("notes/tea/")
    assert tea.xpath("//article//img/@width") == ["120"]
    assert words(tea, "//article//mark") == ["Fresh"]
    assert "Ask Ann" not in built.text("notes/tea/")
    assert words(built.page("notes/bread/sourdough/"), "//article//a[@href='../../tea/']")[0] == "Chai"
    texts = [text for path in built.pages() for text in words(built.page(path), "//article")]
    assert [text for text in texts if re.search(r"\[\[|%%|\^boil|==", text)] == []
    assert {path: (tmp_path / "Vault" / path).read_bytes() for path in VAULT} == {
        path: content if isinstance(content, bytes) else content.encode() for path, content in VAULT.items()
    }
    look(built, reader, *built.pages())


def test_a_site_of_material(programs: Path, reader: Reader, tmp_path: Path) -> None:
    root = write(tmp_path, SITES["framework"])
    said = done(programs, root, "almanac", "adopt", "mkdocs.yml", "--write")
    assert "almanac" in said
    assert "almanac" in (root / "requirements.txt").read_text()
    done(programs, root, "mkdocs", "build")
    built = Built(root, 0, "")
    look(built, reader, *built.pages())
