#include "convert/plan/state_pairs.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "base/printable.h"
#include "convert/graph/graph_edit.h"

namespace dfn {
namespace {

using Values = std::vector<const onnx::ValueInfo*>;
using Words = std::vector<std::string>;

// One second at 192 kHz, more than any denoiser takes a call.
constexpr int64_t kMaxHop = 192'000;
// More states than this that no names pair no denoiser has; the bound keeps the search short.
constexpr size_t kMostUnnamed = 128;

// Words that tell the old value of a state from the new one, and nothing else.
constexpr std::array<std::string_view, 19> kAgeWords = {
    "in",   "out",  "input",   "output", "new",     "next",   "prev",    "previous", "old",  "last",
    "past", "curr", "present", "cur",    "current", "update", "updated", "initial",  "final"};
constexpr std::array<std::string_view, 17> kSoundWords = {
    "frame",  "frames", "audio",  "sample", "samples", "wav",      "wave",  "waveform", "noisy",
    "signal", "sound",  "speech", "mix",    "mixture", "enhanced", "clean", "pcm"};
constexpr std::array<std::string_view, 17> kStateWords = {
    "state",  "states", "hidden",  "cell", "cache", "caches", "buffer",  "buffers", "buf",
    "memory", "mem",    "history", "hist", "past",  "carry",  "overlap", "ring"};

template <size_t N>
bool IsOneOf(const std::string& word, const std::array<std::string_view, N>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// "encState_in" -> {"enc", "state", "in"}.
Words WordsOf(const std::string& name) {
  Words words;
  bool open = false;
  bool was_lower = false;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    const bool upper = std::isupper(byte) != 0;
    if (std::isalnum(byte) == 0) {
      open = false;
    } else {
      if (!open || (upper && was_lower)) words.emplace_back();
      words.back() += static_cast<char>(std::tolower(byte));
      open = true;
    }
    was_lower = std::islower(byte) != 0;
  }
  return words;
}

// The words of a name that do not tell old from new, in a fixed order.
Words StemOf(const std::string& name) {
  Words words = WordsOf(name);
  std::erase_if(words, [](const std::string& word) { return IsOneOf(word, kAgeWords); });
  std::sort(words.begin(), words.end());
  return words;
}

bool IsFloat(const onnx::ValueInfo& value) { return value.type == onnx::DataType::kFloat; }

bool IsOneNumber(const onnx::ValueInfo& value) {
  return std::all_of(value.dims.begin(), value.dims.end(), [](int64_t dim) { return dim == 1; });
}

// An open dimension is a batch; a shape of nothing else is that of no state.
bool Fits(const onnx::ValueInfo& input, const onnx::ValueInfo& output) {
  std::vector<int64_t> dims = input.dims;
  if (!IsFloat(input) || !IsFloat(output) || !UniteDims(output.dims, dims)) return false;
  return std::any_of(input.dims.begin(), input.dims.end(), [](int64_t dim) { return dim > 0; });
}

class Pairer {
 public:
  Pairer(const NamedGraph& named, Values inputs, Values outputs)
      : named_(named), inputs_(std::move(inputs)), outputs_(std::move(outputs)) {}

  Result<std::vector<StatePairing>> Pair() {
    if (std::max(inputs_.size(), outputs_.size()) > kMostUnnamed) {
      return std::vector<StatePairing>();
    }
    PairByName();
    std::erase_if(inputs_, [](const onnx::ValueInfo* input) { return IsOneNumber(*input); });
    PairTheOnlyOnes();
    if (!inputs_.empty()) DFN_CHECK(PairBySource());
    DFN_CHECK(PairByOrder());
    return std::move(pairs_);
  }

 private:
  Values Fitting(const onnx::ValueInfo& input) const {
    Values fitting;
    for (const onnx::ValueInfo* output : outputs_) {
      if (Fits(input, *output) && !output->dims.empty()) fitting.push_back(output);
    }
    return fitting;
  }

  void Take(const onnx::ValueInfo* input, const onnx::ValueInfo* output, bool by_order = false) {
    pairs_.push_back({.input = input, .output = output, .by_order = by_order});
    std::erase(inputs_, input);
    std::erase(outputs_, output);
  }

  // A stem that two inputs or two outputs share tells nothing.
  void PairByName() {
    const auto by_stem = [](const Values& values) {
      std::map<Words, Values> sorted;
      for (const onnx::ValueInfo* value : values) sorted[StemOf(value->name)].push_back(value);
      return sorted;
    };
    const std::map<Words, Values> outputs = by_stem(outputs_);
    for (const auto& [stem, inputs] : by_stem(inputs_)) {
      const auto found = outputs.find(stem);
      if (stem.empty() || found == outputs.end()) continue;
      if (inputs.size() != 1 || found->second.size() != 1) continue;
      if (Fits(*inputs[0], *found->second[0])) Take(inputs[0], found->second[0]);
    }
  }

  // A pair is certain where neither has another value that fits; each pair may make others so.
  void PairTheOnlyOnes() {
    for (bool again = true; again;) {
      again = false;
      for (const onnx::ValueInfo* input : Values(inputs_)) {
        const Values outputs = Fitting(*input);
        if (outputs.size() != 1) continue;
        const auto rivals =
            std::count_if(inputs_.begin(), inputs_.end(),
                          [&](const onnx::ValueInfo* other) { return Fits(*other, *outputs[0]); });
        if (rivals != 1) continue;
        Take(input, outputs[0]);
        again = true;
      }
    }
  }

