#include "cli/help_pages.h"

namespace dfn {
namespace {

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
                        sleep; file: 64 frames a call; folder: some of each of
                        eight sounds; streams: one frame each of 1, 4, 16 and 64
                        streams; load, memory, layers, roof (default: all)
      --precision P,... how weights are stored (default: all)
      --simd NAME       instruction set that everything runs on (default:
                        $DEEPFILTER_SIMD, else the machine's best)
      --target T,...    instruction sets to compare (default: the one selected;
                        without one, the best in every mode, the others in live
                        and file)
      --seconds S       measuring time of a line, 0 to 3600 (default: 1)
      --sound FILE      the model's rate, first channel, 60 s at most (default:
                        a synthetic one)
      --reference FILE  its expected output, aligned with it (default: the
                        output of float32 on the best target)
      --json            the same as JSON
  -h                    short help
)";

constexpr char kDoctor[] =
    R"(usage: deepfilter doctor [-m MODEL] [--json]

Prints what is installed, found and fast enough on this machine: program,
models with their sha256, the time of a live frame, denormal numbers, the C
library, the LADSPA, LV2 and CLAP plugins and whether they are what hosts
expect, PipeWire, ONNX Runtime. Exit status 1 if something is missing or broken.
)";

constexpr char kDoctorFull[] =
    R"(
  -m, --model MODEL     model whose speed is measured, as in "enhance" (default:
                        the one built in, else dfn3)
      --json            the same as JSON
  -h                    short help

Plugins are searched where hosts search them: in $LADSPA_PATH, $LV2_PATH and
$CLAP_PATH, or else in ~/.ladspa, ~/.lv2, ~/.clap and the system's folders; and
beside this program.
PipeWire 1.6.3 to 1.6.5 load LADSPA plugins only from the folders of LADSPA_PATH
or, without it, /usr/lib64/ladspa and /usr/lib/ladspa; with one of these
versions, a plugin that is elsewhere counts as a problem.
)";

constexpr char kPipewireConfig[] =
    R"(usage: deepfilter pipewire-config [--mic|--speaker|--both] [options]

  deepfilter pipewire-config -o ~/.config/pipewire/deepfilter.conf
  pipewire -c deepfilter.conf

Prints a PipeWire configuration of two virtual devices: a microphone with the
sound of the default microphone without noise, and a speaker that removes the
noise of what is played on it. Comments in it say how to start it at every
login.
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
  -o, --output FILE     output file (default: standard output)
  -f, --force           replace an existing file
  -h                    short help

The plugin is named without a folder where PipeWire finds it so: in the folders
of LADSPA_PATH or, without it, in /usr/lib64/ladspa and /usr/lib/ladspa. From
elsewhere it is named by its path, which PipeWire 1.6.3 to 1.6.5 refuse: the
comments tell which LADSPA_PATH they need.
)";

}  // namespace

std::vector<HelpPage> MachineHelpPages() {
  return {{"bench", kBench, std::string(kBench) + kBenchFull},
          {"doctor", kDoctor, std::string(kDoctor) + kDoctorFull},
          {"pipewire-config", kPipewireConfig, std::string(kPipewireConfig) + kPipewireConfigFull}};
}

}  // namespace dfn
