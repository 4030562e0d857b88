"""`glassnet draw` writes a real picture of each kind, and says in one sentence what cannot be."""

import json
import sys
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from glassnet.cli.draw import PICTURES, draw
from glassnet.core.errors import InputError
from glassnet.core.network import Network
from glassnet.data import Preparation, load_data
from glassnet.exchange import save
from glassnet.explain import example_template

pytest.importorskip("matplotlib")

from PIL import Image

TRAINS = ["curves", "optimizers", "activations", "surface"]


def model(path: Path, name: str, hidden: int, **about: object) -> str:
    """An untrained model for a built-in set."""
    data = load_data(name)
    classes = np.unique(data.y) if data.task == "classes" else None
    n_out = 1 if classes is None else len(classes)
    output = "identity" if classes is None else "softmax"
    net = Network.dense([data.X.shape[1], hidden, n_out], hidden="tanh", output=output, seed=5)
    net.preparation = Preparation.learn(data.X, image=data.image_shape is not None)
    net.classes = None if classes is None else classes.tolist()
    return str(save(net, path / f"{name}.safetensors", about or None))


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("models")
    return {
        "moons": model(folder, "moons", 3),
        "digits": model(folder, "digits", 6, image_shape=[8, 8]),
        "iris": model(folder, "iris", 2, features=["a", "b", "c", "d"]),
        "sine": model(folder, "sine", 3),
    }


def is_whole(path: Path) -> None:
    """A picture that can be read to its end, and nothing left beside it."""
    if path.suffix == ".svg":
        assert ElementTree.parse(path).getroot().tag.endswith("svg")
    else:
        with Image.open(path) as image:
            assert image.format == path.suffix[1:].upper()
            image.load()
            assert min(image.size) > 100
    assert [other.name for other in path.parent.iterdir()] == [path.name]


# what is drawn of which model, and whether of its data too
DRAWN = [
    ("network", "digits", False),
    ("network", "moons", True),
    ("weights", "iris", False),
    ("images", "digits", False),
    ("layers", "digits", True),
    ("regions", "moons", True),
    ("neurons", "moons", True),
    ("hidden", "iris", True),
]


@pytest.mark.parametrize("ending", ["svg", "png"])
@pytest.mark.parametrize("what, name, needs_data", DRAWN)
def test_a_model_is_drawn(what, name, needs_data, ending, models, tmp_path: Path, capsys):
    out = tmp_path / f"picture.{ending}"
    assert draw(models[name], name if needs_data else None, out=out, what=what) == 0
    is_whole(out)
    assert capsys.readouterr() == (f"picture: {out}\n", "")


@pytest.mark.parametrize("what, name", [*zip(TRAINS, ["sine", "moons", "digits", "iris"])])
def test_what_needs_a_training_trains_a_copy_and_says_so(
    what: str, name: str, models: dict[str, str], tmp_path: Path, capsys
):
    out = tmp_path / "picture.png"
    before = Path(models[name]).read_bytes()
    assert draw(models[name], name, out=out, what=what, epochs=2) == 0
    is_whole(out)
    assert Path(models[name]).read_bytes() == before
    told = capsys.readouterr()
    assert told.out == f"picture: {out}\n"
    assert told.err.startswith("training a copy")
    rows = {"moons": "320", "sine": "320", "iris": "120", "digits": "1,438"}[name]
    assert f"for 2 epochs on {rows} rows of {name} …" in told.err


def test_the_descent_is_a_moving_picture(models: dict[str, str], tmp_path: Path):
    out = tmp_path / "descent.gif"
    assert draw(models["moons"], "moons", out=out, what="descent", epochs=5) == 0
    is_whole(out)
    with Image.open(out) as gif:
        assert gif.n_frames == 6


def test_every_kind_is_tried_here():
    assert set(PICTURES) == {what for what, _, _ in DRAWN} | {*TRAINS, "descent"}


def test_the_same_call_gives_the_same_file_and_another_seed_another(
    models: dict[str, str], tmp_path: Path
):
    made = []
    for seed in (3, 3, 4):
        out = tmp_path / "curves.svg"
        draw(models["moons"], "moons", out=out, what="curves", epochs=2, seed=seed)
        made.append(out.read_bytes())
    assert made[0] == made[1] != made[2]


