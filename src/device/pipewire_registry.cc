#include "device/pipewire_registry.h"

#include <cstdlib>
#include <cstring>
#include <string_view>

namespace dfn {
namespace {

constexpr char kNodeType[] = "PipeWire:Interface:Node";
constexpr char kLinkType[] = "PipeWire:Interface:Link";
constexpr char kMetadataType[] = "PipeWire:Interface:Metadata";
// A server that answers later than this counts as none.
constexpr int kAnswerSeconds = 5;

std::string ValueOf(const pw::Dict* properties, const char* key) {
  if (properties == nullptr) return {};
  for (uint32_t i = 0; i < properties->count; ++i) {
    const pw::DictItem& item = properties->items[i];
    if (item.key != nullptr && item.value != nullptr && std::strcmp(item.key, key) == 0) {
      return item.value;
    }
  }
  return {};
}

uint32_t IdOf(const pw::Dict* properties, const char* key) {
  const std::string text = ValueOf(properties, key);
  return text.empty() ? pw::kAnyId : static_cast<uint32_t>(std::strtoul(text.c_str(), nullptr, 10));
}

// The name out of the metadata's JSON, { "name": "alsa_input..." }.
std::string NameIn(const char* json) {
  if (json == nullptr) return {};
  std::string_view text(json);
  const size_t key = text.find("\"name\"");
  if (key == std::string_view::npos) return {};
  text.remove_prefix(key + 6);
  const size_t open = text.find('"');
  if (open == std::string_view::npos) return {};
  text.remove_prefix(open + 1);
  return std::string(text.substr(0, text.find('"')));
}

}  // namespace

Result<std::unique_ptr<PipewireConnection>> PipewireConnection::Open() {
  DFN_TRY(const pw::Library* library, pw::Load());
  std::unique_ptr<PipewireConnection> connection(new PipewireConnection(*library));
  DFN_CHECK(connection->Connect());
  return connection;
}

Status PipewireConnection::Connect() {
  const Error no_memory = {ErrorCode::kIo, "PipeWire's library could not start its thread"};
  loop_ = pw_.thread_loop_new("deepfilter", nullptr);
  if (loop_ == nullptr) return no_memory;
  // The library's settings for clients in real time, which give the data thread its priority.
  context_ = pw_.context_new(pw_.thread_loop_get_loop(loop_),
                             pw_.properties_new("config.name", "client-rt.conf", nullptr), 0);
  if (context_ == nullptr) context_ = pw_.context_new(pw_.thread_loop_get_loop(loop_), nullptr, 0);
  if (context_ == nullptr || pw_.thread_loop_start(loop_) != 0) return no_memory;
  Lock();
  core_ = pw_.context_connect(context_,
                              pw_.properties_new("application.name", "deepfilter", nullptr), 0);
  if (core_ == nullptr) {
    Unlock();
    return Error{ErrorCode::kNotFound, "no PipeWire server runs here"};
  }
  core_events_.done = OnDone;
  core_events_.error = OnError;
  registry_events_.global = OnGlobal;
  registry_events_.global_remove = OnGlobalRemove;
  metadata_events_.property = OnMetadata;
  const auto& core = pw::MethodsOf<pw::CoreMethods>(core_);
  core.add_listener(pw::DataOf(core_), &core_hook_, &core_events_, this);
  registry_ = core.get_registry(pw::DataOf(core_), pw::kRegistryVersion, 0);
  if (registry_ != nullptr) {
    pw::MethodsOf<pw::RegistryMethods>(registry_).add_listener(
        pw::DataOf(registry_), &registry_hook_, &registry_events_, this);
  }
  // Once for the list, once for the defaults, which are asked for while the list comes.
  Synchronize();
  Synchronize();
  const bool answered = answered_ == asked_;
  const std::string failure = failure_;
  Unlock();
  if (!failure.empty()) return Error{ErrorCode::kIo, failure};
  if (!answered) return Error{ErrorCode::kIo, "the PipeWire server does not answer"};
  return {};
}

PipewireConnection::~PipewireConnection() {
  if (loop_ == nullptr) return;
  pw_.thread_loop_stop(loop_);
  if (metadata_ != nullptr) pw_.proxy_destroy(metadata_);
  if (registry_ != nullptr) pw_.proxy_destroy(registry_);
  if (core_ != nullptr) pw_.core_disconnect(core_);
  if (context_ != nullptr) pw_.context_destroy(context_);
  pw_.thread_loop_destroy(loop_);
}

void PipewireConnection::Synchronize() {
  const auto& core = pw::MethodsOf<pw::CoreMethods>(core_);
  asked_ = core.sync(pw::DataOf(core_), 0, 0);
  while (answered_ != asked_ && failure_.empty()) {
    if (pw_.thread_loop_timed_wait(loop_, kAnswerSeconds) != 0) return;
  }
}

void PipewireConnection::OnDone(void* self, uint32_t id, int sequence) {
  auto& connection = *static_cast<PipewireConnection*>(self);
  if (id != 0) return;
  connection.answered_ = sequence;
  connection.pw_.thread_loop_signal(connection.loop_, false);
}

void PipewireConnection::OnError(void* self, uint32_t id, int, int result, const char* message) {
  auto& connection = *static_cast<PipewireConnection*>(self);
  // Of other objects than the core, an error ends no connection.
  if (id != 0 || result == 0) return;
  connection.failure_ = std::string("the PipeWire server has gone (") +
                        (message != nullptr ? message : "no reason given") + ")";
  connection.pw_.thread_loop_signal(connection.loop_, false);
}

void PipewireConnection::OnGlobal(void* self, uint32_t id, uint32_t, const char* type, uint32_t,
                                  const pw::Dict* properties) {
  auto& connection = *static_cast<PipewireConnection*>(self);
  if (std::strcmp(type, kNodeType) == 0) {
    Node node = {ValueOf(properties, "media.class"), ValueOf(properties, "node.name"),
                 ValueOf(properties, "node.description")};
    if (node.description.empty()) node.description = ValueOf(properties, "node.nick");
    if (node.description.empty()) node.description = node.name;
    connection.nodes_[id] = std::move(node);
  } else if (std::strcmp(type, kLinkType) == 0) {
    connection.links_[id] = {IdOf(properties, "link.output.node"),
                             IdOf(properties, "link.input.node")};
  } else if (std::strcmp(type, kMetadataType) == 0 && connection.metadata_ == nullptr &&
             ValueOf(properties, "metadata.name") == "default") {
    connection.metadata_ =
        pw::MethodsOf<pw::RegistryMethods>(connection.registry_)
            .bind(pw::DataOf(connection.registry_), id, kMetadataType, pw::kMetadataVersion, 0);
    if (connection.metadata_ == nullptr) return;
    connection.metadata_id_ = id;
    connection.metadata_hook_ = {};
    pw::MethodsOf<pw::MetadataMethods>(connection.metadata_)
        .add_listener(pw::DataOf(connection.metadata_), &connection.metadata_hook_,
                      &connection.metadata_events_, self);
  }
}

void PipewireConnection::OnGlobalRemove(void* self, uint32_t id) {
  auto& connection = *static_cast<PipewireConnection*>(self);
  connection.nodes_.erase(id);
  connection.links_.erase(id);
  if (id == connection.metadata_id_) {
    // The session manager has gone; another one brings its own.
    connection.pw_.proxy_destroy(connection.metadata_);
    connection.metadata_ = nullptr;
    connection.metadata_id_ = pw::kAnyId;
  }
}

int PipewireConnection::OnMetadata(void* self, uint32_t, const char* key, const char*,
                                   const char* value) {
  auto& connection = *static_cast<PipewireConnection*>(self);
  if (key == nullptr) return 0;
  if (std::strcmp(key, "default.audio.source") == 0) connection.default_source_ = NameIn(value);
  if (std::strcmp(key, "default.audio.sink") == 0) connection.default_sink_ = NameIn(value);
  return 0;
}

std::vector<DeviceEntry> PipewireConnection::Devices() const {
  std::vector<DeviceEntry> entries;
  for (const auto& [id, node] : nodes_) {
    const bool source = node.media_class.starts_with("Audio/Source");
    const bool sink = node.media_class.starts_with("Audio/Sink");
    const bool both = node.media_class == "Audio/Duplex";
    if (source || both) {
      entries.push_back({AudioServer::kPipewire, DeviceSide::kInput, node.name, node.description,
                         node.name == default_source_});
    }
    if (sink || both) {
      entries.push_back({AudioServer::kPipewire, DeviceSide::kOutput, node.name, node.description,
                         node.name == default_sink_});
    }
  }
  return entries;
}

PipewireConnection::Peer PipewireConnection::PeerOf(uint32_t node, DeviceSide side) const {
  for (const auto& [id, link] : links_) {
    const bool input = side == DeviceSide::kInput;
    if ((input ? link.input_node : link.output_node) != node) continue;
    const auto peer = nodes_.find(input ? link.output_node : link.input_node);
    if (peer == nodes_.end()) continue;
    return {peer->second.description, peer->second.media_class.starts_with("Audio/Sink")};
  }
  return {};
}

}  // namespace dfn
