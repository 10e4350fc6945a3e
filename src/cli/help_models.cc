#include "cli/help_pages.h"

namespace dfn {
namespace {

constexpr char kInspect[] =
    R"(usage: deepfilter inspect MODEL [--json]

  deepfilter inspect dfn3
  deepfilter inspect models/mine

Prints variant, form, states, sizes, look-ahead, delay, parameters,
multiply-adds and the state table of a model: a known name, a folder, an
archive or a packed model file; and the modes in which ONNX Runtime could run it
("ort modes"), with the one it would take.
)";

constexpr char kInspectFull[] =
    R"(
      --json            the same as JSON
  -h                    short help
)";

constexpr char kExport[] =
    R"(usage: deepfilter export [SOURCE] -o DIR [options]

  deepfilter export dfn3 -o stateful/ --verify
  deepfilter export checkpoints/model_120.ckpt.best -o mine/

Writes enc.onnx, erb_dec.onnx, df_dec.onnx and config.ini for any ONNX runtime,
with every temporal state as an input and an output: frame by frame they give
what the whole file gives.

  -o, --output DIR      folder for the files
      --layout L        networks, combined, streaming or audio
      --state S         full, gru or none
      --verify [AUDIO]  run them under ONNX Runtime against this program
  -f, --force           replace existing files
      --help            all options
)";

constexpr char kExportFull[] =
    R"(usage: deepfilter export [SOURCE] -o DIR [options]

  deepfilter export dfn3 -o stateful/ --verify
  deepfilter export checkpoints/model_120.ckpt.best -o mine/

Writes enc.onnx, erb_dec.onnx, df_dec.onnx and config.ini for any ONNX runtime,
with every temporal state as an input and an output: frame by frame they give
what the whole file gives.

SOURCE is a known model's name, a folder or archive of ONNX files, a PyTorch or
safetensors checkpoint of DeepFilterNet, a folder or archive with one (default:
the checkpoint in the Python package's cache, else the default model).

  -o, --output DIR      folder for the files
      --layout L        networks: three files; combined: one file;
                        streaming: four files; audio: one file from samples to
                        samples, one hop a call (default: networks)
      --state S         full: every state, exact frame by frame; gru: hidden
                        states only, for programs that know no others; none: the
                        official form, for whole files (default: full)
      --opset N         14 to 21 (default: 17)
      --frames F        dynamic or 1 a call (default: dynamic)
      --lower-gru       GRU as MatMul, Sigmoid and Tanh; one frame a call
      --fp16            weights stored as float16
      --config FILE     config.ini of a checkpoint (default: beside it or above)
      --verify [AUDIO]  read the files back, compare every weight, and run AUDIO
                        (the model's rate, first channel, 30 s at most; default:
                        a synthetic signal) through them and through this
                        program; too large a difference is exit status 1
      --ort-library F   ONNX Runtime's shared library (default: $ORT_DYLIB_PATH,
                        the system's, the one in a Python environment)
  -f, --force           replace existing files
      --json            report as JSON
  -h                    short help
)";

constexpr char kPack[] =
    R"(usage: deepfilter pack [MODEL] -o FILE [options]

  deepfilter pack dfn3 -o dfn3.dfn
  deepfilter pack dfn3 --precision i8 -o dfn3-i8.dfn

Writes a model as one file, config and weights, that every command and library
of this project opens in a few milliseconds and that needs no ONNX.

  -o, --output FILE     the packed model file
      --precision P     f32, f16 or i8: how weights are stored
  -f, --force           replace an existing file
      --help            all options
)";

constexpr char kPackFull[] =
    R"(usage: deepfilter pack [MODEL] -o FILE [options]

  deepfilter pack dfn3 -o dfn3.dfn
  deepfilter pack dfn3 --precision i8 -o dfn3-i8.dfn

Writes a model as one file, config and weights, that every command and library
of this project opens in a few milliseconds and that needs no ONNX.

MODEL is a known model's name, a folder or archive of ONNX files, a PyTorch or
safetensors checkpoint of DeepFilterNet, a folder or archive with one (default:
the checkpoint in the Python package's cache, else the default model).

  -o, --output FILE     the packed model file, by custom with the ending .dfn
      --precision P     f32; f16 or i8, half and a quarter of the size, with the
                        samples of "enhance --precision f16" or i8 (default:
                        f32). Such a file is run in its precision
      --config FILE     config.ini of a checkpoint (default: beside it or above)
  -f, --force           replace an existing file
      --json            report as JSON
  -h                    short help
)";

constexpr char kMerge[] =
    R"(usage: deepfilter merge DIR [-o FILE] [-f]

Joins enc.onnx, erb_dec.onnx and df_dec.onnx, or the four streaming files, into
one ONNX file: features in, local SNR, gains and coefficients out, states in and
out. Prints its path.

  -o, --output FILE     output file (default: combined.onnx or
                        combined_streaming.onnx in DIR)
  -f, --force           replace an existing file
  -h                    short help
)";

constexpr char kSplit[] =
    R"(usage: deepfilter split SOURCE -o DIR [options]

Makes enc_conv_streaming.onnx, enc_gru_streaming.onnx, erb_dec_streaming.onnx
and df_dec_streaming.onnx of a model's folder or archive.

  -o, --output DIR      folder for the files
      --state S         full or gru (default: full)
      --opset N         14 to 21 (default: 17)
      --frames F        dynamic or 1 a call (default: dynamic)
      --lower-gru       MatMul, Sigmoid and Tanh in place of GRU
      --fp16            weights stored as float16
  -f, --force           replace existing files
  -h                    short help

Graphs that this program does not understand are cut in front of their GRU and
not changed; --state, --opset, --frames, --lower-gru and --fp16 then do nothing.
)";

constexpr char kModels[] =
    R"(usage: deepfilter models [list] [--json]
       deepfilter models pull NAME

Lists the models known by name with licence, source, sha256 and where each is
on this machine; pull fetches one into the cache folder and verifies it.
)";

constexpr char kModelsFull[] =
    R"(
      --json            the list as JSON
  -h                    short help

Cache folder: $DEEPFILTER_CACHE, else $XDG_CACHE_HOME/deepfilter, else
$HOME/.cache/deepfilter, on Windows %LOCALAPPDATA%\deepfilter\cache.
$DEEPFILTER_MODEL_URL is the address of a mirror. $DEEPFILTER_MODELS is a folder
of archives that is looked through first; nothing is written there.
)";

}  // namespace

std::vector<HelpPage> ModelHelpPages() {
  return {{"inspect", kInspect, std::string(kInspect) + kInspectFull},
          {"export", kExport, kExportFull},
          {"pack", kPack, kPackFull},
          {"merge", kMerge, kMerge},
          {"split", kSplit, kSplit},
          {"models", kModels, std::string(kModels) + kModelsFull}};
}

}  // namespace dfn
