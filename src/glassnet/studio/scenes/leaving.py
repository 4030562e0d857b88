"""What a page takes away of a network: code, numbers, a model file, a picture."""

import base64
import tempfile
from pathlib import Path

from glassnet.core.errors import unknown
from glassnet.core.network import Network
from glassnet.exchange import save
from glassnet.jobs.export import TARGETS, export_network
from glassnet.studio.messages import FileToKeep
from glassnet.views.svg.network import draw_network

TYPES = {".py": "text/x-python", ".h": "text/x-c", ".csv": "text/csv", ".svg": "image/svg+xml"}
BINARY = "application/octet-stream"


def written(net: Network, to: str) -> FileToKeep:
    """The network as `to` says: a form of `export`, "model", or "svg".

    Raises: InputError where there is no such form, or it cannot tell this network.
    """
    if to == "svg":
        return FileToKeep("network.svg", TYPES[".svg"], draw_network(net))
    if to != "model" and to not in TARGETS:
        raise unknown("form", to, [*TARGETS, "model", "svg"])
    with tempfile.TemporaryDirectory() as folder:
        ending = ".safetensors" if to == "model" else TARGETS[to].ending
        path = Path(folder) / f"network{ending}"
        if to == "model":
            save(net, path)
        else:
            export_network(net, path, to)
        content = path.read_bytes()
    if ending in TYPES:
        return FileToKeep(path.name, TYPES[ending], content.decode())
    return FileToKeep(path.name, BINARY, base64.b64encode(content).decode(), base64=True)
