"""How does the site speak with PostgreSQL? As Django does, with less to say for each request."""
