"""How a contact comes in: channels hand over bytes, parsers make messages of them, one door keeps them."""
