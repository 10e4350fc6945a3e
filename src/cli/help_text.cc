#include "cli/help_text.h"

#include "cli/help_pages.h"

namespace dfn {
namespace {

constexpr char kProgram[] =
    R"(deepfilter: takes noise out of speech with DeepFilterNet.

  deepfilter enhance noisy.wav -o clean.wav   enhance sounds
  deepfilter process IN OUT MODEL             enhance with any model, in short
  deepfilter live                             a microphone without its noise
  deepfilter devices                          microphones and speakers here
  deepfilter compare a.wav b.wav              SNR, largest error, delay
  deepfilter plot a.wav b.wav -o ab.svg       spectrograms of sounds
  deepfilter compare-backends -m MODEL        this program beside ONNX Runtime
  deepfilter inspect MODEL                    what a model is made of
  deepfilter export MODEL -o DIR              ONNX files that keep their state
  deepfilter pack MODEL -o FILE               one file that loads fast, small
  deepfilter merge DIR                        join a model's ONNX files into one
  deepfilter split DIR -o OUT                 the four streaming ONNX files
  deepfilter models                           known models and where they are
  deepfilter models pull NAME                 download a known model
  deepfilter bench                            speed here, part by part
  deepfilter doctor                           what is installed and works here
  deepfilter pipewire-config                  a noise-cancelling microphone
  deepfilter -V, --version

"deepfilter COMMAND -h" is the short help of a command, "--help" the full one,
and so is "deepfilter help COMMAND".
)";

std::vector<HelpPage> AllPages() {
  std::vector<HelpPage> pages = SoundHelpPages();
  for (const auto& more : {LiveHelpPages(), ModelHelpPages(), MachineHelpPages()}) {
    pages.insert(pages.end(), more.begin(), more.end());
  }
  return pages;
}

}  // namespace

std::string HelpText(std::string_view command, bool full) {
  for (const HelpPage& page : AllPages()) {
    if (page.command == command) return full ? page.full : page.brief;
  }
  return full ? std::string(kProgram).append(kExitStatus) : kProgram;
}

std::vector<std::string> HelpCommands() {
  std::vector<std::string> commands;
  for (const HelpPage& page : AllPages()) commands.emplace_back(page.command);
  return commands;
}

}  // namespace dfn
