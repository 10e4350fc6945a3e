#include "cli/help_pages.h"

namespace dfn {
namespace {

constexpr char kEnhance[] =
    R"(usage: deepfilter enhance INPUT... -o OUTPUT|DIR [options]

  deepfilter enhance noisy.wav -o clean.flac
  deepfilter enhance recordings/ more.mp3 -o clean/
  deepfilter enhance talk.mp4 -o clean.mp4

  -o, --output PATH     file, folder, or - for standard output
  -m, --model MODEL     dfn3, dfn3_ll, dfn2, dfn2_ll, a folder or an archive
  -a, --atten-lim-db F  take away at most F dB of noise
      --pf              post filter: a little more suppression
      --downmix         average the channels to mono
      --threads N       use N threads (default: 1)
      --precision P     f32, f16, i8 or auto (default: the model's)
  -f, --force           replace existing outputs
      --json            report on standard output
      --help            all options
)";

constexpr char kEnhanceFull[] =
    R"(usage: deepfilter enhance INPUT... -o OUTPUT|DIR [options]

The output has the rate, channels and length of the input and is aligned with it
to the sample. INPUT is a sound file of any rate (WAV, FLAC, OGG, Opus, MP3,
AIFF, CAF and others), a folder (all sound files in it and below, except hidden
ones), or - for standard input. With FFmpeg's programs on PATH, it is any media
file: its audio tracks are enhanced, all else is copied (docs/media.md). A bad
file among several is reported, and the rest go on. Tags and speakers are kept
where both formats have a place for them. What else in a folder is sound or
video is left out and reported, with status 3, and so is what cannot be decoded.
Sounds that are cut short count as far as they go, with a note. An input of
which some could not be decoded is never replaced.

Output
  -o, --output PATH     a file, whose extension decides the format; a folder for
                        several inputs, which keep names, formats (MP2: MP3) and
                        sub-folders; or - for standard output (WAV)
      --sample-format F auto (as the input), s16, s24 or f32 (default: auto)
  -f, --force           replace existing outputs; allows output = input
      --downmix         average the channels before enhancing; mono output
      --audio-codec C, --bit-rate N  of media's sound (default: as the input)
      --track N         track N of media alone
      --no-delay-compensation  the raw stream: with the model's delay
  -D, --compensate-delay  the default; accepted as by the official tool

Model
  -m, --model MODEL     name of a known model (see "deepfilter models"), folder
                        with config.ini and ONNX files or a checkpoint, its
                        archive, or one .onnx file (default: built in or dfn3)
      --backend B       native: this program's own network; ort: ONNX Runtime;
                        auto: native where it can run the model (default: auto)
      --model-rate HZ   sampling rate of a model whose files do not tell it
      --profile P       reference: the rules of Python's df.enhance on a file;
                        libdf: those of the official real-time program, with
                        gating by local SNR (default: reference)

ONNX Runtime (each of these implies --backend ort)
      --mode M          split, combined_streaming, stateful, stateless or audio
                        (default: the first that the model's files allow)
      --window N        1 to 1000 frames for files without states (default: 40)
      --provider P      cpu, cuda, coreml, ... (default: cpu)
      --ort-threads N   threads that share the work of a frame (default: 1)
      --ort-library F   its shared library (default: $ORT_DYLIB_PATH, the
                        system's, the one in a Python environment)

Strength
  -a, --atten-lim-db F  attenuation limit in dB; 100 and above: no limit, 0: no
                        noise reduction (default: 100)
      --pf, --no-pf     post filter on, off (default: as the model says with
                        reference, off with libdf)
      --pf-beta F       strength of the post filter, 0 or more; implies --pf
                        (default: with reference the model's, with libdf 0.02)
      --reduce-mask N   gains of channels: 0 each its own, 1 largest, 2 mean
                        for all; 1, 2 libdf only (default: reference 0, libdf 1)
      --level L         auto: quiet and loud speech is heard as ordinary speech;
                        keep: as it is; or dB louder (default: auto; libdf keep)
      --band B          auto: helps the network with sounds up to 32 kHz, whose
                        upper bands are empty; keep: not (default: as --level)
      --min-db-thresh F     below this local SNR: silence (default: -15, libdf)
      --max-db-erb-thresh F above it a frame stays as it is (default: 35, libdf)
      --max-db-df-thresh F  above it a frame has gains only (default: 35, libdf)

Speed
      --precision P     how weights are stored: f32; f16 or i8, faster and less
                        exact; or auto, the most exact whose live frames take a
                        quarter of real time at most, else i8. Implies --backend
                        native (default: f32, or what a packed model has)
      --simd NAME       instruction set: AVX2, SSE4, NEON, ... (default:
                        $DEEPFILTER_SIMD, else the machine's best)
      --threads N       1 to 256: cores that many files take, or one file in a
                        pipeline of up to four; the same samples (default: 1)
      --silence-skip    leave out frames of digital silence once the output is
                        silent too; the sound after a gap then differs. -v and
                        --json tell the SNR against an exact run, also made then

Large folders, in parts or with pauses (docs/corpora.md)
      --shard I/N       only shard I, from 1 to N, of the files; with a manifest
      --resume          go on with a manifest: leave what is done, make again
                        what failed, changed, or had other options
      --manifest F      a JSON row for each file (default: manifest.jsonl or
                        manifest-I-of-N.jsonl in the output folder)

Raw samples for - instead of WAV
      --raw-format F    s16, s24 or f32, little-endian, interleaved
      --rate HZ, --channels N  of raw standard input (default: 1 channel)

Reports
      --report F.html   a page to see and hear; of several sounds, a list
      --json            report on standard output: rtf, frame_us, levels,
                        seconds, clipped_samples, skipped_frames, left_out, ...
      --progress-json   progress as lines of JSON on standard error
      --latency         one frame a call, as a live stream, and time each from
                        samples in to samples out (frame_us)
      --latency-csv F   --latency of one input, written in microseconds
  -v, --verbose         say what is done on standard error, terminal or not
  -q, --quiet           neither notes nor a progress line; errors stay
  -h                    short help
)";

constexpr char kProcess[] =
    R"(usage: deepfilter process INPUT OUTPUT MODEL [options]

  deepfilter process noisy.wav clean.wav models/mine
  deepfilter process recordings/ clean/ dfn3

Enhances a file or a folder with the model in a folder and chooses everything
itself: this program's own network if it knows the model, else ONNX Runtime in
the best mode that the files allow. The same as
"deepfilter enhance INPUT -o OUTPUT -m MODEL", with its options except -o, -m.
)";

constexpr char kCompare[] =
    R"(usage: deepfilter compare A B [--json] [--report FILE.html]

  deepfilter compare reference.wav output.wav

Prints how far sound B is from sound A: the delay of B in samples (found by
cross-correlation, up to one second), SNR in dB and largest error once that
delay is removed, and both for the files as they are.
)";

constexpr char kCompareFull[] =
    R"(
      --json            the same as JSON
      --report F.html   also a page to see and hear: A before, B after
  -f, --force           replace an existing page
  -h                    short help

Rate and channels must agree. If lengths differ, the common part is compared.
Full scale is 1. The SNR is 10 log10(sum a^2 / sum (b - a)^2).
)";

constexpr char kPlot[] =
    R"(usage: deepfilter plot SOUND [SOUND] -o PICTURE [options]

