"""What new users bring: twenty articles in German, and a vault of Obsidian; each as files by path, written for these tests."""

from material_sites import PIXEL

LOGO = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" width="24" height="24">'
    '<path fill="#ffffff" d="M4 4h16v4H4zm0 6h10v4H4zm0 6h16v4H4z"/></svg>\n'
)
GERMAN_SETTINGS = """\
site_name: Hof und Küche
site_description: Was sich auf unserem Hof bewährt hat
site_url: !ENV [SITE_URL, "https://hof.example/"]
copyright: © 2025 Familie Öztürk

theme:
  name: material
  language: de
  logo: bilder/logo.svg
  favicon: bilder/logo.svg
  palette: {primary: brown}

plugins:
  - almanac
"""
ARTICLES = (
    ("garten", "Kompost anlegen", "2021-03-14", "Boden, Frühling"),
    ("garten", "Tomaten vorziehen", "2021-04-02", "Gemüse, Frühling"),
    ("garten", "Schnecken abwehren", "2021-05-21", "Gemüse"),
    ("garten", "Obstbäume schneiden", "2022-02-11", "Obst, Winter"),
    ("garten", "Beete mulchen", "2022-06-30", "Boden, Sommer"),
    ("garten", "Kartoffeln häufeln", "2023-05-30", "Gemüse"),
    ("garten", "Gießen bei Hitze", "2024-07-19", "Sommer, Wasser"),
    ("küche", "Sauerteig führen", "2021-01-09", "Brot"),
    ("küche", "Brot im Topf", "2021-01-16", "Brot"),
    ("küche", "Quark selbst machen", "2022-03-05", "Milch"),
    ("küche", "Käse reifen lassen", "2022-03-26", "Milch"),
    ("küche", "Bohnen einkochen", "2023-08-12", "Vorrat, Sommer"),
    ("küche", "Apfelmus für den Winter", "2023-10-01", "Vorrat, Obst"),
    ("küche", "Kraut einlegen", "2024-11-03", "Vorrat, Gemüse"),
    ("hof/tiere", "Hühner halten", "2021-09-09", "Tiere"),
    ("hof/tiere", "Bienen überwintern", "2023-11-11", "Tiere, Winter"),
    ("hof/werkstatt", "Sensen dengeln", "2022-07-07", "Werkzeug, Sommer"),
    ("hof/werkstatt", "Öfen ausmauern", "2024-01-20", "Werkzeug, Winter"),
    ("hof", "Dach abdichten", "2024-10-04", "Haus, Wasser"),
    ("hof", "Brunnen prüfen", "2025-04-11", "Wasser"),
)
"""Folder, title, date and tags of twenty articles."""
BODY = """\
---
title: {title}
date: {date}
tags: [{tags}]
author: Ayşe Öztürk
description: "{title}: was dazu gehört, und woran es oft scheitert."
---
Wer zum ersten Mal mit *{title}* beginnt, braucht Geduld[^1]. Danach geht es weiter mit [{other}]({link}).

> [!WARNING]
> Nicht bei Frost.

## Was man braucht

| Ding | Menge | Anmerkung |
|---|---:|---|
| Eimer | 2 | aus Blech |
| Schaufel | 1 | spitz |

## So geht es

1. Alles bereitlegen.
2. Langsam anfangen; „gut Ding will Weile haben“.

```python
print("größer")
```

[^1]: Und ein wenig Glück.
"""


def file_name(title: str) -> str:
    """The name of the file of an article."""
    return f"{title.lower().replace(' ', '-')}.md"


def german() -> dict[str, str | bytes]:
    """The files of the site in German, `mkdocs.yml` and the logo among them."""
    files: dict[str, str | bytes] = {
        "mkdocs.yml": GERMAN_SETTINGS,
        "docs/bilder/logo.svg": LOGO,
        "docs/CNAME": "hof.example\n",
        "docs/index.md": "---\ntitle: Hof und Küche\n---\nWas sich auf unserem Hof bewährt hat.\n",
    }
    following = (*ARTICLES[1:], ARTICLES[0])
    for (folder, title, date, tags), (there, other, *_) in zip(ARTICLES, following, strict=True):
        link = "/".join([".."] * len(folder.split("/")) + [there, file_name(other)])
        files[f"docs/{folder}/{file_name(title)}"] = BODY.format(title=title, date=date, tags=tags, other=other, link=link)
    return files


VAULT: dict[str, str | bytes] = {
    ".obsidian/app.json": '{"attachmentFolderPath": "Attachments"}\n',
    ".obsidian/workspace.json": "{}\n",
    "Home.md": "Start with [[Tea]] or the [[Bread/Sourdough|starter]].\n\n#start\n",
    "Tea.md": (
        "---\naliases: [Chai]\ntags: [drinks/hot]\ncreated: 2024-02-03\n---\n"
        "![[leaf.png|120]]\n\nWater first, see [[#Water]]. %%Ask Ann%%\n\n"
        "> [!tip]- Steeping\n> Three minutes.\n\n## Water\n\n==Fresh== and boiling ^boil\n\n- [ ] buy leaves\n- [x] mend kettle\n"
    ),
    "Bread/Sourdough.md": "---\ncreated: 2024-03-04\n---\nFed daily; drink [[Chai]] meanwhile.\n\n![[Tea#Water]]\n\n$$f(t) = 2^t$$\n",
    "Bread/Flour.md": "Rye or wheat, for [[Sourdough]]. See [[No such note]].\n",
    "Daily/2024-03-05.md": "Fed the [[Sourdough]], see [[Tea#^boil]].\n",
    "Attachments/leaf.png": PIXEL,
    "Board.canvas": '{"nodes": [], "edges": []}\n',
    "Templates/Note.md": "---\ncreated: {{date}}\n---\n# {{title}}\n",
}
"""A vault of Obsidian."""
