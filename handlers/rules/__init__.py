"""What rules mean: fields, operators and actions, how they are checked, run, explained and tested."""