  deepfilter plot noisy.wav -o noisy.png
  deepfilter plot noisy.wav clean.wav -o both.svg --start 2 --length 5

Draws the spectrogram of a sound, or of two below each other on one scale. Two
of one rate and length get a third: what the second has less than the first.

  -o, --output PICTURE  a file whose name ends with .png or .svg
      --title TEXT      above all panels
      --size WxH        in pixels (default: 1000 wide)
      --axis A          linear or log frequencies (default: linear)
      --start S         begin S seconds into the sounds (default: 0)
      --length S        draw S seconds (default: to the end)
  -f, --force           replace an existing picture
      --help            all options
)";

constexpr char kPlotFull[] =
    R"(
      --max-hz F        the highest frequency (default: half the higher rate)
      --range LOW:HIGH  ends of the scale in dB, as -100:-20 (default: 80 dB
                        below the loudest, which is rounded up to 5 dB)
  -h                    short help

Levels are those of each frequency within 40 ms (Hann window); 0 dB is a sine at
full scale. Channels are averaged. A column of pixels that stands for more than
one window has their mean power. In an SVG, text is text.
)";

constexpr char kCompareBackends[] =
    R"(usage: deepfilter compare-backends [AUDIO] [-m MODEL] [options]

  deepfilter compare-backends -m dfn3
  deepfilter compare-backends noisy.wav -m models/mine --json

Runs the same sound through this program's own network and through ONNX Runtime,
in every mode that the model's files allow and as the exact export. Prints SNR
against the first, processing time over sound time, median and 99th percentile
of a frame's time, and peak memory. Each runs in a process of its own, in turns.
)";

constexpr char kCompareBackendsFull[] =
    R"(
AUDIO has the model's rate; at most 30 s of its first channel are used (default:
a synthetic signal).

  -m, --model MODEL     as with enhance
      --model-rate HZ   sampling rate of a model whose files do not tell it
      --window N,...    windows of mode stateless, each a line (default: 40)
      --precision P,... f16 and i8 of this program's network, each a line
                        (default: none; the first line is f32)
      --simd NAME       instruction set: AVX2, SSE4, NEON, ... (default:
                        $DEEPFILTER_SIMD, else the machine's best)
      --rounds N        rounds; the least of each figure counts (default: 3)
      --provider P      cpu, cuda, coreml, ... (default: cpu)
      --ort-threads N   threads that share the work of a frame (default: 1)
      --ort-library F   ONNX Runtime's shared library (default: $ORT_DYLIB_PATH,
                        the system's, the one in a Python environment)
      --json            the same as JSON
  -h                    short help
)";

// The options of `enhance`, which `process` has too.
std::string EnhanceOptionsHelp() {
  const std::string_view text = kEnhanceFull;
  return std::string("\n").append(text.substr(text.find("Output\n")));
}

}  // namespace

std::vector<HelpPage> SoundHelpPages() {
  const std::string exit_status(kExitStatus);
  return {
      {"enhance", kEnhance, kEnhanceFull + exit_status},
      {"process", kProcess, kProcess + EnhanceOptionsHelp() + exit_status},
      {"compare", kCompare, std::string(kCompare) + kCompareFull},
      {"plot", kPlot, std::string(kPlot) + kPlotFull},
      {"compare-backends", kCompareBackends, std::string(kCompareBackends) + kCompareBackendsFull}};
}

}  // namespace dfn
