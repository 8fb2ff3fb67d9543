"""Checks: the inspection of the built site, rule by rule."""
