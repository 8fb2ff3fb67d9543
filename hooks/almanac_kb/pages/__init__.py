"""Pages: what templates show of articles, sections, tags and navigation."""
