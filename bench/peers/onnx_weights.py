#!/usr/bin/env python3
"""onnx_weights.py MODEL.onnx WEIGHTS.npz: a graph's initializers, for who has no onnx."""

import sys

import numpy as np
import onnx
from onnx import numpy_helper

graph = onnx.load(sys.argv[1]).graph
np.savez(sys.argv[2], **{tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer})
