"""Hidden text is in no file of the site: a site with a secret in every hidden place is built twice and searched completely."""

import gzip
import html
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from urllib.parse import unquote

import pytest
from builder import Built, project, run

from almanac_kb.markdown.hidden_html import visible

Write = Callable[[str], str]
"""Writes a text that holds a secret word."""


def inline(before: str, after: str) -> Write:
    """Syntax that hides the text between two delimiters."""
    return lambda secret: f"{before}{secret}{after}"


INLINE: Mapping[str, tuple[str, Write]] = {
    "obsidian comment": ("md", inline("%%", "%%")),
    "obsidian comment with markdown": ("md", inline("%% **note** [", "](https://example.com) %%")),
    "html comment": ("md", inline("<!-- ", " -->")),
    "html comment without blanks": ("md", inline("<!--", "-->")),
    "hugo comment": ("md", inline("{{/* ", " */}}")),
    "hugo comment that trims": ("md", inline("{{- /* ", " */ -}}")),
    "hugo comment in a shortcode": ("md", inline("{{< /* ", " */ >}}")),
    "argument of a hugo shortcode": ("md", inline('{{< nosuch key="', '" >}}')),
    "argument of a hugo shortcode with percent": ("md", inline('{{% nosuch key="', '" %}}')),
    "jekyll comment": ("md", inline("{% comment %}", "{% endcomment %}")),
    "jekyll comment on a line": ("md", inline("{% # ", " %}")),
    "argument of a liquid tag": ("md", inline('{% nosuch "', '" %}')),
    "liquid variable": ("md", inline('{% assign key = "', '" %}')),
    "kramdown comment": ("md", inline("{::comment}", "{:/comment}")),
    "kramdown attributes": ("md", inline('**warm**{: data-x="', '" }')),
    "attribute of html": ("md", inline('<b data-x="', '">warm</b>')),
    "handler of html": ("md", inline('<b onclick="', '()">warm</b>')),
    "style of html": ("md", inline('<b style="background: url(', ')">warm</b>')),
    "script": ("md", inline("<script>", "()</script>")),
    "style": ("md", inline("<style>.", " { color: red }</style>")),
    "input of html": ("md", inline('<input type="hidden" value="', '">')),
    "link that may not be": ("md", inline("[warm](javascript:", "())")),
    "title of a link that may not be": ("md", inline('[warm](javascript:x() "', '")')),
    "hidden element": ("md", inline("<b hidden>", "</b>")),
    "element that is not displayed": ("md", inline('<b style="display: none">a <b>b</b> ', "</b>")),
    "instruction": ("md", inline("<?php ", " ?>")),
    "mdx comment": ("mdx", inline("{/* ", " */}")),
    "mdx expression": ("mdx", inline('{meta["', '"].join()}')),
    "prop of a component": ("mdx", inline('<Nosuch token="', '">warm</Nosuch>')),
    "prop of a component in braces": ("mdx", inline('<Nosuch token={"', '"} />')),
    "spread of a component": ("mdx", inline("<Nosuch {...", "} />")),
    "handler of mdx": ("mdx", inline("<b onClick={() => ", "()}>warm</b>")),
}
"""Kinds of hidden places within a line, with the ending of the articles in which they hide."""

