"""The house rules, kept by tests: budgets, names, imports, requirements, what may be committed."""
