"""How far a sender is who they say they are: looked up in DNS by us, or read from our own MX's stamps.

Nothing here decides alone who gets an answer; it gives a grade and says in words what the grade rests on.
Whatever a stranger wrote or published is read in linear time, within bounds, and never raises.
"""

from ingest.trust.check import Checker
from ingest.trust.grade import Graded
from ingest.trust.names import Names
from ingest.trust.stamps import read_stamps

__all__ = ["Checker", "Graded", "Names", "read_stamps"]
