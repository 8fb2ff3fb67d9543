"""MDX and directives: what readers see of them, and what authors are told."""

import pytest
from parsing import admonition, code, details, messages, shown, tabs


@pytest.mark.parametrize(
    "written",
    [
        'import A from "@theme/A";',
        "import A from '@theme/A'; import B from '@theme/B';",
        "import A from './\\_a.md'; import\nB from './b.md';",
        'import {\n  B,\n} from "b";',
        "import './x.css'\nimport * as X from 'x'\nimport type {Y} from 'y'\nimport Z, {W} from \"z\"",
        "export const a = {\n  b: 1,\n};",
        "export function F() {\n  const a = 1;\n\n  return a;\n}",
        "export default ({children}) => (\n  <div>{children}</div>\n);",
        "export {a} from './b'",
    ],
)
def test_modules_show_nothing(written: str) -> None:
    assert shown(f"{written}\n\ntext") == "<p>text</p>"


@pytest.mark.parametrize("written", ["import taxes are due", "export default settings", "`import A from 'a'`", "exports and imports"])
def test_sentences_about_imports_are_text(written: str) -> None:
    assert written.strip("`") in shown(written)


def test_an_export_without_end_takes_no_text_with_it() -> None:
    assert shown("export const a = {\n\nfirst\n\nsecond") == "<p>first</p><p>second</p>"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (
            '<Tabs>\n<TabItem value="a" label="A">\n\na\n\n</TabItem>\n<TabItem value="b">\n\nb\n\n</TabItem>\n</Tabs>',
            tabs(("A", "<p>a</p>"), ("b", "<p>b</p>")),
        ),
        (
            '<Tabs\n  groupId="os"\n  values={[{label: "A", value: "a"}]}>\n'
            '  <TabItem value="a">\n    *a*\n\n    ```text\n    </TabItem>\n    ```\n  </TabItem>\n</Tabs>',
            tabs(("a", f"<p><em>a</em></p>{code('&lt;/TabItem&gt;')}")),
        ),
        (
            '1. a\n\n   <Tabs>\n   <TabItem label="x">\n\n   b\n\n   </TabItem>\n   </Tabs>\n\n2. c',
            f"<ol><li><p>a</p>{tabs(('x', '<p>b</p>'))}</li><li><p>c</p></li></ol>",
        ),
        ('<Admonition type="tip" title="*T*">\n  text\n</Admonition>', admonition("tip", "*T*", "<p>text</p>")),
        ("text\n<Note>\nx\n</Note>\nmore", f"<p>text</p>{admonition('note', 'Note', '<p>x</p>')}<p>more</p>"),
        ('<Admonition type="tip" title="T"><p>x</p></Admonition>', admonition("tip", "T", "<p>x</p>")),
        ('<Details summary="S">\n\n- a\n\n</Details>', details("note", "S", "<ul><li>a</li></ul>")),
        ('<CodeBlock language="text" title="T">\n{`a <b>`}\n</CodeBlock>', code("a &lt;b&gt;", "T")),
        ('<Card title="T" icon="x">\nhi\n</Card>', admonition("note", "T", "<p>hi</p>")),
        ('<LinkCard title="A" href="https://a.example" description="b" />', '<p><a href="https://a.example">A</a>: b</p>'),
        ('Now <Badge text="new" /> here', "<p>Now new here</p>"),
        ("<Steps>\n\n1. a\n\n</Steps>", "<ol><li>a</li></ol>"),
    ],
)
def test_components_that_are_known(written: str, expected: str) -> None:
    assert shown(written) == expected
    assert messages(written) == []


