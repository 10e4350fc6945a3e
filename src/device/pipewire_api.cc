#include "device/pipewire_api.h"

#include <memory>
#include <string>
#include <utility>

namespace dfn::pw {
namespace {

constexpr char kName[] = "libpipewire-0.3.so.0";

// Fills one function; notes the first name that is missing.
struct Finder {
  const SharedLibrary& library;
  std::string missing = {};

  template <class Function>
  void operator()(const char* name, Function*& function) {
    function = library.Find<Function>(name);
    if (function == nullptr && missing.empty()) missing = name;
  }
};

Result<std::unique_ptr<Library>> LoadFunctions() {
  auto opened = SharedLibrary::Open(kName);
  if (!opened.ok()) {
    return Error{ErrorCode::kNotFound, std::string("PipeWire's library ") + kName +
                                           " is not installed (" + opened.error().message + ")"};
  }
  auto pw = std::make_unique<Library>();
  pw->library = std::move(opened).value();
  // Its threads and plugins may outlive a last call.
  pw->library.KeepLoaded();
  Finder find{pw->library};
  find("pw_init", pw->init);
  find("pw_thread_loop_new", pw->thread_loop_new);
  find("pw_thread_loop_destroy", pw->thread_loop_destroy);
  find("pw_thread_loop_get_loop", pw->thread_loop_get_loop);
  find("pw_thread_loop_start", pw->thread_loop_start);
  find("pw_thread_loop_stop", pw->thread_loop_stop);
  find("pw_thread_loop_lock", pw->thread_loop_lock);
  find("pw_thread_loop_unlock", pw->thread_loop_unlock);
  find("pw_thread_loop_timed_wait", pw->thread_loop_timed_wait);
  find("pw_thread_loop_signal", pw->thread_loop_signal);
  find("pw_context_new", pw->context_new);
  find("pw_context_destroy", pw->context_destroy);
  find("pw_context_connect", pw->context_connect);
  find("pw_core_disconnect", pw->core_disconnect);
  find("pw_proxy_destroy", pw->proxy_destroy);
  find("pw_properties_new", pw->properties_new);
  find("pw_properties_set", pw->properties_set);
  find("pw_stream_new", pw->stream_new);
  find("pw_stream_destroy", pw->stream_destroy);
  find("pw_stream_add_listener", pw->stream_add_listener);
  find("pw_stream_connect", pw->stream_connect);
  find("pw_stream_get_node_id", pw->stream_get_node_id);
  find("pw_stream_get_time_n", pw->stream_get_time_n);
  find("pw_stream_dequeue_buffer", pw->stream_dequeue_buffer);
  find("pw_stream_queue_buffer", pw->stream_queue_buffer);
  find("pw_stream_trigger_process", pw->stream_trigger_process);
  if (!find.missing.empty()) {
    return Error{ErrorCode::kNotFound, std::string("PipeWire's library ") + kName + " has no " +
                                           find.missing + "; 0.3.50 or newer is needed"};
  }
  pw->init(nullptr, nullptr);
  return pw;
}

}  // namespace

Result<const Library*> Load() {
  static const Result<std::unique_ptr<Library>> loaded = LoadFunctions();
  if (!loaded.ok()) return loaded.error();
  return static_cast<const Library*>(loaded.value().get());
}

}  // namespace dfn::pw
