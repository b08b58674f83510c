"""To be written by the helper of this chapter."""