  // Layers read the states of layers before them, so the new state of the first one depends on its
  // own old state alone, and without that one the second's on its own, and so on. This is only
  // taken where it tells for all of the rest: in a line of delays it would tell wrong for a part.
  Status PairBySource() {
    Values fitting;
    std::vector<onnx::ValueInfo> results;
    for (const onnx::ValueInfo* output : outputs_) {
      const bool fits = std::any_of(inputs_.begin(), inputs_.end(), [&](const auto* input) {
        return !output->dims.empty() && Fits(*input, *output);
      });
      if (!fits) continue;
      fitting.push_back(output);
      results.push_back(*output);
    }
    if (fitting.size() < inputs_.size()) return {};
    DFN_TRY(const onnx::Graph ordered, Extract(named_.graph, named_.file, {}, results));
    std::vector<Values> sources(fitting.size());  // of each output, inputs that are left
    for (const onnx::ValueInfo* input : inputs_) {
      const auto reached = DependingOn(ordered, {input->name}, /*by_shape=*/false);
      for (size_t i = 0; i < fitting.size(); ++i) {
        if (reached.contains(fitting[i]->name)) sources[i].push_back(input);
      }
    }
    std::vector<StatePairing> found;
    while (found.size() < inputs_.size()) {
      const auto next = std::find_if(sources.begin(), sources.end(), [&](const Values& from) {
        return from.size() == 1 && std::count(sources.begin(), sources.end(), from) == 1;
      });
      if (next == sources.end()) return {};
      const onnx::ValueInfo* output = fitting[static_cast<size_t>(next - sources.begin())];
      const onnx::ValueInfo* input = next->front();
      if (!Fits(*input, *output)) return {};
      found.push_back({.input = input, .output = output});
      for (Values& from : sources) std::erase(from, input);
    }
    for (const StatePairing& pair : found) Take(pair.input, pair.output);
    return {};
  }

  Status PairByOrder() {
    while (true) {
      const auto first =
          std::find_if(inputs_.begin(), inputs_.end(),
                       [this](const onnx::ValueInfo* input) { return !Fitting(*input).empty(); });
      if (first == inputs_.end()) return {};
      const onnx::ValueInfo* input = *first;
      const Values outputs = Fitting(*input);
      const auto rivals =
          std::count_if(inputs_.begin(), inputs_.end(),
                        [&](const onnx::ValueInfo* other) { return Fits(*other, *outputs[0]); });
      if (static_cast<size_t>(rivals) != outputs.size()) return Ambiguous(*input, outputs);
      Take(input, outputs[0], /*by_order=*/true);
    }
  }

  Error Ambiguous(const onnx::ValueInfo& input, const Values& outputs) const {
    std::string names;
    for (const onnx::ValueInfo* output : outputs) {
      names += (names.empty() ? "" : " or ") + Quoted(output->name);
    }
    return {ErrorCode::kUnsupported,
            named_.file + ": the state " + Quoted(input.name) + " of shape " +
                onnx::ShapeText(input.dims) + " may come out again as " + names +
                ", and nothing tells which; name the pairs in the metadata entry \"states\", a "
                "list of {\"in\", \"out\"}"};
  }

  const NamedGraph& named_;
  Values inputs_, outputs_;
  std::vector<StatePairing> pairs_;
};

}  // namespace

bool UniteDims(const std::vector<int64_t>& other, std::vector<int64_t>& dims) {
  if (other.empty()) return true;
  if (dims.empty()) dims = other;
  if (dims.size() != other.size()) return false;
  for (size_t i = 0; i < dims.size(); ++i) {
    if (dims[i] < 0) dims[i] = other[i];
    if (other[i] >= 0 && dims[i] != other[i]) return false;
  }
  return true;
}

Result<std::vector<StatePairing>> PairStates(const NamedGraph& graph,
                                             std::vector<const onnx::ValueInfo*> inputs,
                                             std::vector<const onnx::ValueInfo*> outputs) {
  return Pairer(graph, std::move(inputs), std::move(outputs)).Pair();
}

int64_t HopOf(const onnx::ValueInfo& value) {
  const auto& dims = value.dims;
  if (!IsFloat(value) || dims.empty() || dims.size() > 3) return 0;
  const bool row =
      std::all_of(dims.begin(), dims.end() - 1, [](int64_t dim) { return dim == 1 || dim < 0; });
  return row && dims.back() > 1 && dims.back() <= kMaxHop ? dims.back() : 0;
}

const onnx::ValueInfo* FindFrame(const std::vector<const onnx::ValueInfo*>& values, int64_t hop) {
  const onnx::ValueInfo* best = nullptr;
  int most = 0;
  for (const onnx::ValueInfo* value : values) {
    const bool open = value->dims.empty() || value->dims.back() < 0;
    const int64_t found = HopOf(*value);
    const bool fits = hop == 0 ? found > 0 : IsFloat(*value) && (found == hop || open);
    if (!fits) continue;
    int words = 0;
    for (const std::string& word : WordsOf(value->name)) {
      words += IsOneOf(word, kSoundWords) ? 1 : 0;
      words -= IsOneOf(word, kStateWords) ? 1 : 0;
    }
    if (best != nullptr && words <= most) continue;
    best = value;
    most = words;
  }
  return best;
}

}  // namespace dfn
