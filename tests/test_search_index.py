"""The index of the search: what it holds of an article, and how its files change with the articles."""

import datetime
import itertools
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from search_index import Index

from almanac_kb.core.cache import DiskCache
from almanac_kb.search import analysis, index, postings, tokens
from almanac_kb.search.analysis import Lexicon, analyse
from almanac_kb.search.documents import SearchDocument, SearchSection, index_input, link_texts, links_in, sections, target_of
from almanac_kb.search.tokens import stop_terms

HTML = """<h1 id="top">Backups<a class="headerlink" href="#top">¶</a></h1><p>Keep <b>two</b> cop<em>ies</em> &amp; more.<sup>
<a class="footnote-ref" href="#fn:1">1</a></sup></p><!-- hidden --><h2 id="offsite">Offsite <code>rsync</code></h2>
<div class="tabbed-labels"><label for="a">Linux</label><label for="b">Windows</label></div><div class="highlight"><pre><span></span><code>
<span class="nb">rsync</span> --archive</code></pre></div><dl><dt id="term">Term</dt><dd>What it is</dd></dl><h2 id="r">References</h2>
<p>Elsewhere</p><div class="footnote"><ol><li><p>A note<a class="footnote-backref" href="#x">↩</a></p></li></ol></div>"""


def test_the_text_of_an_article_is_divided_at_its_headings() -> None:
    assert sections(HTML) == (
        SearchSection("", "Backups", "Keep two copies & more."),
        SearchSection("offsite", "Offsite rsync", "Linux\nWindows\nrsync --archive", "rsync --archive"),
        SearchSection("term", "Term", "What it is"),
        SearchSection("r", "References", "Elsewhere", weak=True),
        SearchSection("", "", "A note", weak=True),
    )


def test_a_list_of_links_is_weak_and_a_text_with_links_is_not() -> None:
    links = "".join(f'<li><a href="{number}">Somewhere number {number}</a></li>' for number in range(6))
    assert [section.weak for section in sections(f'<h2 id="a">More</h2><ul>{links}</ul>')] == [True]
    assert [section.weak for section in sections(f'<h2 id="a">More</h2><p>{"Words about it. " * 20}</p><ul>{links}</ul>')] == [False]


def test_what_an_author_excludes_is_no_text_of_the_search() -> None:
    html = '<p data-search-exclude>No</p><h2 id="a" data-search-exclude>Hidden</h2><p>No</p><h2 id="b">Shown</h2><p>Yes</p>'
    assert sections(html) == (SearchSection("b", "Shown", "Yes"),)


def _document(number: int, text: str, **fields: object) -> SearchDocument:
    day = datetime.date(2020, 1, 1) + datetime.timedelta(days=number)
    made = SearchDocument(f"a/{number}/", f"Article {number}", (SearchSection("", "", text),), date=day)
    return replace(made, **fields)  # type: ignore[arg-type]


def _weights(document: SearchDocument) -> dict[str, int]:
    found = analyse(document, Lexicon(stop_terms("en")))
    return dict(zip(found.terms, found.weights, strict=True))


def test_a_word_counts_by_the_field_in_which_it_stands() -> None:
    document = _document(
        1,
        "body words here",
        title="Title",
        names=("Other name",),
        tags=("tag",),
        description="described",
        sections=(
            SearchSection("", "", "body"),
            SearchSection("h", "Heading", "x\ncode", "code"),
            SearchSection("r", "References", "reference", weak=True),
        ),
    )
    weight = {term: byte >> 4 for term, byte in _weights(document).items()}
    assert weight["titl"] > weight["head"] >= weight["describ"] > weight["tag"]
    assert weight["body"] > weight["code"] > weight["referenc"]
    title = {term: byte >> 1 & 7 for term, byte in _weights(document).items()}
    assert (title["titl"], title["other"], title["body"]) == (1, 2, 0)
    assert [term for term, byte in _weights(document).items() if byte & 1] == ["head"]


def test_stop_words_are_indexed_where_they_name_something() -> None:
    found = _weights(_document(1, "how to be where", title="The Who"))
    assert "who" in found
    assert "where" not in found


