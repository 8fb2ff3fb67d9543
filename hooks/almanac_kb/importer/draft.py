"""The file of a new article: `python hooks new`."""

import datetime
import json

from almanac_kb.core import paths, text
from almanac_kb.core.diagnostics import Position


def article_file_name(title: str) -> str:
    """The file name of an article with this title: `Backups at home` gives `backups-at-home.md`."""
    return f"{paths.slug_from_file(title)}.md"


def new_article(title: str, today: datetime.date) -> str:
    """The text of an article with this title: a header with all fields that an article should have, and a first heading."""
    line = text.one_line(title, Position()).value
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
