"""Articles from elsewhere as readers see them: formulas, diagrams, tags in the text, and what is said of an article in one line."""

from pathlib import Path

import pytest
from builder import Built, project, run, words

from almanac_kb.markdown import parser

VAULT = {
    ".tags.yml": "- name: Backups\n  aliases: [backup, savepoint]\n- name: wip\n  hidden: true\n",
    "notes/plan.md": "---\ndate: 2025-01-02\n---\n# Plan\n\nThe part, Nowhere.\n\nSee [[Disks#Nowhere]].\n\nSee [[Disks#Gone|the part]].\n",
    "notes/disks.md": r"""---
date: 2025-01-01
---
# Disks

%%why?%% Keep **two** [[Plan|copies]] {{< x >}}of `all`, #backup and #Health/AI, for $5 or $10.^[A note.] #wip

So $a_1 \, b$, \(x\_y\) and $$\frac{a}{b}$$.

$$
\begin{pmatrix} a & b \\ c & d \end{pmatrix}
$$

```mermaid
graph TD
  A["#none"]-->B
```
""",
    "notes/other.md": '---\ndate: 2025-01-03\ntags: [Backups]\ndescription: "**Bold** [[Plan]] and <b>more</b>"\n---\n# Other\n\nText.\n',
}
DESCRIPTION = "Keep two copies of all, #backup and #Health/AI, for $5 or $10. #wip"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Built:
    root = project(tmp_path_factory.mktemp("vault"), VAULT)
    settings = root / "mkdocs.yml"
    settings.write_text(settings.read_text().replace("  knowledge:\n", "  knowledge:\n    hashtags: true\n"))
    return run(root, "mkdocs", "build")


def test_a_description_shows_no_marks_wherever_it_is_shown(site: Built) -> None:
    page = site.page("notes/disks")
    assert page.xpath("//meta[@name='description' or @property='og:description']/@content") == [DESCRIPTION] * 2
    assert site.page("notes/other").xpath("//meta[@name='description']/@content") == ["Bold Plan and <b>more</b>"]
    assert DESCRIPTION in " ".join(site.page("").text_content().split())
    assert DESCRIPTION in site.text("feed.xml")
    assert "%%" not in site.text("articles.json")


def test_formulas_reach_the_page_unharmed_and_money_stays_text(site: Built) -> None:
    page = site.page("notes/disks")
    shown = [node.text_content() for node in page.xpath("//article//*[@class='arithmatex']")]
    matrix = "\\[\n\\begin{pmatrix} a & b \\\\ c & d \\end{pmatrix}\n\\]"
    assert shown == [r"\(a_1 \, b\)", r"\(x\_y\)", r"\[\frac{a}{b}\]", matrix]
    assert "for $5 or $10." in page.text_content()


def test_a_diagram_is_handed_on_as_it_was_written(site: Built) -> None:
    assert site.page("notes/disks").xpath("string(//pre[@class='mermaid']/code)") == 'graph TD\n  A["#none"]-->B'


def test_tags_in_the_text_are_tags_of_the_article_and_links_to_their_pages(site: Built) -> None:
    page = site.page("notes/disks")
    links = {link.text: link.get("href") for link in page.xpath("//article//p/a[starts-with(., '#')]")}
    assert links == {"#backup": "../../tags/backups/", "#Health/AI": "../../tags/health-slash-ai/"}
    assert "#wip" in page.xpath("string(//article)")
    assert words(site.page("tags/backups"), "//a[@class='kb-card__title']") == ["Other", "Disks"]
    assert words(site.page("tags/health-slash-ai"), "//a[@class='kb-card__title']") == ["Disks"]
    assert "Backups Health/AI" in site.found()["notes/disks/"]["content"]
    dictionary, number = site.search.dictionary(), site.search.urls().index("notes/disks/")
    assert [term for term in ("savepoint", "backup", "health/ai") if number not in dict(dictionary[term][1])] == []
    tags = {each["title"]: [tag["name"] for tag in each["tags"]] for each in site.json("articles.json")["articles"]}
    assert tags == {"Other": ["Backups"], "Plan": [], "Disks": ["Backups", "Health/AI"]}
    assert site.xml("tags/health-slash-ai/feed.xml").xpath("string(//*[local-name()='entry']/*[local-name()='title'])") == "Disks"


def test_a_link_to_a_part_that_is_not_there_is_named_at_its_line(site: Built) -> None:
    end = "and that page has no part of this name; correct what follows the #"
    assert f"docs/notes/plan.md:8:5: anchor: 'Disks › Nowhere' leads to '[[Disks#Nowhere]]', {end}" in site.output
    assert f"docs/notes/plan.md:10:17: anchor: 'the part' leads to '../disks/#gone', {end}" in site.output


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("#a and (#b), #c/d. #e-f_g! #é #日本", ["a", "b", "c/d", "e-f_g", "é", "日本"]),
        ("#start\nof a line", ["start"]),
        ("# Heading #a\n\n#b\n\n## C #c\nLine #d\n===\n#e", ["b", "e"]),
        ("- #a\n- [ ] do #b\n> #c\n\n| #d | x |\n|---|---|\n| #e | y |", ["a", "b", "c", "d", "e"]),
        ("`#a` ``#b``\n\n```\n#c\n```\n\n    #d\n", []),
        ("[#a](b.md) [[#b]] [[c#d|#e]] [f #g][1] https://a.example/#h www.a.example/ #i\n\n[1]: /x '#j'", ["i"]),
        ("<a href=\"#a\">b</a> <!-- #c --> %%#d%% {{< x #e >}} {#f} $#g$", []),
        ("#1 #12 a#b ##c \\#d &#35; C# #", []),
        ("#1a #a1 #a/1", ["1a", "a1", "a/1"]),
    ],
)  # fmt: skip
def test_what_is_a_tag_in_a_text(written: str, expected: list[str]) -> None:
    assert [name for name, _ in parser.hashtags(written)] == expected


def test_without_the_setting_a_word_behind_a_hash_is_a_word(tmp_path: Path) -> None:
    docs = {"a.md": "---\ntags: [x]\ndate: 2025-01-01\n---\n# A\n\nText #y and #x.\n"}
    built = run(project(tmp_path, docs), "mkdocs", "build")
    assert "Text #y and #x." in built.text("a")
    assert not (built.site / "tags/y").exists()
