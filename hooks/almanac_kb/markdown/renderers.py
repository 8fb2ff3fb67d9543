"""The two renderers of Markdown, and the choice between them for each article."""

from collections.abc import Sequence

COMMONMARK, PYTHON_MARKDOWN, AUTO = "commonmark", "python-markdown", "auto"
RENDERERS = (COMMONMARK, PYTHON_MARKDOWN, AUTO)
"""The values of `markdown:` in a header, a `.pages` file and the settings."""
BLOCKS = ("admonition", "caption", "definition", "details", "html", "tab")
INLINE = ("betterem", "caret", "emoji", "highlight", "inlinehilite", "keys", "magiclink", "mark", "snippets", "tilde")
MORE = ("arithmatex", "details", "extra", "fancylists", "saneheaders", "superfences", "tabbed", "tasklist")
PARSED = frozenset(
    (
        *("abbr", "admonition", "attr_list", "codehilite", "def_list", "extra", "fenced_code", "footnotes", "md_in_html", "meta"),
        *("sane_lists", "tables", "toc", "wikilinks"),
        *(f"pymdownx.{name}" for name in (*INLINE, *MORE)),
        *(f"pymdownx.blocks.{name}" for name in BLOCKS),
    )
)
"""Extensions of Python-Markdown whose syntax the CommonMark parser reads too."""
PLAIN = PARSED | {"admonition", "legacy_attrs", "legacy_em", "nl2br", "smarty"}
FAMILIES = ("markdown.extensions.", "pymdownx.")
FILE_READERS = frozenset({"pymdownx.b64"})
"""Extensions of these families that read files; those that pymdownx.snippets reads are looked up by this project."""


def choose(
    *, article: str = AUTO, folder: str = AUTO, site: str = AUTO, extensions: Sequence[str] = (), is_adopted: bool = False
) -> tuple[str, str]:
    """The renderer of an article, `commonmark` or `python-markdown`, and the reason as a phrase.

    `article`, `folder` and `site` are the values of `markdown:` in its header, in the nearest `.pages` with one, and in the settings;
    `extensions` are the names under `markdown_extensions`: one that the CommonMark parser does not cover shows a site made for MkDocs.
    `is_adopted` says that the site was one of MkDocs before.
    """
    for value, reason in ((article, "its header says so"), (folder, "its folder says so"), (site, "the settings say so")):
        if value in {COMMONMARK, PYTHON_MARKDOWN}:
            return value, reason
    if is_adopted:
        return PYTHON_MARKDOWN, "mkdocs.yml is that of a MkDocs site"
    unknown = [name for name in extensions if not is_parsed(name)]
    if unknown:
        return PYTHON_MARKDOWN, f"markdown_extensions names {', '.join(unknown)}"
    return COMMONMARK, "nothing asks for another"


def is_parsed(extension: str) -> bool:
    """Whether the CommonMark parser reads the syntax of an extension."""
    return extension.partition(":")[0].removeprefix("markdown.extensions.") in PARSED


def reads_no_files(extension: str) -> bool:
    """Whether an extension is known to read nothing but the text, and files that this project looks up for it."""
    return extension in PLAIN or (extension.startswith(FAMILIES) and extension not in FILE_READERS)
