// The official runtime behind the harness: libdf MODEL.tar.gz LIBRARY SOUND LIBRARY is opened by
// name, since no package has its header.
#include <dlfcn.h>

#include <cstdio>
#include <string>

#include "bench/peers/harness.h"

namespace {

struct State;

// The official repository's deep_filter/deep_filter.h declares these functions.
struct Api {
  State* (*create)(const char* path, float atten_lim, const char* log_level) = nullptr;
  size_t (*frame_length)(State*) = nullptr;
  float (*process)(State*, float* input, float* output) = nullptr;
  void (*free)(State*) = nullptr;

  bool Open(const char* path) {
    void* const library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) {
      std::fprintf(stderr, "libdf: %s\n", dlerror());
      return false;
    }
    const auto find = [library](const char* name, auto& function) {
      function =
          reinterpret_cast<std::remove_reference_t<decltype(function)>>(dlsym(library, name));
      return function != nullptr;
    };
    return find("df_create", create) && find("df_get_frame_length", frame_length) &&
           find("df_process_frame", process) && find("df_free", free);
  }
};

// This sets no limit on attenuation.
constexpr float kNoLimitDb = 100.0f;

}  // namespace

int main(int argc, char** argv) {
  Api api;
  if (argc != 4 || !api.Open(argv[2])) {
    std::fprintf(stderr, "usage: libdf MODEL.tar.gz LIBRARY SOUND\n");
    return 1;
  }
  State* state = api.create(argv[1], kNoLimitDb, nullptr);
  if (state == nullptr) {
    std::fprintf(stderr, "libdf: df_create failed\n");
    return 1;
  }
  dfn::bench::Peer peer;
  peer.name = "official runtime";
  peer.version = "libDF through its C API";
  peer.hop = api.frame_length(state);
  peer.modes["live"].process = [&](const float* input, float* output) {
    api.process(state, const_cast<float*>(input), output);
  };
  peer.modes["live"].reset = [&] {
    api.free(state);
    state = api.create(argv[1], kNoLimitDb, nullptr);
  };
  const int status =
      dfn::bench::PeerSession(std::move(peer), dfn::bench::ReadSamples(argv[3])).Run();
  api.free(state);
  return status;
}
