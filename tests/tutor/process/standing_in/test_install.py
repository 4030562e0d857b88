"""Scripts that count on what is not here train all the same, and what stood in is said."""

import json
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from glassnet.tutor.dataflow.graph import Graph, recorded
from glassnet.tutor.dataflow.parameters import find_parameters
from glassnet.tutor.process.sandbox import Limits, Sandbox, Trouble
from glassnet.tutor.process.source import read_source
from glassnet.tutor.process.standing_in.form import after, form_of, is_label, within

# from X, samples as rows, and y, labels or one number a sample
TRAINING = """
import numpy as np
X, y = np.asarray(X, float), np.asarray(y, float).reshape(-1, 1)
W, b = np.random.randn(X.shape[1], 1) * 0.1, np.zeros(1)
for epoch in range(2000):
    a = 1 / (1 + np.exp(-(X @ W + b)))
    d = a - y
    W -= 0.1 * X.T @ d / len(X)
    b -= 0.1 * d.mean(axis=0)
"""
COUNTED_ON = {
    "a column by its name": "import pandas as pd\nd = pd.read_csv('a.csv')\ny = d['Outcome']\n"
    "X = d.drop('Outcome', axis=1).values",
    "columns by their numbers": "import numpy as np\nd = np.loadtxt('a.csv', delimiter=',')\n"
    "X, y = d[:, :8], d[:, 8]",
    "places in a frame": "import pandas as pd\nd = pd.read_csv('a.csv', header=None)\n"
    "X, y = d.iloc[:, 0:6].values, d.iloc[:, 6].values",
    "columns made of values": "import pandas as pd\nd = pd.read_csv('a.csv')\n"
    "d = pd.concat([d[['a', 'b']], pd.get_dummies(d['target'], prefix='t')], axis=1)\n"
    "X, y = d.drop(columns=['t_1']), d['t_1']",
    "a split larger than the table": "import numpy as np, pandas as pd\n"
    "d = np.array(pd.read_csv('train.csv'))\nm, n = d.shape\n"
    "X, y = d[1000:m, 1:n] / 255, d[1000:m, 0]",
    "the size of a set": "from keras.datasets import mnist\n(X, y), _ = mnist.load_data()\n"
    "X = X.reshape(60000, 784) / 255.0\ny = y.reshape(60000)",
    "a name of fetch_openml": "from sklearn.datasets import fetch_openml\n"
    "m = fetch_openml('mnist_784', as_frame=False)\nX, y = m['data'] / 255, m['target']",
    "arrays by their names": "import numpy as np\nX, y = np.load('x.npy'), np.load('y.npy')",
    "arrays of one file": "import numpy as np\nd = np.load('d.npz')\n"
    "X, y = d['features'], d['labels']",
    "idx files": "import gzip, numpy as np\n"
    "with gzip.open('train-images-idx3-ubyte.gz') as f:\n"
    "    X = np.frombuffer(f.read(), np.uint8, offset=16).reshape(-1, 28 * 28) / 255\n"
    "with gzip.open('train-labels-idx1-ubyte.gz') as f:\n"
    "    y = np.frombuffer(f.read(), np.uint8, offset=8)",
    "a pickle of three parts": "import gzip, pickle\nf = gzip.open('mnist.pkl.gz', 'rb')\n"
    "train, valid, test = pickle.load(f, encoding='latin1')\nX, y = train",
    "a pickle asked by names": "import pickle\nwith open('data_batch_1', 'rb') as f:\n"
    "    d = pickle.load(f, encoding='bytes')\nX, y = d[b'data'], d[b'labels']",
    "an HDF file": "import h5py\nwith h5py.File('train.h5') as f:\n    X, y = f['X'][:], f['y'][:]",
    "pictures of a size that is written": "import h5py, numpy as np\n"
    "f = h5py.File('train.h5', 'r')\nX, y = np.array(f['set_x'][:]), np.array(f['set_y'][:])\n"
    "assert set(y) == {0, 1} and X.ndim == 4 and X.shape[1] == 64\n"
    "X = X.reshape(len(X), -1) / 255\nassert X.shape[1] == 12288",
    "pictures": "import os, cv2, numpy as np\n"
    "X = [cv2.resize(cv2.imread(f, 0), (5, 5)).ravel() / 255 for f in os.listdir('cats')]\n"
    "y = np.arange(len(X)) % 2",
    "words in the names of pictures": "import os, numpy as np\nfrom PIL import Image\n"
    "names = [n for n in os.listdir('train') if n.endswith('.jpg')]\n"
    "X = [np.asarray(Image.open(n).convert('L').resize((3, 3))).ravel() / 255 for n in names]\n"
    "y = [1 if n.startswith('dog') else 0 for n in names]\nassert 0 < sum(y) < len(y)",
    "classes by folders and parts": "import glob\nfrom pathlib import Path\n"
    "kinds = {'daisy': 0, 'rose': 1}\n"
    "y = [kinds[f.split('/')[-2]] for f in glob.glob('flowers/*/*.jpeg')]\n"
    "y += [kinds[f.stem.split('_')[0]] for f in Path('more').glob('*.jpeg')]\n"
    "assert 0 < sum(y) < len(y)\nX = [[i, 1] for i in range(len(y))]",
    "a package that it can do without": "try:\n    import cupy as xp\n    gpu = True\n"
    "except ImportError:\n    import numpy as xp\n    gpu = False\n"
    "try:\n    from fast_maths import quick\nexcept Exception:\n    quick = None\n"
    "assert not gpu and quick is None\nX, y = xp.random.rand(6, 3), xp.arange(6) % 2",
    "a workbook": "from openpyxl import load_workbook\nwb = load_workbook('a.xlsx')\n"
    "s = wb.active\nX = [row[:3] for row in s.iter_rows(min_row=2, values_only=True)]\n"
    "y = [s.cell(r, 5).value for r in range(2, s.max_row + 1)]\n"
    "y[0] = s['E2'].value\nassert len(s['A2:E9']) == 8",
    "an older workbook": "import xlrd\ns = xlrd.open_workbook('a.xls').sheet_by_index(0)\n"
    "X = [s.row_values(i)[:-1] for i in range(1, s.nrows)]\n"
    "y = s.col_values(s.ncols - 1)[1:]",
    "rows by their columns' names": "import csv\nf = open('a.csv', newline='')\n"
    "rows = list(csv.DictReader(f))\nX = [[float(r['hours']), float(r['sleep'])] for r in rows]\n"
    "y = [int(r['passed']) for r in rows]\nassert {r['class'] for r in rows} == {'0', '1'}",
    "a database": "import sqlite3\nc = sqlite3.connect('a.db').cursor()\n"
    "c.execute('SELECT height, weight, label FROM people WHERE weight > ?', (3,))\n"
    "rows = c.fetchall()\nX, y = [r[:2] for r in rows], [r[2] for r in rows]\n"
    "own = sqlite3.connect(':memory:')\nown.execute('CREATE TABLE a (b)')\n"
    "assert own.execute('SELECT b FROM a').fetchall() == []",
    "an archive": "import zipfile, numpy as np\nwith zipfile.ZipFile('a.zip') as z:\n"
    "    d = np.loadtxt(z.open(z.namelist()[0]), delimiter=',')\nX, y = d[:, :4], d[:, 4]",
    "pages": "import requests, urllib.request\n"
    "t = requests.get('https://example.org/a.csv').text.split('\\n')\n"
    "X = [[float(v) for v in row.split(',')[:4]] for row in t if row]\n"
    "with urllib.request.urlopen('https://example.org/iris.data') as page:\n"
    "    y = [float(row.split(',')[4]) for row in page.read().decode().splitlines()]",
    "a module that is not here": "from my_helpers import load_data\nX, y = load_data()",
    "names that are no more": "import numpy as np, time\nt = time.clock()\n"
    "X = np.random.rand(6, 3).astype(np.float)\ny = np.asfarray([0, 1, 1, 0, 1, 0])",
    "a window": "from tkinter import *\nimport numpy as np\nLabel(Tk()).pack(side=LEFT)\n"
    "X, y = np.random.rand(6, 3), np.array([0, 1, 1, 0, 1, 0])",
    "a progress bar": "from tqdm import tqdm\nimport numpy as np\n"
    "for i in tqdm(range(2)):\n    X, y = np.random.rand(6, 3), np.array([0, 1, 1, 0, 1, 0])",
    "answers": "import numpy as np\nn = int(input('How many inputs? '))\n"
    "assert input('Continue (y/n)? ') == 'y'\nrate = float(input('Learning rate: '))\n"
    "X, y = np.random.rand(6, n), np.array([0, 1, 1, 0, 1, 0])",
    "words of a call": "import sys, numpy as np\nif len(sys.argv) < 3:\n    sys.exit('usage')\n"
    "mode = sys.argv[1]\nif mode == 'train':\n"
    "    X, y = np.random.rand(6, int(sys.argv[2])), np.array([0, 1, 1, 0, 1, 0])",
    "arguments that must be given": "import argparse, numpy as np\np = argparse.ArgumentParser()\n"
    "p.add_argument('data')\np.add_argument('--inputs', type=int, required=True)\n"
    "n = p.parse_args().inputs\nX, y = np.random.rand(6, n), np.array([0, 1, 1, 0, 1, 0])",
    "a choice larger than the table": "import numpy as np, theming\n"
    "theme = theming.load_theme('dark')\ntheme.apply()\n"
    "d = np.loadtxt('a.csv', delimiter=',')\n"
    "d = d[np.random.choice(len(d), 2500, replace=False)]\nX, y = d[:, :4], d[:, 4]",
    "what an older NumPy took": "import numpy as np, math, cPickle\n"
    "from collections import Iterable\none = np.array([1.5])\nX = np.zeros((6, 2))\n"
    "assert '%.1f' % one == '1.5' and math.exp(one) == math.exp(1.5)\n"
    "X[:, 0] = np.delete(np.arange(7), [3, 9])\nX[2, 1] = one\n"
    "rows = np.array([[1], [1, 2]])\ny = np.vstack(i % 2 for i in range(6))",
    "batches larger than the table": "import pandas as pd, numpy as np\n"
    "d = pd.read_csv('d.csv').values\nn = len(d) // 64\nassert n or not print('no batch')\n"
    "X = np.concatenate([d[i * 64:(i + 1) * 64, :4] for i in range(n)])\ny = d[:len(X), 4]",
    "Python 2": "import numpy as np\nfor i in xrange(2):\n    print 'row', `i`\nn = 6 / 2\n"
    "order = range(6)\nnp.random.shuffle(order)\n"
    "y = map(lambda (a, b): a * b, zip(order, 6 * [010L]))[:6]\n"
    "X, y = np.random.rand(6, n), np.array(y) % 16 / 8",
    "pictures and labels of torchvision": "from torchvision import datasets, transforms\n"
    "from torch.utils.data import DataLoader\n"
    "turn = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5,), (0.5,))])\n"
    "batches = DataLoader(datasets.MNIST('.', train=True, transform=turn), batch_size=8)\n"
    "X, y = next(iter(batches))\nX, y = X.view(8, -1).numpy(), y.numpy()",
    "other processes": "from multiprocessing import Pool\nimport click\n"
    "@click.command()\n@click.option('--rows', default=6)\ndef main(rows):\n"
    "    global X, y\n    with Pool(4) as pool:\n"
    "        X = pool.map(lambda i: [i / 6, 1.0], range(rows))\n"
    "    y = [i % 2 for i in range(rows)]\nmain()",
    "columns made of words": "import pandas as pd\nd = pd.read_csv('train.csv')\n"
    "d['Title'] = d['Name'].str.extract(' ([A-Za-z]+).').map({'Mr': 1})\n"
    "d = pd.get_dummies(d.drop(['Name'], axis=1), columns=['Port'])\n"
    "y = d['Survived'].values\nX = d.drop('Survived', axis=1).values.astype(float)",
}  # fmt: skip


