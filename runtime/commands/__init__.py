"""The command line's commands, one file each, found by scanning this folder."""
