"""Markdown: parser, dialects, HTML, links between articles, excerpts."""
