"""What is published, where, under which topics and tags, and by which settings."""
