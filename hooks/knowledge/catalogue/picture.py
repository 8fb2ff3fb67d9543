"""The picture an article names for itself: inside docs/, an image, never fetched from elsewhere."""

import posixpath
from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import unquote

from knowledge.place import below_parents, folder
from knowledge.problem import Note, Problem, Severity, problem, quoted
from knowledge.reading import value
from knowledge.reading.article import Article

ENDINGS = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".svg")
MEND = "write a path inside docs/, such as images/cover.png"
UNTIL = f"{MEND}; until then the article has a drawn cover"


def find(articles: Iterable[Article], assets: frozenset[str]) -> tuple[list[Article], tuple[Problem, ...]]:
    """The articles with the path of their picture below docs/, or none, and what is wrong; those it refuses are left out."""
    found, problems = [], []
    for article in articles:
        path = _path(article, assets) if article.image else ""
        note = _note(article, path, assets) if article.image else None
        problems += [problem(article.source, "image", note)] if note else []
        if note is None or note.severity < Severity.ERROR:
            found.append(replace(article, image="" if note else path))
    return found, tuple(problems)


def _path(article: Article, assets: frozenset[str]) -> str:
    written = unquote(article.image.partition("?")[0].partition("#")[0])
    base = "" if written.startswith("/") else folder(article.source)
    path = posixpath.normpath(posixpath.join(base, written.lstrip("/")))
    candidates = (path, f"static/{path}", f"public/{path}", f"assets/{path}") if written.startswith("/") else (path,)
    return next((each for each in (*candidates, *below_parents(written, article.source)) if each in assets), path)


def _note(article: Article, path: str, assets: frozenset[str]) -> Note | None:
    shown, mark = quoted(article.image), article.image_mark
    if value.is_http(article.image):
        return Note(mark, f"{shown} is on another site and is not fetched", UNTIL, Severity.WARNING)
    if path.startswith("../") or path == ".." or ":" in path:
        return Note(mark, f"{shown} is not inside docs/", MEND, Severity.ERROR)
    if not path.lower().endswith(ENDINGS):
        return Note(mark, f"{shown} is no image: its name must end in {', '.join(ENDINGS)}", MEND, Severity.ERROR)
    if path not in assets:
        return Note(mark, f"there is no file {shown}", UNTIL, Severity.WARNING)
    return None