@pytest.mark.parametrize(
    ("text", "short", "long"),
    [
        ("We use a Message Authentication Code (MAC) and (ABC).", "MAC", "Message Authentication Code"),
        ("So do large language models (LLMs).", "LLM", "large language models"),
        ("The Internet of Things (IoT) grows.", "IoT", "Internet of Things"),
        ("Allowed by the Food and Drug Administration (FDA)", "FDA", "Food and Drug Administration"),
        ("Turn on multi-factor authentication (MFA).", "MFA", "multi factor authentication"),
        ("Buy an SSD (Solid State Drive).", "SSD", "Solid State Drive"),
    ],
)
def test_an_abbreviation_is_learned_with_its_long_form(text: str, short: str, long: str) -> None:
    assert list(analysis.abbreviations(text)) == [(short, long)]


@pytest.mark.parametrize("text", ["Of memory (RAM)", "Static (SSR) and site generated (SSG)", "SSD (a drive)", "A. Big cat (ABC)"])
def test_what_stands_before_parentheses_by_chance_is_no_long_form(text: str) -> None:
    assert list(analysis.abbreviations(text)) == []


def test_what_links_call_an_article_is_known_unless_they_call_many_so() -> None:
    pages = [
        ("a/", '<p><a href="../b/#part">lazy <em>loading</em></a> <a href="../b/">here</a> <a href="https://b.example/b/">away</a></p>'),
        (
            "c/",
            '<p><a class="x" href="../b/">R&amp;D</a> <a href="../d/">here</a> <a href="../e/">here</a> <a href="./">itself</a></p>',
        ),
    ]
    links = {url: [(each.text, target_of(each.href, url) or "") for each in links_in(html)] for url, html in pages}
    assert link_texts(links.items()) == {"b/": ("R&D", "lazy loading")}


def test_a_link_leads_to_the_path_that_browsers_make_of_its_url() -> None:
    assert [target_of(href, "a/b/") for href in ("../c/?q#x", "caf%C3%A9/", "/d/", "x:y")] == ["a/c/", "a/b/café/", "d/", None]


def test_the_texts_of_links_to_an_article_are_words_of_it() -> None:
    weights = _weights(_document(1, "body", linked=("lazy loading",)))
    assert weights["lazy"] >> 4 > weights["body"] >> 4
    assert weights["lazy"] & 15 == 0


def test_abbreviations_are_kept_where_they_find_more() -> None:
    articles = {"mac": {1, 2}, "messag": {1}, "authentic": {1}, "cod": {1}, "code": {1}, "abc": {3}, "any": {3}, "big": {3}, "cat": {3}}
    pairs = [("MAC", "message code", 1), ("ABC", "any big cat", 2), ("ABC", "a brown cow", 1)]

    def articles_with(terms: object) -> set[int]:
        return set.intersection(*(articles.get(term, set()) for term in terms))  # type: ignore[attr-defined]

    assert list(index.useful_abbreviations(pairs, articles_with, 10)) == [("MAC", "message code")]
    articles["mac"] = {1, 2, 4, 5}
    assert list(index.useful_abbreviations(pairs, articles_with, 10)) == []


CHANCE = random.Random(3)
VOCABULARY = ["".join(CHANCE.choices("abcdefghiklmnoprstu", k=CHANCE.randint(4, 9))) for _ in range(3000)]
DOCUMENTS = [_document(number, " ".join(CHANCE.choices(VOCABULARY, k=200)) + " common") for number in range(120)]


def _written(documents: Sequence[SearchDocument], folder: Path, remembered: Path | None = None) -> Index:
    """The index of some documents, written into an empty folder; in the folder `remembered` the last builds left what they keep."""

    def provide(path: str, _: str, make: Callable[[], bytes]) -> None:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(make())

    memory, state = (DiskCache(remembered / "memory"), remembered / "state") if remembered else (None, None)
    index.write_index(index_input(documents, "en", [("Kubernetes", "k8s")]), provide, memory, state)
    return Index(folder)


def test_every_word_of_every_article_is_in_the_dictionary(tmp_path: Path) -> None:
    written = _written(DOCUMENTS, tmp_path)
    dictionary, urls = written.dictionary(), written.urls()
    expected: dict[str, set[str]] = {}
    for document in DOCUMENTS:
        for term in _weights(document):
            expected.setdefault(term, set()).add(document.url)
    assert {term: {urls[number] for number, _ in listed} for term, (_, listed) in dictionary.items()} == expected
    assert dictionary["common"][0] == 120


def test_the_index_is_the_same_in_whatever_order_articles_come_and_whatever_is_remembered(tmp_path: Path) -> None:
    first = _written(DOCUMENTS, tmp_path / "first").files()
    assert _written(DOCUMENTS[::-1], tmp_path / "second").files() == first
    assert _written(DOCUMENTS[:50], tmp_path / "part", tmp_path).files() != first
    assert _written(DOCUMENTS, tmp_path / "third", tmp_path).files() == first
    assert _written(DOCUMENTS, tmp_path / "fourth", tmp_path).files() == first