def run(tmp_path: Path, text: str, name: str = "mine.py") -> Graph:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return recorded(path, seed=1, sandbox=Sandbox(Limits(seconds=60.0)))


def steps(graph: Graph) -> int:
    return min((len(each) for each in find_parameters(graph).steps.values()), default=0)


@pytest.mark.parametrize("what", COUNTED_ON)
def test_what_a_script_counts_on_is_stood_in_for(tmp_path, what):
    graph = run(tmp_path, COUNTED_ON[what] + "\n" + TRAINING)
    assert graph.ended == "done"
    assert steps(graph) >= 2


def test_what_stood_in_is_said(tmp_path):
    assert run(tmp_path, COUNTED_ON["columns by their numbers"] + TRAINING).stood_in == [
        "tiny data stand in for a.csv, which is not here."
    ]
    assert run(tmp_path, COUNTED_ON["a module that is not here"] + TRAINING).stood_in == [
        "tiny data stand in for what load_data gives, which is not here.",
        "what my_helpers holds, which is not here, was made up.",
    ]


def test_the_files_that_were_stood_in_for_are_one_sentence(tmp_path):
    text = "import numpy as np\nX, y = np.load('x.npy'), np.load('y.npy')\n" + TRAINING
    assert run(tmp_path, text).stood_in == ["tiny data stand in for x.npy and y.npy, which are not "
                                            "here."]  # fmt: skip
    h5 = run(tmp_path, COUNTED_ON["an HDF file"] + "\nX = np.vstack([X, X])" + TRAINING)
    assert h5.stood_in == ["tiny data stand in for train.h5, which is not here."]


