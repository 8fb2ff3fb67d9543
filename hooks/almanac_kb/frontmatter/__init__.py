"""Front matter: headers in YAML, TOML and JSON, their fields, values and dates."""
