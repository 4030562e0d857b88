"""What comes in is checked here: settings by their rules, calls, names, specifications."""
