"""The adapter to MkDocs: what the pipeline calls at each event, and the command line."""
