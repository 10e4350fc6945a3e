// The help pages of the commands, in the rooms' order.
#ifndef DEEPFILTER_CLI_HELP_PAGES_H_
#define DEEPFILTER_CLI_HELP_PAGES_H_

#include <string>
#include <string_view>
#include <vector>

namespace dfn {

struct HelpPage {
  std::string_view command;
  std::string brief;  // -h
  std::string full;   // --help
};

inline constexpr std::string_view kExitStatus =
    R"(
Exit status: 0 done, 1 failed (disk, folder, permissions, network, output
exists), 2 usage, 3 bad sound or model (missing, damaged), 130 interrupted.
)";

// enhance, process, compare, compare-backends.
std::vector<HelpPage> SoundHelpPages();
// live, devices.
std::vector<HelpPage> LiveHelpPages();
// inspect, export, pack, merge, split, models.
std::vector<HelpPage> ModelHelpPages();
// bench, doctor, pipewire-config.
std::vector<HelpPage> MachineHelpPages();

}  // namespace dfn

#endif  // DEEPFILTER_CLI_HELP_PAGES_H_