BLOCKS: Mapping[str, tuple[str, Write]] = {
    "obsidian comment over lines": ("md", inline("%%\n", "\n\nmore\n%%")),
    "html comment over lines": ("md", inline("<!--\n\n", "\n\n- more\n-->")),
    "hugo comment over lines": ("md", inline("{{/*\n", "\n\nmore */}}")),
    "jekyll comment in a comment": ("md", inline("{% comment %}\n\n{% comment %}x{% endcomment %}\n\n", "\n{% endcomment %}")),
    "text that liquid keeps": ("md", inline("{% capture key %}\n\n", "\n\n{% endcapture %}")),
    "template of html": ("md", inline("<template>\n\n", "\n\n</template>")),
    "hidden block": ("md", inline("<div hidden>\n\n- ", "\n\n<div>more</div>\n\n</div>")),
    "block that is not displayed": ("md", inline('<div style="display:none" markdown>\n\n**', "**\n\n</div>")),
    "html comment in a block": ("md", inline("<div>\n<!-- x\n\n", "\n\n-->\n</div>")),
    "html comment without end": ("md", inline("<!-- ", "\n\nmore")),
    "hidden block of quarto": ("md", inline("::: {.content-hidden}\n\n", "\n\n:::")),
    "markdown comment over lines": ("md", inline("[//]: # (a\n", "\nb)")),
    "markdown comment without a name": ("md", inline("[]: # (", ")")),
    "jekyll comment over lines": ("md", inline("{% comment %}\n\n", "\n\n{% endcomment %}")),
    "kramdown comment over lines": ("md", inline("{::comment}\n\n", "\n\n{:/comment}")),
    "markdown comment": ("md", inline("[//]: # (", ")")),
    "markdown comment in quotes": ("md", inline('[comment]: <> "', '"')),
    "definition nobody uses": ("md", inline("[nobody]: https://example.com/", "")),
    "footnote nobody uses": ("md", inline("[^nobody]: ", "")),
    "attributes of a fence": ("md", inline('```js {.x data-y="', '"}\nlet x\n```')),
    "mdx comment over lines": ("mdx", inline("{/*\n", "\n\nmore */}")),
    "mdx import": ("mdx", inline("import Nosuch from '@/", "'")),
    "mdx export": ("mdx", inline("export const key = '", "'")),
    "mdx export over lines": ("mdx", inline("export const key = {\n  a: '", "',\n}")),
    "mdx expression over lines": ("mdx", inline("{[1].map(\n  () => '", "'\n)}")),
}
"""Kinds that stand on lines of their own."""

PLACES: Mapping[str, Write] = {
    "start": lambda hidden: f"{hidden}\n\nFirst words.",
    "paragraph": lambda hidden: f"Some {hidden} words.",
    "end": lambda hidden: f"Last words.\n\n{hidden}",
    "item": lambda hidden: f"- one {hidden} item\n- two",
    "cell": lambda hidden: f"| a | b |\n| --- | --- |\n| x {hidden} y | z |",
    "heading": lambda hidden: f"## Some {hidden} heading",
    "title": lambda hidden: f"# Some {hidden} title",
    "quote": lambda hidden: f"> A {hidden} quote",
    "callout": lambda hidden: f"> [!NOTE]\n> A {hidden} callout",
    "admonition": lambda hidden: f"!!! note\n    An {hidden} admonition",
    "details": lambda hidden: f"<details><summary>More</summary>\n\nAn {hidden} end\n\n</details>",
    "footnote": lambda hidden: f"Words[^1].\n\n[^1]: A {hidden} note",
    "emphasis": lambda hidden: f"Some **bold {hidden} words**.",
    "link": lambda hidden: f"A [label {hidden} of](https://example.com) link.",
}
"""Places of an article that take a line."""

AMONG: Mapping[str, Write] = {
    "start": lambda hidden: f"{hidden}\n\nFirst words.",
    "middle": lambda hidden: f"Words.\n\n{hidden}\n\nMore words.",
    "end": lambda hidden: f"Last words.\n\n{hidden}",
    "item": lambda hidden: "- one\n\n" + "\n".join(f"  {line}" for line in hidden.split("\n")) + "\n\n- two",
    "quote": lambda hidden: "> A quote\n>\n" + "\n".join(f"> {line}" for line in hidden.split("\n")),
}
"""Places of an article that take lines."""

ONLY_AT_THE_LEFT = {"mdx import", "mdx export", "mdx export over lines", "definition nobody uses"}
"""What is read only outside lists and quotes where it comes from."""

COMMENTS: Mapping[str, Write] = {kind: INLINE[kind][1] for kind in INLINE if kind.endswith(" comment")}
"""Comments that stand in plain text as well."""

VALUES: Mapping[str, Write] = {
    "title of a link": lambda hidden: f'A [link](https://example.com "Some {hidden} words").',
    "title of a reference": lambda hidden: f'A [link][x].\n\n[x]: https://example.com "Some {hidden} words"',
    "caption": lambda hidden: f'![](https://example.com/x.png "Some {hidden} words")',
    "alternative text": lambda hidden: f"![Some {hidden} words](https://example.com/x.png)",
    "attribute": lambda hidden: f'A <span title="Some {hidden} words">word</span>.',
    "abbreviation": lambda hidden: f"HTML\n\n*[HTML]: Some {hidden} words",
    "head of a table": lambda hidden: f"| a {hidden} | b |\n| --- | --- |\n| x | y |",
    "term": lambda hidden: f"Term {hidden}\n:   Its {hidden} meaning",
    "tab": lambda hidden: f'=== "Some {hidden} words"\n\n    Text',
}
"""Places of an article that hold plain text."""