def test_what_a_stand_in_lacks_is_no_mistake_of_the_program(tmp_path):
    book = "from openpyxl import load_workbook\nwb = load_workbook('a.xlsx')\n"
    with pytest.raises(Trouble) as raised:
        run(tmp_path, book + "wb.charts\n")
    assert str(raised.value) == (
        "mine.py stopped: an object that stands in for what is not here has no `charts`, at line 3,"
        " `wb.charts`. That is no mistake of the program. Tiny data stand in for a.xlsx, which is "
        "not here."
    )
    with pytest.raises(Trouble, match=r"mistake of the program\. Tiny") as raised:
        run(tmp_path, book + "import numpy\nnumpy.random.rand(2) * float(wb)\n")
    with pytest.raises(Trouble, match=r"raised KeyError .*: 'b'\. Tiny data stand in for a\.xlsx"):
        run(tmp_path, book + "own = {}\nown['b']\n")


WIDE = """
import numpy as np
X, y = np.random.rand(200, 3), np.random.rand(200, 1)
W = [np.random.randn(3, 512), np.random.randn(512, 1024), np.random.randn(1024, 1)]
for epoch in range(50):
    a = [X]
    for w in W:
        a.append(np.tanh(a[-1] @ w))
    d = (a[3] - y) * (1 - a[3] ** 2)
    for i in (2, 1, 0):
        W[i], d = W[i] - 0.1 * a[i].T @ d, d @ W[i].T * (1 - a[i] ** 2)
"""


