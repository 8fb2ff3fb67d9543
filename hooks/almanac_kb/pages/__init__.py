"""Pages: what templates show of articles, listings and navigation."""
