"""`glassnet evaluate`: what a trained model is worth."""

from pathlib import Path

from glassnet.cli.options import ElsewhereOptions, Flag


def evaluate(
    model: Path,
    data: str,
    /,
    *,
    encoding: str | None = None,
    groups: str | None = None,
    elsewhere: ElsewhereOptions = ElsewhereOptions(),
    json: Flag = False,
) -> int:
    """Measure a model on data: of a set with a test part, or a built-in one, the test rows alone.

    Parameters
    ----------
    model
        A file that `glassnet train --out` wrote.
    data
        A table (a file, a folder of files or an address), a folder of images or a built-in set,
        with the columns that the model was trained on and the target; of a table every row is
        measured.
    encoding
        Of a CSV, as utf-8, cp1252, latin-1 or shift_jis; that of the training if not given.
    groups
        Of a table, a column: figures for each of its values, of numbers for four bands.
    json
        Print one JSON document.
    """
    from glassnet.cli.output import print_json, say
    from glassnet.jobs import evaluate as job
    from glassnet.jobs.threads_and_signals import team_of_all
    from glassnet.training.measure.comparison import no_better, shown
    from glassnet.views.text.estimate import estimate_text, groups_text, simple_answers_text
    from glassnet.views.text.wrapping import wrapped

    team = team_of_all()
    if team.rank:  # rank 0 speaks for all
        job.evaluate(model, data, encoding, unsaid=elsewhere.unsaid(), groups=groups, team=team)
        return 0
    found = job.evaluate(model, data, encoding, say, elsewhere.unsaid(), groups, team)
    if json:
        print_json(found)
    else:
        name = next(iter(found.metrics))
        rows = f"{found.rows:,} rows: {found.which}"
        if found.learned:
            print("\n".join([*wrapped(f"This is no test of it. On {rows}."), ""]))
        if told := no_better(found.estimate.comparisons):
            print("\n".join([*wrapped(told), ""]))
        figure = f"{name.replace('_', ' ')}: {shown(name, found.metrics[name])}"
        print(f"{figure}; loss: {found.metrics['loss']:.4g}")
        print(f"{estimate_text(found.estimate).rstrip()}\n")
        print(f"{simple_answers_text(found.estimate)}\n")
        if found.groups is not None:
            print(f"{groups_text(found.groups).rstrip()}\n")
        if not found.learned:
            print(f"on {rows}")
    return 0
