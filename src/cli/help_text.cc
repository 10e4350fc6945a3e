#include "cli/help_text.h"

namespace dfn {
namespace {

constexpr char kProgram[] =
    R"(deepfilter: takes noise out of speech with DeepFilterNet.

  deepfilter enhance noisy.wav -o clean.wav   enhance sounds
  deepfilter process IN OUT MODEL             the same, in short
  deepfilter compare a.wav b.wav              SNR, largest error, delay
  deepfilter compare-backends -m MODEL        this program beside ONNX Runtime
  deepfilter inspect MODEL                    what a model is made of
  deepfilter export MODEL -o DIR              ONNX files that keep their state
  deepfilter merge DIR                        join a model's ONNX files into one
  deepfilter split MODEL -o DIR               the four streaming ONNX files
  deepfilter models                           known models, and which are here
  deepfilter models pull NAME                 fetch one
  deepfilter bench                            how fast it is here, and why
  deepfilter doctor                           what is installed and works here
  deepfilter pipewire-config                  a noise-cancelling microphone
  deepfilter --version

"deepfilter COMMAND -h" is the short help of a command, "--help" the full one.
)";

constexpr char kExitCodes[] =
    R"(
Exit status: 0 done, 1 failed (disk, permissions, network, output exists),
2 usage, 3 bad input (a sound or model is missing or damaged), 130 interrupted.
)";

constexpr char kEnhance[] =
    R"(usage: deepfilter enhance INPUT... -o OUTPUT|DIR [options]

  deepfilter enhance noisy.wav -o clean.flac
  deepfilter enhance recordings/ more.mp3 -o clean/
  ffmpeg -i talk.mkv -f wav - | deepfilter enhance - -o clean.wav

  -o, --output PATH     file, folder, or - for standard output
  -m, --model MODEL     dfn3, dfn3_ll, dfn2, dfn2_ll, a folder or an archive
  -a, --atten-lim-db F  take away at most F dB of noise
      --pf              post filter: a little more suppression
      --downmix         average the channels to mono
      --threads N       use N threads (default: 1)
      --precision P     f32, f16, i8 or auto (default: f32)
  -f, --force           replace existing outputs
      --json            report on standard output
      --help            all options
)";

constexpr char kEnhanceFull[] =
    R"(usage: deepfilter enhance INPUT... -o OUTPUT|DIR [options]

The output has the rate, channels and length of the input and is aligned with it
to the sample. INPUT is a sound file of any rate and any number of channels
(WAV, FLAC, OGG, Opus, MP3, AIFF, CAF and others), a folder (all sound files in
it and below, except hidden ones), or - for standard input. A bad file among
several is reported, and the rest go on.

Output
  -o, --output PATH     where to: a file, whose extension decides the format; a
                        folder for several inputs, which keep names, format and
                        sub-folders in it; - for standard output (WAV)
      --sample-format F auto (as the input), s16, s24 or f32 (default: auto)
  -f, --force           replace existing outputs; allows output = input
      --downmix         average the channels before enhancing; mono output
      --no-delay-compensation
                        the raw stream: as long as the input, delayed by the
                        model's delay
  -D, --compensate-delay
                        accepted for the official tool's sake: it is the default

Model
  -m, --model MODEL     name of a known model (see "deepfilter models"), folder
                        with config.ini and ONNX files, or their .tar.gz
                        (default: the one built in, else dfn3)
      --backend B       native: this program's own network; ort: ONNX Runtime;
                        auto: native, else ort where the model is of another
                        kind (default: auto)
      --profile P       reference: as Python's df.enhance on the whole file;
                        libdf: as the official real-time program, with gating by
                        local SNR (default: reference)

