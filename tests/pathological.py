"""Texts that are expensive to parse: those of cmark, and of Python-Markdown and its extensions, of any size."""

from collections.abc import Callable


def repeated(piece: str, size: int, end: str = "") -> str:
    """The piece again and again, then the end."""
    return piece * ((size - len(end)) // len(piece)) + end


def nested(start: str, middle: str, end: str, size: int) -> str:
    """The start and the end around the middle, as often as they fit."""
    times = (size - len(middle)) // (len(start) + len(end))
    return start * times + middle + end * times


def rising(position: str, between: str, size: int) -> str:
    """Runs of a mark, each longer by one than the one before."""
    pieces, length = list[str](), 0
    while length < size:
        pieces.append(between + position * (len(pieces) + 1))
        length += len(pieces[-1])
    return "".join(pieces)


def stairs(marker: str, size: int) -> str:
    """A list item below a list item below a list item, each further in."""
    lines, length = list[str](), 0
    while length < size:
        lines.append("    " * len(lines) + marker)
        length += len(lines[-1])
    return "\n".join(lines)


def cycles(size: int) -> str:
    """Definitions of references, none of them used."""
    return "\n".join(f"[{number}]: u" for number in range(size // 12))


def notes(size: int) -> str:
    """Footnotes, each used where the one before is defined."""
    return "[^0]\n\n" + "\n".join(f"[^{number}]: [^{number + 1}]" for number in range(size // 18))


def abbreviations(size: int) -> str:
    """As many abbreviations as words."""
    half = size // 26
    words = " ".join(f"w{number}x" for number in range(half))
    return "".join(f"*[w{number}x]: t\n" for number in range(half)) + f"\n{words}\n"


def table(size: int) -> str:
    """One wide table that is as long."""
    side = int((size / 2) ** 0.5)
    return "\n".join(["|a" * side, "|-" * side, *["|b" * side] * (side - 2)])


def ragged(size: int) -> str:
    """A wide table whose rows are short: each is filled up with empty cells."""
    return "\n".join(["|a" * (size // 6), "|-" * (size // 6), *["|"] * (size // 6)])


TEXTS: dict[str, Callable[[int], str]] = {
    "nested strong emphasis": lambda size: nested("*a **a ", "b", " a** a*", size),
    "emphasis closers with no openers": lambda size: repeated("a_ ", size),
    "emphasis openers with no closers": lambda size: repeated("_a ", size),
    "openers and closers multiple of 3": lambda size: "a**b" + repeated("c* ", size - 4),
    "link closers with no openers": lambda size: repeated("a]", size),
    "link openers with no closers": lambda size: repeated("[a", size),
    "mismatched openers and closers": lambda size: repeated("*a_ ", size),
    "pattern [ (](": lambda size: repeated("[ (](", size),
    "pattern [a](b": lambda size: repeated("[a](b", size),
    "pattern [a](<b": lambda size: repeated("[a](<b", size),
    "pattern ![[]()": lambda size: repeated("![[]()", size),
    "pattern ***_": lambda size: repeated("**x [a*b**c*](d) ", size),
    "hard link emphasis": lambda size: repeated("**x [a*b**c*](d)", size),
    "nested brackets": lambda size: nested("[", "a", "]", size),
    "nested parentheses of a link": lambda size: "[](" + nested("(", "", ")", size - 3),
    "open brackets": lambda size: repeated("[", size),
    "nested block quotes": lambda size: repeated("> ", size, "a"),
    "nested block quotes, line by line": lambda size: "\n".join("> " * depth + "a" for depth in range(1, int(size**0.5))),
    "deeply nested lists": lambda size: stairs("* a", size),
    "nested lists in one line": lambda size: repeated("- ", size, "a"),
    "nested numbered lists in one line": lambda size: repeated("1. ", size, "a"),
    "lists and quotes by turns": lambda size: repeated("> - ", size, "a"),
    "backticks": lambda size: rising("`", "e", size),
    "runs of backticks": lambda size: repeated("`", size),
    "backticks and backslashes": lambda size: repeated("\\`", size),
    "unclosed links A": lambda size: repeated("[a](<b", size),
    "unclosed links B": lambda size: repeated("[a](b", size),
    "unclosed <!--": lambda size: "</" + repeated("<!--", size - 2),
    "empty lines in deeply nested lists": lambda size: repeated("- ", size // 2, "x") + "\n" * (size // 2),
    "empty lines in lists": lambda size: "- a\n" + "\n" * (size - 5) + "- b",
    "many references": cycles,
    "references that collide": lambda size: repeated("[a]: u\n", size, "[a] " * 1000),
    "a reference with a long name": lambda size: f"[{repeated('a', size - 5)}]: u",
    "entities": lambda size: repeated("&amp;", size),
    "open entities": lambda size: repeated("&a", size),
    "ampersands": lambda size: repeated("&", size),
    "numeric entities": lambda size: repeated("&#", size),
    "open <?": lambda size: repeated("<?", size),
    "open <!A": lambda size: repeated("<!A ", size),
    "open CDATA": lambda size: repeated("<![CDATA[", size),
    "open tags": lambda size: repeated("<a ", size),
    "open <": lambda size: repeated("<", size),
    "unclosed elements": lambda size: repeated("<div>", size),
    "unclosed elements, line by line": lambda size: repeated("<div>\n", size),
    "closed elements": lambda size: nested("<div>", "", "</div>", size),
    "closing tags": lambda size: repeated("</div>", size),
    "inline elements": lambda size: repeated("<b>", size),
    "elements with Markdown": lambda size: repeated('<div markdown="1">\n', size),
    "attributes": lambda size: "<a " + repeated("x=y ", size - 3),
    "tables": table,
    "a ragged table": ragged,
    "pipes": lambda size: repeated("|", size),
    "delimiters": lambda size: "a|b\n" + repeated("-|", size - 4),
    "footnotes": notes,
    "one footnote often": lambda size: repeated("[^a] ", size - 10, "\n\n[^a]: b"),
    "abbreviations": abbreviations,
    "headings": lambda size: repeated("# a\n\n", size),
    "headings of one name": lambda size: repeated("## same\n\n", size),
    "underlines": lambda size: repeated("a\n-\n", size),
    "rules": lambda size: repeated("- ", size, "x"),
    "stars": lambda size: repeated("*", size),
    "underscores": lambda size: repeated("_a_b", size),
    "tildes and carets": lambda size: repeated("~a^", size),
    "marks": lambda size: repeated("==", size),
    "keys": lambda size: repeated("++a", size),
    "dollars": lambda size: repeated("$a", size),
    "backslashes and parentheses": lambda size: repeated("\\(", size),
    "backslashes": lambda size: repeated("\\", size),
    "addresses": lambda size: repeated("http://a.", size),
    "mail addresses": lambda size: repeated("a@", size),
    "long mail address": lambda size: repeated("a.", size, "@"),
    "attribute lists": lambda size: "a {: " + repeated("a=", size - 6) + "}",
    "open attribute lists": lambda size: repeated("{:", size),
    "open braces": lambda size: repeated("{", size),
    "fences": lambda size: repeated("```\n", size),
    "open fences": lambda size: rising("`", "\n", size),
    "tabs": lambda size: "\n\n".join("    " * depth + f'=== "t{depth}"' for depth in range(int((size / 2) ** 0.5))),
    "admonitions": lambda size: "\n\n".join("    " * depth + "!!! note" for depth in range(int((size / 2) ** 0.5))),
    "definitions": lambda size: repeated("a\n: b\n\n", size),
    "definitions of one term": lambda size: "a\n" + repeated(": b\n\n", size - 2),
    "tasks": lambda size: repeated("- [ ] a\n", size),
    "list items": lambda size: repeated("- a\n", size),
    "loose list items": lambda size: repeated("- a\n\n", size),
    "lines": lambda size: repeated("a\n", size),
    "paragraphs": lambda size: repeated("a\n\n", size),
    "one long word": lambda size: repeated("a", size),
    "spaces": lambda size: repeated(" ", size, "a"),
    "tabulators": lambda size: repeated("\t", size, "a"),
    "lines of spaces": lambda size: repeated("    \n", size),
    "shortcodes": lambda size: repeated("{{< a ", size),
    "Liquid tags": lambda size: repeated("{% a ", size),
    "variables": lambda size: repeated("{{ a ", size),
    "directives": lambda size: repeated(":::a\n", size),
    "wikilinks": lambda size: repeated("[[a", size),
    "embeds": lambda size: repeated("![[a]]", size),
    "citations": lambda size: repeated("[@a", size),
    "JSX": lambda size: repeated("<A b={", size),
    "critic marks": lambda size: repeated("{++", size),
    "highlighted lines": lambda size: '```python hl_lines="1-2000000000"\na\n```\n',
    "numbered lines": lambda size: '```python linenums="1 0 0"\na\n```\n',
    "line numbers from afar": lambda size: f'```python linenums="{"9" * 5000}"\na\n```\n',
    "code": lambda size: "```python\n" + repeated("a=1\n", size - 20) + "```\n",
    "code of brackets": lambda size: "```js\n" + repeated("[{(", size - 20) + "\n```\n",
    "code of quotes": lambda size: "```python\n" + repeated('"""', size - 20) + "\n```\n",
    "Perl": lambda size: "```perl\n" + repeated("<<a ", size - 20) + "\n```\n",
}
"""The texts by name."""
