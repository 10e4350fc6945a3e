#include "cli/doctor/pipewire_config.h"

#include <fmt/format.h>

#include <initializer_list>
#include <string_view>
#include <utility>
#include <vector>

#include "base/shell_word.h"

namespace dfn {
namespace {

constexpr std::string_view kTitle =
    R"(# Noise suppression for PipeWire, written by "deepfilter pipewire-config".
#
)";

constexpr std::string_view kWholeUse =
    R"(# Save this file as     ~/.config/pipewire/deepfilter.conf
# Try it                {environment}pipewire -c deepfilter.conf
# Run it at every login: save this as ~/.config/systemd/user/deepfilter.service
#
#   [Unit]
#   Description=Noise suppression
#   After=pipewire.service
#   PartOf=pipewire.service
#   [Service]
{service}#   ExecStart=/usr/bin/pipewire -c deepfilter.conf
#   Restart=on-failure
#   [Install]
#   WantedBy=pipewire.service
#
# and call              systemctl --user enable --now deepfilter
)";

constexpr std::string_view kDropInUse =
    R"(# Save this file as one of
#   ~/.config/pipewire/filter-chain.conf.d/deepfilter.conf
#     and start a process of its own:  {environment}pipewire -c filter-chain.conf
#     (or "systemctl --user enable --now filter-chain" where the system has it)
#   ~/.config/pipewire/pipewire.conf.d/deepfilter.conf
#     and start PipeWire anew:         systemctl --user restart pipewire
)";

constexpr std::string_view kDropInVariables =
    R"(# These belong in the environment of that process (a unit's Environment=):
)";

constexpr std::string_view kElsewhere =
    R"(#
# PipeWire 1.6.3 to 1.6.5 load LADSPA plugins only from the folders of LADSPA_PATH or, without it,
# from /usr/lib64/ladspa and /usr/lib/ladspa. This one is elsewhere, so that for them
# {}.
)";

constexpr std::string_view kDelay =
    R"(#
# Then choose{devices}.
# Sound comes out {delay:g} ms later; {spread:g} ms where the quantum is less than 10 ms
# (480 samples at 48 kHz), as the work is then spread over the quanta of a hop.
)";

constexpr std::string_view kPreamble =
    R"(
context.properties = {
    log.level = 2
}
context.spa-libs = {
    audio.convert.* = audioconvert/libspa-audioconvert
    support.*       = support/libspa-support
}
context.modules = [
    { name = libpipewire-module-rt
        args = {
            nice.level = -11
        }
        flags = [ ifexists nofail ]
    }
    { name = libpipewire-module-protocol-native }
    { name = libpipewire-module-client-node }
    { name = libpipewire-module-adapter }
)";

// One filter. The plugin works at any rate, and at its network's own rate it need not resample.
constexpr std::string_view kFilter =
    R"json(    { name = libpipewire-module-filter-chain
        args = {
            node.description = "{description}"
            media.name       = "{description}"
            filter.graph = {
                nodes = [
                    {
                        type    = ladspa
                        name    = deepfilter
                        plugin  = {plugin}
                        label   = {label}
                        control = {
                            # 100: no limit. Beta 0: no post filter; usual is 0.02.
                            "Attenuation Limit (dB)" = {limit}
                            "Post Filter Beta"       = 0
                        }
                    }
                ]
            }
            audio.rate     = 48000
            audio.channels = {channels}
            audio.position = [ {position} ]
            capture.props = {
                {capture}
            }
            playback.props = {
                {playback}
            }
        }
    }
)json";

// Replaces names in braces by hand, because SPA-JSON is full of braces, which fmt would interpret.
std::string Fill(std::string_view text,
                 std::initializer_list<std::pair<std::string_view, std::string>> values) {
  std::string filled(text);
  for (const auto& [name, value] : values) {
    for (size_t at = 0; (at = filled.find(name, at)) != std::string::npos; at += value.size()) {
      filled.replace(at, name.size(), value);
    }
  }
  return filled;
}

// A JSON string, which is valid SPA-JSON too.
std::string Quote(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20) {
      quoted += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      if (c == '"' || c == '\\') quoted += '\\';
      quoted += c;
    }
  }
  return quoted + '"';
}

// One item of systemd's Environment=, in which % begins a specifier.
std::string UnitQuote(std::string_view text) { return Fill(Quote(text), {{"%", "%%"}}); }

std::string Filter(const PipewireConfig& config, bool microphone) {
  const char* capture = microphone ? R"(node.name    = "deepfilter_microphone.capture"
                node.passive = true)"
                                   : R"(node.name    = "deepfilter_speaker"
                media.class  = Audio/Sink)";
  const char* playback = microphone ? R"(node.name    = "deepfilter_microphone"
                media.class  = Audio/Source)"
                                    : R"(node.name    = "deepfilter_speaker.playback"
                node.passive = true)";
  return Fill(kFilter, {{"{description}",
                         microphone ? "Noise-cancelling microphone" : "Noise-cancelling speaker"},
                        {"{plugin}", Quote(config.plugin)},
                        {"{label}", microphone ? "deep_filter_mono" : "deep_filter_stereo"},
                        {"{limit}", fmt::format("{:g}", config.attenuation_limit_db)},
                        {"{channels}", microphone ? "1" : "2"},
                        {"{position}", microphone ? "MONO" : "FL FR"},
                        {"{capture}", capture},
                        {"{playback}", playback}});
}

// The variables that PipeWire's process needs, as names and values.
std::vector<std::pair<std::string, std::string>> Variables(const PipewireConfig& config) {
  std::vector<std::pair<std::string, std::string>> variables;
  if (!config.model.empty()) variables.emplace_back("DEEPFILTER_PLUGIN_MODEL=", config.model);
  if (!config.ladspa_path.empty()) variables.emplace_back("LADSPA_PATH=", config.ladspa_path);
  return variables;
}

std::string Comments(const PipewireConfig& config) {
  std::string environment;
  std::string service;
  std::string lines;
  for (const auto& [name, value] : Variables(config)) {
    const std::string variable = name + ShellWord(value);
    environment += variable + " ";
    service += "#   Environment=" + UnitQuote(name + value) + "\n";
    lines += "#   " + variable + "\n";
  }
  std::string text(kTitle);
  if (config.drop_in) {
    text += Fill(kDropInUse, {{"{environment}", environment}});
    if (!lines.empty()) text += std::string(kDropInVariables) + lines;
  } else {
    text += Fill(kWholeUse, {{"{environment}", environment}, {"{service}", service}});
  }
  if (!config.plugin_searched) {
    text +=
        fmt::format(kElsewhere, config.ladspa_path.empty() ? "it has to be linked into one of those"
                                                           : "LADSPA_PATH has to be set");
  }
  std::string devices;
  if (config.microphone) devices += " \"Noise-cancelling microphone\" as input";
  if (config.microphone && config.speaker) devices += " and";
  if (config.speaker) devices += " \"Noise-cancelling speaker\" as output";
  return text + fmt::format(kDelay, fmt::arg("devices", devices),
                            fmt::arg("delay", config.delay_ms),
                            fmt::arg("spread", config.spread_delay_ms));
}

}  // namespace

std::string PipewireConfigText(const PipewireConfig& config) {
  std::string text = Comments(config);
  text += config.drop_in ? "\ncontext.modules = [\n" : kPreamble;
  if (config.microphone) text += Filter(config, true);
  if (config.speaker) text += Filter(config, false);
  return text + "]\n";
}

}  // namespace dfn
