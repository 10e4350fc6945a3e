// Reads the versions and properties that the libraries and plugins on this machine report.
#ifndef DEEPFILTER_CLI_DOCTOR_INSTALLED_H_
#define DEEPFILTER_CLI_DOCTOR_INSTALLED_H_

#include <filesystem>
#include <string>
#include <vector>

namespace dfn {

// One file that was opened, or refused.
struct Installed {
  std::filesystem::path path;
  std::string version;             // "0.1.0", or empty
  std::vector<std::string> holds;  // labels, URIs, kinds of functions
  std::string problem;             // a sentence: why it is not what it should be; empty: it is
};

// A shared library with the C API.
Installed InspectLibrary(const std::filesystem::path& path);
// A LADSPA library: labels, and whether their ports are those that set-ups made for DeepFilterNet's
// official plugin ask for by name.
Installed InspectLadspa(const std::filesystem::path& path);
// An LV2 bundle.
Installed InspectLv2(const std::filesystem::path& bundle);
// A CLAP library.
Installed InspectClap(const std::filesystem::path& path);

struct PipewireState {
  bool installed = false;
  std::string version;        // of its library
  bool filter_chain = false;  // its module that runs plugins
  bool running = false;       // for this user
  // This version loads LADSPA libraries from the folders that it searches and from nowhere else.
  bool only_searched_folders = false;
};
PipewireState InspectPipewire();
// The plugin for GStreamer, and the module for OBS; their hosts' libraries are loaded with them.
Installed InspectGstreamer(const std::filesystem::path& path);
Installed InspectObs(const std::filesystem::path& path);

}  // namespace dfn

#endif  // DEEPFILTER_CLI_DOCTOR_INSTALLED_H_