ONNX Runtime (each of these implies --backend ort)
      --mode M          split, combined_streaming, stateful, stateless or audio
                        (default: the first that the model's files allow)
      --window N        frames of a window, 1 to 1000, where the files keep no
                        state (default: 40 where one must be guessed)
      --provider P      cpu, cuda, coreml, ... (default: cpu)
      --ort-threads N   that share the work of one frame (default: 1)
      --ort-library F   its shared library (default: $ORT_DYLIB_PATH, the
                        system's, the one in a Python environment)

Strength
  -a, --atten-lim-db F  attenuation limit in dB; 100 and above: no limit, 0: no
                        noise reduction (default: 100)
      --pf, --no-pf     post filter on, off (default: as the model says with
                        reference, off with libdf)
      --pf-beta F       its strength, 0 or more; implies --pf (default: as the
                        model says with reference, 0.02 with libdf)
      --reduce-mask N   several channels: 0 each has its own gains, 1 all have
                        the largest, 2 the mean; 1 and 2 with libdf only
                        (default: 0 with reference, 1 with libdf)
      --min-db-thresh F     below this local SNR in dB a frame is noise only
                            (default: -15; libdf only)
      --max-db-erb-thresh F above it a frame stays as it is
                            (default: 35; libdf only)
      --max-db-df-thresh F  above it a frame gets gains, but no deep filter
                            (default: 35; libdf only)

Speed
      --precision P     weights stored as f32; as f16 or i8, faster and less
                        exact; auto: the most exact whose live frames take at
                        most a quarter of the time in a short run at load, else
                        i8. Of the native network; implies --backend native
                        (default: f32)
      --simd NAME       instruction set: AVX2, SSE4, NEON, ... (default:
                        $DEEPFILTER_SIMD, else the machine's best)
      --threads N       1 to 256: a file goes through a pipeline of up to four,
                        in blocks of 5 s, which - waits for too; several files
                        are spread over all, one each; with --latency two share
                        a frame's decoders. The samples are the same for any
                        number (default: 1)
      --silence-skip    leave out frames of digital silence once the output is
                        silent too; the sound after a gap then differs. The
                        report has the number of frames; with -v or --json also
                        the SNR against the exact run, which is made beside it
                        and costs what was saved

Raw samples for - instead of WAV
      --raw-format F    s16, s24 or f32, little-endian, interleaved
      --rate HZ         of raw standard input
      --channels N      of raw standard input (default: 1)

Reports
      --json            report on standard output: frames, seconds, rtf
                        (processing time over sound time, without reading and
                        writing), frame_us, skipped_frames, silence_skip_snr_db,
                        one entry a file
      --latency         one frame a call, as a live stream, and time each from
                        samples in to samples out (frame_us)
      --latency-csv FILE
                        write these times in microseconds; implies --latency,
                        for one input
  -v, --verbose         say what is done on standard error, terminal or not
  -h                    short help
)";

constexpr char kProcess[] =
    R"(usage: deepfilter process INPUT OUTPUT MODEL [options]

  deepfilter process noisy.wav clean.wav models/mine
  deepfilter process recordings/ clean/ dfn3

Enhances a file or a folder with the model in a folder, choosing everything
itself: this program's own network where it knows the model, else ONNX Runtime
in the best mode that the files allow. The same as
"deepfilter enhance INPUT -o OUTPUT -m MODEL", with the same options.
)";

constexpr char kCompareBackends[] =
    R"(usage: deepfilter compare-backends [AUDIO] [-m MODEL] [options]

  deepfilter compare-backends -m dfn3
  deepfilter compare-backends noisy.wav -m models/mine --json

Runs the same sound through this program's own network and through ONNX Runtime,
in every mode that the model's files allow and as the exact export. Prints SNR
against the first, processing time over sound time, median and 99 % of a frame's
time, and peak memory. Each runs in a process of its own, in turns.
)";

constexpr char kCompareBackendsFull[] =
    R"(
AUDIO has the model's rate; its first channel counts, 30 s at most (default: a
synthetic signal).

  -m, --model MODEL     as with enhance
      --window N,...    windows of mode stateless, each a line (default: 40)
      --precision P,... f16 and i8 of this program's network, each a line
                        (default: none; the first line is f32)
      --simd NAME       instruction set: AVX2, SSE4, NEON, ... (default:
                        $DEEPFILTER_SIMD, else the machine's best)
      --rounds N        of which the least of each figure counts (default: 3)
      --provider P      cpu, cuda, coreml, ... (default: cpu)
      --ort-threads N   that share the work of one frame (default: 1)
      --ort-library F   ONNX Runtime's shared library (default: $ORT_DYLIB_PATH,
                        the system's, the one in a Python environment)
      --json            the same as JSON
  -h                    short help
)";

