"""What a script counts on and is not here: data, libraries, files, plots, a keyboard."""
