"""What a wrong run's mistake is called: known mistakes put into the network that was read."""
