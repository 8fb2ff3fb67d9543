"""The rooms of the house: plain Python that turns articles into a knowledge base and never imports MkDocs."""
