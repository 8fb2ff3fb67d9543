"""The heading of an article's HTML, apart from its text: the facts of the article stand between the two."""

import re

H1 = re.compile(r"\s*(<h1[ >].*?</h1>)", re.DOTALL)


def divide(html: str) -> tuple[str, str]:
    """The first heading and the rest; the heading is empty where the text does not start with one of the first level."""
    match = H1.match(html)
    return (match[1], html[match.end() :]) if match else ("", html)
