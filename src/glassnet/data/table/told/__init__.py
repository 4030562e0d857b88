"""What is told of a table's columns and cells: which kind each column is, and what is strange."""
