"""Public articles as pages, and what requesters say of the ones that they were told of.

`words` are the pages' words, `markdown` an article's text as HTML, `page` a page, `routes` what is answered.
"""
