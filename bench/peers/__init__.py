"""The peers that the desk is measured beside, each a server or program of its own that ends with the run."""
