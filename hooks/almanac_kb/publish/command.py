"""The command that builds the site."""

import click


def is_preview() -> bool:
    """Whether the site is built for a preview: `mkdocs serve`, which never stops for an article's errors."""
    context = click.get_current_context(silent=True)
    return context is not None and context.info_name == "serve"
