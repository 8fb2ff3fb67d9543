"""Six small sites as authors of Material for MkDocs have them, by the kinds of public sites: settings, articles, templates and hooks.

Each is a map of paths to contents, `mkdocs.yml` among them, and is built as it is by MkDocs with Material alone.
"""

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d494844520000000100000001080600000"
    + "01f15c4890000000d49444154789c6360f8cf500f0003860180e2d0a63f0000000049454e44ae426082"
)
"""A picture of one pixel (PNG)."""

FRAMEWORK: dict[str, str | bytes] = {
    "mkdocs.yml": """\
site_name: Kettle
site_description: Kettle, a framework for services
site_url: https://kettle.example/
docs_dir: en/docs
repo_name: kettle/kettle
repo_url: https://github.com/kettle/kettle
theme:
  name: material
  custom_dir: en/overrides
  palette:
    - media: "(prefers-color-scheme: light)"
      scheme: default
      primary: teal
      accent: amber
      toggle: {icon: material/lightbulb, name: Switch to dark mode}
    - media: "(prefers-color-scheme: dark)"
      scheme: slate
      primary: teal
      accent: amber
      toggle: {icon: material/lightbulb-outline, name: Switch to light mode}
  features: [navigation.tabs, navigation.indexes, content.code.annotate]
  icon: {repo: fontawesome/brands/github}
  logo: img/Icon.png
  favicon: img/Icon.png
  language: en
plugins:
  search: null
nav:
  - Kettle: index.md
  - features.md
  - Learn:
      - learn/index.md
      - Tutorial - User Guide:
          - tutorial/index.md
          - tutorial/first-steps.md
          - Path Parameters: tutorial/Path_Params.md
  - About:
      - about/index.md
      - Release Notes: release-notes.md
  - Source code: https://github.com/kettle/kettle
markdown_extensions:
  abbr: null
  attr_list: null
  footnotes: null
  md_in_html: null
  tables: null
  toc: {permalink: true}
  pymdownx.superfences:
    custom_fences:
      - {name: mermaid, class: mermaid, format: !!python/name:pymdownx.superfences.fence_code_format ''}
  pymdownx.blocks.admonition: {types: [note, tip, warning]}
  pymdownx.blocks.details: null
  pymdownx.blocks.tab: {alternate_style: true}
  pymdownx.emoji:
    emoji_index: !!python/name:material.extensions.emoji.twemoji
    emoji_generator: !!python/name:material.extensions.emoji.to_svg
  pymdownx.snippets: {base_path: [en]}
extra:
  social:
    - {icon: fontawesome/brands/github-alt, link: https://github.com/kettle/kettle, name: Kettle on GitHub}
  alternate:
    - {link: /, name: en - English, lang: en}
    - {link: /de/, name: de - Deutsch, lang: de}
extra_css: [css/custom.css]
extra_javascript: [js/custom.js]
hooks: [scripts/hooks.py]
""",
    "scripts/hooks.py": """\
def on_page_markdown(markdown, *, page, config, files):
    return markdown.replace("{KETTLE}", "**Kettle**")
""",
    "en/overrides/main.html": """\
{% extends "base.html" %}
{% block announce %}
<div class="announce"><a class="announce-link" href="/newsletter/">Follow <strong>Kettle</strong></a></div>
{% endblock %}
{% block extrahead %}
<meta name="kettle" content="yes">
{% endblock %}
""",
    "en/overrides/partials/copyright.html": '<div class="md-copyright"><div class="md-copyright__highlight">Kettle is free software</div></div>\n',
    "en/snippets.txt": "Water boils at 100 °C.\n",
    "en/docs/index.md": """\
---
hide:
  - navigation
---

# Kettle

<style>
.md-content .md-typeset h1 { display: none; }
</style>

<p align="center"><a href="https://kettle.example"><img src="img/Icon.png" alt="Kettle"></a></p>

{KETTLE} is quick.
""",
    "en/docs/features.md": """\
# Features

/// tip

Read the [tutorial](tutorial/index.md).

///

/// tab | Python 3.12

```Python hl_lines="1"
x = 1
```

///

/// tab | Python 3.11

```Python
y = 1
```

///

/// details | More
    type: warning

Hidden first. :material-check:

///
""",
    "en/docs/learn/index.md": "# Learn\n\nHere are the parts.\n",
    "en/docs/tutorial/index.md": "# Tutorial - User Guide\n\nStart with the [first steps](first-steps.md#run-it).\n",
    "en/docs/tutorial/first-steps.md": '# First Steps\n\n## Run it { #run-it }\n\nUse `kettle run`.\n\n--8<-- "snippets.txt"\n',
    "en/docs/tutorial/Path_Params.md": "# Path Parameters\n\nBack to the [first steps](./first-steps.md).\n\n```mermaid\ngraph LR\n  A --> B\n```\n",
    "en/docs/about/index.md": "# About\n\nAbout Kettle.\n",
    "en/docs/release-notes.md": "---\nhide:\n  - navigation\n---\n\n# Release Notes\n\n## Latest Changes\n\n### Fixes\n\n* Boils again.\n\n## 0.2.0 (2024-05-01)\n\n* First.\n",
    "en/docs/css/custom.css": ".announce { color: white }\n",
    "en/docs/js/custom.js": "document.documentElement.dataset.kettle = 'yes'\n",
    "en/docs/img/Icon.png": PIXEL,
}
"""A framework's handbook: articles in `en/docs`, blocks of pymdown-extensions, a hook of its own, a template with an announcement."""

