// What a PipeWire server has: its devices, links and defaults, kept up to date by its events.
#ifndef DEEPFILTER_DEVICE_PIPEWIRE_REGISTRY_H_
#define DEEPFILTER_DEVICE_PIPEWIRE_REGISTRY_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "device/device.h"
#include "device/pipewire_api.h"

namespace dfn {

// A connection to the server with a thread of its own, and the registry over it. Used by one thread;
// the functions take the connection's lock, and none is real-time.
class PipewireConnection {
 public:
  // Connects and waits for the server's list. Errors: those of pw::Load; kNotFound (no server runs),
  // kIo.
  static Result<std::unique_ptr<PipewireConnection>> Open();
  ~PipewireConnection();
  PipewireConnection(const PipewireConnection&) = delete;
  PipewireConnection& operator=(const PipewireConnection&) = delete;

  const pw::Library& library() const { return pw_; }
  pw::Core* core() { return core_; }
  void Lock() { pw_.thread_loop_lock(loop_); }
  void Unlock() { pw_.thread_loop_unlock(loop_); }

  // The functions below are called with the lock held.

  // Why the connection has ended; empty while it lives.
  const std::string& failure() const { return failure_; }
  std::vector<DeviceEntry> Devices() const;
  // What is linked to a node: the other end of its first link.
  struct Peer {
    std::string description;  // empty: nothing is
    bool is_sink = false;     // a speaker, also where its sound is what is heard
  };
  Peer PeerOf(uint32_t node, DeviceSide side) const;
  // Waits, without the lock meanwhile, until the server has answered all that was asked so far, at
  // most some seconds.
  void Synchronize();

 private:
  struct Node {
    std::string media_class;
    std::string name;
    std::string description;
  };
  struct Link {
    uint32_t output_node;
    uint32_t input_node;
  };

  explicit PipewireConnection(const pw::Library& library) : pw_(library) {}
  Status Connect();
  static void OnDone(void* self, uint32_t id, int sequence);
  static void OnError(void* self, uint32_t id, int sequence, int result, const char* message);
  static void OnGlobal(void* self, uint32_t id, uint32_t permissions, const char* type,
                       uint32_t version, const pw::Dict* properties);
  static void OnGlobalRemove(void* self, uint32_t id);
  static int OnMetadata(void* self, uint32_t subject, const char* key, const char* type,
                        const char* value);

  const pw::Library& pw_;
  pw::ThreadLoop* loop_ = nullptr;
  pw::Context* context_ = nullptr;
  pw::Core* core_ = nullptr;
  pw::Proxy* registry_ = nullptr;
  pw::Proxy* metadata_ = nullptr;
  uint32_t metadata_id_ = pw::kAnyId;
  pw::Hook core_hook_ = {};
  pw::Hook registry_hook_ = {};
  pw::Hook metadata_hook_ = {};
  pw::CoreEvents core_events_;
  pw::RegistryEvents registry_events_;
  pw::MetadataEvents metadata_events_;
  int asked_ = 0;  // sequence number of the last question
  int answered_ = -1;
  std::string failure_;
  std::string default_source_;  // names of nodes
  std::string default_sink_;
  std::map<uint32_t, Node> nodes_;
  std::map<uint32_t, Link> links_;
};

}  // namespace dfn

#endif  // DEEPFILTER_DEVICE_PIPEWIRE_REGISTRY_H_
