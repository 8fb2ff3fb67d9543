"""Publishing: atomic swap of the site, and the preview."""
