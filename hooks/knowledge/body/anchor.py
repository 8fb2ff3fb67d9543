"""The id of a heading, as `pymdownx.slugs.slugify(case="lower")` makes it, which is also GitHub's."""

import re
import unicodedata

MARKS = re.compile(r"</?[^>]*>|[^\w\- ]")


def of(heading: str) -> str:
    """The id of a heading: letters and digits of any script, spaces as `-`, lower case."""
    return MARKS.sub("", unicodedata.normalize("NFC", heading)).strip().lower().replace(" ", "-")
