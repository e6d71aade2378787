"""The demonstration's mails; `@@PLACES@@` are filled in as they are sent."""
