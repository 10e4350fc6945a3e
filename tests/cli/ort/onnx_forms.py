"""Writes a model's three networks as other tools leave them: onnx_forms.py FORM MODEL FOLDER."""

import shutil
import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import helper, numpy_helper


def one_data_file(model, path):
    onnx.save_model(model, path, save_as_external_data=True, all_tensors_to_one_file=True,
                    location=f"{path.name}.data", size_threshold=0, convert_attribute=True)


def many_data_files(model, path):
    onnx.save_model(model, path, save_as_external_data=True, all_tensors_to_one_file=False,
                    size_threshold=0)


def constants(model, path):
    nodes = [helper.make_node("Constant", [], [tensor.name], value=tensor)
             for tensor in model.graph.initializer] + list(model.graph.node)
    del model.graph.initializer[:]
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    onnx.save(model, path)


def views(model, path):
    nodes = []
    for tensor in model.graph.initializer:
        values = numpy_helper.to_array(tensor)
        if values.dtype != np.float32 or values.ndim < 2:
            continue
        name = tensor.name
        turned = np.ascontiguousarray(values.T).astype(np.float64)
        tensor.CopyFrom(numpy_helper.from_array(turned, f"{name}/turned"))
        order = list(range(values.ndim))[::-1]
        nodes += [helper.make_node("Transpose", [f"{name}/turned"], [f"{name}/double"], perm=order),
                  helper.make_node("Cast", [f"{name}/double"], [f"{name}/float"], to=1),
                  helper.make_node("Identity", [f"{name}/float"], [name])]
    nodes += list(model.graph.node)
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    onnx.save(model, path)


def functions(model, path):
    opset = [helper.make_opsetid("", model.opset_import[0].version), helper.make_opsetid("mine", 1)]
    relu = helper.make_function("mine", "Act", ["x"], ["y"],
                                [helper.make_node("Relu", ["x"], ["y"])], opset)
    outer = helper.make_function("mine", "Outer", ["x"], ["y"],
                                 [helper.make_node("Act", ["x"], ["y"], domain="mine")], opset)
    for node in model.graph.node:
        if node.op_type == "Relu":
            node.op_type, node.domain = "Outer", "mine"
    model.functions.extend([relu, outer])
    model.opset_import.append(opset[1])
    model.ir_version = max(model.ir_version, 8)
    onnx.save(model, path)


def newest_opset(model, path):
    onnx.save(onnx.version_converter.convert_version(model, 21), path)


def optimized(model, path):
    import onnxruntime
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    options.optimized_model_filepath = str(path)
    onnxruntime.InferenceSession(model.SerializeToString(), options,
                                 providers=["CPUExecutionProvider"])


def half(model, path, **options):
    from onnxruntime.transformers.float16 import convert_float_to_float16
    onnx.save(convert_float_to_float16(model, **options), path)


def half_inside(model, path):
    half(model, path, keep_io_types=True)


def half_around_gru(model, path):
    half(model, path, keep_io_types=True, op_block_list=["GRU"])


def main():
    form, source, folder = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    folder.mkdir()
    shutil.copyfile(source / "config.ini", folder / "config.ini")
    for name in ("enc.onnx", "erb_dec.onnx", "df_dec.onnx"):
        globals()[form](onnx.load(source / name), folder / name)


main()
