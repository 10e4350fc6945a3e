#include "convert/load/checkpoint_choice.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <compare>
#include <cstdint>
#include <utility>

#include "base/printable.h"
#include "convert/config/model_files.h"

namespace dfn {
namespace {

constexpr std::string_view kBest = ".ckpt.best";
constexpr std::string_view kLatest = ".ckpt";
constexpr std::array<std::string_view, 7> kEndings = {".ckpt", ".best", ".pt",         ".pth",
                                                      ".bin",  ".pkl",  ".safetensors"};
// What trainers save beside the weights, by the beginnings of names.
constexpr std::array<std::string_view, 6> kBesides = {
    "opt", "scheduler", "scaler", "rng_state", "random_states", "training_args"};
// How many candidates a message names.
constexpr size_t kMaxNamed = 4;

// How df.checkpoint chooses among checkpoints, from the name model_<epoch>.ckpt[.best].
struct Rank {
  bool best = false;
  int64_t epoch = -1;  // -1: the name has no number
  auto operator<=>(const Rank&) const = default;
};

// Empty if the last part of this path is no name of a checkpoint of the package.
std::optional<Rank> RankOf(std::string_view path) {
  const std::string_view name = LastPart(path);
  const bool best = name.ends_with(kBest);
  if (!name.starts_with("model") || (!best && !name.ends_with(kLatest))) return std::nullopt;
  Rank rank{.best = best};
  const std::string_view stem = name.substr(0, name.find('.'));
  const size_t underscore = stem.rfind('_');
  if (underscore != std::string_view::npos) {
    std::from_chars(stem.data() + underscore + 1, stem.data() + stem.size(), rank.epoch);
  }
  return rank;
}

std::optional<size_t> ChooseByRank(const std::vector<std::string>& paths) {
  std::optional<size_t> chosen;
  for (size_t i = 0; i < paths.size(); ++i) {
    const std::optional<Rank> rank = RankOf(paths[i]);
    if (!rank) continue;
    if (!chosen ||
        std::pair(*rank, paths[i]) > std::pair(*RankOf(paths[*chosen]), paths[*chosen])) {
      chosen = i;
    }
  }
  return chosen;
}

// The files that may be a checkpoint where none has a name of the package. Beside ONNX files, a
// stray checkpoint is not the model; the .bin file of an OpenVINO model (.xml) is no checkpoint.
std::vector<size_t> Candidates(const std::vector<std::string>& paths) {
  const bool openvino =
      std::any_of(paths.begin(), paths.end(), [](auto& path) { return path.ends_with(".xml"); });
  std::vector<size_t> candidates;
  for (size_t i = 0; i < paths.size(); ++i) {
    const std::string_view name = LastPart(paths[i]);
    if (name.ends_with(".onnx") && !name.starts_with('.')) return {};
    const bool is_beside = std::any_of(kBesides.begin(), kBesides.end(),
                                       [&](auto& start) { return name.starts_with(start); });
    if (!HasCheckpointName(paths[i]) || is_beside) continue;
    if (openvino && name.ends_with(".bin")) continue;
    candidates.push_back(i);
  }
  return candidates;
}

}  // namespace

bool HasCheckpointName(std::string_view path) {
  const std::string_view name = LastPart(path);
  if (name.starts_with('.') || path.find("__MACOSX/") != std::string_view::npos) return false;
  return std::any_of(kEndings.begin(), kEndings.end(),
                     [&](std::string_view ending) { return name.ends_with(ending); });
}

bool HoldsCheckpointNames(const std::vector<std::string>& paths) {
  return ChooseByRank(paths).has_value() || !Candidates(paths).empty();
}

Result<std::optional<size_t>> ChooseCheckpoint(const std::vector<std::string>& paths,
                                               const std::string& source) {
  if (const std::optional<size_t> ranked = ChooseByRank(paths)) return ranked;
  const std::vector<size_t> candidates = Candidates(paths);
  if (candidates.empty()) return std::optional<size_t>();
  if (candidates.size() == 1) return std::optional(candidates[0]);
  std::vector<std::string> names;
  for (const size_t i : candidates) names.push_back(Quoted(LastPart(paths[i])));
  std::sort(names.begin(), names.end());
  std::string list;
  for (size_t i = 0; i < std::min(names.size(), kMaxNamed); ++i) {
    list += (i == 0 ? "" : ", ") + names[i];
  }
  if (names.size() > kMaxNamed) list += ", ...";
  return Error{ErrorCode::kUnsupported, source + ": holds " + std::to_string(names.size()) +
                                            " checkpoints, " + list + "; name one of them"};
}

}  // namespace dfn
