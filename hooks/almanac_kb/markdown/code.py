"""Code as Material for MkDocs shows it: highlighted by Pygments, with a title, line numbers and highlighted lines."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from html import escape
from typing import Any
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.common.utils import unescapeAll
from markdown_it.token import Token
from pygments.token import STANDARD_TYPES  # type: ignore[import-untyped]
from pygments.util import ClassNotFound  # type: ignore[import-untyped]

LONGEST = 200_000
"""Characters up to which code is highlighted; longer code is shown plain."""
REMEMBERED, SHORT = 4096, 80
"""Number of tokens whose HTML is remembered, since code repeats its words; and their length, in characters, at most."""
LANGUAGE = re.compile(r"\{?[ \t:]*\.?(?!\w+=)([\w#.+-]+)")
LINES = re.compile(r"\{([\d,\s-]+)\}")
OPTION = re.compile(r"""([\w-]+)[=:](?:"([^"\n]*)"|'([^'\n]*)'|(\[[^\]\n]*\])|((?:(?!&\w+=)[^\s{},"'])+))|(?<![\w-])([.#]?[\w-]+)""")
RANGE = re.compile(r"(\d{1,9})(?:-(\d{1,9}))?")
INLINE = re.compile(r"(?:#!|:::)([\w+#-]+)\s+(?=\S)")
TITLES = ("title", "filename", "file", "name", "label", "caption")
NUMBERED = ("linenums", "linenos", "lineno", "linenostart", "showlinenumbers", "shownumbers", "line-numbers")
PLAIN = frozenset({"", "text", "txt", "plain", "plaintext", "none"})
OFF = frozenset({"false", "none", "no", "0"})

FENCES: dict[str, Callable[[str], str]] = {
    "mermaid": lambda code: f'<pre class="mermaid"><code>{escape(code.rstrip(), quote=False)}</code></pre>\n',
    "math": lambda code: f'<div class="arithmatex">\\[\n{escape(code.strip(), quote=False)}\n\\]</div>\n',
}
"""HTML of fences whose content scripts in the page draw, by language."""


@dataclass(frozen=True)
class CodeOptions:
    """The options of a code block, from its info string."""

    language: str = ""
    title: str = ""
    first_line: int | None = None
    """The number of the first line; None for no line numbers."""
    highlighted: tuple[tuple[int, int], ...] = ()
    """First and last line of each highlighted range, from 1."""
    classes: tuple[str, ...] = ()
    identifier: str = ""


def rules(md: MarkdownIt) -> None:
    """Renders fenced, indented and inline code with highlighting."""
    md.add_render_rule("fence", _fence)
    md.add_render_rule("code_block", _code_block)
    md.add_render_rule("code_inline", _code_inline)


def read_info(info: str) -> CodeOptions:
    """The options in an info string, in the syntax of Material, Docusaurus, VitePress, Hugo, Astro, kramdown or Pandoc."""
    text = unescapeAll(info.strip())
    if text.isalnum():
        return CodeOptions(text)
    language = LANGUAGE.match(text)
    rest = text[language.end() :] if language else text
    lines = LINES.search(rest)
    named: dict[str, str] = {}
    classes: list[str] = []
    identifier = ""
    for match in OPTION.finditer(LINES.sub(" ", rest)):
        key, word = match[1], match[6]
        if key:
            named.setdefault(key.casefold(), next((value for value in match.groups()[1:5] if value is not None), ""))
        elif word.startswith("."):
            classes.append(word[1:])
        elif word.startswith("#"):
            identifier = word[1:]
        else:
            named.setdefault(word.casefold(), "")
    title = next((named[key] for key in TITLES if named.get(key)), "")
    title = unquote(title) if "%" in title else title
    marked = named.get("hl_lines") or named.get("hl-lines") or (lines[1] if lines else "")
    numbers = next((named[key] or "1" for key in NUMBERED if key in named), "")
    first = _first_line(named.get("linenostart") or numbers) if numbers and numbers.casefold() not in OFF else None
    return CodeOptions(language[1] if language else "", title, first, _ranges(marked), tuple(classes), identifier)


