"""What the desk reaches, measured against the real thing: ``python -m bench --help``."""
