"""Search index in Pagefind's format."""
