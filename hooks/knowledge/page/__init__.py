"""What stands on a page around its text, and in its head."""
