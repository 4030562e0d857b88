"""A search as text: every candidate has its line, and the chosen one is marked."""

from dataclasses import replace

from glassnet.data import load_data
from glassnet.training.recipe.recipe import recipe_for
from glassnet.training.recipe.search import SearchProgress, SearchResult, SearchRow, search
from glassnet.views.text.search import progress_line, search_text


def found() -> SearchResult:
    data = load_data("moons")
    *_, last = search(data, 5, base=recipe_for(data, hidden=(4,), epochs=6))
    assert isinstance(last, SearchResult)
    return last


def test_every_candidate_has_a_line_and_the_chosen_one_is_marked():
    result = found()
    said, head, *lines = search_text(result).splitlines()
    assert said.startswith("search: 5 settings on 5 folds of the 320 training rows")
    assert "accuracy" in head
    *rows, choice = lines
    assert len(rows) == 5
    assert sum(line.startswith("→") for line in rows) == 1
    assert sum("defaults" in line for line in rows) == 1
    assert choice.endswith(result.reason)
    for row, line in zip(result.rows, rows):
        assert f"{row.loss:.4f}" in line
        assert f"{row.recipe.l2:g}" in line
        assert f"{row.metric:.4f}" in line


def test_budgets_divergence_and_interruption_are_told():
    result = found()
    row = result.rows[0]
    bad = replace(row, loss=float("inf"), error=float("inf"), share=1 / 3, epochs=2)
    text = search_text(replace(result, rows=(row, bad), stopped="interrupted"))
    assert "2 of 6" in text
    assert "diverged" in text
    assert "interrupted, the best so far" in text
    assert "inf" not in text


def test_progress_tells_the_share_the_round_and_the_best():
    result = found()
    assert isinstance(result.rows[0], SearchRow)
    line = progress_line(SearchProgress(2, 3, 7, 0.5, result.rows[0]))
    assert line.startswith("search  50 %  round 2 of 3, setting 7")
    assert f"{result.rows[0].loss:.4g}" in line
