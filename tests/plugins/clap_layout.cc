// Prints sizes, offsets and constants of plugins/clap/abi*.h, a line each. clap_crates/src/bin/layout.rs
// prints the same of an independent description of CLAP, and clap_layout.sh compares them.
#include <cstddef>
#include <cstdio>
#include <initializer_list>

#include "clap/abi.h"
#include "clap/abi_extensions.h"

namespace {

using namespace dfn::clap;  // NOLINT: the whole interface is printed

void Number(const char* name, unsigned long long value) { std::printf("%s %llu\n", name, value); }
void Text(const char* name, const char* text) { std::printf("%s %s\n", name, text); }

#define DFN_SIZE(type, name) Number(name, sizeof(type))
#define DFN_OFFSET(type, member, name) Number(name, offsetof(type, member))

void Core() {
  DFN_SIZE(Version, "clap_version");
  DFN_SIZE(EventHeader, "clap_event_header");
  DFN_OFFSET(EventHeader, size, "clap_event_header.size");
  DFN_OFFSET(EventHeader, time, "clap_event_header.time");
  DFN_OFFSET(EventHeader, space_id, "clap_event_header.space_id");
  DFN_OFFSET(EventHeader, type, "clap_event_header.type");
  DFN_OFFSET(EventHeader, flags, "clap_event_header.flags");
  for (const char* name : {"clap_event_param_value", "clap_event_param_mod"}) {
    Number(name, sizeof(ParamEvent));
    std::printf("%s.param_id %zu\n", name, offsetof(ParamEvent, param_id));
    std::printf("%s.cookie %zu\n", name, offsetof(ParamEvent, cookie));
    std::printf("%s.note_id %zu\n", name, offsetof(ParamEvent, note_id));
    std::printf("%s.port_index %zu\n", name, offsetof(ParamEvent, port_index));
    std::printf("%s.channel %zu\n", name, offsetof(ParamEvent, channel));
    std::printf("%s.key %zu\n", name, offsetof(ParamEvent, key));
    std::printf("%s.value %zu\n", name, offsetof(ParamEvent, value));
  }
  DFN_SIZE(InputEvents, "clap_input_events");
  DFN_OFFSET(InputEvents, size, "clap_input_events.size");
  DFN_OFFSET(InputEvents, get, "clap_input_events.get");
  DFN_SIZE(OutputEvents, "clap_output_events");
  DFN_OFFSET(OutputEvents, try_push, "clap_output_events.try_push");
  DFN_SIZE(AudioBuffer, "clap_audio_buffer");
  DFN_OFFSET(AudioBuffer, data32, "clap_audio_buffer.data32");
  DFN_OFFSET(AudioBuffer, data64, "clap_audio_buffer.data64");
  DFN_OFFSET(AudioBuffer, channel_count, "clap_audio_buffer.channel_count");
  DFN_OFFSET(AudioBuffer, latency, "clap_audio_buffer.latency");
  DFN_OFFSET(AudioBuffer, constant_mask, "clap_audio_buffer.constant_mask");
  DFN_SIZE(Process, "clap_process");
  DFN_OFFSET(Process, steady_time, "clap_process.steady_time");
  DFN_OFFSET(Process, frames_count, "clap_process.frames_count");
  DFN_OFFSET(Process, transport, "clap_process.transport");
  DFN_OFFSET(Process, audio_inputs, "clap_process.audio_inputs");
  DFN_OFFSET(Process, audio_outputs, "clap_process.audio_outputs");
  DFN_OFFSET(Process, audio_inputs_count, "clap_process.audio_inputs_count");
  DFN_OFFSET(Process, audio_outputs_count, "clap_process.audio_outputs_count");
  DFN_OFFSET(Process, in_events, "clap_process.in_events");
  DFN_OFFSET(Process, out_events, "clap_process.out_events");
}

void Plugins() {
  DFN_SIZE(Descriptor, "clap_plugin_descriptor");
  DFN_OFFSET(Descriptor, id, "clap_plugin_descriptor.id");
  DFN_OFFSET(Descriptor, name, "clap_plugin_descriptor.name");
  DFN_OFFSET(Descriptor, vendor, "clap_plugin_descriptor.vendor");
  DFN_OFFSET(Descriptor, url, "clap_plugin_descriptor.url");
  DFN_OFFSET(Descriptor, manual_url, "clap_plugin_descriptor.manual_url");
  DFN_OFFSET(Descriptor, support_url, "clap_plugin_descriptor.support_url");
  DFN_OFFSET(Descriptor, version, "clap_plugin_descriptor.version");
  DFN_OFFSET(Descriptor, description, "clap_plugin_descriptor.description");
  DFN_OFFSET(Descriptor, features, "clap_plugin_descriptor.features");
  DFN_SIZE(Plugin, "clap_plugin");
  DFN_OFFSET(Plugin, descriptor, "clap_plugin.desc");
  DFN_OFFSET(Plugin, data, "clap_plugin.plugin_data");
  DFN_OFFSET(Plugin, init, "clap_plugin.init");
  DFN_OFFSET(Plugin, destroy, "clap_plugin.destroy");
  DFN_OFFSET(Plugin, activate, "clap_plugin.activate");
  DFN_OFFSET(Plugin, deactivate, "clap_plugin.deactivate");
  DFN_OFFSET(Plugin, start_processing, "clap_plugin.start_processing");
  DFN_OFFSET(Plugin, stop_processing, "clap_plugin.stop_processing");
  DFN_OFFSET(Plugin, reset, "clap_plugin.reset");
  DFN_OFFSET(Plugin, process, "clap_plugin.process");
  DFN_OFFSET(Plugin, get_extension, "clap_plugin.get_extension");
  DFN_OFFSET(Plugin, on_main_thread, "clap_plugin.on_main_thread");
  DFN_SIZE(Host, "clap_host");
  DFN_OFFSET(Host, data, "clap_host.host_data");
  DFN_OFFSET(Host, name, "clap_host.name");
  DFN_OFFSET(Host, vendor, "clap_host.vendor");
  DFN_OFFSET(Host, url, "clap_host.url");
  DFN_OFFSET(Host, version, "clap_host.version");
  DFN_OFFSET(Host, get_extension, "clap_host.get_extension");
  DFN_OFFSET(Host, request_restart, "clap_host.request_restart");
  DFN_OFFSET(Host, request_process, "clap_host.request_process");
  DFN_OFFSET(Host, request_callback, "clap_host.request_callback");
  DFN_SIZE(Factory, "clap_plugin_factory");
  DFN_OFFSET(Factory, count, "clap_plugin_factory.get_plugin_count");
  DFN_OFFSET(Factory, descriptor, "clap_plugin_factory.get_plugin_descriptor");
  DFN_OFFSET(Factory, create, "clap_plugin_factory.create_plugin");
  DFN_SIZE(Entry, "clap_plugin_entry");
  DFN_OFFSET(Entry, init, "clap_plugin_entry.init");
  DFN_OFFSET(Entry, deinit, "clap_plugin_entry.deinit");
  DFN_OFFSET(Entry, get_factory, "clap_plugin_entry.get_factory");
}

void Extensions() {
  DFN_SIZE(AudioPortInfo, "clap_audio_port_info");
  DFN_OFFSET(AudioPortInfo, name, "clap_audio_port_info.name");
  DFN_OFFSET(AudioPortInfo, flags, "clap_audio_port_info.flags");
  DFN_OFFSET(AudioPortInfo, channel_count, "clap_audio_port_info.channel_count");
  DFN_OFFSET(AudioPortInfo, port_type, "clap_audio_port_info.port_type");
  DFN_OFFSET(AudioPortInfo, in_place_pair, "clap_audio_port_info.in_place_pair");
  DFN_SIZE(PluginAudioPorts, "clap_plugin_audio_ports");
  DFN_OFFSET(PluginAudioPorts, get, "clap_plugin_audio_ports.get");
  DFN_SIZE(ParamInfo, "clap_param_info");
  DFN_OFFSET(ParamInfo, id, "clap_param_info.id");
  DFN_OFFSET(ParamInfo, flags, "clap_param_info.flags");
  DFN_OFFSET(ParamInfo, cookie, "clap_param_info.cookie");
  DFN_OFFSET(ParamInfo, name, "clap_param_info.name");
  DFN_OFFSET(ParamInfo, module, "clap_param_info.module");
  DFN_OFFSET(ParamInfo, min_value, "clap_param_info.min_value");
  DFN_OFFSET(ParamInfo, max_value, "clap_param_info.max_value");
  DFN_OFFSET(ParamInfo, default_value, "clap_param_info.default_value");
  DFN_SIZE(PluginParams, "clap_plugin_params");
  DFN_OFFSET(PluginParams, count, "clap_plugin_params.count");
  DFN_OFFSET(PluginParams, get_info, "clap_plugin_params.get_info");
  DFN_OFFSET(PluginParams, get_value, "clap_plugin_params.get_value");
  DFN_OFFSET(PluginParams, value_to_text, "clap_plugin_params.value_to_text");
  DFN_OFFSET(PluginParams, text_to_value, "clap_plugin_params.text_to_value");
  DFN_OFFSET(PluginParams, flush, "clap_plugin_params.flush");
  DFN_SIZE(HostParams, "clap_host_params");
  DFN_OFFSET(HostParams, rescan, "clap_host_params.rescan");
  DFN_OFFSET(HostParams, clear, "clap_host_params.clear");
  DFN_OFFSET(HostParams, request_flush, "clap_host_params.request_flush");
  DFN_SIZE(InputStream, "clap_istream");
  DFN_OFFSET(InputStream, read, "clap_istream.read");
  DFN_SIZE(OutputStream, "clap_ostream");
  DFN_OFFSET(OutputStream, write, "clap_ostream.write");
  DFN_SIZE(PluginState, "clap_plugin_state");
  DFN_OFFSET(PluginState, save, "clap_plugin_state.save");
  DFN_OFFSET(PluginState, load, "clap_plugin_state.load");
  DFN_OFFSET(PluginLatency, get, "clap_plugin_latency.get");
  DFN_OFFSET(HostLatency, changed, "clap_host_latency.changed");
  DFN_OFFSET(PluginTail, get, "clap_plugin_tail.get");
  DFN_SIZE(PluginRender, "clap_plugin_render");
  DFN_OFFSET(PluginRender, has_hard_realtime_requirement,
             "clap_plugin_render.has_hard_realtime_requirement");
  DFN_OFFSET(PluginRender, set, "clap_plugin_render.set");
  DFN_OFFSET(HostLog, log, "clap_host_log.log");
}

void Constants() {
  Number("CLAP_VERSION_MAJOR", kVersion.major);
  Number("CLAP_VERSION_MINOR", kVersion.minor);
  Number("CLAP_VERSION_REVISION", kVersion.revision);
  Text("CLAP_PLUGIN_FACTORY_ID", kFactoryId);
  Number("CLAP_CORE_EVENT_SPACE_ID", kCoreSpace);
  Number("CLAP_EVENT_PARAM_VALUE", kParamValueEvent);
  Number("CLAP_EVENT_PARAM_MOD", kParamModEvent);
  Number("CLAP_PROCESS_ERROR", kProcessError);
  Number("CLAP_PROCESS_CONTINUE", kProcessContinue);
  Number("CLAP_PROCESS_TAIL", kProcessTail);
  Number("CLAP_PROCESS_SLEEP", kProcessSleep);
  Text("CLAP_EXT_AUDIO_PORTS", kAudioPortsId);
  Number("CLAP_AUDIO_PORT_IS_MAIN", kPortIsMain);
  Number("CLAP_AUDIO_PORT_SUPPORTS_64BITS", kPortTakes64Bits);
  Text("CLAP_PORT_MONO", kMonoPort);
  Text("CLAP_PORT_STEREO", kStereoPort);
  Text("CLAP_EXT_PARAMS", kParamsId);
  Number("CLAP_PARAM_IS_STEPPED", kParamIsStepped);
  Number("CLAP_PARAM_IS_BYPASS", kParamIsBypass);
  Number("CLAP_PARAM_IS_AUTOMATABLE", kParamIsAutomatable);
  Number("CLAP_PARAM_IS_MODULATABLE", kParamIsModulatable);
  Number("CLAP_PARAM_IS_ENUM", kParamIsEnum);
  Number("CLAP_PARAM_RESCAN_VALUES", kRescanValues);
  Text("CLAP_EXT_STATE", kStateId);
  Text("CLAP_EXT_LATENCY", kLatencyId);
  Text("CLAP_EXT_TAIL", kTailId);
  Text("CLAP_EXT_RENDER", kRenderId);
  Number("CLAP_RENDER_REALTIME", kRenderRealTime);
  Number("CLAP_RENDER_OFFLINE", kRenderOffline);
  Text("CLAP_EXT_LOG", kLogId);
  Number("CLAP_LOG_ERROR", kLogError);
}

}  // namespace

int main() {
  Core();
  Plugins();
  Extensions();
  Constants();
}