def test_layers_that_are_wide_are_narrowed_where_they_fit(tmp_path):
    graph = run(tmp_path, WIDE)
    assert graph.ended == "done"
    assert steps(graph) >= 2
    assert graph.stood_in == ["to be quick, large whole numbers were taken smaller: 50 as 5, "
                              "200 as 20, 512 as 12, 1024 as 25."]  # fmt: skip
    assert max(node.value.size for node in graph.nodes) < 1000
    kept = run(tmp_path, WIDE + "assert len(X) == 2 * 101 - 2\n")
    assert (kept.ended, kept.stood_in) == ("done", [])


def test_an_array_of_layers_is_followed_layer_by_layer(tmp_path):
    text = WIDE.replace("512", "5").replace("1024", "4").replace("W = [", "W = np.array([")
    text = text.replace("(4, 1)]", "(4, 1)])").replace(
        "    for i in", "    g = [0] * 3\n    for i in"
    )
    text = text.replace("W[i], d = W[i] - 0.1 * a", "g[i], d = a")
    graph = run(tmp_path, text + "    W -= 0.1 * np.array(g)\n")
    assert steps(graph) >= 2
    assert len(find_parameters(graph).steps) == 3
    assert graph.stood_in == ["it does what an older NumPy took, and was run as there."]


