"""What the desk does: functions of an event and a desk, in an order that anyone can print."""
