"""The studio: a page in the browser where a network computes and learns, and can be touched.

`serve` opens the door, `Session` is what one page talks to; what it says is in `messages`.
"""
