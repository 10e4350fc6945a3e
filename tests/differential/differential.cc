// Random networks on random sound, each computed in more than one way.
//
//   differential [--cases N] [--seed S] [--part PART]... [--without CHANGE]...
//
// Default: 100 cases, a seed from the clock, all parts and all changes of graphs.
//
//   runtime   the native network, and files of a random export under ONNX Runtime
//   targets   every instruction set, and the last one, which is the most plain
//   cuts      one call, and random cuts into calls: the same bits
//   graphs    exported graphs, and the same under random changes that leave what they compute: the
//             same Model, to the bit
//
// Case number n of seed S is case 0 of seed S + n, so a failure's line says how to repeat it. Exit
// status: 0 all held, 1 one did not, 2 usage.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "convert/export/export.h"
#include "convert/lift/lift.h"
#include "convert/testing/graphs.h"
#include "convert/testing/plans.h"
#include "differential/change_graph.h"
#include "differential/random_config.h"
#include "engine/native/native_network.h"
#include "engine/testing/random_model.h"
#include "kernels/targets.h"
#include "ort/library.h"
#include "os/tiles.h"
#include "stream/denoise/denoiser.h"
#include "verify/parity.h"

namespace dfn::test {
namespace {

// Both sides are float32 and sum in other orders, which is all they may differ by: the official models
// reach 100 dB, and random ones have fewer and shorter sums.
constexpr double kLeastRuntimeSnrDb = 100.0;
constexpr double kLeastTargetSnrDb = 100.0;

using Samples = std::vector<float>;

struct Figure {
  size_t cases = 0;
  double worst_db = 1000.0;
  uint64_t worst_seed = 0;

  void Add(double db, uint64_t seed) {
    ++cases;
    if (db < worst_db) {
      worst_db = db;
      worst_seed = seed;
    }
  }
};

struct Totals {
  std::map<std::string, Figure> figures;
  size_t failures = 0;
};

// One case: a seed, its config and what it adds to.
struct Case {
  uint64_t seed;
  Config config;
  std::mt19937 random;
  std::set<std::string> changes;
  Totals& totals;