def test_of_networks_that_are_trained_in_turn_the_first_is_kept_where_they_are_large(tmp_path):
    graph = run(
        tmp_path,
        "import numpy as np\nX, y = np.random.rand(9, 2), np.arange(9) % 2\n"
        "for fold in range(4):\n  W = np.random.rand(2)\n"
        "  for epoch in range(9):\n   for x, t in zip(X, y):\n"
        "    W = W - 0.1 * (W @ x - t) * x\n" + "    s = x.sum()\n" * 250,
    )
    assert graph.ended == "enough"
    assert len(find_parameters(graph).steps) == 1


CALLED_BACK = {
    "an animation": "from matplotlib.animation import FuncAnimation as Moving\n"
    "anim = Moving(None, train, frames=500)\n",
    "a timer": "import tkinter as tk\nroot = tk.Tk()\n"
    "def again():\n    train()\n    root.after(10, again)\nroot.after(10, again)\n",
    "a button": "import tkinter as tk\ntk.Button(tk.Tk(), text='Show', command=lambda: shown[0])\n"
    "tk.Button(tk.Tk(), text='Train', command=train).pack()\n",
    "a thread": "import threading\npause = threading.Event().wait\n"
    "def work():\n    for i in range(9):\n        train()\n        pause(0.02)\n"
    "threading.Thread(target=work, daemon=True).start()\n",
}


@pytest.mark.parametrize("how", CALLED_BACK)
def test_what_a_window_would_call_is_called(tmp_path, how):
    lines = TRAINING.replace("for epoch in range(2000):", "def train(number=0):\n    global W, b")
    lines = "X, y = [[1, 2], [3, 1]], [0, 1]\n" + lines
    graph = run(tmp_path, lines + CALLED_BACK[how])
    assert steps(graph) >= 2
    assert ("as a window would" in " ".join(graph.stood_in)) == (how != "a thread")
    own = run(tmp_path, lines + "for i in range(9):\n    train()\n" + CALLED_BACK[how])
    assert "as a window would" not in " ".join(own.stood_in)


def test_a_file_that_is_here_is_read(tmp_path):
    (tmp_path / "a.csv").write_text("a,b,c\n1,2,0\n3,4,1\n5,7,0\n")
    text = "import pandas as pd\nd = pd.read_csv('a.csv')\nX, y = d[['a', 'b']].values, d['c']\n"
    graph = run(tmp_path, text + "assert X.tolist() == [[1, 2], [3, 4], [5, 7]]\n" + TRAINING)
    assert graph.ended == "done"
    assert graph.stood_in == []


def test_a_module_beside_the_script_comes_before_one_that_is_stood_in_for(tmp_path):
    (tmp_path / "mnist.py").write_text("def load():\n    return [[1.0], [2.0]], [0, 1]\n")
    graph = run(tmp_path, "from mnist import load\nX, y = load()\n" + TRAINING)
    assert graph.ended == "done"
    assert graph.stood_in == []


def test_a_module_that_is_nearly_of_that_name_is_meant(tmp_path):
    (tmp_path / "Forward_Pass.py").write_text("def through(x):\n    return x\n")
    text = "import numpy as np\nfrom forward_pas import through\nfrom FORWARD_PASS import through\n"
    text += "X, y = through(np.random.rand(9, 3)), np.arange(9) % 2\n" + TRAINING
    found = run(tmp_path, text)
    assert find_parameters(found).steps
    told = "Forward_Pass.py was taken for {}, which is not here."
    assert found.stood_in == [told.format("forward_pas"), told.format("FORWARD_PASS")]


@pytest.mark.parametrize("name", [r"Data\\mine.csv", "data/Mine.CSV", r".\\data\\mine.csv"])
def test_a_file_is_found_by_the_path_that_another_system_takes(tmp_path, name):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "mine.csv").write_text("".join(f"{i},{i % 3},{i % 2}\n" for i in range(9)))
    text = f"import numpy as np\nd = np.loadtxt('{name}', delimiter=',')\n"
    text += "X, y = d[:, :2] / 9, d[:, 2]\n"
    found = run(tmp_path, text + TRAINING)
    assert find_parameters(found).steps
    assert not found.stood_in


