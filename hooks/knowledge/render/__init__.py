"""From Markdown to HTML in two steps: compile, pure, by workers, remembered; and link, which knows the site."""
