"""What can be found: the encoder, the passage index, its ranking, and its files on disk."""
