"""What each verb must be told, by chapter."""
