"""The fault drill: whole desks are killed and everything around them broken, and every mail accounted for."""
