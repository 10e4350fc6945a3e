# A model that ONNX Runtime cannot run gives status 3, one sentence and no output.
sound make in.wav --samples 4800
refused() {
  run 3 "$DEEPFILTER" enhance -m broken in.wav -o out.wav "$@"
  one_sentence
  [ ! -e out.wav ] || fail "an output is left"
}
fresh() {
  rm -rf broken
  cp -r "$MODEL" broken
  chmod -R u+w broken
}
# A model of another kind runs as it is, and it can be seen why.
fresh
LC_ALL=C sed 's/Relu/Ceil/g' "$MODEL/enc.onnx" >broken/enc.onnx
run 0 "$DEEPFILTER" enhance -m broken in.wav -o other.wav --json
json 'r["engine"]["backend"] == "ort" and "enc.onnx" in r["engine"]["native_refusal"]'
run 0 "$DEEPFILTER" enhance -m broken in.wav -o other.wav -f -v
says "not native: "
says "engine: ONNX Runtime"
rm other.wav
# The operator is unknown.
LC_ALL=C sed 's/Relu/Relv/g' "$MODEL/enc.onnx" >broken/enc.onnx
refused
says "enc.onnx"
refused --backend ort
says "Relv"
# A file is missing; parts of two models.
fresh
rm broken/erb_dec.onnx
refused --backend ort
says "erb_dec.onnx"
refused
says "erb_dec.onnx"
fresh
cp "$CLI_TESTS/../data/tiny/dfn2/df_dec.onnx" broken/df_dec.onnx
refused --backend ort
refused --mode stateless
refused
# A weight is NaN.
fresh
"$PYTHON" - "$MODEL/enc.onnx" broken/enc.onnx <<'PYTHON' || fail "no weight was spoilt"
import sys
import numpy
import onnx
from onnx import numpy_helper
model = onnx.load(sys.argv[1])
for tensor in model.graph.initializer:
    values = numpy_helper.to_array(tensor).copy()
    if values.dtype == numpy.float32 and values.ndim == 4:
        values.flat[0] = numpy.nan
        tensor.CopyFrom(numpy_helper.from_array(values, tensor.name))
        onnx.save(model, sys.argv[2])
        sys.exit(0)
sys.exit(1)
PYTHON
refused
refused --backend ort
refused --mode stateless
# The provider is unknown, or the library was built without it.
fresh
refused --provider cuda
run 2 "$DEEPFILTER" enhance -m broken in.wav -o out.wav --provider abacus
one_sentence
says "abacus"
rm -r broken
only in.wav
