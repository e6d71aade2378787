"""What the operator says: the policy's types, its loader and its checks."""
