"""What is done with articles from the command line: measuring, importing, reporting."""
