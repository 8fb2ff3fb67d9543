"""What a site consists of: articles, sections, tags, files, and which of them are published."""
