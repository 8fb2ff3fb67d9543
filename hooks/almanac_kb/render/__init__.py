"""Rendering: compiles texts to documents (parse, cite, render, sanitize), and puts links and sizes into their HTML."""