@pytest.mark.parametrize(
    ("written", "expected", "told"),
    [
        ("a\n\n<Foo a={1} />", "<p>a</p>", [(3, 1, "the component <Foo> is not known here; nothing is shown in its place")]),
        (
            '<Widget token="copperfen">It *stays*.</Widget>',
            "<p>It <em>stays</em>.</p>",
            [(1, 1, "the component <Widget> is not known here; its inner text is shown")],
        ),
        (
            'a\n<Foo\n  b="c>d"\n  e={{f: `g`}}\n>\n\n- x\n\n</Foo>\ny',
            "<p>a</p><ul><li>x</li></ul><p>y</p>",
            [(2, 1, "the component <Foo> is not known here; its inner text is shown")],
        ),
        ('a <my-comp b="c">d</my-comp>', "<p>a d</p>", [(1, 3, "the component <my-comp> is not known here; its inner text is shown")]),
        ('a <Foo b="c"> d', "<p>a  d</p>", [(1, 3, "the component <Foo> is not known here; nothing is shown in its place")]),
        (
            '<div>\n<Foo b="c"/>x\n</div>',
            "<div> x </div>",
            [(2, 1, "the component <Foo> is not known here; nothing is shown in its place")],
        ),
        (
            'a <TabItem label="x">b</TabItem>',
            "<p>a b</p>",
            [(1, 3, "tabs within a line of text are not laid out; only their text is shown")],
        ),
    ],
)
def test_unknown_components_keep_their_text_and_hide_their_attributes(
    written: str, expected: str, told: list[tuple[int, int, str]]
) -> None:
    assert shown(written) == expected
    assert messages(written) == told


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("List<Message>, Map<String, X> and <Shift>", "<p>List&lt;Message&gt;, Map&lt;String, X&gt; and &lt;Shift&gt;</p>"),
        (
            r"Group\<File>, **I\<T>**, the \<map.h> header",
            "<p>Group&lt;File&gt;, <strong>I&lt;T&gt;</strong>, the &lt;map.h&gt; header</p>",
        ),
        ("Clone <repo-url> and set <your-key> or <API_KEY>", "<p>Clone &lt;repo-url&gt; and set &lt;your-key&gt; or &lt;API_KEY&gt;</p>"),
        ("cp <source> <target>, i<n; <your.name>", "<p>cp &lt;source&gt; &lt;target&gt;, i&lt;n; &lt;your.name&gt;</p>"),
        ("<your-key>\n\n**a**", "<p>&lt;your-key&gt;</p><p><strong>a</strong></p>"),
        ("### List<T>", '<h3 id="listt">List&lt;T&gt;</h3>'),
        (
            "<https://a.example> <a@b.example> <b>x</b> <kbd>y</kbd>",
            '<p><a href="https://a.example">https://a.example</a> <a href="mailto:a@b.example">a@b.example</a> <b>x</b> <kbd>y</kbd></p>',
        ),
        ("`List<T>` and `<Foo a={1}/>`", "<p><code>List&lt;T&gt;</code> and <code>&lt;Foo a={1}/&gt;</code></p>"),
        ("    <Foo a={1} />", code("&lt;Foo a={1} /&gt;")),
        ("<Tab", "<p>&lt;Tab</p>"),
    ],
)
def test_what_is_no_tag_is_text(written: str, expected: str) -> None:
    assert shown(written) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("a{/* b */}c", "<p>ac</p>"),
        ("a\n\n{/*\nb\n\nc\n*/}\n\nd", "<p>a</p><p>d</p>"),
        ("a {/* b\n\nc */} d", "<p>a</p><p>d</p>"),
        ("## Wick {/* #my-wick */}", '<h2 id="my-wick">Wick</h2>'),
        ("## Wick {#my-wick}", '<h2 id="my-wick">Wick</h2>'),
        ("## Use {placeholder}\n\n## Set {a, b}", '<h2 id="use-placeholder">Use {placeholder}</h2><h2 id="set-a-b">Set {a, b}</h2>'),
        ('x <span className="a" style={{b: 1}}>y</span>', '<p>x <span class="a">y</span></p>'),
        ('<div style={{a: 1}} className="b">\n\n*x*\n\n</div>', '<div class="b"><p><em>x</em></p></div>'),
        (
            "<details>\n<summary>T</summary>\nInner *words*\n\n- **a**\n\n</details>",
            "<details><summary>T</summary><p>Inner <em>words</em></p><ul><li><strong>a</strong></li></ul></details>",
        ),
        ("<aside>\n\n**Keep** it.\n\n</aside>", "<aside><p><strong>Keep</strong> it.</p></aside>"),
        ("<div>\na ** b ** c\n</div>", "<div> a ** b ** c </div>"),
    ],
)
def test_comments_ids_and_html(written: str, expected: str) -> None:
    assert shown(written) == expected


