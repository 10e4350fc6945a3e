# PyTorch checkpoints become ONNX files; hostile ones give an error of one sentence.
CHECKPOINT=$CLI_TESTS/../data/checkpoints/dfn3_none
run 0 "$DEEPFILTER" export "$CHECKPOINT/model_1.ckpt" -o file
run 0 "$DEEPFILTER" export "$CHECKPOINT" -o folder
cp "$CHECKPOINT/config.ini" mine.ini
run 0 "$DEEPFILTER" export "$CHECKPOINT/model_1.ckpt" --config mine.ini -o named
for other in folder named; do
  for part in enc erb_dec df_dec; do same file/$part.onnx $other/$part.onnx; done
done
# With nothing named, the Python package's cache is looked at.
mkdir -p home/DeepFilterNet/DeepFilterNet3/checkpoints
cp "$CHECKPOINT/config.ini" home/DeepFilterNet/DeepFilterNet3/
cp "$CHECKPOINT/model_1.ckpt" home/DeepFilterNet/DeepFilterNet3/checkpoints/model_1.ckpt
run 0 env XDG_CACHE_HOME="$PWD/home" "$DEEPFILTER" export -o cached
same file/enc.onnx cached/enc.onnx
# Enhancing takes a checkpoint too.
sound make noisy.wav --samples 9600 --format f32
run 0 "$DEEPFILTER" enhance -m file noisy.wav -o a.wav
run 0 "$DEEPFILTER" enhance -m "$CHECKPOINT" noisy.wav -o b.wav
same a.wav b.wav
# Where the config leaves the deep filter out, no DF decoder is asked for, run or written.
mkdir mask
cp "$CHECKPOINT/model_1.ckpt" mask/
sed 's/^\[train\]/&\nmask_only = True/' "$CHECKPOINT/config.ini" > mask/config.ini
run 0 "$DEEPFILTER" export mask -o masked
[ ! -e masked/df_dec.onnx ] || fail "a DF decoder was written"
run 0 "$DEEPFILTER" inspect masked
prints "deep filter  none (mask_only in config.ini), gains on all bins"
run 0 "$DEEPFILTER" inspect mask --json
json 'r["mask_only"] and r["parts"]["df_decoder"]["parameters"] == 0'
json 'not any(e["name"].startswith("df") for k in ("network", "signal") for e in r[k + "_state"]["entries"])'
run 0 "$DEEPFILTER" enhance -m mask noisy.wav -o c.wav
run 0 "$DEEPFILTER" enhance -m masked noisy.wav -o d.wav
same c.wav d.wav
! cmp -s b.wav c.wav || fail "the deep filter is still there"
run 0 "$DEEPFILTER" merge masked
run 0 "$DEEPFILTER" enhance -m mask noisy.wav -o e.wav --profile libdf
# Code in a pickle does not run.
mkdir evil
cp "$CHECKPOINT/config.ini" evil/
python -c '
import os, pickle, zipfile
class Evil:
    def __reduce__(self):
        return os.system, ("touch ran",)
with zipfile.ZipFile("evil/model_1.ckpt", "w") as file:
    file.writestr("archive/data.pkl", pickle.dumps({"enc": Evil()}, protocol=2))
    file.writestr("archive/version", "3\n")'
run 3 "$DEEPFILTER" export evil/model_1.ckpt -o evil_out
one_sentence
says "system"
[ ! -e ran ] || fail "the pickle's code was run"
[ ! -e evil_out ] || fail "a refused checkpoint left its folder"
