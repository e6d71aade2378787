"""How what the desk keeps is shown on a terminal, for people; what customers wrote can never steer it."""
