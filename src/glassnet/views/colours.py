"""One palette for every picture, told apart by colour-blind eyes and on both kinds of page.

Sign is blue against orange, never red against green; whatever colour says is also said by a
number, a thickness or a place.
"""

POSITIVE = "#0b62a8"  # weights and values above 0; what is right
NEGATIVE = "#b84d00"  # below 0; what went wrong
ZERO = "#ffffff"  # the middle between them

PAPER = "#fcfcfa"  # every picture brings this ground of its own
INK = "#1f2430"  # text: 15:1 on paper
MUTED = "#59616e"  # lesser text: 6:1
RULE = "#d5d9de"  # grids and frames
NEURON = "#eaf1f8"  # what a circle is filled with
INPUT = "#f3efe6"

# From the most negative to the most positive, through white: darker is larger at both ends.
DIVERGING = ("#7a3300", NEGATIVE, "#f0b27a", ZERO, "#86b9e0", POSITIVE, "#063a66")


def of_sign(value: float) -> str:
    """The colour that a signed number is drawn in."""
    return NEGATIVE if value < 0 else POSITIVE
