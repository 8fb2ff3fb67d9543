"""What articles refer to: their sources, and the terms that a glossary explains."""
