"""The page on which requesters say how satisfied they are.

`words` are its words, `page` its HTML, `routes` what it answers.
"""
