"""Content model: source tree, articles, sections, tags, routes, and the site they make."""
