#include "cli/help_pages.h"

namespace dfn {
namespace {

constexpr char kLive[] =
    R"(usage: deepfilter live [-i INPUT] [-o OUTPUT|--virtual-mic] [options]

  deepfilter live
  deepfilter live --virtual-mic
  deepfilter live -i "USB" -o "Headphones" -a 24

Takes the noise out of a microphone while it is heard. On a terminal a screen
shows what it does; its last line names the keys.

  -i, --input NAME      microphone, as "deepfilter devices" has it
  -o, --output NAME     where the clean sound goes
      --virtual-mic     a microphone that other programs can choose (PipeWire)
  -a, --atten-lim-db F  take away at most F dB of noise
      --record FILE     both sides, before and after, in one file
      --json            a JSON object a line instead of a screen
      --help            all options
)";

constexpr char kLiveFull[] =
    R"(usage: deepfilter live [-i INPUT] [-o OUTPUT|--virtual-mic] [options]

Takes the noise out of a microphone while it is heard. On a terminal a screen
shows levels, local SNR, the noise that was taken, the share of the processor,
missed blocks and both spectrograms. Elsewhere, and with --plain, it prints
lines. A device that goes away is waited for. Ctrl-C ends it. docs/live.md.

Devices
  -i, --input NAME      name, or a part of the description, as "deepfilter
                        devices" prints them (default: the system's default)
  -o, --output NAME     likewise, for what plays the clean sound
      --virtual-mic     no output, but a microphone that other programs can
                        choose; it is there as long as this program runs
                        (PipeWire)
      --server S        pipewire, pulse, jack, alsa, wasapi or coreaudio
                        (default: auto, the first that runs)
      --channels N      1 or 2 (default: 1; the device's are mixed to it)
      --rate HZ         8000 to 192000 (default: the device's; PipeWire and
                        PulseAudio convert to 48000)
      --block N         samples in a block that are asked for, 16 to 8192
                        (default: what the server gives)
      --latency MS      that wait between two clocks, 0 to 2000 (default: 0, as
                        few as work; PipeWire has one clock and needs none)

Model
  -m, --model MODEL     as in "enhance" (default: built in or dfn3)
      --precision P     f32, f16 or i8 (default: what the model's file has)
      --simd NAME       instruction set (default: $DEEPFILTER_SIMD, else the
                        machine's best)
      --profile P       reference or libdf, as in "enhance" (default: reference)
      --work W          direct: a hop of 10 ms is done in the block that ends
                        it; spread: over the blocks up to the next hop, 10 ms
                        later; auto: direct where it takes less than half of a
                        block's time on this machine (default: auto)

Strength, each of which has a key
  -a, --atten-lim-db F  attenuation limit in dB; 100: no limit (default: 100)
      --pf, --no-pf     post filter on, off (default: as the model says with
                        reference, off with libdf)
      --pf-beta F       strength of the post filter, 0 to 1; implies --pf
      --level L         auto, keep or dB, as in "enhance" (default: auto; libdf
                        keep)
      --bypass          begin with the sound as it is

What is kept and shown
      --record FILE     the channels before, then those after, aligned; a full
                        disk ends it and keeps what came, and the status is 1
  -f, --force           replace an existing recording
      --seconds S       stop after S seconds (default: 0, never)
      --plain           lines instead of the screen
      --json            events and states as JSON, one object a line
      --interval S      seconds between two states, 0.05 to 3600 (default: 1)
      --colours C       dark, light, none, or auto, by $NO_COLOR and $COLORFGBG
                        (default: auto)
      --ascii           a screen of ASCII alone (default: where the terminal's
                        locale is not UTF-8)
  -h                    short help

Keys: b or Space bypass, - and + attenuation limit, p post filter, l level,
r record, s spectrogram, ? help, q end.
)";

constexpr char kDevices[] =
    R"(usage: deepfilter devices [--server S] [--json]

Prints the microphones and speakers of this machine for "deepfilter live", by
sound server; a star marks the default ones. Exit status 1 if no server runs.
)";

constexpr char kDevicesFull[] =
    R"(
      --server S        pipewire, pulse, jack, alsa, wasapi or coreaudio alone
                        (default: all that this program can talk to)
      --json            the same as JSON, and why a server has none
  -h                    short help
)";

}  // namespace

std::vector<HelpPage> LiveHelpPages() {
  return {{"live", kLive, kLiveFull}, {"devices", kDevices, std::string(kDevices) + kDevicesFull}};
}

}  // namespace dfn
