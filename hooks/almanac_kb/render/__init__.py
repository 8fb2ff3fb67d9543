"""Articles and drawings as they reach a browser: compiled, sanitized, linked."""
