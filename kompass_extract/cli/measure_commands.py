"""``kompass evaluate`` and ``kompass train``: figures and models from the labelled reports."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kompass_extract.words.engines.engine_names import AUTO, ENGINES

if TYPE_CHECKING:
    from kompass_extract.training.evaluate.evaluation import CaseResult
    from kompass_extract.training.evaluate.letter_scores import LettersEvaluation

_FAILED_CASE = 1  # exit code where a labelled report gave no report JSON
_gold_option = click.option(
    "--gold", type=click.Path(path_type=Path), default=Path("gold"), show_default=True, help="Labelled reports."
)


@click.command()
@click.argument("what", required=False, type=click.Choice(["letters", "structure", "sensitivity"]))
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
@click.option("--readings", type=click.Path(path_type=Path), help="For STRUCTURE: keep pages once read here.")
def evaluate(
    what: str | None,
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
) -> None:
    """Measure the pipeline against labelled reports, or the repair of LETTERS or the model of STRUCTURE alone.

    STRUCTURE leaves each typesetter out of training in turn and takes minutes; with --reports the whole pipeline
    reads those reports too, each with the model that has not learned from its typesetter.

    \b
    Examples:
      kompass evaluate letters
      kompass evaluate structure --reports build/rendered --readings build/readings --out out/structure
      kompass evaluate --out out/evaluation
      kompass evaluate --reports build/rendered --out out/rendered --only '*.fax*'
      kompass evaluate --out out/gate --gate
    """
    if what == "letters":
        _compare_letters(gold, models)
        return
    if what == "structure":
        _score_structure(gold, reports, out_dir, readings)
        return
    from kompass_extract import pipeline
    from kompass_extract.training.evaluate import cases, evaluation
    from kompass_extract.training.evaluate import gate as gating
    from kompass_extract.training.structure_training import carded_accuracy

    floors_path = gold / "floors.json"
    floors = gating.load(floors_path) if floors_path.exists() and (gate or raise_floors) else None
    found = cases.rendered_cases(reports) if reports else cases.gold_cases(gold)
    found = cases.chosen(found, only)
    if gate and not raise_floors:
        floors = floors or gating.load(floors_path)
        found = gating.subset(found, floors)
    tools = pipeline.Tools.default(engine=engine, jobs=jobs)
    results = evaluation.evaluate(found, tools=tools, out_dir=out_dir, reuse=reuse, done=_show_case)
    json_path, html_path = evaluation.write(results, out_dir, _compare_letters(gold, models) if letters else None)
    click.echo(f"{json_path}\n{html_path}")
    left_out = carded_accuracy(gold, models) if gate or raise_floors else {}
    if raise_floors:
        gating.save(gating.raised(results, floors, left_out, allow_lower=allow_lower), floors_path)
        click.echo(f"Floors written to {floors_path}")
    elif gate and floors is not None:
        gating.require(results, floors, left_out)
        click.echo("Gate passed")
    if any(result.error for result in results):
        sys.exit(_FAILED_CASE)


def _compare_letters(gold: Path, models: Path) -> LettersEvaluation:
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
    from kompass_extract.training.evaluate import cases, sensitivity
    from kompass_extract.training.evaluate.structure_scores import reading_tools

    paths = [case.path for case in cases.chosen(cases.gold_cases(gold), only) if case.path.suffix != ".txt"]
    tools = reading_tools(readings)
    found = sensitivity.vary(room, paths, tools, seconds=60 * minutes, progress=lambda line: click.echo(line, err=True))
    for one in sorted(found, key=lambda one: one.changes_nothing):
        click.echo(str(one))


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