FIELDS = ("title", "description", "summary", "tags", "author", "series", "image_alt", "excerpt")
"""Fields of a header that readers see."""

DATED = "title: Secret\ndate: 2025-01-02\n"
HEADERS: Mapping[str, Write] = {
    "unknown key": lambda secret: f"---\n{DATED}internal_note: {secret}\n---\nWords.\n",
    "unknown map": lambda secret: f"---\n{DATED}crm:\n  deal: {{id: {secret}}}\n---\nWords.\n",
    "unknown key of a word": lambda secret: f"---\n{DATED}{secret}: true\n---\nWords.\n",
    "comment of yaml": lambda secret: f"---\n{DATED}# {secret}\n---\nWords.\n",
    "comment behind a value of yaml": lambda secret: f"---\n{DATED}tags: [a] # {secret}\n---\nWords.\n",
    "comment of toml": lambda secret: f'+++\ntitle = "Secret" # {secret}\n+++\nWords.\n',
    "unknown key of toml": lambda secret: f'+++\ntitle = "Secret"\n[params]\nkey = "{secret}"\n+++\nWords.\n',
    "unknown key of json": lambda secret: f'{{"title": "Secret", "key": "{secret}"}}\n\nWords.\n',
}
"""Kinds that stand in the header of an article."""

WITHHELD: Mapping[str, Write] = {
    "draft": lambda secret: f"---\ntitle: {secret}\ndraft: true\ntags: [{secret}]\n---\n{secret} ![](secret.png)\n",
    "unpublished": lambda secret: f"---\ntitle: {secret}\npublished: false\n---\n{secret}\n",
    "scheduled": lambda secret: f"---\ntitle: {secret}\ndate: 2098-01-01\n---\n{secret}\n",
    "expired": lambda secret: f"---\ntitle: {secret}\nexpiryDate: 2020-01-01\n---\n{secret}\n",
}
"""Articles that are withheld."""

SOON: Mapping[str, Write] = {
    "private": lambda secret: f"---\ntitle: {secret}\nprivate: true\n---\n{secret}\n",
    "status draft": lambda secret: f"---\ntitle: {secret}\nstatus: draft\n---\n{secret}\n",
    "status private": lambda secret: f"---\ntitle: {secret}\npost_status: private\n---\n{secret}\n",
    "publish false": lambda secret: f"---\ntitle: {secret}\ndg-publish: false\n---\n{secret}\n",
    "misspelt draft": lambda secret: f"---\ntitle: {secret}\ndarft: true\n---\n{secret}\n",
}
"""Articles that the publication decision is to withhold."""


@dataclass(frozen=True)
class Plant:
    """A secret and the file that hides it."""

    kind: str
    place: str
    path: str
    write: Write

    @property
    def secret(self) -> str:
        """A word that occurs nowhere else."""
        return "zq" + blake2b(f"{self.kind}/{self.place}".encode(), digest_size=9).hexdigest().translate(LETTERS)


LETTERS = str.maketrans("0123456789", "ghijklmnop")


def slug(text: str) -> str:
    return re.sub(r"\W+", "-", text)


def _in_text(
    kinds: Mapping[str, tuple[str, Write]], places: Mapping[str, Write], only: Callable[[str, str], bool] = lambda kind, place: True
) -> Iterator[Plant]:
    for kind, (ending, hide) in kinds.items():
        for place, put in places.items():
            if only(kind, place):
                header = "" if place == "title" else f"---\ntitle: {kind} in {place}\ndate: 2025-01-02\n---\n"

                def write(secret: str, header: str = header, put: Write = put, hide: Write = hide) -> str:
                    return f"{header}{put(hide(secret))}\n"

                yield Plant(kind, place, f"t/{slug(kind)}-{slug(place)}.{ending}", write)


def _in_fields() -> Iterator[Plant]:
    for kind, hide in COMMENTS.items():
        for field in FIELDS:

            def write(secret: str, field: str = field, hide: Write = hide) -> str:
                title = "" if field == "title" else f"title: {field}\n"
                return f"---\n{title}date: 2025-01-02\nimage: x.png\n{field}: 'Some {hide(secret)} words'\n---\nWords.\n"

            yield Plant(kind, f"field {field}", f"h/{slug(kind)}-{field}.md", write)


