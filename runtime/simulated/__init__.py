"""A whole desk in one process whose clock can be moved: what a policy does with loops and floods."""
