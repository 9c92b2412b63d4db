"""Build steps that pyproject.toml cannot name: models/ and flows/ lie beside the package and travel inside it.

In a wheel the models are ``kompass_extract/_models`` and the flows ``kompass_extract.flows``, so that nothing but
``kompass_extract`` comes to lie in site-packages.  An editable install uses both where they lie.
"""

import re
import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py
from setuptools.command.editable_wheel import editable_wheel

ROOT = Path(__file__).parent
MODEL_FILES = ("*.onnx", "*.npz", "*.json", "README.md")  # not the texts that training reads


class BuildWithNeighbours(build_py):
    """Copies models and flows into the package that is built."""

    def run(self) -> None:
        """Build the package, then add what lies beside it."""
        super().run()
        if self.editable_mode:
            return
        package = Path(self.build_lib) / "kompass_extract"
        _copy(sorted(file for kind in MODEL_FILES for file in (ROOT / "models").glob(kind)), package / "_models")
        _copy(sorted((ROOT / "flows").glob("*.py")), package / "flows")
        for file in (package / "flows").glob("*.py"):
            source = file.read_text(encoding="utf-8")
            file.write_text(re.sub(r"^from flows\b", "from kompass_extract.flows", source, flags=re.M), "utf-8")


class EditableWithFlows(editable_wheel):
    """Lets Dask workers and Prefect import ``flows`` from the checkout."""

    def run(self) -> None:
        """Install the package, and the flows beside it."""
        self.distribution.packages.append("flows")
        super().run()


def _copy(files: list[Path], folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for file in files:
        shutil.copyfile(file, folder / file.name)


setup(cmdclass={"build_py": BuildWithNeighbours, "editable_wheel": EditableWithFlows})