@pytest.mark.parametrize("what", ["network", "weights", "layers", "surface", "descent"])
def test_the_worked_example_brings_its_own_sample(what: str, tmp_path: Path):
    out = tmp_path / ("picture.gif" if what == "descent" else "picture.svg")
    draw("example", out=out, what=what, epochs=3, directions="W1[0,1],W2[0,0]")
    is_whole(out)


def test_an_example_of_ones_own_is_drawn(tmp_path: Path):
    mine = tmp_path / "mine.toml"
    mine.write_text(example_template(), encoding="utf-8")
    draw(str(mine), out=tmp_path / "mine.svg")
    text = (tmp_path / "mine.svg").read_text(encoding="utf-8")
    assert ">0.5933<" in text  # a1[0] of its sample


def test_a_row_brings_its_activations_into_the_network(models: dict[str, str], tmp_path: Path):
    for row in (0, 1):
        draw(models["iris"], "iris", out=tmp_path / f"{row}.svg", row=row)
    draw(models["iris"], out=tmp_path / "none.svg")
    zero, one, none = ((tmp_path / f"{n}.svg").read_text() for n in (0, 1, "none"))
    assert zero != one
    assert "y[0] = 1" in zero
    assert "y[0]" not in none


def test_json_says_what_was_done(models: dict[str, str], tmp_path: Path, capsys):
    out = tmp_path / "p.svg"
    draw(models["moons"], "moons", out=out, what="activations", epochs=1, json=True)
    document = json.loads(capsys.readouterr().out)
    assert document["picture"] == str(out)
    assert document["training"] == {"epochs": 1, "rows": 320, "data": "moons"}


@pytest.mark.parametrize(
    "name, data, settings, sentence",
    [
        ("moons", None, {"what": "nuerons"}, "did you mean 'neurons'"),
        ("moons", None, {"out": "p.bmp"}, "network is drawn as .svg or .png"),
        ("moons", None, {"out": "p"}, "network is drawn as"),
        ("moons", "moons", {"what": "descent", "out": "p.png"}, "descent is drawn as .gif"),
        ("moons", "moons", {"what": "regions", "out": "p.gif"}, "regions is drawn as"),
        ("moons", None, {"what": "regions"}, "regions needs data: glassnet draw"),
        ("moons", None, {"what": "surface"}, "surface needs data"),
        ("moons", "iris", {"what": "layers"}, "4 columns"),
        ("moons", "no-such-data", {"what": "layers"}, "no data set"),
        ("digits", "digits", {"what": "regions"}, "2 columns; this has 64"),
        ("digits", "digits", {"what": "neurons"}, "2 columns; this has 64"),
        ("sine", "sine", {"what": "regions"}, "this has 1"),
        ("iris", None, {"what": "images"}, "not trained on images"),
        ("iris", None, {"what": "weights", "layer": 3}, "no layer 3"),
        ("iris", "iris", {"what": "layers", "row": 150}, "among the 30 rows"),
        ("iris", "iris", {"what": "surface", "directions": "W1[0,9] W1[0,0]"}, "outside"),
        ("iris", "iris", {"what": "surface", "directions": "W1[0,0]"}, "two directions"),
        ("iris", "iris", {"what": "curves", "epochs": 0}, "--epochs from 1 up"),
        ("iris", "iris", {"what": "curves", "seed": -1}, "--seed from 0 up"),
        ("iris", None, {"out": "absent/p.svg"}, "does not exist"),
    ],
)
def test_what_cannot_be_drawn_is_refused_in_one_sentence(
    name, data, settings, sentence, models, tmp_path: Path
):
    settings = {"out": "p.svg", **settings}
    out = tmp_path / settings.pop("out")
    with pytest.raises(InputError, match=sentence) as refusal:
        draw(models[name], data, out=out, **settings)
    assert "\n" not in str(refusal.value)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_model_is_refused(tmp_path: Path):
    with pytest.raises(InputError, match="does not exist"):
        draw(str(tmp_path / "absent.safetensors"), out=tmp_path / "p.svg")
    with pytest.raises(InputError, match="leave moons out"):
        draw("example", "moons", out=tmp_path / "p.svg")


def test_without_matplotlib_the_network_is_drawn_and_the_rest_says_how_to_get_it(
    models: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    draw(models["moons"], out=tmp_path / "net.svg")
    is_whole(tmp_path / "net.svg")
    for what, ending in (("network", "png"), ("weights", "svg")):
        with pytest.raises(InputError, match=r"pip install 'glassnet\[plots\]'"):
            draw(models["moons"], out=tmp_path / f"p.{ending}", what=what)
