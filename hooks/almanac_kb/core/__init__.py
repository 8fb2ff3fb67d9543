"""Foundations: paths, URLs, text, diagnostics, cache and workers."""
