"""From a source and settings to a result, whoever asks: a command, a page, an estimator, a rank.

A job prints nothing and knows no command line. What takes long yields events for whoever shows
how far it is, its result the last; sentences that cannot wait go to a function `say`.
"""
