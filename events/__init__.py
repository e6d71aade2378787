"""What is said: the plain values that channels, handlers and the store share."""
