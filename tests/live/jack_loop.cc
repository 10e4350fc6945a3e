// JACK clients in real time for tests, for JACK's server or, with PipeWire's libjack
// (`pw-jack jack_loop ...`), for PipeWire's. They count on the server's clock.
//
//   jack_loop play IN.f32 OUT.f32 SECONDS TARGET SOURCE...
//     plays into one port and records others: a channel for each, interleaved, from the first sample
//     that is played on; what the server left out is zero
//   jack_loop copy SECONDS SOURCE TARGET
//     copies from one port to another: what a machine can do at best
//   SOURCE, TARGET: ports by their full names ("deepfilter:output_1")
//
// Prints for each client (player, recorder; copier) how many blocks the server left out.
#include <dlfcn.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
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
const Jack& Library() {
  static const Jack jack;
  return jack;
}

// One client, and where it is in the sound.
struct Client {
  enum class Work { kPlay, kRecord, kCopy };

  Client(const char* name, Work does, size_t inputs) : work(does) {
    int status = 0;
    client =
        Library().Find<void*(const char*, int, int*, ...)>("jack_client_open")(name, 1, &status);
    if (client == nullptr) {
      std::fprintf(stderr, "no JACK server: status %d\n", status);
      std::exit(1);
    }
    auto* open =
        Library().Find<void*(void*, const char*, const char*, unsigned long, unsigned long)>(
            "jack_port_register");
    const auto register_port = [&](const std::string& port, unsigned long direction) {
      names.push_back(std::string(name) + ":" + port);
      ports.push_back(open(client, port.c_str(), "32 bit float mono audio", direction, 0));
    };
    for (size_t i = 0; i < inputs; ++i) register_port("in_" + std::to_string(i + 1), 1);
    if (does != Work::kRecord) register_port("out", 2);
    Library().Find<int(void*, int (*)(uint32_t, void*), void*)>("jack_set_process_callback")(
        client, Process, this);
  }
  ~Client() {
    Library().Find<int(void*)>("jack_deactivate")(client);
    Library().Find<int(void*)>("jack_client_close")(client);
  }

  void Activate() {
    if (Library().Find<int(void*)>("jack_activate")(client) != 0) std::exit(1);
  }
  uint32_t Now() { return last_frame_time(client); }

  static int Process(uint32_t frames, void* self) {
    static_cast<Client*>(self)->Run(frames);
    return 0;
  }
  void Run(uint32_t frames) {
    const bool runs = running.load(std::memory_order_acquire);
    const uint32_t time = last_frame_time(client);
    if (runs && counting) {
      const auto step = static_cast<int32_t>(time - next_time);
      if (step > 0)
        missed.fetch_add(static_cast<uint32_t>(step) / frames, std::memory_order_relaxed);
    }
    counting = runs;
    next_time = time + frames;
    if (work == Work::kCopy) {
      std::memcpy(Buffer(1, frames), Buffer(0, frames), frames * sizeof(float));
      return;
    }
    const auto at = static_cast<int32_t>(time - begin);  // the clock's count may have turned over
    for (size_t c = 0; c < ports.size(); ++c) {
      float* buffer = Buffer(c, frames);
      for (int32_t i = 0; i < static_cast<int32_t>(frames); ++i) {
        const int32_t place = at + i;
        const bool within = runs && place >= 0 && place < length;
        if (work == Work::kPlay) {
          buffer[i] = within ? samples[static_cast<size_t>(place)] : 0.0f;
        } else if (within) {
          samples[static_cast<size_t>(place) * ports.size() + c] = buffer[i];
        }
      }
    }
    if (runs && at >= length) done.store(true, std::memory_order_release);
  }
  float* Buffer(size_t port, uint32_t frames) const {
    return static_cast<float*>(get_buffer(ports[port], frames));
  }

