"""The health of the whole knowledge base: what is out of date, alone, without source or there twice; addresses that must not vanish."""
