"""Exports: feeds, Markdown copies and files for programs."""
