"""Door: the content security policy in every page, so that even a payload that was missed does not run."""

from urllib.parse import urlsplit

from jinja2 import Environment
from mkdocs.commands.build import get_context
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import event_priority
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page

from knowledge.catalogue.settings import Settings
from knowledge.checks import policy
from knowledge.page import figures

SAMPLE = "404.html"
"""The template whose inline scripts are those of every page."""


def on_config(config: MkDocsConfig) -> None:
    """Gives the theme's settings in the browser one scope, so that its inline scripts are the same at every depth."""
    config.extra.setdefault("scope", urlsplit(config.site_url or "").path or "/")


@event_priority(-100)
def on_env(env: Environment, config: MkDocsConfig, files: Files) -> Environment:
    """Makes the policy of a page that no reader sees, and puts it into the HTML that is no page of the theme: redirects, files of docs/."""
    settings: Settings = config["knowledge_settings"]
    context = get_context(Navigation([], []), files, config, base_url=".")
    context = config.plugins.on_template_context(context, template_name=SAMPLE, config=config)
    sample = env.get_template(SAMPLE).render(context)
    config["knowledge_policy"] = policy.policy([sample], settings.hosts)
    config["knowledge_diagram_policy"] = policy.policy([sample], settings.hosts, diagrams=True)
    for file in files:
        if not file.is_documentation_page() and file.dest_uri.lower().endswith((".html", ".htm")):
            content = file.content_bytes.decode(errors="replace")
            file.content_string = policy.stamp(content, _policy(content, config))
    return env


@event_priority(-100)
def on_post_template(output: str, template_name: str, config: MkDocsConfig) -> str:
    """Puts the policy into the 404 page and other templates."""
    return policy.stamp(output, config["knowledge_policy"]) if template_name.endswith(".html") else output


@event_priority(-100)
def on_post_page(output: str, page: Page, config: MkDocsConfig) -> str:
    """Puts the policy into every page, and into one with diagrams theirs."""
    return policy.stamp(output, _policy(output, config))


def _policy(html: str, config: MkDocsConfig) -> str:
    return str(config["knowledge_diagram_policy" if figures.of(html).diagrams else "knowledge_policy"])
