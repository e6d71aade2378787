"""The demonstration's articles, and questions with the article that answers each."""
