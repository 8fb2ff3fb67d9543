"""What subscribers follow: entries, and the formats they are written in."""
