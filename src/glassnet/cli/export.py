"""`glassnet export`: a model as code, as a page or as numbers, to live elsewhere."""

from pathlib import Path

from glassnet.cli.options import ElsewhereOptions, Flag


def export(
    model: Path,
    /,
    *,
    to: str,
    out: Path | None = None,
    int8: str | None = None,
    elsewhere: ElsewhereOptions = ElsewhereOptions(),
    json: Flag = False,
) -> int:
    """Write a model as code that predicts without glassnet, as a page, or as plain numbers.

    Parameters
    ----------
    model
        A file that `glassnet train --out` wrote.
    to
        numpy: one readable file that predicts and goes on learning, with NumPy alone.
        python: the same of a tiny network, in lines of plain numbers, with Python alone.
        c: a C99 header for small machines.
        torch: the same layers in PyTorch, to read across.
        html: one page with a form or a pad, that answers in any browser and says why.
        onnx: raw columns in, answers out; needs the extra onnx.
        csv: every weight with its address. npz: the arrays W1, b1, W2, ...
    out
        The file to write; by default the model's name with another ending, in this folder.
    int8
        Of C, weights of 8 bits; what that costs is measured on these rows, as for evaluate.
    json
        Print one JSON document.
    """
    from glassnet import __version__
    from glassnet.cli.output import keep, print_json, say
    from glassnet.jobs.export import export_model
    from glassnet.views.html.model_page import model_files

    by, said = f"glassnet {__version__}", elsewhere.unsaid()
    done = export_model(model, to, out, by, int8, say, said, model_files)
    for file in done.files:
        keep("written", Path(file))
    if json:
        print_json(done)
    else:
        for file, size in zip(done.files, done.bytes, strict=True):
            print(f"{file}: {size:,} bytes")
        if done.note:
            print(done.note)
    return 0
