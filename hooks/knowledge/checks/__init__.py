"""What must hold for everything that was written, and what is looked at to know."""
