"""The full text for language models, in parts that can be read."""

from knowledge.catalogue.topic import Topic
from knowledge.feeds.feed import Site
from knowledge.machines import llms
from knowledge.place import Source, Url
from knowledge.reading.article import Article

SITE = Site("Almanac", "https://example.org/kb/")


def test_a_small_site_is_one_file() -> None:
    assert llms.full(["one\n", "two\n"], SITE) == {"llms-full.txt": "# Almanac\n\none\n\ntwo\n"}


def test_a_large_one_is_split_at_a_megabyte_between_articles() -> None:
    texts = [f"{number} " + "é" * 200_000 + "\n" for number in range(7)] + ["long " + "x" * 1_500_000 + "\n", "last\n"]
    files = llms.full(texts, SITE)
    assert list(files) == ["llms-full.txt", *(f"llms-full-{number}.txt" for number in range(1, 7))]
    assert files[llms.FULL].startswith(
        "# Almanac\n\nThe text has 6 parts:\n\n- [llms-full-1.txt](https://example.org/kb/llms-full-1.txt)\n"
    )
    parts = [files[name] for name in list(files)[1:]]
    assert "".join(parts).replace("\n", "") == "".join(texts).replace("\n", "")
    assert [len(part.encode()) <= llms.SIZE for part in parts] == [True, True, True, True, False, True]


def test_a_list_longer_than_a_megabyte_is_one_of_topics() -> None:
    articles = tuple(
        Article(Source(f"t/{number}.md"), f"A{number}", "d" * 200, url=Url(f"t/{number}/"), topic="t") for number in range(5000)
    )
    topics = {
        "": Topic("", Url(""), "Almanac", "", "article", None, (), articles, ("t",)),
        "t": Topic("t", Url("t/"), "Tea [and] toast", "", "article", None, articles, articles, ()),
    }
    files = llms.index(topics, SITE)
    assert list(files) == ["llms.txt", "t/llms.txt"]
    assert files[llms.INDEX].endswith("## Topics\n\n- [Tea \\[and\\] toast](https://example.org/kb/t/llms.txt)\n")
    assert files[Url("t/llms.txt")].count("\n- [A") == 5000
