// A JACK client for tests that plays a file of raw floats into a port and records another one, both
// in the same cycles and on the samples' own clock.
//
//   jack_loop IN.f32 OUT.f32 TARGET SOURCE SECONDS
//   TARGET, SOURCE: ports by their full names ("deepfilter:capture0")
//
// The recording begins with the first sample that is played. Prints the cycles that JACK called late.
#include <dlfcn.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

namespace {

struct Jack {
  void* library = dlopen("libjack.so.0", RTLD_NOW);

  template <class Function>
  Function* Find(const char* name) const {
    void* symbol = library != nullptr ? dlsym(library, name) : nullptr;
    if (symbol == nullptr) {
      std::fprintf(stderr, "libjack.so.0 has no %s\n", name);
      std::exit(1);
    }
    return reinterpret_cast<Function*>(symbol);
  }
};

struct Loop {
  const Jack jack;
  void* (*get_buffer)(void*, uint32_t) = jack.Find<void*(void*, uint32_t)>("jack_port_get_buffer");
  void* out_port = nullptr;
  void* in_port = nullptr;
  std::vector<float> sound;
  std::vector<float> recorded;
  std::atomic<size_t> at{0};
  std::atomic<bool> runs{false};
  std::atomic<int> xruns{0};
};

int Process(uint32_t frames, void* data) {
  auto& loop = *static_cast<Loop*>(data);
  auto* out = static_cast<float*>(loop.get_buffer(loop.out_port, frames));
  const auto* in = static_cast<const float*>(loop.get_buffer(loop.in_port, frames));
  size_t at = loop.at.load(std::memory_order_relaxed);
  const bool runs = loop.runs.load(std::memory_order_acquire);
  for (uint32_t i = 0; i < frames; ++i) {
    out[i] = runs && at + i < loop.sound.size() ? loop.sound[at + i] : 0.0f;
    if (runs && at + i < loop.recorded.size()) loop.recorded[at + i] = in[i];
  }
  if (runs) loop.at.store(at + frames, std::memory_order_release);
  return 0;
}

int Xrun(void* data) {
  static_cast<Loop*>(data)->xruns.fetch_add(1);
  return 0;
}

std::vector<float> ReadFloats(const char* path) {
  std::ifstream file(path, std::ios::binary);
  const std::vector<char> bytes((std::istreambuf_iterator<char>(file)), {});
  std::vector<float> floats(bytes.size() / sizeof(float));
  std::copy_n(bytes.data(), floats.size() * sizeof(float), reinterpret_cast<char*>(floats.data()));
  return floats;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 6) return 2;
  static Loop loop;
  const Jack& jack = loop.jack;
  loop.sound = ReadFloats(argv[1]);
  const double seconds = std::atof(argv[5]);
  int status = 0;
  void* client =
      jack.Find<void*(const char*, int, int*, ...)>("jack_client_open")("jack_loop", 1, &status);
  if (client == nullptr) {
    std::fprintf(stderr, "no JACK server: status %d\n", status);
    return 1;
  }
  const uint32_t rate = jack.Find<uint32_t(void*)>("jack_get_sample_rate")(client);
  loop.recorded.resize(static_cast<size_t>(seconds * rate));
  auto* port = jack.Find<void*(void*, const char*, const char*, unsigned long, unsigned long)>(
      "jack_port_register");
  loop.out_port = port(client, "out", "32 bit float mono audio", 2, 0);
  loop.in_port = port(client, "in", "32 bit float mono audio", 1, 0);
  jack.Find<int(void*, int (*)(uint32_t, void*), void*)>("jack_set_process_callback")(
      client, Process, &loop);
  jack.Find<int(void*, int (*)(void*), void*)>("jack_set_xrun_callback")(client, Xrun, &loop);
  if (jack.Find<int(void*)>("jack_activate")(client) != 0) return 1;
  auto* join = jack.Find<int(void*, const char*, const char*)>("jack_connect");
  if (join(client, "jack_loop:out", argv[3]) != 0 || join(client, argv[4], "jack_loop:in") != 0) {
    std::fprintf(stderr, "cannot connect %s and %s\n", argv[3], argv[4]);
    return 1;
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  loop.xruns.store(0);
  loop.runs.store(true, std::memory_order_release);
  while (loop.at.load(std::memory_order_acquire) < loop.recorded.size()) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  std::printf("%d\n", loop.xruns.load());
  jack.Find<int(void*)>("jack_deactivate")(client);
  jack.Find<int(void*)>("jack_client_close")(client);
  std::ofstream out(argv[2], std::ios::binary);
  out.write(reinterpret_cast<const char*>(loop.recorded.data()),
            static_cast<std::streamsize>(loop.recorded.size() * sizeof(float)));
  return out.good() ? 0 : 1;
}