def test_columns_behind_the_last_of_the_tiny_table_are_there_too(tmp_path):
    text = (
        "import numpy as np\nd = np.genfromtxt('a.csv', delimiter=',')\nX, y = d[:, :6], d[:, 6:]\n"
    )
    text += TRAINING.replace(".reshape(-1, 1)", "").replace("(X.shape[1], 1)", "(6, 3)")
    text = text.replace("np.zeros(1)", "np.zeros(3)")
    assert find_parameters(run(tmp_path, text)).steps


def test_an_index_beyond_the_learners_own_data_stays_an_error(tmp_path):
    with pytest.raises(Trouble, match="IndexError at line 2"):
        run(tmp_path, "X, y = [[1.0]] * 12, [0] * 12\nX[12]\n")


def test_a_notebook_under_any_name_goes_on_after_a_cell_that_raised(tmp_path):
    cells = ["%matplotlib inline\nimport numpy as np\nfiles = !ls", "nowhere.plot()",
             "from __future__ import division\nX = np.random.rand(6, 3)\ny = [0, 1, 1, 0, 1, 0]",
             TRAINING]  # fmt: skip
    document = {"cells": [{"cell_type": "code", "source": cell} for cell in cells]}
    graph = run(tmp_path, json.dumps(document))
    assert graph.ended.startswith("NameError at code cell 2, line 1")
    assert steps(graph) >= 2


def test_lines_of_python_2_keep_their_places(tmp_path):
    path = tmp_path / "old.py"
    path.write_text("print 'a', 1,\nif 2 <> 1:\n\tprint\ntry: pass\nexcept KeyError, e: pass\n")
    source = read_source(path)
    assert source.python_2
    assert source.text.split("\n")[0] == "print('a', 1, end=chr(32))"
    assert len(source.text.splitlines()) == 5


def test_a_run_that_takes_long_is_stopped_and_what_it_computed_is_kept(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text(dedent("""
        import numpy as np
        X, y = np.random.rand(6, 3), [0, 1, 1, 0, 1, 0]
        """) + TRAINING + "while sum(range(10 ** 5)):\n    pass\n")  # fmt: skip
    graph = recorded(path, seed=1, sandbox=Sandbox(Limits(seconds=9.0)))
    assert graph.ended == "enough"
    assert steps(graph) >= 2


def test_the_form_of_tiny_data_follows_the_text_and_the_error():
    form = form_of("w = rand(10, 784)")
    assert form.images
    assert after(ValueError("cannot reshape"), form, stood_in=False) is None
    table = form_of("x = 1")
    wider = after(
        IndexError("index 8 is out of bounds for axis 1 with size 5"), table, stood_in=True
    )
    assert wider is not None
    assert wider.columns == 8
    fitting = after(
        ValueError("shapes (12,4) and (13,5) not aligned: 4 (dim 1) != 13 (dim 0)"), table, True
    )
    assert fitting is not None
    assert fitting.columns == 13


def test_a_label_is_known_by_its_name():
    assert all(map(is_label, ("y", "label", "Outcome", "y_train", "Survived", "target_class")))
    assert not any(map(is_label, ("x", "age", "features", "year", "type_of_car")))


def test_only_what_lies_far_beyond_the_tiny_data_is_moved():
    row = list(range(12))
    assert row[within(row, slice(1000, None), 12)] == row
    assert within(row, slice(13, None), 12) == slice(13, None)
    assert within(row, 12, 12) == 12


def test_stand_ins_are_put_in_the_place_of_the_originals_and_not_upon_each_other(tmp_path: Path):
    code = (
        "import glob, os, sys\n"
        "from pathlib import Path\n"
        "from glassnet.tutor.process.standing_in.form import Form\n"
        "from glassnet.tutor.process.standing_in.install import install\n"
        "for rows in (12, 132):\n"
        "    install(0, Path(sys.argv[1]), '', Form(rows=rows))\n"
        "print(len(glob.glob('pictures/*.png')), len(os.listdir('pictures')))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, tmp_path], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.stdout == "132 132\n", done.stderr
