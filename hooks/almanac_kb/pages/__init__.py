"""Pages: the values that templates show of articles, sections, tags and navigation."""
