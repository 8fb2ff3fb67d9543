"""Images that headers name: the file of docs/ that is meant, and what is wrong with it."""

import posixpath
from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import unquote

from almanac_kb.content.reader import Article
from almanac_kb.core.diagnostics import Diagnostic, LocalDiagnostic, Severity, in_file, quoted
from almanac_kb.core.paths import file_name, folder, paths_below_parents
from almanac_kb.frontmatter import values

IMAGE_SUFFIXES = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".svg")
HINT = "write a path inside docs/, such as images/cover.png"
HINT_UNTIL_THEN = f"{HINT}; until then the article has a drawn cover"


def find_images(articles: Iterable[Article], assets: frozenset[str]) -> tuple[list[Article], tuple[Diagnostic, ...]]:
    """The articles with the path of their picture below docs/, or none, and what is wrong."""
    found, diagnostics = [], []
    for article in articles:
        path = _path(article, assets) if article.image else ""
        note = _note(article, path, assets) if article.image else None
        diagnostics += [in_file(article.source, "image", note)] if note else []
        found.append(replace(article, image="" if note else path))
    return found, tuple(diagnostics)


def _path(article: Article, assets: frozenset[str]) -> str:
    written = unquote(article.image.partition("?")[0].partition("#")[0])
    base = "" if written.startswith("/") else folder(article.source)
    path = posixpath.normpath(posixpath.join(base, written.lstrip("/")))
    candidates = (path, f"static/{path}", f"public/{path}", f"assets/{path}") if written.startswith("/") else (path,)
    found = next((each for each in (*candidates, *paths_below_parents(written, article.source)) if each in assets), "")
    if found or "/" in written:
        return found or path
    named = [each for each in assets if file_name(each) == written]
    return named[0] if len(named) == 1 else path


def _note(article: Article, path: str, assets: frozenset[str]) -> LocalDiagnostic | None:
    shown, position = quoted(article.image), article.image_position
    if values.is_http_url(article.image):
        return LocalDiagnostic(position, f"{shown} is on another site and is not fetched", HINT_UNTIL_THEN, Severity.WARNING)
    if path.startswith("../") or path == ".." or ":" in path:
        return LocalDiagnostic(position, f"{shown} is not inside docs/", HINT_UNTIL_THEN, Severity.WARNING)
    if not path.lower().endswith(IMAGE_SUFFIXES):
        message = f"{shown} is no image: its name must end in {', '.join(IMAGE_SUFFIXES)}"
        return LocalDiagnostic(position, message, HINT_UNTIL_THEN, Severity.WARNING)
    if path not in assets:
        return LocalDiagnostic(position, f"there is no file {shown}", HINT_UNTIL_THEN, Severity.WARNING)
    return None
