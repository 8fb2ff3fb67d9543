"""A knowledge base made of Markdown articles: plain Python, but for the subpackage `mkdocs`."""
