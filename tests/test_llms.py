"""The full text for language models, in parts that can be read."""

from almanac_kb.content.article import Article
from almanac_kb.content.sections import Section
from almanac_kb.content.site import SiteInfo
from almanac_kb.core.paths import SourcePath, UrlPath
from almanac_kb.exports import copies

SITE = SiteInfo("Almanac", "https://example.org/kb/")


def _full_texts(texts: list[str]) -> dict[str, str]:
    by_url = {UrlPath(f"a{number}/index.md"): text for number, text in enumerate(texts)}
    made = copies.full_texts({url: len(text.encode()) for url, text in by_url.items()}, SITE)
    return {each.url: each.text(by_url.__getitem__) for each in made}


def test_a_small_site_is_one_file() -> None:
    assert _full_texts(["one\n", "two\n"]) == {"llms-full.txt": "# Almanac\n\none\n\ntwo\n"}
    assert _full_texts([]) == {"llms-full.txt": "# Almanac\n\n"}


def test_a_large_one_is_split_at_a_megabyte_between_articles() -> None:
    texts = [f"{number} " + "é" * 200_000 + "\n" for number in range(7)] + ["long " + "x" * 1_500_000 + "\n", "last\n"]
    files = _full_texts(texts)
    assert list(files) == ["llms-full.txt", *(f"llms-full-{number}.txt" for number in range(1, 7))]
    assert files[copies.FULL].startswith(
        "# Almanac\n\nThe text has 6 parts:\n\n- [llms-full-1.txt](https://example.org/kb/llms-full-1.txt)\n"
    )
    parts = [files[name] for name in list(files)[1:]]
    assert "".join(parts).replace("\n", "") == "".join(texts).replace("\n", "")
    assert [len(part.encode()) <= copies.SIZE for part in parts] == [True, True, True, True, False, True]


def test_a_list_longer_than_a_megabyte_is_one_of_topics() -> None:
    articles = tuple(
        Article(SourcePath(f"t/{number}.md"), f"A{number}", "d" * 200, url=UrlPath(f"t/{number}/"), section="t") for number in range(5000)
    )
    topics = {
        "": Section("", UrlPath(""), "Almanac", "", "article", None, (), articles, ("t",)),
        "t": Section("t", UrlPath("t/"), "Tea [and] toast", "", "article", None, articles, articles, ()),
    }
    files = copies.llms_index(topics, SITE)
    assert list(files) == ["llms.txt", "t/llms.txt"]
    assert files[copies.INDEX].endswith("## Topics\n\n- [Tea \\[and\\] toast](https://example.org/kb/t/llms.txt)\n")
    assert files[UrlPath("t/llms.txt")].count("\n- [A") == 5000
