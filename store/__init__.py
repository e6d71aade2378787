"""What is kept: the only package that knows SQL."""