  uint32_t (*last_frame_time)(const void*) =
      Library().Find<uint32_t(const void*)>("jack_last_frame_time");
  void* (*get_buffer)(void*,
                      uint32_t) = Library().Find<void*(void*, uint32_t)>("jack_port_get_buffer");
  const Work work;
  void* client = nullptr;
  std::vector<void*> ports;
  std::vector<std::string> names;
  // Set before it runs.
  std::vector<float> samples;  // [length][ports]
  int32_t length = 0;
  uint32_t begin = 0;
  std::atomic<bool> running{false};
  // Of the server's thread.
  bool counting = false;
  uint32_t next_time = 0;
  std::atomic<uint32_t> missed{0};
  std::atomic<bool> done{false};
};

std::vector<float> ReadFloats(const char* path) {
  std::ifstream file(path, std::ios::binary);
  const std::vector<char> bytes((std::istreambuf_iterator<char>(file)), {});
  std::vector<float> floats(bytes.size() / sizeof(float));
  std::copy_n(bytes.data(), floats.size() * sizeof(float), reinterpret_cast<char*>(floats.data()));
  return floats;
}

void Connect(Client& client, const std::string& from, const std::string& to) {
  auto* join = Library().Find<int(void*, const char*, const char*)>("jack_connect");
  if (join(client.client, from.c_str(), to.c_str()) == 0) return;
  std::fprintf(stderr, "cannot connect %s and %s\n", from.c_str(), to.c_str());
  std::exit(1);
}

void Sleep(double seconds) { std::this_thread::sleep_for(std::chrono::duration<double>(seconds)); }
// After a graph has changed, it comes to rest.
constexpr double kRestSeconds = 0.5;

int Play(const char* in, const char* out, double seconds, const std::string& target,
         const std::vector<std::string>& sources) {
  Client player("test_player", Client::Work::kPlay, 0);
  Client recorder("test_recorder", Client::Work::kRecord, sources.size());
  const uint32_t rate = Library().Find<uint32_t(void*)>("jack_get_sample_rate")(player.client);
  recorder.length = static_cast<int32_t>(seconds * rate);
  recorder.samples.resize(static_cast<size_t>(recorder.length) * sources.size());
  player.samples = ReadFloats(in);
  player.length = static_cast<int32_t>(player.samples.size());
  player.Activate();
  recorder.Activate();
  Connect(player, player.names[0], target);
  for (size_t i = 0; i < sources.size(); ++i) Connect(recorder, sources[i], recorder.names[i]);
  Sleep(kRestSeconds);
  const uint32_t begin = player.Now() + rate / 10;
  for (Client* client : {&recorder, &player}) {
    client->begin = begin;
    client->running.store(true, std::memory_order_release);
  }
  while (!recorder.done.load(std::memory_order_acquire)) Sleep(0.02);
  for (Client* client : {&recorder, &player}) client->running.store(false);
  std::printf("%u %u\n", player.missed.load(), recorder.missed.load());
  std::ofstream file(out, std::ios::binary);
  file.write(reinterpret_cast<const char*>(recorder.samples.data()),
             static_cast<std::streamsize>(recorder.samples.size() * sizeof(float)));
  return file.good() ? 0 : 1;
}

int Copy(double seconds, const std::string& source, const std::string& target) {
  Client copier("test_copier", Client::Work::kCopy, 1);
  copier.Activate();
  Connect(copier, source, copier.names[0]);
  Connect(copier, copier.names[1], target);
  Sleep(kRestSeconds);
  copier.running.store(true, std::memory_order_release);
  Sleep(seconds);
  copier.running.store(false);
  std::printf("%u\n", copier.missed.load());
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (words.size() >= 6 && words[0] == "play") {
    return Play(argv[2], argv[3], std::atof(argv[4]), words[4], {words.begin() + 5, words.end()});
  }
  if (words.size() == 4 && words[0] == "copy") return Copy(std::atof(argv[2]), words[2], words[3]);
  return 2;
}
