"""Looking at mails without a desk: what is read in one, and how true that is where the answers are known."""
