"""A new article, as an author starts it."""

import datetime
import json

from knowledge import slug


def file_name(title: str) -> str:
    """The file of an article with this title: `Backups at home` gives `backups-at-home.md`."""
    return f"{slug.from_file(title)}.md"


def write(title: str, today: datetime.date) -> str:
    """The text of the file: a header with all the fields an article should have, as a draft, and a first heading."""
    return f"""---
title: {json.dumps(title, ensure_ascii=False)}
description: ""
pubDate: {today:%Y-%m-%d}
updatedDate: {today:%Y-%m-%d}
heroAlt: ""
tags: []
---
# {title}

"""