LIBRARY: dict[str, str | bytes] = {
    "mkdocs.yml": """\
site_name: Sieve
site_description: Data validation
site_url: https://docs.sieve.example/latest/
strict: true
theme:
  name: material
  custom_dir: docs/theme
  palette: [{scheme: default, primary: pink, accent: pink}]
  features: [content.tabs.link, navigation.tracking, toc.follow]
  logo: logo-white.svg
  favicon: favicon.png
  font: {text: Open Sans, code: Fira Code}
repo_name: sieve/sieve
repo_url: https://github.com/sieve/sieve
edit_uri: edit/main/docs/
copyright: © Sieve Services Inc. 2022 to <a href="https://sieve.example/now">present</a>
extra:
  version: {provider: mike}
extra_css: [extra/terminal.css, extra/tweaks.css]
extra_javascript:
  - extra/feedback.js
  - path: extra/module.js
    type: module
  - https://cdn.sieve.example/fluff.js
exclude_docs: |
  /theme
nav:
  - Get Started:
      - Welcome to Sieve: index.md
      - Why use Sieve: why.md
      - install.md
  - Concepts:
      - concepts/models.md
      - concepts/json_schema.md
  - Internals:
      - Architecture: internals/architecture.md
  - API:
      - api/base_model.md
markdown_extensions:
  - tables
  - toc: {permalink: true, title: Page contents}
  - admonition
  - pymdownx.details
  - pymdownx.superfences
  - pymdownx.highlight: {pygments_lang_class: true}
  - pymdownx.extra
  - pymdownx.emoji:
      emoji_index: !!python/name:material.extensions.emoji.twemoji
      emoji_generator: !!python/name:material.extensions.emoji.to_svg
  - pymdownx.tabbed: {alternate_style: true}
  - pymdownx.snippets
watch: [sieve]
plugins:
  - search
""",
    "HISTORY.md": "## v2.1 (2024-02-01)\n\n* Validates twice.\n",
    "sieve/__init__.py": "",
    "docs/theme/main.html": """\
{% extends "base.html" %}

{% block announce %}
  What's new: <a href="{{ 'why/' | url }}">version 2</a>.
{% endblock %}

{% block content %}
  {{ super() }}
  <p class="sieve-below">Was this page helpful?</p>
{% endblock %}
""",
    "docs/index.md": """\
# Welcome to Sieve

[![CI](extra/badge.svg)](https://github.com/sieve/sieve)

Sieve checks data.

!!! success
    Already using it? See [why](why.md#speed).

=== "Python"

    ```python {title="Example" test="skip"}
    x: int = 1  # (1)!
    ```

    1. A number.

=== "Shell"

    ```bash
    sieve run
    ```
""",
    "docs/why.md": '# Why use Sieve\n\n## Speed\n\nIt is quick[^1].\n\n[^1]: Measured.\n\n??? example "Details"\n    More\n',
    "docs/install.md": '# Installation\n\n```bash\npip install sieve\n```\n\n--8<-- "HISTORY.md"\n',
    "docs/concepts/models.md": '# Models\n\n??? api "API Documentation"\n    See [the base model](../api/base_model.md).\n\n| a | b |\n|---|---|\n| 1 | 2 |\n',
    "docs/concepts/json_schema.md": "# JSON Schema\n\nTerm\n:   What it means\n",
    "docs/internals/architecture.md": "!!! note\n    For contributors.\n\n# Architecture\n\nText.\n",
    "docs/api/base_model.md": "# BaseModel\n\nText.\n",
    "docs/extra/terminal.css": "pre { color: black }\n",
    "docs/extra/tweaks.css": "p { margin: 0 }\n",
    "docs/extra/feedback.js": "window.feedback = 1\n",
    "docs/extra/module.js": "export const a = 1\n",
    "docs/extra/badge.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>\n',
    "docs/logo-white.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>\n',
    "docs/favicon.png": PIXEL,
}
"""A library's documentation: versions by mike, a font of Google, scripts of its own and of another host, snippets, a block below each text."""

