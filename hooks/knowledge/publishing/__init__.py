"""How a site takes the place of the old one."""
