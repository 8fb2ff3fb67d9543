"""Bringing the articles of another project into docs/."""
