"""How far a sender is who they say they are: looked up in DNS by us, or read from our own MX's stamps.

Nothing here decides who gets an answer; it gives a grade and says in words what the grade rests on. Whatever
a stranger wrote or published is read in linear time, within bounds, and never raises.
"""
