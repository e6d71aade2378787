"""Mail that nobody would write, by the thousand: all of it is read, quickly, into a message."""
