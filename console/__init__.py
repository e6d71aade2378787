"""What people look at in a browser: how the desk is, its tickets, and the mail that it sends. Read only."""
