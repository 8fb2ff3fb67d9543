"""Compiles texts: parse, cite, render, sanitize, and what is derived from that."""
