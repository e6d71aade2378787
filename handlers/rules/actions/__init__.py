"""What rules can do: one action a file, found by looking into this folder; none imports another."""
