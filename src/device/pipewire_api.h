// What this program uses of PipeWire's library (0.3.50 and later, 1.x), declared from its interface,
// which is stable, so that no build needs its headers. docs/decisions/0028.
#ifndef DEEPFILTER_DEVICE_PIPEWIRE_API_H_
#define DEEPFILTER_DEVICE_PIPEWIRE_API_H_

#include <cstddef>
#include <cstdint>

#include "base/result.h"
#include "os/shared_library.h"

namespace dfn::pw {

// Objects of the library, used through pointers alone.
struct ThreadLoop;
struct Loop;
struct Context;
struct Core;
struct Stream;
struct Properties;
struct Proxy;

// ---- Of SPA, its plugin interface ----

struct DictItem {
  const char* key;
  const char* value;
};
struct Dict {
  uint32_t flags;
  uint32_t count;
  const DictItem* items;
};

struct Callbacks {
  const void* functions;
  void* data;
};

// A registration of events; zero before it is given to the library.
struct Hook {
  Hook* next;
  Hook* previous;
  Callbacks callbacks;
  void (*removed)(Hook*);
  void* owner;
};
static_assert(sizeof(void*) != 8 || sizeof(Hook) == 48);

// How every proxy begins: the table of its methods.
struct Interface {
  const char* type;
  uint32_t version;
  Callbacks callbacks;
};

struct Fraction {
  uint32_t numerator;
  uint32_t denominator;
};

struct Chunk {
  uint32_t offset;
  uint32_t size;
  int32_t stride;
  int32_t flags;
};
struct Data {
  uint32_t type;
  uint32_t flags;
  int64_t descriptor;
  uint32_t map_offset;
  uint32_t max_size;
  void* data;
  Chunk* chunk;
};
struct SpaBuffer {
  uint32_t metas_count;
  uint32_t datas_count;
  void* metas;
  Data* datas;
};

// The clock of a graph's driver, at the start of the area of kIoPosition.
struct Clock {
  uint32_t flags;
  uint32_t id;
  char name[64];
  uint64_t nsec;
  Fraction rate;
  uint64_t position;
  uint64_t duration;
};
static_assert(offsetof(Clock, rate) == 80 && offsetof(Clock, position) == 88);
inline constexpr uint32_t kIoPosition = 7;

// A parameter: its size in bytes without this header, its type, and its value.
struct Pod {
  uint32_t size;
  uint32_t type;
};
inline constexpr uint32_t kPodId = 3;
inline constexpr uint32_t kPodInt = 4;
inline constexpr uint32_t kPodArray = 13;
inline constexpr uint32_t kPodObject = 15;
inline constexpr uint32_t kFormatObject = 0x40003;
inline constexpr uint32_t kParamEnumFormat = 3;
inline constexpr uint32_t kParamFormat = 4;
inline constexpr uint32_t kFormatMediaType = 1;
inline constexpr uint32_t kFormatMediaSubtype = 2;
inline constexpr uint32_t kFormatAudio = 0x10001;
inline constexpr uint32_t kFormatRate = 0x10003;
inline constexpr uint32_t kFormatChannels = 0x10004;
inline constexpr uint32_t kFormatPosition = 0x10005;
inline constexpr uint32_t kMediaAudio = 1;
inline constexpr uint32_t kMediaRaw = 1;
inline constexpr uint32_t kAudioF32Planar = 0x206;
inline constexpr uint32_t kChannelMono = 2;
inline constexpr uint32_t kChannelLeft = 3;
inline constexpr uint32_t kChannelRight = 4;

// ---- Of the library ----

struct Buffer {
  SpaBuffer* buffer;
  void* user_data;
  uint64_t size;
  uint64_t requested;  // samples that the output wants; 0: not told
};

struct Time {
  int64_t now;
  Fraction rate;
  uint64_t ticks;
  int64_t delay;  // in parts of `rate`
  uint64_t queued;
  uint64_t buffered;
  uint32_t queued_buffers;
  uint32_t avail_buffers;
};

enum StreamState : int {
  kStreamError = -1,
  kStreamUnconnected = 0,
  kStreamConnecting = 1,
  kStreamPaused = 2,
  kStreamStreaming = 3,
};

enum Direction : int { kDirectionInput = 0, kDirectionOutput = 1 };

inline constexpr uint32_t kAnyId = 0xffffffff;
inline constexpr uint32_t kFlagAutoconnect = 1u << 0;
inline constexpr uint32_t kFlagMapBuffers = 1u << 2;
inline constexpr uint32_t kFlagRealtime = 1u << 4;
inline constexpr uint32_t kFlagTrigger = 1u << 9;

struct StreamEvents {
  uint32_t version = 2;
  void (*destroy)(void*) = nullptr;
  void (*state_changed)(void*, int old_state, int state, const char* error) = nullptr;
  void (*control_info)(void*, uint32_t, const void*) = nullptr;
  void (*io_changed)(void*, uint32_t id, void* area, uint32_t size) = nullptr;
  void (*param_changed)(void*, uint32_t id, const Pod* param) = nullptr;
  void (*add_buffer)(void*, Buffer*) = nullptr;
  void (*remove_buffer)(void*, Buffer*) = nullptr;
  void (*process)(void*) = nullptr;
  void (*drained)(void*) = nullptr;
  void (*command)(void*, const void*) = nullptr;
  void (*trigger_done)(void*) = nullptr;
};

struct CoreEvents {
  uint32_t version = 0;
  void (*info)(void*, const void*) = nullptr;
  void (*done)(void*, uint32_t id, int sequence) = nullptr;
  void (*ping)(void*, uint32_t, int) = nullptr;
  void (*error)(void*, uint32_t id, int sequence, int result, const char* message) = nullptr;
  void (*remove_id)(void*, uint32_t) = nullptr;
  void (*bound_id)(void*, uint32_t, uint32_t) = nullptr;
  void (*add_mem)(void*, uint32_t, uint32_t, int, uint32_t) = nullptr;
  void (*remove_mem)(void*, uint32_t) = nullptr;
};

struct CoreMethods {
  uint32_t version;
  int (*add_listener)(void*, Hook*, const CoreEvents*, void* data);
  int (*hello)(void*, uint32_t);
  int (*sync)(void*, uint32_t id, int sequence);
  int (*pong)(void*, uint32_t, int);
  int (*error)(void*, uint32_t, int, int, const char*);
  Proxy* (*get_registry)(void*, uint32_t version, size_t user_data);
};

struct RegistryEvents {
  uint32_t version = 0;
  void (*global)(void*, uint32_t id, uint32_t permissions, const char* type, uint32_t version,
                 const Dict* properties) = nullptr;
  void (*global_remove)(void*, uint32_t id) = nullptr;
};

struct RegistryMethods {
  uint32_t version;
  int (*add_listener)(void*, Hook*, const RegistryEvents*, void* data);
  Proxy* (*bind)(void*, uint32_t id, const char* type, uint32_t version, size_t user_data);
};

struct MetadataEvents {
  uint32_t version = 0;
  int (*property)(void*, uint32_t subject, const char* key, const char* type,
                  const char* value) = nullptr;
};

struct MetadataMethods {
  uint32_t version;
  int (*add_listener)(void*, Hook*, const MetadataEvents*, void* data);
};

inline constexpr uint32_t kRegistryVersion = 3;
inline constexpr uint32_t kMetadataVersion = 3;

// The methods of a proxy and the object that they take first.
template <class Methods, class Object>
const Methods& MethodsOf(Object* object) {
  return *static_cast<const Methods*>(
      reinterpret_cast<const Interface*>(object)->callbacks.functions);
}
template <class Object>
void* DataOf(Object* object) {
  return reinterpret_cast<const Interface*>(object)->callbacks.data;
}

// The library's functions.
struct Library {
  void (*init)(int*, char***);
  ThreadLoop* (*thread_loop_new)(const char* name, const Dict*);
  void (*thread_loop_destroy)(ThreadLoop*);
  Loop* (*thread_loop_get_loop)(ThreadLoop*);
  int (*thread_loop_start)(ThreadLoop*);
  void (*thread_loop_stop)(ThreadLoop*);
  void (*thread_loop_lock)(ThreadLoop*);
  void (*thread_loop_unlock)(ThreadLoop*);
  int (*thread_loop_timed_wait)(ThreadLoop*, int seconds);
  void (*thread_loop_signal)(ThreadLoop*, bool wait_for_accept);
  Context* (*context_new)(Loop*, Properties*, size_t user_data);
  void (*context_destroy)(Context*);
  Core* (*context_connect)(Context*, Properties*, size_t user_data);
  int (*core_disconnect)(Core*);
  void (*proxy_destroy)(Proxy*);
  Properties* (*properties_new)(const char* key, ...);
  int (*properties_set)(Properties*, const char* key, const char* value);
  Stream* (*stream_new)(Core*, const char* name, Properties*);
  void (*stream_destroy)(Stream*);
  void (*stream_add_listener)(Stream*, Hook*, const StreamEvents*, void* data);
  int (*stream_connect)(Stream*, int direction, uint32_t target, uint32_t flags, const Pod** params,
                        uint32_t count);
  uint32_t (*stream_get_node_id)(Stream*);
  int (*stream_get_time_n)(Stream*, Time*, size_t size);
  Buffer* (*stream_dequeue_buffer)(Stream*);
  int (*stream_queue_buffer)(Stream*, Buffer*);
  int (*stream_trigger_process)(Stream*);

  SharedLibrary library;
};

// The library, loaded once for the process and never unloaded. Errors: kNotFound (not installed, or
// older than 0.3.50). Any thread; not real-time.
Result<const Library*> Load();

}  // namespace dfn::pw

#endif  // DEEPFILTER_DEVICE_PIPEWIRE_API_H_
