"""The search as a reader has it: a real browser, a site below a path prefix, a strict content security policy."""

from collections.abc import Iterator

import browser
import pytest
from builder import Built, build
from reader import Reader
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from visit import SETTLED

pytestmark = browser.needs_chromium

DOCS = {
    "guides/backups.md": (
        "---\ntitle: Backups at home\ndate: 2025-04-11\ntags: [Kubernetes]\n---\n# Backups at home\n\nKeep two copies.\n\n"
        "## Offsite copies\n\nA disk in another building survives a fire.\n\n## Restoring\n\nTry it before you need it.\n"
    ),
    "guides/disks.md": (
        "---\ntitle: Choosing a disk\ndate: 2024-01-02\n---\n# Choosing a disk\n\nA raspberry of a disk.\n\n## Noise\n\nSome are quiet.\n"
    ),
    "news/swarm.md": "---\ntitle: A swarm of bees\ndate: 2025-06-01\n---\n# A swarm of bees\n\nBees and a disk.\n",
    "news/code.md": "---\ntitle: Names in code\ndate: 2023-01-01\n---\n# Names\n\nCall `task.file.hasProperty('x')` in code.\n",
    "garden/overview.md": "---\ntitle: All about gardens\n---\n# All about gardens\n\nMore:\n\n## Vigorous pruning\n\nIt helps.\n",
    "garden/trees.md": "---\ntitle: Trees in winter\naliases: [Vigorous pruning]\n---\n# Trees in winter\n\nA cut heals.\n",
    "garden/roses.md": (
        "---\ntitle: Roses\ndate: 2025-07-01\n---\n# Roses\n\nA docker of roses wears gloves, whatever the weather. Thorny stemwork.\n"
    ),
    "news/cpp.md": (
        "---\ntitle: Templates\n---\n# Templates\n\nTemplates in C++ and in C# differ. See `std::unique_ptr`, `--no-color`, .NET.\n"
    ),
    "news/c.md": "---\ntitle: Pointers\n---\n# Pointers\n\nThe language C has pointers, C has no classes.\n",
    "street.md": "---\ntitle: Die Straße\nlang: de\n---\n# Die Straße\n\nIn Łódź gibt es eine Straße aus Kopfsteinpflaster.\n",
    "news/nginx.md": "---\ntitle: Hiding the version\n---\n# Hiding the version\n\nWrite `server_tokens off`, with node.js behind it.\n",
    "news/tokens.md": "---\ntitle: Tokens of a server\n---\n# Tokens of a server\n\nA server hands out tokens, and tokens expire.\n",
    "japan.md": "---\ntitle: 東京の天気\nlang: ja\n---\n# 東京の天気\n\n明日は雨が降るでしょう。\n",
    "lao.md": "---\ntitle: ພາສາລາວ\nlang: lo\n---\n# ພາສາລາວ\n\nຂ້ອຍຮຽນພາສາລາວທຸກມື້\n",
    "khmer.md": "---\ntitle: ភាសាខ្មែរ\nlang: km\n---\n# ភាសាខ្មែរ\n\nខ្ញុំរៀនភាសាខ្មែររាល់ថ្ងៃ\n",
    "arabic.md": "---\ntitle: المكتبة القديمة\nlang: ar\n---\n# المكتبة القديمة\n\nكُتُبٌ كثيرة في هذه المكتبة.\n",
    "hebrew.md": "---\ntitle: שָׁלוֹם עולם\nlang: he\n---\n# שלום עולם\n\nטקסט קצר.\n",
    "thai.md": "---\ntitle: ไข่ไก่\nlang: th\n---\n# ไข่ไก่\n\nใครขายไข่ไก่ที่ตลาด\n",
    "garden/year.md": (
        "---\ntitle: The year\n---\n# The year\n\nA list of works.\n\n## March\n\nSow and wait.\n\n"
        "## Mulberry frost: cover everything\n\nUse straw.\n\n## June\n\nWater it.\n"
    ),
    "garden/mulberry.md": ("---\ntitle: Mulberry and frost\n---\n# Mulberry and frost\n\nEverything freezes: mulberry, frost and more.\n"),
    "refs.md": "---\ntitle: A list\n---\n# A list\n\nShort.\n\n## References\n\n* Thorny stemwork and more stemwork, stemwork.\n",
    "print.md": (
        "---\ntitle: Words that are small\ntags: [heartwood]\ndescription: How wood grows.\n---\n# Words that are small\n\n"
        "## What it says\n\nRead the fine print[^1] before the swarm does.\n\n## And more\n\n[^1]: Elsewhere.\n"
    ),
    "china.md": "---\ntitle: 备份数据库\n---\n# 备份数据库\n\n如何在家里备份数据库和服务器，保护您的数据安全。\n",
    ".tags.yml": "- name: Kubernetes\n  aliases: [k8s, container herding]\n",
    **{
        f"more/{number}.md": f"---\ntitle: Filler {number}\n---\n# Filler\n\nNothing of note, page {number}, about gardens.\n"
        for number in range(20)
    },
}


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    built = build(tmp_path_factory.mktemp("search"), DOCS)
    assert built.code == 0, built.output
    with browser.serving(built.site) as home, browser.chromium() as driver:
        yield Reader(driver, home, "guides/disks/")


