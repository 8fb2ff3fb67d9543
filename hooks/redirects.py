"""Door: a page at each old address that leads to the new one."""

import posixpath
from urllib.parse import quote

from jinja2 import Environment
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

from knowledge.catalogue.catalogue import Catalogue
from knowledge.place import Url, link


def on_env(env: Environment, config: MkDocsConfig, files: Files) -> Environment:
    """Writes the redirect pages; GitHub Pages knows no other way to redirect."""
    catalogue: Catalogue = config["knowledge"]
    template = env.get_template("moved.html")
    for old, new in catalogue.redirects.items():
        page = template.render(target=_relative(new, old), canonical=link(config.site_url or "/", new), config=config)
        files.append(File.generated(config, f"{old}index.html" if old.endswith("/") else old, content=page))
    return env


def _relative(url: Url, page: Url) -> str:
    way = posixpath.relpath(url or ".", posixpath.dirname(page) or ".")
    return quote(way) + "/"