HANDBOOK: dict[str, str | bytes] = {
    "mkdocs.yml": """\
site_name: Plaster
site_url: https://plaster.example/handbook/
site_author: Ada Example
site_description: Write your documentation in Markdown
repo_name: ada/plaster
repo_url: https://github.com/ada/plaster
copyright: >
  Copyright &copy; 2016 - 2025 Ada Example –
  <a href="#__consent">Change cookie settings</a>
theme:
  name: material
  custom_dir: material/overrides
  features: [announce.dismiss, content.action.edit, content.action.view, navigation.sections, navigation.tabs, search.suggest]
  palette:
    - {media: "(prefers-color-scheme)", toggle: {icon: material/link, name: Switch to light mode}}
    - {media: "(prefers-color-scheme: light)", scheme: default, primary: indigo, accent: indigo, toggle: {icon: material/toggle-switch, name: Switch to dark mode}}
  font: {text: Roboto, code: Roboto Mono}
  favicon: assets/favicon.png
  icon: {logo: logo}
plugins:
  - blog
  - search: {separator: '[\\s\\u200b\\-]'}
  - tags
extra:
  status: {new: Recently added, deprecated: Deprecated}
  analytics:
    provider: google
    property: G-ABCDEF
    feedback:
      title: Was this page helpful?
      ratings:
        - {icon: material/emoticon-happy-outline, name: This page was helpful, data: 1, note: Thanks for your feedback!}
        - icon: material/emoticon-sad-outline
          name: This page could be improved
          data: 0
          note: 'Thanks! Use our <a href="https://forms.example/?url={url}">form</a>.'
  consent:
    title: Cookie consent
    description: We use cookies to recognize you.
  social:
    - {icon: fontawesome/brands/mastodon, link: https://fosstodon.example/@ada}
    - {icon: fontawesome/brands/python, link: https://pypi.example/plaster/}
markdown_extensions:
  - abbr
  - admonition
  - attr_list
  - def_list
  - footnotes
  - md_in_html
  - toc: {permalink: true}
  - pymdownx.arithmatex: {generic: true}
  - pymdownx.betterem: {smart_enable: all}
  - pymdownx.caret
  - pymdownx.details
  - pymdownx.emoji:
      emoji_generator: !!python/name:material.extensions.emoji.to_svg
      emoji_index: !!python/name:material.extensions.emoji.twemoji
  - pymdownx.highlight: {anchor_linenums: true, line_spans: __span, pygments_lang_class: true}
  - pymdownx.inlinehilite
  - pymdownx.keys
  - pymdownx.mark
  - pymdownx.smartsymbols
  - pymdownx.snippets: {auto_append: [includes/plaster.md]}
  - pymdownx.superfences:
      custom_fences:
        - {name: mermaid, class: mermaid, format: !!python/name:pymdownx.superfences.fence_code_format ''}
  - pymdownx.tabbed: {alternate_style: true}
  - pymdownx.tasklist: {custom_checkbox: true}
  - pymdownx.tilde
nav:
  - Home: index.md
  - Getting started:
      - Installation: getting-started.md
      - Creating your site: creating-your-site.md
  - Setup:
      - setup/index.md
      - Adding comments: setup/adding-comments.md
  - Reference:
      - Icons, Emojis: reference/icons-emojis.md
  - Tags: tags.md
  - Blog:
      - blog/index.md
""",
    "includes/plaster.md": "*[HTML]: Hyper Text Markup Language\n",
    "material/overrides/main.html": """\
{% extends "base.html" %}
{% block announce %}For updates follow <a rel="me" href="https://fosstodon.example/@ada"><strong>@ada</strong></a>{% endblock %}
{% block scripts %}
  {{ super() }}
  <script src="{{ 'assets/javascripts/custom.js' | url }}"></script>
{% endblock %}
""",
    "material/overrides/assets/javascripts/custom.js": "window.custom = 1\n",
    "material/overrides/.icons/logo.svg": '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path d="M4 4h16v16H4z"/></svg>\n',
    "material/overrides/partials/comments.html": """\
{% if page.meta.comments %}
  <h2 id="__comments">{{ lang.t("meta.comments") }}</h2>
  <script src="https://giscus.app/client.js" data-repo="ada/plaster" data-repo-id="R_1" data-category="Comments" data-category-id="D_1" crossorigin="anonymous" async></script>
{% endif %}
""",
    "docs/index.md": "---\ntitle: Plaster\nhide:\n  - navigation\n  - toc\n---\n\n# Write your documentation\n\nStart [here](getting-started.md). :octicons-heart-fill-24:\n\n[Get started](getting-started.md){ .md-button .md-button--primary }\n",
    "docs/getting-started.md": "---\nicon: material/rocket\nstatus: new\n---\n\n# Installation\n\nPlaster is a theme in HTML and CSS.\n\n- [x] Done\n- [ ] Open\n\nPress ++ctrl+alt+del++ for ==marked== text.\n",
    "docs/creating-your-site.md": '---\ntitle: Creating your site\nsearch:\n  exclude: true\n---\n\n# Creating your site\n\n<div class="grid cards" markdown>\n\n-   :material-clock-fast:{ .lg .middle } __Set up__\n\n    ---\n\n    Install it.\n\n</div>\n\n$$\nx^2\n$$\n',
    "docs/setup/index.md": "# Setup\n\nEverything there is.\n",
    "docs/setup/adding-comments.md": "---\ntags:\n  - Setup\n  - Giscus\ncomments: true\n---\n\n# Adding a comment system\n\nText.\n",
    "docs/reference/icons-emojis.md": "---\ntags: [Reference]\nicon: material/emoticon\n---\n\n# Icons, Emojis\n\n:smile: and :fontawesome-brands-github:\n",
    "docs/tags.md": "# Tags\n\nAll of them:\n\n<!-- material/tags -->\n",
    "docs/blog/index.md": "# Plaster Blog\n",
    "docs/blog/.authors.yml": "authors:\n  ada:\n    name: Ada Example\n    description: Creator\n    avatar: https://ada.example/me.png\n  ben:\n    name: Ben Ode\n    description: Contributor\n    avatar: https://ben.example/me.png\n",
    "docs/blog/posts/brand-new.md": """\
---
title: The past, present & future
description: Where we stand.
authors: [ada]
date: 2023-09-22
categories:
  - General
links:
  - setup/index.md
---

# The past, present and future

We reached a goal. See [the other post](search-better.md).

<!-- more -->

## Words

More words.
""",
    "docs/blog/posts/search-better.md": "---\ndate:\n  created: 2021-09-13\n  updated: 2022-01-02\nauthors: [ada, ben]\ncategories: [Search, General]\nreadtime: 15\n---\n\n# Search: better, faster, smaller\n\n__This is the story of a search.__\n\n<!-- more -->\n\nText.\n",
    "docs/blog/posts/later.md": "---\ndate: 2024-01-01\ndraft: true\n---\n\n# Not yet\n\nText.\n",
    "docs/assets/favicon.png": PIXEL,
}
"""A theme's own handbook: blog and tags by Material's plugins, analytics with feedback, consent, comments, icons, status."""

