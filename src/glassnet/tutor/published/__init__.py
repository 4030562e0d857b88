"""Worked examples that were published, their numbers beside ours."""
