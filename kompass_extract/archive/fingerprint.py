"""What a report depends on beside its input: the program's stages, its models, its settings and the readers.

Two runs with one fingerprint give the same report of the same input, so the second need not be made.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from kompass_extract import resources
from kompass_extract.archive.code_version import report_version
from kompass_extract.errors import ModelError
from kompass_extract.process.files import sha256_of
from kompass_extract.settings import ReadingSettings
from kompass_extract.words.engines.tessdata import find_tessdata

_MODEL_ENDINGS = frozenset({".npz", ".json", ".onnx"})
_PROGRAM_TIMEOUT = 20.0  # seconds for ``tesseract --version``


def fingerprint(engine: str, settings: ReadingSettings) -> str:
    """64 hex digits; ModelError or OcrMissingError where something a report needs is not installed."""
    parts = {
        "stages": report_version(),
        "models": model_hashes(),
        "settings": settings.model_dump(mode="json"),
        "readers": readers(engine, settings.languages),
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def model_hashes() -> dict[str, str]:
    """SHA-256 of each installed model file by its name; ModelError where there is none."""
    folder = model_folder()
    found = sorted(path for path in folder.iterdir() if path.suffix in _MODEL_ENDINGS and ".card" not in path.suffixes)
    if not found:
        raise ModelError(f"No models lie in {folder}: run 'kompass train' or set {resources.FOLDER_VARIABLE}.")
    return {path.name: sha256_of(path) for path in found}


def model_folder() -> Path:
    """Where the models lie; ModelError where that is nowhere."""
    for folder in resources.folders():
        if folder.is_dir():
            return folder
    searched = ", ".join(str(folder) for folder in resources.folders())
    raise ModelError(f"No models were found in {searched}: run 'kompass train' or set {resources.FOLDER_VARIABLE}.")


@cache
def readers(engine: str, languages: str) -> str:
    """The engines with their versions and language models, told without loading them."""
    installed = {name: _version(name) for name in ("tesserocr", "rapidocr", "onnxruntime")}
    inside = engine == "tesserocr" or (engine == "auto" and installed["tesserocr"] is not None)
    folder = find_tessdata(languages)
    language_models = {name: sha256_of(folder / f"{name}.traineddata") for name in languages.split("+")}
    program = None if inside else tesseract_version()
    return json.dumps([inside, program, installed, language_models], sort_keys=True)


@cache
def tesseract_version() -> str | None:
    """The first line of ``tesseract --version``, None where there is no such program or it fails."""
    found = shutil.which("tesseract")
    if found is None:
        return None
    try:
        done = subprocess.run(
            [found, "--version"], capture_output=True, text=True, timeout=_PROGRAM_TIMEOUT, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return next(iter((done.stdout or done.stderr).splitlines()), None)


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
