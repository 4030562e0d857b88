"""The diagnosis as a job: what the command tells, whoever asks."""

from pathlib import Path

import pytest
from diagnosis_runs import iris, record

import glassnet as gn
from glassnet.core.errors import InputError
from glassnet.files.plain import to_plain
from glassnet.jobs.diagnose import diagnose


def test_the_job_s_record_is_the_command_s_document(run, tmp_path: Path):
    X, y = iris()
    recording, _ = record(tmp_path, gn.Network.dense([4, 5, 3], seed=0), X, y, epochs=2)
    document = run("diagnose", recording.path, "--json").json
    assert document["findings"] == to_plain(diagnose(recording.path))["findings"]


def test_a_folder_without_a_run_is_refused(tmp_path: Path):
    with pytest.raises(InputError, match="run"):
        diagnose(tmp_path)