@pytest.mark.parametrize(
    ("written", "expected", "told"),
    [
        ("a\n\n{meta.author}", "<p>a</p>", [(3, 1, "the expression '{meta.author}' is not evaluated here; nothing is shown in its place")]),
        (
            "a {[1].map(i => (<li>{i}</li>))} b",
            "<p>a  b</p>",
            [(1, 3, "the expression '{[1].map(i => (<li>{i}</li>))}' is not evaluated here; nothing is shown in its place")],
        ),
        (
            "{items.map(\n  (x) => {\n    return x\n\n  }\n)}\n\nb",
            "<p>b</p>",
            [
                (
                    1,
                    1,
                    "the expression '{items.map(\\n  (x) => {\\n    return x\\n\\n  }\\n)}' "
                    "is not evaluated here; nothing is shown in its place",
                )
            ],
        ),
        ("a{' '}b {\"c\"} {`d`} {}", "<p>a b c d </p>", []),
        ("`{x}` {", "<p><code>{x}</code> {</p>", []),
        ("```\n{x}\n```", code("{x}"), []),
        (
            "<details>\n<summary>Sum **of it**</summary>\n\nText.\n\n</details>",
            "<details><summary>Sum <strong>of it</strong></summary><p>Text.</p></details>",
            [],
        ),
        ('<img src={require("./x.png").default} width={30} onClick={() => x} />', '<p><img src="./x.png" width="30"></p>', []),
        ("<img src={useBaseUrl('/x.png')} alt=\"y\" />", '<p><img src="/x.png" alt="y"></p>', []),
    ],
)
def test_expressions_of_mdx(written: str, expected: str, told: list[tuple[int, int, str]]) -> None:
    assert shown(written, "a.mdx") == expected
    assert messages(written, "a.mdx") == told


def test_fragments_of_mdx_show_what_they_hold() -> None:
    assert shown("<>a *b*</> c", "a.mdx") == "<p>a <em>b</em> c</p>"
    assert shown("List<> and <>") == "<p>List&lt;&gt; and &lt;&gt;</p>"


def test_braces_are_text_where_nothing_is_imported() -> None:
    assert shown("a {meta.author} {' '}") == "<p>a {meta.author} {' '}</p>"
    assert shown("import A from 'a'\n\na {meta.author}") == "<p>a </p>"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (":::note Say *it*\ntext\n:::", admonition("note", "Say <em>it</em>", "<p>text</p>")),
        (":::tip[Title]\ntext\n:::", admonition("tip", "Title", "<p>text</p>")),
        ("text\n::: danger\na\n\nb\n:::\nmore", f"<p>text</p>{admonition('danger', 'Danger', '<p>a</p><p>b</p>')}<p>more</p>"),
        ('::: {.callout-warning title="T"}\ntext\n:::', admonition("warning", "T", "<p>text</p>")),
        (":::{caution} T\ntext\n:::", admonition("warning", "T", "<p>text</p>")),
        (':::note{title="T"}\ntext\n:::', admonition("note", "T", "<p>text</p>")),
        ("::: details More\ntext\n:::", details("note", "More", "<p>text</p>")),
        ("::::info\nA\n:::note\nB\n:::\n::::", admonition("info", "Info", f"<p>A</p>{admonition('note', 'Note', '<p>B</p>')}")),
        (":::info\nA\n:::note\nB\n:::\nC\n:::", admonition("info", "Info", f"<p>A</p>{admonition('note', 'Note', '<p>B</p>')}<p>C</p>")),
        ("- a\n\n  :::note\n  b\n  :::\n- c", f"<ul><li><p>a</p>{admonition('note', 'Note', '<p>b</p>')}</li><li><p>c</p></li></ul>"),
        ("- a\n  :::note\n  b\n\nc", f"<ul><li>a {admonition('note', 'Note', '<p>b</p>')}</li></ul><p>c</p>"),
        (":::note\ntext", admonition("note", "Note", "<p>text</p>")),
        (":::note\n```text\n:::\n```\n:::", admonition("note", "Note", code(":::"))),
        ("::::tabs\n:::tab[A]\na\n:::\n:::tab[B]\nb\n:::\n::::", tabs(("A", "<p>a</p>"), ("B", "<p>b</p>"))),
        ("a:::b and `:::`", "<p>a:::b and <code>:::</code></p>"),
        ("    :::note", code(":::note")),
    ],
)
def test_directives(written: str, expected: str) -> None:
    assert shown(written) == expected


def test_an_unknown_directive_keeps_its_text_and_is_named() -> None:
    assert shown("a\n\n:::foo\ntext\n:::") == "<p>a</p><p>text</p>"
    assert messages("a\n\n:::foo\ntext\n:::") == [(3, 1, "the directive ':::foo' is not known here; its inner text is shown")]