def code_html(code: str, options: CodeOptions) -> str:
    """The HTML element of a code block."""
    body = highlight(code, options.language, options.highlighted)
    language = [] if options.language.casefold() in PLAIN else [f"language-{options.language}"]
    classes = escape(" ".join([*language, *options.classes, "highlight"]))
    identifier = f' id="{escape(options.identifier)}"' if options.identifier else ""
    title = f'<span class="filename">{escape(options.title, quote=False)}</span>' if options.title else ""
    pre = f"<pre><span></span><code>{body}</code></pre>"
    if options.first_line is None:
        return f'<div{identifier} class="{classes}">{title}{pre}</div>\n'
    row = f'<tr><th colspan="2" class="filename">{title}</th></tr>' if title else ""
    end = options.first_line + code.count("\n") + (not code.endswith("\n"))
    width = len(str(end - 1))
    numbers = "\n".join(f'<span class="normal">{number:{width}}</span>' for number in range(options.first_line, end))
    return (
        f'<div{identifier} class="{classes}"><table class="highlighttable">{row}<tr><td class="linenos"><div class="linenodiv"><pre>'
        f'<span></span>{numbers}</pre></div></td><td class="code"><div>{pre}</div></td></tr></table></div>\n'
    )


def highlight(code: str, language: str, highlighted: Sequence[tuple[int, int]] = ()) -> str:
    """Code as HTML with the classes of Pygments; plain where it is too long or the language is unknown."""
    lexer = _lexer(language.casefold()) if len(code) <= LONGEST else None
    html = escape(code, quote=False) if lexer is None else _marked(lexer.get_tokens(code))
    html = html if not html or html.endswith("\n") else html + "\n"
    return "".join(_highlighted(html.splitlines(keepends=True), highlighted)) if highlighted else html


def is_language(name: str) -> bool:
    """Whether code in a language of this name can be highlighted, or the name means plain text."""
    return name.casefold() in PLAIN - {""} or _lexer(name.casefold()) is not None


@lru_cache(maxsize=256)
def _lexer(language: str) -> Any:
    """The lexer of Pygments for a language; None for plain text and for a language that it does not know."""
    if language in PLAIN:
        return None
    from pygments.lexers import get_lexer_by_name  # type: ignore[import-untyped]

    try:
        return get_lexer_by_name(language, stripnl=False)
    except ClassNotFound:
        return None


def _marked(tokens: Iterable[tuple[Any, str]]) -> str:
    """The values of Pygments tokens in spans, none of which crosses the end of a line."""
    parts: list[str] = []
    last, run = "", ""
    for kind, value in tokens:
        name = _class(kind)
        if name == last:
            run += value
            continue
        parts.append(_short_span(last, run) if len(run) <= SHORT else _span(last, run))
        last, run = name, value
    parts.append(_span(last, run))
    return "".join(parts)


def _span(name: str, value: str) -> str:
    text = escape(value, quote=False)
    if not name:
        return text
    return "\n".join([f'<span class="{name}">{line}</span>' if line else "" for line in text.split("\n")])


_short_span = lru_cache(maxsize=REMEMBERED)(_span)


@lru_cache(maxsize=1024)
def _class(kind: Any) -> str:
    """The class that Pygments gives a token type; for a type without one, the classes of its parent types and its own name."""
    name = STANDARD_TYPES.get(kind)
    if name is not None:
        return str(name)
    above = _class(kind.parent)
    return f"{above} {above.rpartition(' ')[2]}-{kind[-1]}".strip()


def _highlighted(lines: Sequence[str], ranges: Iterable[tuple[int, int]]) -> Iterator[str]:
    wanted = {number for first, last in ranges for number in range(first, min(last, len(lines)) + 1)}
    for number, line in enumerate(lines, 1):
        yield f'<span class="hll">{line}</span>' if number in wanted else line


def _first_line(written: str) -> int:
    digits = RANGE.match(written)
    return int(digits[1]) if digits else 1


def _ranges(written: str) -> tuple[tuple[int, int], ...]:
    return tuple((int(match[1]), int(match[2] or match[1])) for match in RANGE.finditer(written))


def _fence(self: Any, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    token = tokens[index]
    read = read_info(token.info)
    draw = FENCES.get(read.language.casefold())
    if token.attrs:
        classes = (*read.classes, *str(token.attrs.get("class", "")).split())
        read = replace(read, classes=classes, identifier=str(token.attrs.get("id", read.identifier)))
    return draw(token.content) if draw else code_html(token.content, read)


def _code_block(self: Any, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    return code_html(tokens[index].content, CodeOptions())


def _code_inline(self: Any, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    token = tokens[index]
    named = INLINE.match(token.content)
    if named and _lexer(named[1].casefold()):
        body = highlight(token.content[named.end() :], named[1]).removesuffix("\n")
        return f'<code class="highlight">{body}</code>'
    return f"<code{self.renderAttrs(token)}>{escape(token.content, quote=False)}</code>"
