"""What ``despacho doctor`` looks at, one subject a file; each gives findings and changes nothing."""
