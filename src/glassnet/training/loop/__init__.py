"""The training itself: settings, the run, its steps, the fast form of them."""