@pytest.fixture(autouse=True)
def nothing_in_the_console(reader: Reader) -> Iterator[None]:
    yield
    assert reader.errors() == []


@pytest.mark.demo
def test_the_seed_article_is_found_by_typing_under_a_strict_policy(demo: Built) -> None:
    with browser.serving(demo.site, browser.POLICY) as home, browser.chromium() as driver:
        reader = Reader(driver, home)
        reader.go()
        reader.press("/")
        reader.wait(lambda: reader.open)
        reader.press("personalised medicine diagnostic")
        reader.wait(lambda: reader.titles)
        assert reader.titles[0] == "Ai in healthcare: personalized medicine and diagnostic advancements"
        assert [error for error in reader.errors() if "assets/search.js" in error or "/search/" in error] == []


def test_nothing_of_the_search_is_loaded_before_a_reader_reaches_for_it(reader: Reader) -> None:
    reader.go("guides/disks/")
    reader.driver.execute_async_script(SETTLED)
    script = "return performance.getEntriesByType('resource').map((each) => each.name)"
    loaded = [name.removeprefix(reader.home) for name in reader.driver.execute_script(script)]
    assert [name for name in loaded if name.startswith("search/") or name.endswith("search.js")] == []
    assert "assets/reach.js" in loaded


def test_a_result_shows_its_sections_and_marks_the_words(reader: Reader) -> None:
    reader.ask("disk fire building")
    assert reader.titles[0] == "Backups at home"
    section = reader.all(".kb-search__section")[0]
    assert section.get_attribute("href") == f"{reader.home}guides/backups/#offsite-copies"
    assert section.text.startswith("Offsite copies\n")
    assert [position.text for position in section.find_elements(By.TAG_NAME, "mark")] == ["disk", "building", "fire"]


def test_excerpts_are_of_the_article_and_not_of_what_is_there_to_be_found(reader: Reader) -> None:
    reader.ask("k8s")
    assert [each.text for each in reader.all(".kb-search__text")] == ["Keep two copies."]
    reader.ask("fine print")
    assert [each.text for each in reader.all(".kb-search__text")] == ["Read the fine print before the swarm does."]
    reader.ask("heartwood")
    assert [each.text for each in reader.all(".kb-search__text")] == ["How wood grows."]


def test_a_misspelt_word_is_corrected_and_can_be_kept(reader: Reader) -> None:
    reader.ask("ofsite copeis")
    assert "Showing results for offsite copies; search instead for ofsite copeis" in reader.status.replace("\n", " ")
    assert reader.titles[0] == "Backups at home"
    reader.all("[data-do=literal]")[0].click()
    reader.wait(lambda: "Nothing found for “ofsite copeis”" in reader.status)
    assert [each.text for each in reader.all(".kb-search__after > *")] == [
        "Search for ofsite",
        "Search for copeis",
        "All topics",
        "All tags",
    ]


@pytest.mark.parametrize("question", ["k8s", "K8S", "container herding", "containers herding"])
def test_another_word_for_a_tag_finds_what_carries_the_tag(reader: Reader, question: str) -> None:
    reader.ask(question)
    assert reader.titles[0] == "Backups at home"


