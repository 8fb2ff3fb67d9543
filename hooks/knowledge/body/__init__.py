"""The bodies of articles: from the Markdown their authors wrote at home to the Markdown this site renders."""
