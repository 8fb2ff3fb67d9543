"""The search: what is indexed, how texts are split into words, and the files that browsers read."""
