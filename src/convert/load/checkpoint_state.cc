#include "convert/load/checkpoint_state.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "base/printable.h"
#include "base/stand_in.h"
#include "formats/safetensors/safetensors.h"
#include "formats/torch/pickle.h"
#include "formats/torch/state_dict.h"

namespace dfn {
namespace {

// The first layer of every network of the family: where its tensors are, the network is.
constexpr std::string_view kLandmark = "enc.erb_conv0.";
// How many prefixes a message names.
constexpr size_t kMaxPrefixes = 3;

// What stands in front of a network's own names, by a name of it; nothing for other tensors.
std::optional<std::string> PrefixOf(const std::string& tensor_name) {
  const size_t at = tensor_name.find(kLandmark);
  if (at == std::string::npos || (at > 0 && tensor_name[at - 1] != '.')) return std::nullopt;
  return tensor_name.substr(0, at);
}

Error SeveralNetworks(const std::set<std::string>& prefixes, const std::string& name) {
  std::string list;
  size_t named = 0;
  for (const std::string& prefix : prefixes) {
    if (named++ == kMaxPrefixes) break;
    list += (list.empty() ? "" : ", ") + (prefix.empty() ? "none" : Quoted(prefix));
  }
  return {ErrorCode::kUnsupported,
          name + ": holds " + std::to_string(prefixes.size()) +
              " networks, whose tensors' names begin with different prefixes (" + list +
              "); save the tensors of one of them by themselves with torch.save"};
}

}  // namespace

Result<StateDict> WithNetworkNames(StateDict state, const std::string& name) {
  StateDict own;
  for (auto& [tensor_name, tensor] : state) {
    std::string own_name = torch::WithoutWrappers(tensor_name);
    const auto [place, fresh] = own.emplace(std::move(own_name), std::move(tensor));
    if (fresh) continue;
    return Error{ErrorCode::kCorrupt, name + ": tensor " + Quoted(place->first) +
                                          " is there twice, with and without a wrapper's name"};
  }
  std::set<std::string> prefixes;
  for (const auto& [tensor_name, tensor] : own) {
    if (std::optional<std::string> prefix = PrefixOf(tensor_name)) prefixes.insert(*prefix);
  }
  if (prefixes.size() > 1) return SeveralNetworks(prefixes, name);
  if (prefixes.empty() || prefixes.begin()->empty()) return own;
  const std::string& prefix = *prefixes.begin();
  StateDict network;
  for (auto& [tensor_name, tensor] : own) {
    if (!tensor_name.starts_with(prefix)) continue;
    network.emplace(tensor_name.substr(prefix.size()), std::move(tensor));
  }
  return network;
}

Result<StateDict> ReadCheckpointState(Bytes file, const std::string& name, const Limits& limits) {
  if (const auto stand_in = StandInText(file, file.size())) {
    return Error{ErrorCode::kCorrupt, name + ": " + *stand_in};
  }
  if (LooksLikeSafetensors(file)) {
    DFN_TRY(StateDict state, ReadSafetensors(file, name, limits));
    return WithNetworkNames(std::move(state), name);
  }
  DFN_TRY(StateDict state, ReadTorchCheckpoint(file, name, limits, kLandmark));
  return WithNetworkNames(std::move(state), name);
}

}  // namespace dfn
