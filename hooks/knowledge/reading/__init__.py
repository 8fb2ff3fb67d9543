"""What an author wrote, read into an article: header, fields, dates, text."""