constexpr char kCompare[] =
    R"(usage: deepfilter compare A B [--json]

  deepfilter compare reference.wav output.wav

Prints how far sound B is from sound A: the delay of B in samples (found by
cross-correlation, up to one second), SNR in dB and largest error once that
delay is taken out, and both as the files stand.
)";

constexpr char kCompareFull[] =
    R"(
      --json            the same as JSON
  -h                    short help

Rate and channels must agree. Where lengths differ, the common part counts.
Full scale is 1. The SNR is 10 log10(sum a^2 / sum (b - a)^2).
)";

constexpr char kInspect[] =
    R"(usage: deepfilter inspect MODEL [--json]

  deepfilter inspect dfn3
  deepfilter inspect models/mine

Prints variant, form, states, sizes, look-ahead, delay, parameters,
multiply-adds and the state table of a model: a known name, a folder or an
archive; and the modes in which ONNX Runtime could run it ("ort modes"), with
the one it would take.
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

  -o, --output DIR      where to
      --layout L        networks, combined, streaming or audio
      --state S         full, gru or none
      --verify [AUDIO]  run them under ONNX Runtime against this program
  -f, --force           replace existing files
      --help            all options
)";

constexpr char kExportFull[] =
    R"(
SOURCE is a known model's name, a folder or archive of ONNX files, a PyTorch
checkpoint of DeepFilterNet, a folder or .zip with one (default: the checkpoint
in the Python package's cache, else the default model).

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
                        program; a miss is exit status 1
      --ort-library F   ONNX Runtime's shared library (default: $ORT_DYLIB_PATH,
                        the system's, the one in a Python environment)
      --json            report as JSON
  -h                    short help
)";

constexpr char kMerge[] =
    R"(usage: deepfilter merge DIR [-o FILE] [-f]

Joins enc.onnx, erb_dec.onnx and df_dec.onnx, or the four streaming files, into
one ONNX file: features in, local SNR, gains and coefficients out, states in and
out. Prints its path.

  -o, --output FILE     where to (default: combined.onnx or
                        combined_streaming.onnx in DIR)
  -f, --force           replace an existing file
  -h                    short help
)";

constexpr char kSplit[] =
    R"(usage: deepfilter split SOURCE -o DIR [options]

Makes enc_conv_streaming.onnx, enc_gru_streaming.onnx, erb_dec_streaming.onnx
and df_dec_streaming.onnx of a model's folder or archive.

  -o, --output DIR      where to
      --state S         full or gru (default: full)
      --opset N         14 to 21 (default: 17)
      --frames F        dynamic or 1 a call (default: dynamic)
      --lower-gru       MatMul, Sigmoid and Tanh in place of GRU
      --fp16            weights stored as float16
  -f, --force           replace existing files
  -h                    short help

Graphs that this program does not understand are cut before their GRU as they
are; the options on their form then do nothing.
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
$HOME/.cache/deepfilter. $DEEPFILTER_MODEL_URL is the address of a mirror.
)";

constexpr char kBench[] =
    R"(usage: deepfilter bench [-m MODEL] [options]

  deepfilter bench
  deepfilter bench --sound noisy.wav --reference best.wav --mode live,file

Times the denoiser on this machine, one thread, samples in to samples out, and
says beside each speed how far the output is from the reference. Then where the
time goes, part by part, and what the machine can do at most.
)";

