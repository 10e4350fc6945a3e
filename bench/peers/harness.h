// The common part of the programs that `make bench` compares: one sound, one thread, one clock, and
// the commands below. The programs in other languages follow the same rules.
//
//   PROGRAM ARGUMENTS... SOUND     SOUND: raw float32 samples, mono, 48 kHz
//
// When it is ready it prints one line, JSON: {"name", "version", "delay_samples", "modes"}. Then it
// answers each line of standard input with one line of JSON:
//   measure MODE SECONDS SLEEP_MS   plays the sound in a loop for about that long, from the state
//                                   reached so far, and times each call; before a call it sleeps.
//                                   {"calls", "frames", "min", "median", "p99", "max", "mean"}: us
//                                   a frame of one stream
//   output PATH [MODE]              plays the sound once from a fresh start and writes what comes
//                                   out, raw float32, with the delay (of the first stream). Without
//                                   MODE: as the program does best. {"samples"}
// If a command fails, the answer is {"error"}. The program ends when its input ends.
#ifndef DEEPFILTER_BENCH_PEERS_HARNESS_H_
#define DEEPFILTER_BENCH_PEERS_HARNESS_H_

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <functional>
#include <iostream>
#include <map>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "bench/time_summary.h"

namespace dfn::bench {

// A way in which a peer can run.
struct PeerMode {
  size_t hops_a_call = 1;  // of each stream
  size_t streams = 1;
  // Enhances the next call's samples, [hops_a_call * hop], and returns the first stream's output.
  std::function<void(const float* input, float* output)> process;
  std::function<void()> reset;  // returns to the initial state
};

struct Peer {
  std::string name;
  std::string version;
  size_t hop = 480;
  size_t delay_samples = 0;
  std::map<std::string, PeerMode> modes;  // includes "live"
  // Answers a command that only this peer has; returns "" if it has no such command.
  std::function<std::string(const std::string& command, std::istream& arguments)> other;
};

inline std::vector<float> ReadSamples(const std::string& path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  std::vector<float> samples(file ? static_cast<size_t>(file.tellg()) / sizeof(float) : 0);
  file.seekg(0);
  file.read(reinterpret_cast<char*>(samples.data()),
            static_cast<std::streamsize>(samples.size() * sizeof(float)));
  return samples;
}

inline bool WriteSamples(const std::string& path, const std::vector<float>& samples) {
  std::ofstream file(path, std::ios::binary);
  file.write(reinterpret_cast<const char*>(samples.data()),
             static_cast<std::streamsize>(samples.size() * sizeof(float)));
  return file.good();
}

class PeerSession {
 public:
  PeerSession(Peer peer, std::vector<float> sound)
      : peer_(std::move(peer)), sound_(std::move(sound)) {}

  int Run() {
    if (sound_.size() < peer_.hop) {
      std::fprintf(stderr, "%s: the sound is shorter than a hop\n", peer_.name.c_str());
      return 1;
    }
    std::string modes;
    for (const auto& [name, mode] : peer_.modes) {
      WarmUp(mode);
      modes += (modes.empty() ? "\"" : ", \"") + name + "\"";
    }
    std::cout << "{\"name\": \"" << peer_.name << "\", \"version\": \"" << peer_.version
              << "\", \"delay_samples\": " << peer_.delay_samples << ", \"modes\": [" << modes
              << "]}" << std::endl;
    for (std::string line; std::getline(std::cin, line);) {
      std::istringstream words(line);
      std::cout << Answer(words) << std::endl;
    }
    return 0;
  }

 private:
  std::string Answer(std::istream& words) {
    std::string command;
    words >> command;
    if (command == "measure") {
      std::string mode;
      double seconds = 0.0;
      double sleep_ms = 0.0;
      if (words >> mode >> seconds >> sleep_ms && peer_.modes.contains(mode)) {
        return Measure(peer_.modes.at(mode), seconds, sleep_ms);
      }
    } else if (command == "output") {
      std::string path;
      std::string mode = "live";
      if (words >> path) {
        words >> mode;
        if (peer_.modes.contains(mode)) return Output(path, peer_.modes.at(mode));
      }
    } else if (peer_.other) {
      const std::string answer = peer_.other(command, words);
      if (!answer.empty()) return answer;
    }
    return "{\"error\": \"not a command of this program\"}";
  }

  // Skips the first frames, which take less time than the others, and touches all memory.
  void WarmUp(const PeerMode& mode) {
    std::vector<float> input(mode.hops_a_call * peer_.hop);
    std::vector<float> output(input.size());
    for (size_t i = 0; i < kWarmUpCalls; ++i) {
      for (float& sample : input) sample = NextSample();
      mode.process(input.data(), output.data());
    }
  }

  float NextSample() {
    const float sample = sound_[position_];
    position_ = (position_ + 1) % sound_.size();
    return sample;
  }

  std::string Measure(const PeerMode& mode, double seconds, double sleep_ms) {
    using Clock = std::chrono::steady_clock;
    const auto since = [](Clock::time_point start) {
      return std::chrono::duration<double>(Clock::now() - start).count();
    };
    const size_t samples = mode.hops_a_call * peer_.hop;
    std::vector<float> input(samples);
    std::vector<float> output(samples);
    std::vector<float> times_us;
    const double frames = static_cast<double>(mode.hops_a_call * mode.streams);
    const Clock::time_point start = Clock::now();
    do {
      for (float& sample : input) sample = NextSample();
      if (sleep_ms > 0.0) {
        std::this_thread::sleep_for(std::chrono::duration<double, std::milli>(sleep_ms));
      }
      const Clock::time_point before = Clock::now();
      mode.process(input.data(), output.data());
      times_us.push_back(static_cast<float>(1e6 * since(before) / frames));
    } while (since(start) < seconds);
    const TimeSummary us = Summarize(times_us);
    std::ostringstream text;
    text << "{\"calls\": " << us.count
         << ", \"frames\": " << us.count * mode.hops_a_call * mode.streams
         << ", \"min\": " << us.min << ", \"median\": " << us.median << ", \"p99\": " << us.p99
         << ", \"max\": " << us.max << ", \"mean\": " << us.mean << "}";
    return text.str();
  }

  // The last call is padded with zeros.
  std::string Output(const std::string& path, const PeerMode& mode) {
    const size_t call = mode.hops_a_call * peer_.hop;
    mode.reset();
    std::vector<float> input(call);
    std::vector<float> output((sound_.size() + call - 1) / call * call);
    for (size_t at = 0; at < output.size(); at += call) {
      const size_t there = std::min(call, sound_.size() - at);
      std::copy_n(sound_.data() + at, there, input.data());
      std::fill(input.begin() + static_cast<std::ptrdiff_t>(there), input.end(), 0.0f);
      mode.process(input.data(), output.data() + at);
    }
    output.resize(sound_.size());
    if (!WriteSamples(path, output)) return "{\"error\": \"cannot write the output\"}";
    return "{\"samples\": " + std::to_string(output.size()) + "}";
  }

  static constexpr size_t kWarmUpCalls = 16;

  Peer peer_;
  std::vector<float> sound_;
  size_t position_ = 0;
};

}  // namespace dfn::bench

#endif  // DEEPFILTER_BENCH_PEERS_HARNESS_H_
