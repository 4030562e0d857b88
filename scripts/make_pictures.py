"""Makes the README's picture: the worked example after 10,000 steps, as glassnet draws it.

Run from the repository's root: .venv/bin/python scripts/make_pictures.py
"""

from pathlib import Path

from glassnet.exchange import write_whole
from glassnet.explain import WORKED, walk
from glassnet.views.svg.network import draw_network

if __name__ == "__main__":
    trained = walk(WORKED, steps=10_000)
    pictures = Path(__file__).parents[1] / "docs" / "pictures"
    write_whole(pictures / "worked-example.svg", draw_network(trained.net, trained.p))
