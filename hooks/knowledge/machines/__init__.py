"""Files for crawlers and programs."""
