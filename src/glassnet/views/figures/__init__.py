"""Pictures that need matplotlib."""
