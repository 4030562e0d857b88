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

# From the least to the greatest, where there is no middle: darker is larger.
SEQUENTIAL = ("#f4f8fb", "#c9dfef", "#86b9e0", "#3f8cc5", POSITIVE, "#063a66")

# Of kinds that have no order: Okabe and Ito (2008), Color universal design, then two more. Each
# goes with a marker of its own, so that no kind is told by its colour alone.
KINDS = (
    "#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#000000", "#f0e442",
    "#8c8c8c", "#882255",
)  # fmt: skip
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "p", "<", "*")
DASHES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (1, 1)), (0, (8, 2)))


def of_kind(k: int) -> str:
    """The colour of the k-th kind; they begin again after ten."""
    return KINDS[k % len(KINDS)]


def of_sign(value: float) -> str:
    """The colour that a signed number is drawn in."""
    return NEGATIVE if value < 0 else POSITIVE
