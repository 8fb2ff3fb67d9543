"""Import of articles from another project or vault."""