def test_an_article_comes_before_those_that_mention_what_it_is_also_called(reader: Reader) -> None:
    reader.ask("vigorous pruning")
    assert reader.titles == ["Trees in winter", "All about gardens"]


def test_an_article_with_a_heading_that_is_the_question_comes_before_one_with_half_of_it_in_its_title(reader: Reader) -> None:
    reader.ask("mulberry frost: cover everything")
    assert reader.titles == ["The year", "Mulberry and frost"]


def test_words_that_no_article_has_together_are_left_out_and_named(reader: Reader) -> None:
    reader.ask("how do I keep a swarm in a garden on the moonbase")
    assert "No article has all these words. Left out: moonbase" in reader.status
    assert reader.titles


def test_a_question_in_chinese_is_understood(reader: Reader) -> None:
    reader.ask("保护数据")
    assert reader.titles == ["备份数据库"]
    text = reader.all(".kb-search__text")[0]
    assert text.text == "如何在家里备份数据库和服务器，保护您的数据安全。"
    assert [position.text for position in text.find_elements(By.TAG_NAME, "mark")] == ["数据", "保护", "数据"]


@pytest.mark.parametrize("question", ["task.file.hasProperty", "hasProperty", "$hasProperty", '"file.hasProperty"'])
def test_a_name_from_code_is_found(reader: Reader, question: str) -> None:
    reader.ask(question)
    assert reader.titles[:1] == ["Names in code"]


@pytest.mark.parametrize("question", ['"swarm of bees"', '"Offsite copies"', '"in another building" disk', '"备份数据库和服务器"'])
def test_a_phrase_in_quotes_is_found_as_it_stands(reader: Reader, question: str) -> None:
    reader.ask(question)
    assert len(reader.titles) == 1


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("C++", "Templates"),
        ("C#", "Templates"),
        (".NET", "Templates"),
        ("std::unique_ptr", "Templates"),
        ("unique_ptr", "Templates"),
        ("--no-color", "Templates"),
        ("C", "Pointers"),
        ("strasse", "Die Straße"),
        ("lodz", "Die Straße"),
        ("node.js", "Hiding the version"),
        ("ขายไข่", "ไข่ไก่"),
        ("東京", "東京の天気"),
        ("雨が降る", "東京の天気"),
        ("ຮຽນພາສາ", "ພາສາລາວ"),
        ("រៀនភាសា", "ភាសាខ្មែរ"),
        ("مكتبه", "المكتبة القديمة"),
        ("كتب", "المكتبة القديمة"),
        ("שלום", "שָׁלוֹם עולם"),
    ],
)
def test_exact_names_and_letters_of_other_languages_are_found(reader: Reader, question: str, title: str) -> None:
    reader.ask(question)
    assert reader.titles == [title]


def test_an_article_with_a_name_from_code_comes_before_those_with_its_parts(reader: Reader) -> None:
    reader.ask("server_tokens")
    assert reader.titles == ["Hiding the version", "Tokens of a server"]


@pytest.mark.parametrize("question", ["docker", "weather", "wears"])
def test_a_word_that_an_article_has_is_never_replaced(reader: Reader, question: str) -> None:
    reader.ask(question)
    assert "Showing results for" not in reader.status
    assert reader.titles == ["Roses"]


def test_a_word_two_letters_off_is_offered_and_not_replaced(reader: Reader) -> None:
    reader.ask("noise kubarnites")
    assert "Left out: kubarnites" in reader.status
    assert reader.titles == ["Choosing a disk"]
    offer = next(each for each in reader.all(".kb-search__after a") if "Did you mean" in each.text)
    assert offer.text == "Did you mean “noise kubernetes”?"
    offer.click()
    reader.wait(lambda: "Backups at home" in reader.titles)


def test_a_list_of_references_counts_for_little(reader: Reader) -> None:
    reader.ask("stemwork")
    assert reader.titles == ["Roses", "A list"]


def test_half_a_word_finds_what_it_may_become(reader: Reader) -> None:
    reader.ask("raspb")
    assert reader.titles == ["Choosing a disk"]
    assert "Showing results for" not in reader.status


