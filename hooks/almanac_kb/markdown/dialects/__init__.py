"""Parser rules for what authors of other systems write beside CommonMark, a module for each family of systems."""
