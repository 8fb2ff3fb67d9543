"""A new article, as an author starts it."""

import datetime
import json

from knowledge import plaintext, slug
from knowledge.problem import Mark


def file_name(title: str) -> str:
    """The file of an article with this title: `Backups at home` gives `backups-at-home.md`."""
    return f"{slug.from_file(title)}.md"


def write(title: str, today: datetime.date) -> str:
    """The text of the file: a header with all the fields an article should have, and a first heading."""
    line = plaintext.one_line(title, Mark()).value
    return f"""---
title: {json.dumps(line, ensure_ascii=False)}
description: ""
pubDate: {today:%Y-%m-%d}
updatedDate: {today:%Y-%m-%d}
heroAlt: ""
tags: []
---
# {line}

"""
