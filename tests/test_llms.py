"""The full text for language models, in parts that can be read."""

from almanac_kb.content.article import Article
from almanac_kb.content.sections import Section
from almanac_kb.content.site import SiteInfo
from almanac_kb.core.paths import SourcePath, UrlPath
from almanac_kb.exports import copies

SITE = SiteInfo("Almanac", "https://example.org/kb/")


def test_a_small_site_is_one_file() -> None:
    assert copies.llms_full(["one\n", "two\n"], SITE) == {"llms-full.txt": "# Almanac\n\none\n\ntwo\n"}


def test_a_large_one_is_split_at_a_megabyte_between_articles() -> None:
    texts = [f"{number} " + "é" * 200_000 + "\n" for number in range(7)] + ["long " + "x" * 1_500_000 + "\n", "last\n"]
    files = copies.llms_full(texts, SITE)
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
