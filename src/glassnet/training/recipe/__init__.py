"""Settings that suit the data, and the search for better ones."""
