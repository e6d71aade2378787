"""Search in articles: one index for each language, kept in files that can be made again from the database."""
