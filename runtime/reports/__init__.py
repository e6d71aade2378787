"""What ``despacho report`` counts and how it is told: periods, figures, tables, JSON and CSV."""
