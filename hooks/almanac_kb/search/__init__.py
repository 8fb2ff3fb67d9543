"""The search: what is indexed, how texts are cut into words, and the files that a browser reads."""
