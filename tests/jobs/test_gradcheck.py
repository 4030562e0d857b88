"""The check of gradients as a job: what the command tells, whoever asks."""

from pathlib import Path

import pytest

import glassnet as gn
from glassnet.core.errors import InputError
from glassnet.files.plain import to_plain
from glassnet.jobs.gradcheck import gradcheck


def test_the_job_s_record_is_the_command_s_document(run, tmp_path: Path):
    model = tmp_path / "m.safetensors"
    gn.Network.dense([3, 4, 2], seed=0).save(model)
    checked = gradcheck(model, rows=5, seed=2, most=6)
    document = run("gradcheck", model, "--rows", 5, "--seed", 2, "--most", 6, "--json").json
    assert checked.name == str(model)
    assert checked.parameters == 26
    assert checked.result.outcome == "right"
    assert document["receipts"] == to_plain(checked.result)["receipts"]


def test_without_a_model_every_number_of_the_worked_example_is_checked():
    checked = gradcheck()
    assert checked.parameters == len(checked.result.receipts) == 12
    assert checked.result.along_directions is not None


@pytest.mark.parametrize("settings", [{"rows": 0}, {"seed": -1}, {"most": 0}])
def test_what_makes_no_sense_is_refused(settings: dict[str, int]):
    with pytest.raises(InputError, match="give a whole number from"):
        gradcheck(**settings)
