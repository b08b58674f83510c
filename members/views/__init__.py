"""The pages, by chapter."""
