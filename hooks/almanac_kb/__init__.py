"""Almanac: a knowledge base made of articles that exist already. Only `almanac_kb.mkdocs` imports MkDocs."""

__version__ = "0.2.0"