  void Require(bool held, const std::string& part, const std::string& what) const {
    if (held) return;
    ++totals.failures;
    std::printf("FAULT --part %s --seed %llu --cases 1: %s\n  %s\n", part.c_str(),
                static_cast<unsigned long long>(seed), what.c_str(), ConfigText(config).c_str());
  }
};

// Noise whose level changes every few hops, with silence and single loud samples in it.
Samples RandomSound(const Config& config, size_t hops, std::mt19937& random) {
  std::uniform_real_distribution<float> unit(-1.0f, 1.0f);
  Samples sound;
  while (sound.size() < hops * config.hop_size) {
    const float level = random() % 5 == 0 ? 0.0f : std::pow(10.0f, -2.0f * std::abs(unit(random)));
    const size_t length = (1 + random() % 8) * config.hop_size;
    for (size_t i = 0; i < length; ++i) sound.push_back(level * unit(random));
    if (random() % 4 == 0) sound.back() = 1.0f;
  }
  sound.resize(hops * config.hop_size);
  return sound;
}

Samples Enhance(const Model& model, const Samples& sound, std::mt19937* cut) {
  DenoiserOptions options;
  options.controls.post_filter = model.config.post_filter;
  options.controls.post_filter_beta = model.config.post_filter_beta;
  auto denoiser = Denoiser::Create(NewNativeNetwork(model), options);
  if (!denoiser.ok()) return {};
  Samples output(sound.size());
  const size_t hop = model.config.hop_size;
  for (size_t done = 0; done < sound.size() / hop;) {
    const size_t left = sound.size() / hop - done;
    const size_t frames = cut == nullptr ? left : std::min<size_t>(left, 1 + (*cut)() % 40);
    const float* in = sound.data() + done * hop;
    float* out = output.data() + done * hop;
    (*denoiser)->Process(&in, &out, frames, nullptr);
    done += frames;
  }
  return output;
}

bool SameBits(const Samples& a, const Samples& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

double SnrDb(const Samples& wanted, const Samples& found) {
  double signal = 0.0;
  double error = 0.0;
  for (size_t i = 0; i < wanted.size(); ++i) {
    signal += double{wanted[i]} * double{wanted[i]};
    error += std::pow(double{wanted[i]} - double{found[i]}, 2.0);
  }
  return error == 0.0 ? 200.0 : 10.0 * std::log10(signal / error);
}

void CheckRuntime(Case& c, const std::shared_ptr<const ort::Library>& library) {
  const Model model = dfn::RandomModel(c.config, c.seed);
  ExportOptions options;
  options.layout = static_cast<ExportLayout>(c.random() % 4);
  options.opset = static_cast<int>(14 + c.random() % 8);
  options.lower_gru = c.random() % 4 == 0;
  options.single_frame = options.lower_gru || c.random() % 3 == 0;
  const std::string form = std::string(LayoutName(options.layout)) + " opset " +
                           std::to_string(options.opset) + (options.lower_gru ? " lower_gru" : "") +
                           (options.single_frame ? " single_frame" : "");
  const auto files = ExportModel(model, options);
  if (!files.ok()) return c.Require(false, "runtime", form + ": " + files.error().message);
  const Samples sound = RandomSound(c.config, 24 + c.random() % 40, c.random);
  const auto parity = MeasureParity(model, *files, options, sound, library);
  if (!parity.ok()) return c.Require(false, "runtime", form + ": " + parity.error().message);
  c.totals.figures[std::string("runtime ") + LayoutName(options.layout)].Add(parity->snr_db,
                                                                             c.seed);
  c.Require(parity->snr_db >= kLeastRuntimeSnrDb, "runtime",
            form + ": " + std::to_string(parity->snr_db) + " dB");
}

void CheckTargets(Case& c) {
  const Model model = dfn::RandomModel(c.config, c.seed);
  const Samples sound = RandomSound(c.config, 24 + c.random() % 40, c.random);
  std::vector<KernelTarget> targets = SupportedKernelTargets();
  ForceKernelTarget(targets.back());
  const Samples plain = Enhance(model, sound, nullptr);
  targets.pop_back();
  for (const KernelTarget target : targets) {
    ForceKernelTarget(target);
    const double snr_db = SnrDb(plain, Enhance(model, sound, nullptr));
    const std::string name = KernelTargetName(target);
    c.totals.figures["targets " + name].Add(snr_db, c.seed);
    c.Require(snr_db >= kLeastTargetSnrDb, "targets", name + ": " + std::to_string(snr_db) + " dB");
  }
  ForceKernelTarget({});
}

void CheckCuts(Case& c) {
  const Model model = dfn::RandomModel(c.config, c.seed);
  const Samples sound = RandomSound(c.config, 60 + c.random() % 60, c.random);
  const Samples whole = Enhance(model, sound, nullptr);
  const Samples cut = Enhance(model, sound, &c.random);
  ++c.totals.figures["cuts"].cases;
  c.Require(!whole.empty() && SameBits(whole, cut), "cuts", "other bits");
}

std::vector<onnx::Graph> Graphs(const std::vector<NamedBytes>& files) {
  std::vector<onnx::Graph> graphs;
  for (const NamedBytes& file : files) {
    if (file.name.ends_with(".onnx")) graphs.push_back(ParseGraph(file.bytes));
  }
  return graphs;
}

Result<Model> Lift(const std::vector<onnx::Graph>& graphs, ExportLayout layout,
                   const Config& config) {
  const auto named = [&](size_t i) { return NamedGraph{graphs[i], "graph " + std::to_string(i)}; };
  static const onnx::Graph none;
  const auto last = [&](size_t i) { return i < graphs.size() ? named(i) : NamedGraph{none, ""}; };
  if (layout == ExportLayout::kCombined) return LiftCombined(named(0), config);
  if (layout == ExportLayout::kStreaming) {
    return LiftStreaming(named(0), named(1), named(2), last(3), config);
  }
  return LiftNetworks(named(0), named(1), last(2), config);
}

void CheckGraphs(Case& c) {
  const Model model = test::RandomModel(c.config, static_cast<uint32_t>(c.seed));
  ExportOptions options;
  options.layout = static_cast<ExportLayout>(c.random() % 3);
  options.opset = static_cast<int>(14 + c.random() % 8);
  options.state = options.layout == ExportLayout::kStreaming
                      ? StateForm::kFull
                      : static_cast<StateForm>(c.random() % 3);
  const auto files = ExportModel(model, options);
  if (!files.ok()) return c.Require(false, "graphs", files.error().message);
  std::vector<onnx::Graph> graphs = Graphs(*files);
  const auto unchanged = Lift(graphs, options.layout, c.config);
  if (!unchanged.ok()) return c.Require(false, "graphs", unchanged.error().message);
  std::string changes = std::string(LayoutName(options.layout)) + " " +
                        StateFormName(options.state) + " opset " + std::to_string(options.opset);
  std::set<std::string> allowed = c.changes;
  // The streaming files are known by the names of their inputs and outputs.
  if (options.layout == ExportLayout::kStreaming) allowed.erase("names");
  for (onnx::Graph& graph : graphs) {
    changes += "; " + ChangeAtRandom(graph, allowed, c.random);
    auto bytes = onnx::WriteGraph(graph);
    if (!bytes.ok()) return c.Require(false, "graphs", changes + ": " + bytes.error().message);
    graph = ParseGraph(*bytes);
  }
  const auto lifted = Lift(graphs, options.layout, c.config);
  if (!lifted.ok()) return c.Require(false, "graphs", changes + ": " + lifted.error().message);
  ++c.totals.figures["graphs"].cases;
  c.Require(SameModel(*lifted, *unchanged), "graphs", changes + ": another Model");
}

struct Options {
  size_t cases = 100;
  uint64_t seed = static_cast<uint64_t>(std::time(nullptr));
  std::vector<std::string> parts;
  std::set<std::string> changes = {"nodes", "initializers", "norms", "identities", "names"};

  bool Has(const std::string& part) const {
    return parts.empty() || std::find(parts.begin(), parts.end(), part) != parts.end();
  }
};

int Run(const Options& options) {
  std::printf("seed %llu, %zu cases\n", static_cast<unsigned long long>(options.seed),
              options.cases);
  if (RequestTiles()) AllowTiles();
  Totals totals;
  std::shared_ptr<const ort::Library> library;
  if (options.Has("runtime")) {
    auto opened = ort::Library::Open();
    if (opened.ok()) {
      library = *opened;
    } else if (options.parts.empty()) {
      std::printf("runtime: NOT TESTED: %s\n", opened.error().message.c_str());
    } else {
      std::printf("runtime: %s\n", opened.error().message.c_str());
      return 1;
    }
  }
  for (uint64_t seed = options.seed; seed < options.seed + options.cases; ++seed) {
    std::mt19937 random(static_cast<uint32_t>(seed));
    const Config config = RandomConfig(random);
    // Each part has its own numbers, so that it does the same whichever parts run.
    const auto with = [&] { return Case{seed, config, random, options.changes, totals}; };
    Case runtime = with();
    Case targets = with();
    Case cuts = with();
    Case graphs = with();
    if (library) CheckRuntime(runtime, library);
    if (options.Has("targets")) CheckTargets(targets);
    if (options.Has("cuts")) CheckCuts(cuts);
    if (options.Has("graphs")) CheckGraphs(graphs);
  }
  for (const auto& [name, figure] : totals.figures) {
    std::printf("%-20s %6zu cases", name.c_str(), figure.cases);
    if (figure.worst_seed != 0) {
      std::printf("  worst %6.1f dB (seed %llu)", figure.worst_db,
                  static_cast<unsigned long long>(figure.worst_seed));
    }
    std::printf("\n");
  }
  std::printf("%zu faults\n", totals.failures);
  return totals.failures == 0 && !totals.figures.empty() ? 0 : 1;
}

}  // namespace
}  // namespace dfn::test

int main(int count, char** values) {
  dfn::test::Options options;
  for (int i = 1; i < count; i += 2) {
    const std::string name = values[i];
    const char* value = i + 1 < count ? values[i + 1] : "";
    if (name == "--cases") {
      options.cases = std::strtoull(value, nullptr, 10);
    } else if (name == "--seed") {
      options.seed = std::strtoull(value, nullptr, 10);
    } else if (name == "--part") {
      options.parts.emplace_back(value);
    } else if (name == "--without") {
      options.changes.erase(value);
    } else {
      std::fputs(
          "usage: differential [--cases N] [--seed S] [--part PART]... [--without CHANGE]...\n",
          stderr);
      return 2;
    }
  }
  return dfn::test::Run(options);
}
