#include "ort/graph_chain.h"

#include <algorithm>

namespace dfn::ort {

void GraphChain::Add(Link link) {
  Tensors states;
  for (const TensorInfo& input : link.graph->inputs()) {
    const bool is_state = std::any_of(link.states.begin(), link.states.end(),
                                      [&](const auto& state) { return state.first == input.name; });
    if (is_state) states[input.name] = Zeros(input.shape);
  }
  links_.push_back({.link = std::move(link), .states = std::move(states)});
}

Status GraphChain::Step(Tensors& values) {
  for (auto& [link, states] : links_) {
    Tensors feeds;
    for (const TensorInfo& input : link.graph->inputs()) {
      if (const auto state = states.find(input.name); state != states.end()) {
        feeds[input.name] = std::move(state->second);
      } else if (const auto value = values.find(input.name); value != values.end()) {
        feeds[input.name] = value->second;
      } else if (link.zeros_for_the_rest) {
        feeds[input.name] = Zeros(input.shape);
      }
    }
    DFN_TRY(Tensors outputs, link.graph->Run(feeds));
    for (const auto& [input, output] : link.states) {
      states[input] = std::move(outputs[output]);
      outputs.erase(output);
    }
    for (auto& [output, tensor] : outputs) {
      const auto renamed =
          std::find_if(link.renamed.begin(), link.renamed.end(),
                       [&name = output](const auto& pair) { return pair.first == name; });
      values[renamed == link.renamed.end() ? output : renamed->second] = std::move(tensor);
    }
  }
  return {};
}

}  // namespace dfn::ort