def test_results_are_narrowed_and_sorted(reader: Reader) -> None:
    reader.ask("disk")
    assert set(reader.titles) == {"Choosing a disk", "Backups at home", "A swarm of bees"}
    reader.all(".kb-search__filters summary")[0].click()
    reader.wait(lambda: reader.all("select[name=sort]"))
    _choose(reader, "sort", "Newest first")
    reader.wait(lambda: reader.titles == ["A swarm of bees", "Backups at home", "Choosing a disk"])
    _choose(reader, "sort", "Oldest first")
    reader.wait(lambda: reader.titles == ["Choosing a disk", "Backups at home", "A swarm of bees"])
    _choose(reader, "topic", "Guides")
    reader.wait(lambda: reader.titles == ["Choosing a disk", "Backups at home"])
    _choose(reader, "year", "2025")
    reader.wait(lambda: reader.titles == ["Backups at home"])
    _choose(reader, "tag", "Kubernetes")
    reader.wait(lambda: "tag=Kubernetes" in reader.driver.current_url)
    _choose(reader, "year", "2023")
    reader.wait(lambda: "Nothing found" in reader.status)
    assert [each.text for each in reader.all(".kb-search__after button")] == [
        "Without year 2023: 1 article",
        "Search without filters: 3 articles",
    ]
    reader.all("[data-do=drop]")[0].click()
    reader.wait(lambda: reader.titles == ["Backups at home"])
    _choose(reader, "year", "2023")
    reader.wait(lambda: "Nothing found" in reader.status)
    reader.all("[data-do=clear]")[0].click()
    reader.wait(lambda: len(reader.titles) == 3)


def test_a_filter_says_how_many_results_each_choice_leaves(reader: Reader) -> None:
    reader.go("guides/disks/?q=disk")
    reader.wait(lambda: len(reader.titles) == 3)
    reader.all(".kb-search__filters summary")[0].click()
    reader.wait(lambda: reader.all("select[name=topic]"))
    options = reader.driver.execute_script(
        "return [...document.querySelectorAll('select[name=topic] option, select[name=language] option')].map((each) => each.text.trim())"
    )
    assert {"Guides (2)", "News (1)", "Garden (0)", "en (3)", "de (0)"} <= set(options)


def test_filters_and_order_stand_in_the_address_and_outlast_a_reload(reader: Reader) -> None:
    reader.go("guides/disks/?q=disk&topic=guides&sort=oldest")
    reader.wait(lambda: reader.titles == ["Choosing a disk", "Backups at home"])
    assert "Only: topic guides" in reader.status
    share = next(each for each in reader.all(".kb-search__after a") if each.text == "Link to this search")
    assert share.get_attribute("href") == f"{reader.home}guides/disks/?q=disk&topic=guides&sort=oldest"
    reader.driver.refresh()
    reader.wait(lambda: reader.titles == ["Choosing a disk", "Backups at home"])
    reader.press(Keys.ENTER)
    reader.wait(lambda: "q=" not in reader.driver.current_url or not reader.open)
    reader.driver.back()
    reader.wait(lambda: reader.titles == ["Choosing a disk", "Backups at home"])
    reader.press(Keys.ESCAPE)
    reader.wait(lambda: "?" not in reader.driver.current_url)


def test_the_words_are_marked_on_the_page_that_a_result_leads_to(reader: Reader) -> None:
    reader.ask("quiet disk")
    reader.press(Keys.ENTER)
    reader.wait(lambda: not reader.open or "q=" not in reader.driver.current_url)
    marked = "return [...(CSS.highlights.get('kb-found') ?? [])].map((range) => range.toString())"
    reader.wait(lambda: set(reader.driver.execute_script(marked)) == {"disk", "quiet"})


