"""From data to a trained network, measured on rows that it never saw."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from functools import partial
from time import perf_counter

from glassnet.core.network import Network
from glassnet.data import Reading, is_table, place_of, sha256_of
from glassnet.exchange.model_file import check_saves
from glassnet.files.plain import to_plain
from glassnet.jobs.material.giveaways import suspicions
from glassnet.jobs.material.in_blocks import InBlocks
from glassnet.jobs.material.in_memory import InMemory
from glassnet.jobs.material.work import Counting, Work, unseen
from glassnet.jobs.open import lines_named
from glassnet.jobs.threads_and_signals import Say, asked_together, fitted, threads_of
from glassnet.jobs.training.events import Chosen, Opened, Trained, TrainEvent
from glassnet.jobs.training.over import TrainingOver
from glassnet.jobs.training.task import Task, kept_in, material_of
from glassnet.runtime import blas_threads
from glassnet.training import Event, History, Recipe
from glassnet.training.measure.report import About
from glassnet.training.recipe.penalty import PenaltyProgress
from glassnet.training.recipe.search import SearchEvent, SearchResult
from glassnet.training.team import ALONE, Team


def train(
    task: Task,
    say: Say = lambda sentence: None,
    made: About = About(),
    team: Team = ALONE,
    counting: Counting = unseen,
) -> Generator[TrainEvent, None, Trained]:
    """Trains a network, and measures it on test data that training never saw.

    Args:
        team: the ranks that do so together; all train, and rank 0 alone measures and writes.
        say: is told, in a sentence each, what cannot wait for the end.
        made: what a report is to tell of how it was made: the command and the versions.
        counting: from the name of a piece of work to what is told how far it is.

    Yields: what happens. Returns: what came of it.

    Raises: InputError for what makes no sense, before anything is trained.
    """
    task = task if team.rank == 0 else task.of_one_who_follows()
    with lines_named(task.data, task.reading.header, task.reading.encoding):
        kept = kept_in(task, say) | {"team": team, "shards": task.shards}
        material = material_of(task, team)
        # now, and not when the model is written: the file may have changed by then
        digest = sha256_of(task.data) if task.out is not None and is_table(task.data) else None
        leads = team.rank == 0
        suspects = suspicions(material) if leads and isinstance(material, InMemory) else []
        yield Opened([*material.lines(), *(f"  look: {each.told}" for each in suspects)])
        chosen, searched = material.recipe(task.settings), None
        if isinstance(material, InMemory):
            _, alike = material.network(chosen)
            with blas_threads(_by_one(alike, chosen, task, team)):
                chosen, searched = yield from _tried(task, material, chosen, team)
        chosen, searched = team.broadcast((chosen, searched))
        chosen, net = material.network(chosen)
        if task.out is not None:
            check_saves(net)
        if task.record is not None:
            place, table = place_of(task.data), to_plain(_placed(task.reading))
            kept["record"].source = material.source(place, table)
        settings = replace(chosen, **kept)
        began = perf_counter()
        start = partial(_begun, material, net, settings)
        history = yield from fitted(net, start, settings, task.threads, say)
        over = TrainingOver(
            task, material, net, chosen, history, perf_counter() - began, searched, digest
        )
        over.suspects, over.work, over.team = suspects, Work(counting), team
        measures = leads or isinstance(material, InBlocks)
        with blas_threads(_by_one(net, chosen, task, team)):
            done = (yield from over.measured(say, made)) if measures else over.followed()
        team.meet()
        return done


def _by_one(net: Network, chosen: Recipe, task: Task, team: Team) -> int | None:
    """How many threads BLAS uses where each rank trains networks of its own."""
    threads = threads_of(net, chosen.batch_size, task.threads)
    return team.threads if threads is None else threads


def _tried(
    task: Task, material: InMemory, chosen: Recipe, team: Team
) -> Generator[PenaltyProgress | SearchEvent, None, tuple[Recipe, SearchResult | None]]:
    """The settings that come of trying some, and what became of each.

    Penalties and thresholds are tried by rank 0, all side by side; the candidates of a search by
    all ranks.
    """
    searched = None
    if team.rank == 0:
        chosen = yield from material.penalised(chosen)
    chosen = team.broadcast(chosen)
    if task.search is not None:
        with asked_together(team):
            searched = yield from material.search(task.search, chosen, team)
        chosen = searched.recipe
    if team.rank == 0:
        chosen = yield from material.with_thresholds(chosen)
    return team.broadcast(chosen), searched


def _placed(reading: Reading) -> Reading:
    """With the place of the test rows from anywhere, where that is a file."""
    at = reading.test
    return replace(reading, test=place_of(at)) if isinstance(at, str) else reading


def _begun(
    material: InMemory | InBlocks, net: Network, settings: Recipe
) -> Generator[Event | Chosen, None, History]:
    """The events of the training, and before them, once it can begin, what it is."""
    events = material.train(net, settings)
    yield Chosen([*material.name_lines(), settings.shown(), repr(net)], settings, net)
    return (yield from events)