GROUP: dict[str, str | bytes] = {
    "mkdocs.yml": """\
site_name: Turnpike API
site_url: https://turnpike.sigs.example/
repo_url: https://github.com/sigs/turnpike
repo_name: sigs/turnpike
site_dir: public
docs_dir: site-src
copyright: Copyright &copy; 2024 The Authors
edit_uri: edit/main/site-src/
extra_css: [stylesheets/extra.css]
extra_javascript: [javascripts/prettify.js]
plugins:
  - search
  - awesome-pages
  - blog:
      post_url_format: "{date}/{file}"
      post_url_date_format: yyyy
      archive_date_format: MMMM yyyy
      archive_url_date_format: yyyy/MM
theme:
  name: material
  language: en
  icon: {repo: fontawesome/brands/git-alt}
  logo: images/logo.svg
  favicon: images/favicon.png
  features: [navigation.top, navigation.tabs, navigation.tabs.sticky]
  custom_dir: site-overrides
extra:
  version: {provider: mike}
  analytics: {provider: google, property: G-ZYXWVU}
markdown_extensions:
  - admonition
  - meta
  - pymdownx.emoji:
      emoji_index: !!python/name:material.extensions.emoji.twemoji
      emoji_generator: !!python/name:material.extensions.emoji.to_svg
  - pymdownx.superfences
  - pymdownx.snippets: {base_path: [site-src, .], check_paths: true}
  - toc: {permalink: true}
  - tables
nav:
  - Overview:
      - Introduction: index.md
      - FAQ: faq.md
      - Versioning: concepts/versioning.md
      - Glossary: concepts/glossary.md
  - Guides:
      - User Guides:
          - HTTP routing: guides/http-routing.md
      - Getting started: guides/index.md
  - Enhancements:
      - Overview: geps/overview.md
      - GEP-1: geps/GEP-1/index.md
      - GEP 1.1: geps/GEP-1.1.md
  - Blog:
      - blog/index.md
""",
    "site-overrides/main.html": """\
{% extends "base.html" %}
{% block outdated %}
  You're not viewing the latest version. <a href="{{ '../' ~ base_url }}"><strong>Click here to go to latest.</strong></a>
{% endblock %}
""",
    "site-overrides/404.html": '{% extends "main.html" %}\n{% block content %}\n<h1>404 - Not found</h1>\n<p>Try the start.</p>\n{% endblock %}\n',
    "examples/route.yaml": "kind: Route\n",
    "site-src/index.md": "# Introduction\n\nTurnpike is a project. Read the [concepts](concepts/versioning.md) and the [FAQ](/faq/).\n",
    "site-src/faq.md": "# Frequently Asked Questions (FAQ)\n\n* **Q: Why?**  \n  A: Because.\n",
    "site-src/concepts/versioning.md": "# Versioning\n\nEach version is tagged.\n",
    "site-src/concepts/glossary.md": "<!--\nEdit this with care.\n-->\n\n# Glossary\n\n### Consumer Route\n\nA route.\n",
    "site-src/guides/http-routing.md": '# HTTP routing\n\n??? success "Standard channel"\n\n    Supported.\n\n```yaml\n--8<-- "examples/route.yaml"\n```\n',
    "site-src/guides/index.md": "# Getting started\n\n**1.** [Install it](http-routing.md)\n",
    "site-src/geps/overview.md": "# Enhancements\n\nSee [GEP-1](GEP-1/index.md).\n",
    "site-src/geps/GEP-1/index.md": "# GEP-1: First\n\n* Issue: [#1](https://github.com/sigs/turnpike/issues/1)\n* Status: Standard\n",
    "site-src/geps/GEP-1.1.md": "# GEP 1.1: Second\n\nText.\n",
    "site-src/blog/index.md": "# Blog\n",
    "site-src/blog/posts/2021-introducing.md": "---\ntitle: Introducing v1\ndate: 2021-10-14\n---\n\n# Introducing v1\n\nText. ![Logo](images/one.png)\n",
    "site-src/blog/posts/images/one.png": PIXEL,
    "site-src/blog/posts/2022-Graduating.md": "---\ntitle: Graduating to beta\ndate: 2022-07-13 12:00:00\ncategories: [News]\n---\n\nThe text.\n",
    "site-src/stylesheets/extra.css": "a { color: blue }\n",
    "site-src/javascripts/prettify.js": "window.pretty = 1\n",
    "site-src/images/logo.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>\n',
    "site-src/images/favicon.png": PIXEL,
    "site-src/CNAME": "turnpike.sigs.example\n",
}
"""A working group's site: versions by mike, a blog with addresses of its own, upper case and dots in file names, a template of 404."""

