"""``kompass schema`` and ``kompass repair``: text out."""

from __future__ import annotations

import json
from dataclasses import asdict, is_dataclass
from pathlib import Path

import click

from kompass_extract.errors import UnreadableFileError


@click.command()
def schema() -> None:
    """Print the JSON Schema of report files.

    \b
    Example:
      kompass schema > report.schema.json
    """
    from kompass_extract.report import export

    click.echo(json.dumps(export.schema(), ensure_ascii=False, indent=2))


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), help="Write the text there instead of printing it.")
@click.option("--json", "as_json", is_flag=True, help="Print the text and each repair as JSON.")
def repair(file: Path, out: Path | None, as_json: bool) -> None:
    """Repair the Swedish letters of a damaged OCR text, line for line.

    Text that an English reader made gets its å, ä and ö back; undamaged lines, numbers, names and foreign words
    come out as they went in. With --json each repair is told with its line (from 1), place in the raw line, raw
    and restored form, confidence, alternatives, and whether it is doubtful, that is, below 0.9.

    \b
    Examples:
      kompass repair report.txt > repaired.txt
      kompass repair report.txt --out repaired.txt
      kompass repair report.txt --json | jq '.repairs[] | select(.doubtful)'
    """
    from kompass_extract import repair as repairing
    from kompass_extract.report import export

    repaired = repairing.load().repair_text(_read_text(file))
    text = repaired.text
    if as_json:
        repairs = [_repair_record(one) for one in repaired.repairs]
        text = json.dumps({"text": repaired.text, "repairs": repairs}, ensure_ascii=False, indent=2) + "\n"
    if out is not None:
        export.write_text(out, text)
        return
    click.echo(text, nl=False)


def _repair_record(one: object) -> object:
    return asdict(one) if is_dataclass(one) and not isinstance(one, type) else str(one)


def _read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableFileError(f"{path} is not UTF-8 text; convert it first (iconv -t UTF-8).") from error
    except OSError as error:
        raise UnreadableFileError(f"{path} could not be read: {error.strerror}.") from error
