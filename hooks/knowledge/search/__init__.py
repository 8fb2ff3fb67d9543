"""What the search of readers asks for, made at build."""