BLOG: dict[str, str | bytes] = {
    "mkdocs.yml": """\
site_name: Notes of a gardener
site_url: https://garden.example/
theme:
  name: material
  custom_dir: overrides
  features: [navigation.instant, navigation.footer]
  palette: {primary: green}
plugins:
  - search
  - blog:
      blog_dir: .
      authors_profiles: true
      pagination_per_page: 2
      categories_allowed: [Soil, Trees & shrubs]
      archive_url_format: "all/{date}"
  - tags:
      tags_file: tags.md
extra_css: [https://styles.garden.example/one.css, own.css]
extra:
  knowledge:
    hosts: {styles: [styles.garden.example]}
markdown_extensions:
  - admonition
  - attr_list
  - md_in_html
  - toc: {permalink: true}
""",
    "overrides/partials/comments.html": '{% if page.meta.comments %}<h2 id="__comments">Talk</h2><div class="talk" data-page="{{ page.url }}"></div>{% endif %}\n',
    "docs/index.md": "# Notes of a gardener\n\nWhat grows.\n",
    "docs/tags.md": "# Tags\n",
    "docs/about.md": "# About me\n\nI dig.\n",
    "docs/own.css": "b { color: red }\n",
    "docs/.authors.yml": "authors:\n  ines:\n    name: Ines Pflanz\n    description: Gardener\n    avatar: https://ines.example/a.png\n    slug: ines-pflanz\n",
    "docs/posts/compost.md": "---\ndate: 2024-03-01\nauthors: [ines]\ncategories: [Soil]\ntags: [compost, worms]\ncomments: true\nslug: hot-heap\n---\n\n# Compost that is warm\n\nIt steams.\n\n<!-- more -->\n\n## Worms\n\nThey eat.\n",
    "docs/posts/2023/pruning.md": "---\ndate: 2023-02-10\nauthors: [ines]\ncategories: [Trees & shrubs]\ntags: [apple]\n---\n\n# Pruning, why & when?\n\nIn winter. See [compost](../compost.md#worms).\n",
    "docs/posts/mulch.md": "---\ndate: 2023-05-10\ncategories: [Soil]\npin: true\n---\n\n# Mulch (für Anfänger)\n\nStraw.\n",
    "docs/posts/roots.md": "---\ndate: 2022-05-10\ndraft: false\n---\n\n# 100 % roots\n\nDeep.\n",
}
"""A blog that is the whole site: posts in folders, slugs, categories, profiles of authors, pages of posts, tags in a file."""