constexpr char kBenchFull[] =
    R"(
  -m, --model MODEL     as in "enhance" (default: the one built in, else dfn3)
      --mode M,...      live: one frame a call; sleep: likewise after 9 ms of
                        sleep; file: 64 frames a call; streams: one frame each of
                        1, 4, 16 and 64 streams a call; load, memory, layers,
                        roof (default: all)
      --precision P,... how weights are stored (default: all there are)
      --simd NAME       instruction set that everything runs on (default:
                        $DEEPFILTER_SIMD, else the machine's best)
      --target T,...    instruction sets to compare (default: the one selected;
                        without one, the best in every mode, the others in live
                        and file)
      --seconds S       of measuring a line, 0 to 3600 (default: 1)
      --sound FILE      the model's rate, first channel, 60 s at most (default:
                        a synthetic one)
      --reference FILE  what its enhanced form should be, aligned with it
                        (default: what float32 gives on the best target)
      --json            the same as JSON
  -h                    short help
)";

constexpr char kDoctor[] =
    R"(usage: deepfilter doctor [-m MODEL] [--json]

Prints what is installed, found and fast enough on this machine: program,
models with their sha256, the time of a live frame, denormal numbers, the C
library, the LADSPA and LV2 plugins and whether they are what hosts expect,
PipeWire, ONNX Runtime. Exit status 1 when something must be put right.
)";

constexpr char kDoctorFull[] =
    R"(
  -m, --model MODEL     whose speed is measured, as in "enhance" (default: the
                        one built in, else dfn3)
      --json            the same as JSON
  -h                    short help

Plugins are looked for where hosts do: in $LADSPA_PATH and $LV2_PATH, without
them in ~/.ladspa and ~/.lv2 and the system's folders; and beside this program.
)";

constexpr char kPipewireConfig[] =
    R"(usage: deepfilter pipewire-config [--mic|--speaker|--both] [options]

  deepfilter pipewire-config -o ~/.config/pipewire/deepfilter.conf
  pipewire -c deepfilter.conf

Prints a PipeWire configuration of a virtual noise-cancelling microphone, which
is the default one enhanced, and of a virtual speaker, which enhances what is
played on it. Comments in it say how to start it at every login.
)";

constexpr char kPipewireConfigFull[] =
    R"(
      --mic, --speaker, --both
                        which of the two (default: both)
  -m, --model MODEL     as in "enhance" (default: the plugin's own)
  -a, --atten-lim-db F  take away at most F dB of noise, 0 to 100 (default: 100,
                        no limit)
      --plugin PATH     the LADSPA library (default: the first that hosts find)
      --drop-in         only the filters, to be added to a configuration by the
                        folder filter-chain.conf.d or pipewire.conf.d
  -o, --output FILE     where to (default: standard output)
  -f, --force           replace an existing file
  -h                    short help
)";

// From the first option on.
std::string EnhanceOptionsHelp() {
  const std::string_view text = kEnhanceFull;
  return std::string("\n").append(text.substr(text.find("Output\n")));
}

}  // namespace

std::string HelpText(std::string_view command, bool full) {
  if (command == "enhance") return full ? std::string(kEnhanceFull) + kExitCodes : kEnhance;
  if (command == "process") return full ? kProcess + EnhanceOptionsHelp() + kExitCodes : kProcess;
  if (command == "compare-backends") {
    return full ? std::string(kCompareBackends) + kCompareBackendsFull : kCompareBackends;
  }
  if (command == "compare") return full ? std::string(kCompare) + kCompareFull : kCompare;
  if (command == "inspect") return full ? std::string(kInspect) + kInspectFull : kInspect;
  if (command == "export") return full ? std::string(kExport) + kExportFull : kExport;
  if (command == "merge") return kMerge;
  if (command == "split") return kSplit;
  if (command == "models") return full ? std::string(kModels) + kModelsFull : kModels;
  if (command == "bench") return full ? std::string(kBench) + kBenchFull : kBench;
  if (command == "doctor") return full ? std::string(kDoctor) + kDoctorFull : kDoctor;
  if (command == "pipewire-config") {
    return full ? std::string(kPipewireConfig) + kPipewireConfigFull : kPipewireConfig;
  }
  return full ? std::string(kProgram) + kExitCodes : kProgram;
}

}  // namespace dfn