@pytest.mark.parametrize("seed", range(3))
def test_after_any_changes_the_index_is_that_of_a_build_from_nothing(tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(seed)
    monkeypatch.setattr(postings, "LISTED", 20)
    monkeypatch.setattr(postings, "SHARE", 0.3)
    monkeypatch.setattr(index, "LONG", 30)
    monkeypatch.setattr(index, "GROUPS", ((70, 1), (90, 4)))
    documents = {document.url: document for document in DOCUMENTS[:60]}
    for step in range(12):
        _written([*documents.values()], tmp_path / f"after{step}", tmp_path)
        for _ in range(chance.choice((0, 1, 1, 2, 30))):
            number, text = chance.randrange(100), " ".join(chance.choices(VOCABULARY, k=50))
            document = _document(number, f"common Static Site Generator (SSG) {text}", title=f"Title {chance.choice(VOCABULARY)}")
            if chance.random() < 0.3:
                documents.pop(document.url, None)
            else:
                documents[document.url] = replace(document, date=None) if chance.random() < 0.1 else document
    known = _written([*documents.values()], tmp_path / "known", tmp_path).files()
    assert known == _written([*documents.values()], tmp_path / "nothing").files()


def test_only_what_changed_is_analysed_and_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _written(DOCUMENTS, tmp_path / "before", tmp_path)
    analysed: list[str] = []
    compressed: list[bytes] = []

    def analyse_counted(document: SearchDocument, lexicon: Lexicon) -> analysis.Analysis:
        analysed.append(document.url)
        return analyse(document, lexicon)

    def compress_counted(data: bytes) -> bytes:
        compressed.append(data)
        return data

    monkeypatch.setattr(analysis, "analyse", analyse_counted)
    monkeypatch.setattr(tokens, "compressed", compress_counted)
    edited = [*DOCUMENTS[:40], replace(DOCUMENTS[40], description="quokka"), *DOCUMENTS[41:]]
    found = index_input(edited, "en", [("Kubernetes", "k8s")])
    index.write_index(found, lambda *_: None, DiskCache(tmp_path / "memory"), tmp_path / "state")
    assert analysed == [DOCUMENTS[40].url]
    assert len(compressed) <= 4


@pytest.mark.parametrize("damage", [b"", b"x" * 200, None])
def test_what_is_remembered_may_be_damaged_or_gone(tmp_path: Path, damage: bytes | None) -> None:
    sound = _written(DOCUMENTS, tmp_path / "first", tmp_path).files()
    if damage is None:
        (tmp_path / "memory").unlink()
    else:
        (tmp_path / "state").write_bytes(damage)
    assert _written(DOCUMENTS[1:], tmp_path / "second", tmp_path).files() == _written(DOCUMENTS[1:], tmp_path / "third").files()
    assert _written(DOCUMENTS, tmp_path / "fourth", tmp_path).files() == sound


def test_an_edited_sentence_changes_few_files(tmp_path: Path) -> None:
    before = _written(DOCUMENTS, tmp_path / "before").files()
    text = DOCUMENTS[40].sections[0].text
    edited = replace(
        DOCUMENTS[40], sections=(SearchSection("", "", text.replace(" ".join(text.split()[:5]), "five quite different words here")),)
    )
    after = _written([*DOCUMENTS[:40], edited, *DOCUMENTS[41:]], tmp_path / "after").files()
    assert 2 < len(set(after.items()) - set(before.items())) <= 20


def test_a_new_article_leaves_the_files_of_others_as_they_are(tmp_path: Path) -> None:
    before = _written(DOCUMENTS, tmp_path / "before").files()
    after = _written([_document(500, "something new"), *DOCUMENTS], tmp_path / "after").files()
    new = {path for path, _ in set(after.items()) - set(before.items())}
    assert len([path for path in new if path.startswith("texts/")]) == 1


def test_an_article_of_a_large_site_shares_its_version_with_few_neighbours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "GROUPS", ((100, 1), (1000, 4)))
    written = _written(DOCUMENTS, tmp_path)
    assert (written.entry["group"], len(written.entry["texts"])) == (4, 30 * index.TEXT_VERSION)
    versions = [path.stem.split("-") for path in (tmp_path / "texts").glob("*.bin")]
    assert all(written.entry["texts"][int(number) // 4 * 4 :][:4] == version for number, version in versions)


def test_a_large_dictionary_is_named_in_pages_of_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = _written(DOCUMENTS, tmp_path / "whole").dictionary()
    monkeypatch.setattr(index, "INLINE", 3)
    monkeypatch.setattr(index, "PAGE", 60)
    monkeypatch.setattr(index, "LONG", 20)
    divided = _written(DOCUMENTS, tmp_path / "divided")
    assert len(divided.entry["pages"]) > 1
    assert divided.dictionary() == whole


def test_a_list_that_is_too_long_keeps_titles_and_what_counts_most(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postings, "LISTED", 10)
    monkeypatch.setattr(postings, "SHARE", 0.0)
    strong = _document(200, "common " * 40)
    titled = _document(201, "other", title="A title that is long and has the common word in it")
    count, listed = (written := _written([*DOCUMENTS, strong, titled], tmp_path)).dictionary()["common"]
    assert (count, len(listed)) == (122, 10)
    assert {written.urls()[number] for number, _ in listed} >= {strong.url, titled.url}


def test_words_of_titles_and_words_of_several_texts_are_known_to_the_spelling(tmp_path: Path) -> None:
    documents = [
        _document(1, "swarm once", title="Zebra crossing"),
        _document(2, "swarm isn't"),
        _document(3, "Parkinson's here parkinson's"),
    ]
    assert Index(tmp_path).folder == tmp_path
    assert _written(documents, tmp_path).words() == {"article", "zebra", "crossing", "swarm"}


@given(st.dictionaries(st.from_regex(r"[a-zäößж]{3,24}", fullmatch=True), st.integers(1, 5000), max_size=60))
def test_packed_words_can_be_read_again(counts: dict[str, int]) -> None:
    read = []
    for each in tokens.pack(counts):
        last = ""
        for word in each.split():
            last = last[: int(word[0], 36)] + word[1:]
            read.append(last)
    assert sorted(read) == sorted(counts)


@given(st.lists(st.text("abcé\U00020000豈", min_size=1, max_size=8), max_size=40, unique=True))
def test_a_shard_is_found_by_what_its_first_word_begins_with(words: list[str]) -> None:
    ordered = sorted(words, key=lambda word: word.encode("utf-16-be"))
    for before, first in itertools.pairwise(ordered):
        start = postings.separator(before, first)
        assert before.encode("utf-16-be") < start.encode("utf-16-be") <= first.encode("utf-16-be")


def test_a_word_more_changes_one_chunk() -> None:
    words = [(f"word{number:05}", b"x" * 20) for number in range(2000)]
    before = [tuple(chunk) for chunk in postings.divided(words, 500, 1500)]
    after = [tuple(chunk) for chunk in postings.divided([*words[:900], ("word00899a", b"x" * 20), *words[900:]], 500, 1500)]
    assert len(set(after) - set(before)) <= 2
    assert len(before) > 20


def test_an_analysis_can_be_stored() -> None:
    made = analyse(DOCUMENTS[0], Lexicon(frozenset()))
    assert analysis.load(analysis.dump(made)) == made


@given(st.dictionaries(st.integers(0, 100_000), st.integers(0, 255), max_size=50))
def test_packed_postings_can_be_read_again(weights: dict[int, int]) -> None:
    found = [number << 8 | weights[number] for number in sorted(weights)]
    assert postings.unpacked(postings.packed(found)) == found


def test_facets_name_topics_with_those_above_them_tags_dates_and_languages(tmp_path: Path) -> None:
    documents = [
        _document(1, "x", topics=(("guides", "Guides"), ("guides/deep", "Deep")), tags=("disks",)),
        _document(2, "y", topics=(("guides", "Guides"),), language="de", date=None),
    ]
    written = _written(documents, tmp_path)
    [name] = written.entry["facets"]
    assert written.json(f"facets/{name}") == {
        "topics": [["guides", "Guides"], ["guides/deep", "Deep"]],
        "tags": ["disks"],
        "languages": ["de", "en"],
        "topic": [[0], [0, 1]],
        "tagged": [[], [0]],
        "date": ["", "2020-01-02"],
        "language": [0, 1],
    }
    assert written.entry["languages"] == ["en", "de"]
    assert {"how", "wie"} <= set(written.entry["stop"])
    assert written.entry["synonyms"] == [["Kubernetes", "k8s"]]


def test_an_index_of_nothing_can_be_asked(tmp_path: Path) -> None:
    assert (_written([], tmp_path).entry["articles"], Index(tmp_path).dictionary()) == (0, {})