LANGUAGES: dict[str, str | bytes] = {
    "mkdocs.yml": """\
site_name: Teehaus
site_url: https://tee.example/de/
theme:
  name: material
  language: de
  palette: {primary: brown}
extra:
  alternate:
    - {name: Deutsch, link: /de/, lang: de}
    - {name: English, link: /en/, lang: en}
  social:
    - {icon: fontawesome/solid/paper-plane, link: "mailto:tee@tee.example"}
plugins:
  - search: {lang: de}
  - tags
markdown_extensions:
  - admonition
  - attr_list
  - toc: {permalink: "#"}
""",
    "docs/index.md": "# Teehaus\n\nWillkommen. Zum [Grüntee](sorten/Grüner Tee.md).\n",
    "docs/sorten/index.md": "# Sorten\n\nVom Blatt.\n",
    "docs/sorten/Grüner Tee.md": "---\ntags: [Japan, Blatt]\n---\n\n# Grüner Tee\n\n## Über die Größe\n\nKlein. Siehe [Übersicht](../schlagworte.md).\n",
    "docs/sorten/Schwarztee.md": "---\ntags: [Indien]\n---\n\n# Schwarzer Tee\n\nStark. [Größe](Grüner Tee.md#uber-die-groe).\n",
    "docs/archive/2019.md": "# Was 2019 war\n\nAlt.\n",
    "docs/README_alt.md": "# Alte Fassung\n\nText.\n",
    "docs/schlagworte.md": "# Schlagworte\n\n<!-- material/tags -->\n",
}
"""The German half of a site in two languages: umlauts, blanks and upper case in file names, a folder `archive`, no `nav`."""

SITES: dict[str, dict[str, str | bytes]] = {
    "framework": FRAMEWORK,
    "library": LIBRARY,
    "handbook": HANDBOOK,
    "group": GROUP,
    "blog": BLOG,
    "languages": LANGUAGES,
}
