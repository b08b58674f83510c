"""The doors for programs, by chapter."""
