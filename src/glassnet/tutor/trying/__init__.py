"""A file that only defines a network is driven: by a line given, or by what its names say."""
