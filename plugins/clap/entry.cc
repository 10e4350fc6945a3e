// The CLAP library: two plugins, mono and stereo, and the one variable that hosts look for.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <memory>
#include <new>

#include "clap/abi.h"
#include "clap/clap_plugin.h"
#include "clap/extensions.h"
#include "common/exports.h"

namespace dfn::plugin {
namespace {

constexpr const char* kMonoFeatures[] = {"audio-effect", "restoration", "utility", "mono", nullptr};
constexpr const char* kStereoFeatures[] = {"audio-effect", "restoration", "utility", "stereo",
                                           nullptr};

// Projects keep the ids.
constexpr clap::Descriptor MakeDescriptor(const char* id, const char* name,
                                          const char* const* features) {
  return {.clap_version = clap::kVersion,
          .id = id,
          .name = name,
          .vendor = "deepfilter",
          .url = "",
          .manual_url = "",
          .support_url = "",
          .version = DFN_VERSION_TEXT,
          .description = "Takes noise out of speech with DeepFilterNet.",
          .features = features};
}

constexpr clap::Descriptor kDescriptors[] = {
    MakeDescriptor("deepfilter.mono", "DeepFilter Mono", kMonoFeatures),
    MakeDescriptor("deepfilter.stereo", "DeepFilter Stereo", kStereoFeatures)};

clap::Plugin MakeFace(const clap::Descriptor& descriptor, ClapPlugin& plugin) noexcept;

// A plugin with the face that its host has of it.
struct Made : ClapPlugin {
  Made(const clap::Descriptor& descriptor, const clap::Host& host, size_t channels) noexcept
      : ClapPlugin(host, channels), face(MakeFace(descriptor, *this)) {}

  const clap::Plugin face;
};

bool Init(const clap::Plugin* plugin) {
  PluginOf(plugin).Init();
  return true;
}

void Destroy(const clap::Plugin* plugin) { delete static_cast<Made*>(&PluginOf(plugin)); }

bool Activate(const clap::Plugin* plugin, double sample_rate, uint32_t, uint32_t max_frames) {
  return PluginOf(plugin).Activate(sample_rate, max_frames);
}

void Deactivate(const clap::Plugin* plugin) { PluginOf(plugin).Deactivate(); }

bool StartProcessing(const clap::Plugin*) { return true; }

void StopProcessing(const clap::Plugin*) {}

void Reset(const clap::Plugin* plugin) { PluginOf(plugin).Reset(); }

int32_t Process(const clap::Plugin* plugin, const clap::Process* process) {
  return process == nullptr ? clap::kProcessError : PluginOf(plugin).Process(*process);
}

const void* GetExtension(const clap::Plugin*, const char* id) { return FindExtension(id); }

void OnMainThread(const clap::Plugin*) {}

clap::Plugin MakeFace(const clap::Descriptor& descriptor, ClapPlugin& plugin) noexcept {
  return {.descriptor = &descriptor,
          .data = &plugin,
          .init = Init,
          .destroy = Destroy,
          .activate = Activate,
          .deactivate = Deactivate,
          .start_processing = StartProcessing,
          .stop_processing = StopProcessing,
          .reset = Reset,
          .process = Process,
          .get_extension = GetExtension,
          .on_main_thread = OnMainThread};
}

uint32_t Count(const clap::Factory*) { return static_cast<uint32_t>(std::size(kDescriptors)); }

const clap::Descriptor* DescriptorAt(const clap::Factory*, uint32_t index) {
  return index < std::size(kDescriptors) ? &kDescriptors[index] : nullptr;
}

const clap::Plugin* Create(const clap::Factory*, const clap::Host* host, const char* id) {
  if (host == nullptr || id == nullptr || host->clap_version.major < 1) return nullptr;
  for (size_t i = 0; i < std::size(kDescriptors); ++i) {
    if (std::strcmp(kDescriptors[i].id, id) != 0) continue;
    const Made* made = new (std::nothrow) Made(kDescriptors[i], *host, i + 1);
    return made == nullptr ? nullptr : &made->face;
  }
  return nullptr;
}

constexpr clap::Factory kFactory = {Count, DescriptorAt, Create};

// Nothing is to be prepared: a model is loaded when a plugin is activated.
bool InitLibrary(const char*) { return true; }

void EndLibrary() {}

const void* GetFactory(const char* id) {
  return id != nullptr && std::strcmp(id, clap::kFactoryId) == 0 ? &kFactory : nullptr;
}

}  // namespace
}  // namespace dfn::plugin

DFN_PLUGIN_EXPORT const dfn::clap::Entry clap_entry = {
    dfn::clap::kVersion, dfn::plugin::InitLibrary, dfn::plugin::EndLibrary,
    dfn::plugin::GetFactory};