def plants() -> list[Plant]:
    """Every secret of the site."""
    found = [
        *_in_text(INLINE, PLACES),
        *_in_text(BLOCKS, AMONG, lambda kind, place: not (place in {"item", "quote"} and kind in ONLY_AT_THE_LEFT)),
    ]
    found += _in_text({kind: INLINE[kind] for kind in COMMENTS}, VALUES)
    found += _in_fields()
    found += [Plant(kind, "header", f"h/{slug(kind)}.md", write) for kind, write in HEADERS.items()]
    found += [Plant(kind, "article", f"w/{slug(kind)}.md", write) for kind, write in {**WITHHELD, **SOON}.items()]
    found += [
        Plant("comment of .pages", "folder", "p/.pages", lambda secret: f"# {secret}\ntitle: Folder\n"),
        Plant("dot file", "file", "f/.env", lambda secret: f"KEY={secret}\n"),
        Plant("hidden folder", "file", "f/.hidden/a.md", lambda secret: f"# {secret}\n"),
        Plant("excluded by mkdocs", "file", "excluded/a.md", lambda secret: f"---\ntitle: {secret}\n---\n{secret}\n"),
        Plant("excluded file", "file", "excluded/a.txt", lambda secret: f"{secret}\n"),
        Plant("file of a draft", "file", "w/only-draft.txt", lambda secret: f"{secret}\n"),
    ]
    return found


SHOWN = "zqaaaaaaaaaaaaaaaaaa"
"""A word of the site that every reader sees."""
PLANTS = plants()
KINDS = sorted({plant.kind for plant in PLANTS})


WORD = re.compile(r"zq[a-p]{18}")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The site with all secrets, built twice, the second time from its caches."""
    docs: dict[str, str | bytes] = {plant.path: plant.write(plant.secret) for plant in PLANTS}
    docs |= {
        "index.md": "# Home\n",
        "t/shown.md": f"# Seen\n\n{SHOWN}\n",
        "p/a.md": "# In a folder\n",
        "w/user.md": "---\ntitle: D\ndraft: true\n---\n[x](only-draft.txt)\n",
    }
    root = project(tmp_path_factory.mktemp("hidden"), docs)
    config = root / "mkdocs.yml"
    config.write_text(f'{config.read_text()}\nexclude_docs: "excluded/"\n')
    first = run(root, "mkdocs", "build")
    assert first.code == 0, first.output
    before = dict(first.files())
    second = run(root, "mkdocs", "build")
    assert second.code == 0, second.output
    assert dict(second.files()) == before
    return second


@pytest.fixture(scope="module")
def leaks(site: Built) -> dict[str, list[str]]:
    """The files of the site in which each secret stands: as it is, packed, percent-encoded, as entities or in a name."""
    found: dict[str, list[str]] = {}
    for path, data in site.files():
        text = (gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data).decode(errors="replace")
        for secret in set(WORD.findall(f"{path}\n{html.unescape(unquote(text))}".lower())):
            found.setdefault(secret, []).append(path)
    return found


def test_there_are_enough_kinds_of_secrets_and_their_articles_are_published(site: Built) -> None:
    assert len(KINDS) >= 40
    assert len({plant.secret for plant in PLANTS}) == len(PLANTS)
    published = {path.split("/")[1] for path in site.pages() if path.startswith(("t/", "h/")) and path.count("/") == 2}
    assert published == {plant.path.split("/")[1].partition(".")[0] for plant in PLANTS if plant.path.startswith(("t/", "h/"))} | {"shown"}


def test_a_word_that_is_not_hidden_is_found(site: Built, leaks: dict[str, list[str]]) -> None:
    assert {"t/shown/index.html", "t/shown/index.md", "llms-full.txt"} <= set(leaks[SHOWN])
    assert any(path.startswith("search/") for path in leaks[SHOWN])


@pytest.mark.parametrize("kind", KINDS)
def test_a_hidden_text_is_in_no_file(leaks: dict[str, list[str]], kind: str) -> None:
    assert {plant.place: leaks[plant.secret] for plant in PLANTS if plant.kind == kind and plant.secret in leaks} == {}


def test_the_panels_of_tabs_are_for_readers_although_all_but_one_are_hidden() -> None:
    assert visible('<div role="tabpanel" hidden>Ada</div><p hidden>Bob</p>') == '<div role="tabpanel" hidden>Ada</div>'
    assert visible("<div hidden role=tabpanel>Ada</div>") == "<div hidden role=tabpanel>Ada</div>"
