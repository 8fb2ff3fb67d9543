"""The picture an article names for itself: inside docs/, an image, never fetched from elsewhere."""

import posixpath
from dataclasses import replace
from urllib.parse import unquote

from knowledge import value
from knowledge.article import Article
from knowledge.place import folder
from knowledge.problem import Note, Problem, Severity, problem, quoted

ENDINGS = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".svg")
MEND = "write a path inside docs/, such as images/cover.png; until then the article has a drawn cover"


def find(articles: list[Article], assets: frozenset[str]) -> tuple[list[Article], tuple[Problem, ...]]:
    """The articles with the path of their picture below docs/, or none, and what is wrong with the others."""
    found, problems = [], []
    for article in articles:
        if article.image:
            path = _path(article, assets)
            note = _note(article, path, assets)
            problems += [problem(article.source, "image", note)] if note else []
            article = replace(article, image="" if note else path)
        found.append(article)
    return found, tuple(problems)


def _path(article: Article, assets: frozenset[str]) -> str:
    written = unquote(article.image.partition("?")[0].partition("#")[0])
    base = "" if written.startswith("/") else folder(article.source)
    path = posixpath.normpath(posixpath.join(base, written.lstrip("/")))
    candidates = (path, f"static/{path}", f"public/{path}", f"assets/{path}") if written.startswith("/") else (path,)
    return next((each for each in candidates if each in assets), path)


def _note(article: Article, path: str, assets: frozenset[str]) -> Note | None:
    shown, mark = quoted(article.image), article.image_mark
    if value.is_http(article.image):
        return Note(mark, f"{shown} is on another site and is not fetched", MEND, Severity.WARNING)
    if path.startswith("../") or path == ".." or ":" in path:
        return Note(mark, f"{shown} is not inside docs/", MEND, Severity.ERROR)
    if not path.lower().endswith(ENDINGS):
        return Note(mark, f"{shown} is no image: its name must end in {', '.join(ENDINGS)}", MEND, Severity.ERROR)
    if path not in assets:
        return Note(mark, f"there is no file {shown}", MEND, Severity.WARNING)
    return None
