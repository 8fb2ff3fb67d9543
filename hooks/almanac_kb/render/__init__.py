"""Rendering: compiled documents, images, sanitizer and links."""
