"""``kompass evaluate`` and ``kompass train``: figures and models from the labelled reports."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kompass_extract.errors import UsageError
from kompass_extract.words.engines.engine_names import AUTO, ENGINES

if TYPE_CHECKING:
    from kompass_extract.training.evaluate.evaluation import CaseResult
    from kompass_extract.training.evaluate.gate import Floors
    from kompass_extract.training.evaluate.letter_scores import LettersEvaluation
    from kompass_extract.training.evaluate.search_scores import SearchScore

_LETTERS_NEED = ("symspellpy", "wordfreq")  # which training brings
_FAILED_CASE = 1  # exit code where a labelled report gave no report JSON
_gold_option = click.option(
    "--gold", type=click.Path(path_type=Path), default=Path("gold"), show_default=True, help="Labelled reports."
)


@click.command()
@click.argument("what", required=False, type=click.Choice(["letters", "search", "structure", "sensitivity", "diff"]))
@click.argument("runs", nargs=-1, type=click.Path(path_type=Path), metavar="[A B]")
@_gold_option
@click.option("--reports", type=click.Path(path_type=Path), help="Typeset reports: <id>.*.pdf with <id>.gold.json.")
@click.option(
    "--out",
    "out_dir",
    type=click.Path(path_type=Path),
    default=Path("out/evaluation"),
    show_default=True,
    help="For evaluation.json and .html.",
)
@click.option("--only", multiple=True, metavar="PATTERN", help="Cases to run, as in 'sala-*' or '*.fax200'.")
@click.option("--engine", type=click.Choice(ENGINES), default=AUTO, show_default=True)
@click.option("--jobs", type=click.IntRange(min=1), help="Pages read at a time.")
@click.option("--reuse", is_flag=True, help="Score the reports of an earlier run in OUT, reading only what is missing.")
@click.option("--gate", is_flag=True, help="Run the gate's cases and fail when a figure lies below its floor.")
@click.option("--raise-floors", is_flag=True, help="Write the figures of this run as the new floors.")
@click.option("--allow-lower", is_flag=True, help="With --raise-floors: also where that lowers one.")
@click.option("--letters", is_flag=True, help="Compare the repair of letters with other ways too; takes minutes.")
@click.option("--models", type=click.Path(path_type=Path), default=Path("models"), help="For --letters, --gate.")
@click.option(
    "--readings", type=click.Path(path_type=Path), help="For STRUCTURE and SENSITIVITY: keep pages once read here."
)
@click.option("--room", default="blocks", show_default=True, help="For SENSITIVITY: whose constants are varied.")
@click.option(
    "--minutes", type=click.FloatRange(min=0), default=20.0, show_default=True, help="For SENSITIVITY: at most."
)
def evaluate(
    what: str | None,
    runs: tuple[Path, ...],
    gold: Path,
    reports: Path | None,
    out_dir: Path,
    only: tuple[str, ...],
    engine: str,
    jobs: int | None,
    reuse: bool,
    gate: bool,
    raise_floors: bool,
    allow_lower: bool,
    letters: bool,
    models: Path,
    readings: Path | None,
    room: str,
    minutes: float,
) -> None:
    """Measure the pipeline against labelled reports, or LETTERS, the SEARCH or the model of STRUCTURE alone.

    SEARCH answers the judged queries of gold/search, with --gate against their floors; it takes seconds.

    DIFF compares two evaluations, each named by its folder: figures, and the values that were won and lost, by cause.

    STRUCTURE leaves each typesetter out of training in turn and takes minutes; with --reports the whole pipeline
    reads those reports too, each with the model that has not learned from its typesetter.  SENSITIVITY varies the
    constants of a room by a fifth, one at a time, and prints what each changes in the labelled PDFs.

    \b
    Examples:
      kompass evaluate letters
      kompass evaluate search --gate
      kompass evaluate sensitivity --room blocks --readings build/readings --minutes 30
      kompass evaluate structure --reports build/rendered --readings build/readings --out out/structure
      kompass evaluate --out out/evaluation
      kompass evaluate --reports build/rendered --out out/rendered --only '*.fax*'
      kompass evaluate --out out/gate --gate
      kompass evaluate diff out/before out/after
    """
    if what == "diff":
        _show_diff(runs, out_dir)
        return
    if runs:
        raise UsageError(f"{runs[0]} is not known here: two evaluations go with 'kompass evaluate diff'.")
    alone: dict[str, Callable[[], object]] = {
        "letters": lambda: _compare_letters(gold, models),
        "structure": lambda: _score_structure(gold, reports, out_dir, readings),
        "search": lambda: _judge_search(gold, gate),
        "sensitivity": lambda: _vary_constants(gold, room, readings, only, minutes),
    }
    if what in alone:
        alone[what]()
        return
    from kompass_extract.training.evaluate import cases, evaluation
    from kompass_extract.training.evaluate import gate as gating
    from kompass_extract.training.evaluate.provenance import provenance
    from kompass_extract.training.fenced_documents import fenced_reports
    from kompass_extract.training.structure_training import carded_accuracy

    floors_path = gold / gating.FLOORS_NAME
    floors = gating.load(floors_path) if floors_path.exists() and (gate or raise_floors) else None
    found = cases.rendered_cases(reports) if reports else cases.gold_cases(gold)
    found = cases.chosen(found, only)
    if gate and not raise_floors:
        floors = floors or gating.load(floors_path)
        found = gating.subset(found, floors)
    made = provenance(engine)
    if reuse and (gate or raise_floors):
        gating.refuse_foreign(found, out_dir, made.fingerprint)
    with fenced_reports(engine, jobs) as read:
        results = evaluation.evaluate(
            found, read=read, out_dir=out_dir, reuse=reuse, made_by=made.fingerprint, done=_show_case
        )
    compared = _compare_letters(gold, models) if letters else None
    json_path, html_path = evaluation.write(results, out_dir, compared, made)
    click.echo(f"{json_path}\n{html_path}")
    left_out = carded_accuracy(gold, models) if gate or raise_floors else {}
    answers = _score_search(gold) if gate or raise_floors else None
    if raise_floors:
        raised = gating.raised(results, floors, left_out, allow_lower=allow_lower)
        if answers is not None:
            raised = gating.with_search(raised, answers, floors, allow_lower=allow_lower)
        _write_floors(results, raised, gold)
    elif gate and floors is not None:
        gating.require(results, floors, left_out, known=gating.load_errors(gold / gating.ERRORS_NAME))
        if answers is not None:
            gating.require_search(answers, floors)
        click.echo("Gate passed")
    if any(result.error for result in results):
        sys.exit(_FAILED_CASE)


def _write_floors(results: list[CaseResult], floors: Floors, gold: Path) -> None:
    """Write the floors, and beside them the errors that there were."""
    from kompass_extract.training.evaluate import gate as gating

    path = gold / gating.FLOORS_NAME
    gating.save(floors, path)
    gating.save_errors(results, gold / gating.ERRORS_NAME)
    click.echo(f"Floors written to {path}")


def _show_diff(runs: tuple[Path, ...], out_dir: Path) -> None:
    """Print what differs between two evaluations, and write it as a page."""
    if len(runs) != 2:
        raise UsageError("Name two evaluations: kompass evaluate diff out/before out/after.")
    from kompass_extract.cli.diff_display import show_diff
    from kompass_extract.report import export
    from kompass_extract.training.evaluate import run_diff

    diff = run_diff.compared(run_diff.load(runs[0]), run_diff.load(runs[1]))
    show_diff(diff)
    path = out_dir / "diff.html"
    export.write_text(path, run_diff.page(diff))
    click.echo(path)


def _compare_letters(gold: Path, models: Path) -> LettersEvaluation:
    missing = [name for name in _LETTERS_NEED if find_spec(name) is None]
    if missing:
        raise UsageError(
            f"Comparing the repair of letters needs {', '.join(missing)}: in a checkout run 'make letters', elsewhere "
            "pip install 'kompass-extract[train]'."
        )
    from kompass_extract.training.evaluate import letter_scores

    result = letter_scores.evaluate(gold, models, progress=lambda line: click.echo(line, err=True))
    click.echo(result.table())
    return result


def _score_structure(gold: Path, reports: Path | None, out_dir: Path, readings: Path | None) -> None:
    """What the line-pair model, and the pipeline with it, do on typesetters that were left out of its training."""
    from kompass_extract.training.evaluate import structure_scores

    found = structure_scores.leave_out(
        gold, reports, out_dir, readings=readings, tell=lambda line: click.echo(line, err=True)
    )
    click.echo(structure_scores.table(found))
    click.echo(out_dir / structure_scores.RESULT_NAME)


def _vary_constants(gold: Path, room: str, readings: Path | None, only: tuple[str, ...], minutes: float) -> None:
    """Print what each constant of a room changes, those that change nothing last."""
    from kompass_extract.pipeline import Tools
    from kompass_extract.training.evaluate import cases, sensitivity
    from kompass_extract.training.fenced_documents import fenced_documents

    paths = [case.path for case in cases.chosen(cases.gold_cases(gold), only) if case.path.suffix != ".txt"]
    with fenced_documents(Tools.default(), readings) as documents:
        found = sensitivity.vary(
            room, paths, documents, seconds=60 * minutes, progress=lambda line: click.echo(line, err=True)
        )
    for one in sorted(found, key=lambda one: one.changes_nothing):
        click.echo(str(one))


def _score_search(gold: Path) -> SearchScore | None:
    """How well the judged queries are answered; None where there are none."""
    from kompass_extract.training.evaluate import search_scores

    if not search_scores.has_queries(gold):
        return None
    found = search_scores.score_search(gold)
    said = f"search: nDCG@10 {found.ndcg:.4f} over {len(found.by_query)} queries, plain FTS5 {found.plain_ndcg:.4f}"
    click.echo(said, err=True)
    return found


def _judge_search(gold: Path, gate: bool) -> None:
    from kompass_extract.training.evaluate import gate as gating

    found = _score_search(gold)
    if found is None:
        raise UsageError(f"{gold} has no judged queries (search/queries.toml). Choose another --gold.")
    for query, (ours, plain) in sorted(found.by_query.items(), key=lambda pair: pair[1]):
        click.echo(f"{ours:.3f}  {plain:.3f}  {query}")
    if gate:
        gating.require_search(found, gating.load(gold / gating.FLOORS_NAME))
        click.echo("Gate passed")


def _show_case(result: CaseResult) -> None:
    from kompass_extract.training.evaluate.figures import figures

    if result.score is None:
        click.echo(f"{result.case.name:40} {result.error}", err=True)
        return
    one = figures([result.score])
    time = "" if result.seconds is None else f"{result.seconds:5.0f} s"
    click.echo(
        f"{result.case.name:40} items {one.items_f1:.4f}  item errors {one.item_cer:.4f}  "
        f"narrative {one.narrative_cer:.4f}  cells {one.cells_right:.4f}  ids {one.question_ids_right:.4f}  "
        f"metadata {one.metadata_right:.4f}  silent {one.silent_errors}  review {one.review_load:.3f} {time}"
    )


@click.command()
@_gold_option
@click.option(
    "--models", type=click.Path(path_type=Path), default=Path("models"), show_default=True, help="Where the models go."
)
@click.option("--seed", type=int, help="Of the random numbers; the same seed gives the same models.")
@click.option("--repair/--no-repair", default=True, show_default=True, help="Train the repair of letters too.")
@click.option(
    "--confidence",
    "reports",
    multiple=True,
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Typeset reports: gather evidence from them and from the labelled ones, and train the confidence alone.",
)
@click.option(
    "--readings", type=click.Path(path_type=Path), help="With --confidence, --columns: keep pages once read here."
)
@click.option("--structure", is_flag=True, help="Train the line-pair model alone.")
@click.option(
    "--columns",
    multiple=True,
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="With --structure: folders of typeset reports to learn from, with the renderer's manifest.",
)
@click.option("--leave-out", metavar="TYPESETTER", help="With --structure: learn nothing from this typesetter.")
def train(
    gold: Path,
    models: Path,
    seed: int | None,
    repair: bool,
    reports: tuple[Path, ...],
    readings: Path | None,
    structure: bool,
    columns: tuple[Path, ...],
    leave_out: str | None,
) -> None:
    """Train the models from the labelled reports, scored leaving a municipality out.

    \b
    Examples:
      kompass train --gold gold --models models
      kompass train --confidence build/rendered --readings build/readings
      kompass train --structure --columns build/rendered/typst
      kompass train --structure --leave-out word --models build/without-word
    """
    if structure:
        _train_structure(gold, models, columns, leave_out, seed, readings)
        return
    if reports:
        _train_confidence(gold, models, reports, readings)
        return
    from kompass_extract.training import train_models as training

    chosen = training.SEED if seed is None else seed
    made = training.train(gold, models, seed=chosen, progress=lambda line: click.echo(line, err=True), repair=repair)
    for path in (made.model, made.card, made.repair, made.confidence):
        if path is not None:
            click.echo(path)


def _train_structure(
    gold: Path,
    models: Path,
    columns: tuple[Path, ...],
    leave_out: str | None,
    seed: int | None,
    readings: Path | None,
) -> None:
    from kompass_extract.training import fit_structure
    from kompass_extract.training import structure_training as structure

    def tell(line: str) -> None:
        click.echo(line, err=True)

    chosen = fit_structure.SEED if seed is None else seed
    if columns:
        structure.keep_columns(columns, gold, readings=readings, tell=tell)
    if leave_out:
        click.echo(structure.train_without(gold, models, leave_out, seed=chosen))
    else:
        click.echo(structure.train_structure(gold, models, seed=chosen, tell=tell))


def _train_confidence(gold: Path, models: Path, reports: tuple[Path, ...], readings: Path | None) -> None:
    """Evidence anew, then the model of confidence, with what its thresholds come to."""
    from kompass_extract.training.evaluate import trust

    trust.gather_evidence(gold, reports, readings, progress=lambda line: click.echo(line, err=True))
    made = trust.train_confidence(gold, models)
    for name, one in (*made.families.items(), *made.qualities.items()):
        click.echo(
            f"{name:14} {one.values:6} values  {one.wrong:4} wrong  {one.silent:3} silent  review {one.load:.3f}  "
            f"calibration error {one.calibration_error:.4f}"
        )
    click.echo(f"{made.model}\n{made.card}")
