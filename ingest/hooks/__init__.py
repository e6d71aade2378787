"""What webhook sources share: a request as they see it, proofs, forms, and how the sources are found."""
