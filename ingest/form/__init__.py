"""The web form: a page in three languages, also in a frame of another page, that posts by the one door."""