def test_everything_works_by_keyboard_and_focus_returns(reader: Reader) -> None:
    reader.go("guides/disks/")
    link = reader.all(".kb-find__open")[0]
    reader.driver.execute_script("arguments[0].focus()", link)
    reader.press("s")
    reader.wait(lambda: reader.active == "kb-search__input")
    reader.press("fire building")
    reader.wait(lambda: reader.titles)
    field = reader.all(".kb-search__input")[0]
    reader.press(Keys.ARROW_DOWN, Keys.ARROW_DOWN)
    chosen = reader.driver.find_element(By.ID, field.get_attribute("aria-activedescendant"))
    assert chosen.text.startswith("Offsite copies")
    assert (chosen.get_attribute("aria-selected"), field.get_attribute("aria-expanded")) == ("true", "true")
    reader.press(Keys.ESCAPE)
    reader.wait(lambda: not reader.open)
    assert reader.active == "kb-find__open"
    assert "q=" not in reader.driver.current_url
    reader.press(Keys.CONTROL, "k")
    reader.wait(lambda: reader.open)
    reader.press(Keys.ARROW_DOWN, Keys.ARROW_DOWN, Keys.ENTER)
    reader.wait(lambda: reader.driver.current_url == f"{reader.home}guides/backups/#offsite-copies")
    reader.driver.back()
    reader.wait(lambda: reader.open and reader.titles[:1] == ["Backups at home"])


def test_a_key_pressed_while_writing_is_a_letter(reader: Reader) -> None:
    reader.go("404.html")
    field = reader.all(".kb-field__input")[0]
    reader.driver.execute_script("arguments[0].focus()", field)
    reader.press("s")
    reader.wait(lambda: reader.open)
    assert reader.all(".kb-search__input")[0].get_attribute("value").endswith("s")


def test_a_link_to_a_question_opens_its_answer(reader: Reader) -> None:
    reader.go("news/code/?q=offsite%20copies")
    reader.wait(lambda: reader.titles[:1] == ["Backups at home"])
    assert reader.all(".kb-search__after a")[0].get_attribute("href") == f"{reader.home}news/code/?q=offsite%20copies"


def test_what_was_asked_before_is_offered_again_and_forgotten(reader: Reader) -> None:
    reader.ask("swarm")
    reader.press(Keys.ENTER)
    reader.wait(lambda: reader.driver.current_url.startswith(f"{reader.home}news/swarm/"))
    reader.go("guides/disks/")
    reader.press("/")
    reader.wait(lambda: [each.text for each in reader.all(".kb-search__recent")][:1] == ["swarm"])
    reader.press(Keys.ARROW_DOWN, Keys.ENTER)
    reader.wait(lambda: reader.titles[:1] == ["A swarm of bees"])
    reader.press(Keys.CONTROL, "a")
    reader.press(Keys.BACKSPACE)
    reader.wait(lambda: reader.all("[data-do=forget]"))
    reader.all("[data-do=forget]")[0].click()
    reader.wait(lambda: not reader.all(".kb-search__recent"))


def test_a_lost_address_becomes_a_question(reader: Reader) -> None:
    reader.go("guides/offsite-copies.html")
    reader.wait(lambda: [each.get_attribute("value") for each in reader.all(".kb-field__input")] == ["guides offsite copies"])
    reader.all(".kb-field button")[0].click()
    reader.wait(lambda: reader.titles[:1] == ["Backups at home"])


def test_of_an_address_only_what_is_close_is_corrected(reader: Reader) -> None:
    reader.go("nope/")
    reader.wait(lambda: [each.get_attribute("value") for each in reader.all(".kb-field__input")] == ["nope"])
    reader.all(".kb-field button")[0].click()
    reader.wait(lambda: "Nothing found for “nope”" in reader.status)
    assert [each.text for each in reader.all(".kb-search__after > *")] == ["Did you mean “note”?", "All topics", "All tags"]
    reader.all(".kb-search__after > *")[0].click()
    reader.wait(lambda: "20 articles" in reader.status)
    reader.go("guides/ofsite-copies.html")
    reader.wait(lambda: [each.get_attribute("value") for each in reader.all(".kb-field__input")] == ["guides ofsite copies"])
    reader.all(".kb-field button")[0].click()
    reader.wait(lambda: "Showing results for guides offsite copies" in reader.status)


def _choose(reader: Reader, name: str, text: str) -> None:
    reader.driver.execute_script(
        "const [select, text] = arguments; select.value = [...select.options].find((each) => each.text.trim().startsWith(text)).value;"
        "select.dispatchEvent(new Event('change'));",
        reader.all(f"select[name={name}]")[0],
        text,
    )
