"""The block classifier on disk: an ONNX graph of three steps, its version, kinds and chain in the file's metadata."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from kompass_extract.labels.classifier import FORMAT, FORMAT_VERSION, INPUT, OUTPUT
from kompass_extract.labels.features import COLUMNS, feature_hash
from kompass_extract.process.files import write_whole
from kompass_extract.training.fit_labels.batch import KINDS
from kompass_extract.training.fit_labels.fit import FittedLabels

OPSET, IR_VERSION = 17, 8  # ONNX of 2022, which every onnxruntime in use reads


def save(fitted: FittedLabels, path: Path) -> None:
    """Writes the model beside ``path``, then renames it into place."""
    model = helper.make_model(
        _graph(fitted), opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION, producer_name=FORMAT
    )
    helper.set_model_props(
        model,
        {
            "format": FORMAT,
            "format_version": str(FORMAT_VERSION),
            "feature_hash": feature_hash(),
            "kinds": json.dumps([str(kind) for kind in KINDS]),
            "transitions": json.dumps(fitted.weights.transitions.tolist()),
            "start": json.dumps(fitted.weights.start.tolist()),
            "scale": repr(float(fitted.weights.scale)),
        },
    )
    onnx.checker.check_model(model)
    write_whole(path, model.SerializeToString(deterministic=True))


def _graph(fitted: FittedLabels) -> onnx.GraphProto:
    """Features times coefficients, plus intercepts, as log probabilities."""
    coefficients = np.ascontiguousarray(fitted.estimator.coef_.T, dtype=np.float32)
    intercepts = np.asarray(fitted.estimator.intercept_, dtype=np.float32)
    return helper.make_graph(
        [
            helper.make_node("MatMul", [INPUT, "coefficients"], ["weighed"]),
            helper.make_node("Add", ["weighed", "intercepts"], ["scores"]),
            helper.make_node("LogSoftmax", ["scores"], [OUTPUT], axis=1),
        ],
        FORMAT,
        [helper.make_tensor_value_info(INPUT, TensorProto.FLOAT, ["blocks", COLUMNS])],
        [helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, ["blocks", len(KINDS)])],
        [numpy_helper.from_array(coefficients, "coefficients"), numpy_helper.from_array(intercepts, "intercepts")],
    )
