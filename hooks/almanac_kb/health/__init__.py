"""Health of a knowledge base: outdated, isolated, unsourced or duplicate articles; published URLs that must not vanish."""
