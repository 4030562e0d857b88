"""From a table as people keep it to the inputs and targets of a network."""
