"""What runs: the composition root, and the only package that knows threads, sockets and the broker."""
