"""The files whose texts articles insert: which they may be, and what a document keeps of each."""

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath

from almanac_kb.core.diagnostics import HeaderError
from almanac_kb.core.paths import is_article
from almanac_kb.core.text import decode
from almanac_kb.frontmatter.header import split_header

Lookup = Callable[[str], str | None]
"""Returns the text of a file by its path below docs/; None where there is none."""
IsWithheld = Callable[[str, Path, bytes], bool]
"""Whether no text may show a file, by the path that it is asked for by, the file and its bytes."""
LENGTH = 500_000
"""Most characters of all snippets of an article together."""


def no_snippets(_path: str) -> None:
    """The lookup of texts that insert no files: None for every path."""


def text_in(docs: Path, mounted: Mapping[str, Path], is_withheld: IsWithheld, path: str) -> str | None:
    """The text of a file of docs/, or of one `mounted` there, without its front matter; None where it has none for articles.

    Hidden, too large, unreadable and non-text files, paths that no file can have, symbolic links that lead out of docs/, and files that
    are withheld have no text; `is_withheld` is called with source path, file and bytes.
    """
    if any(part.startswith(".") for part in PurePosixPath(path).parts):
        return None
    try:
        file = mounted.get(path) or docs / path
        inside = path in mounted or file.resolve().is_relative_to(docs.resolve())
        if not inside or not file.is_file() or file.stat().st_size > LENGTH:
            return None
        data = file.read_bytes()
        text = None if is_withheld(path, file, data) else decode(data)
        return split_header(text).body if text is not None and is_article(path) else text
    except (HeaderError, OSError, ValueError):
        return None


def answer(text: str | None) -> tuple[str, ...]:
    """The result of a lookup as a document stores it: the digest of the text, or nothing."""
    return () if text is None else (hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=16).hexdigest(),)
