"""Translation of dialects for Python-Markdown."""
