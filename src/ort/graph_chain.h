// Runs graphs that feed each other by name, on any number of frames a call.
#ifndef DEEPFILTER_ORT_GRAPH_CHAIN_H_
#define DEEPFILTER_ORT_GRAPH_CHAIN_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "ort/session.h"
#include "ort/tensor.h"

namespace dfn::ort {

// Each step runs every graph once, in the order of Add, and allocates: this driver is for
// measuring. Networks of live streams are driven by FrameGraph, which binds memory once and runs
// any number of streams. One thread at a time.
class GraphChain {
 public:
  struct Link {
    std::shared_ptr<const Session> graph;
    // Inputs with the outputs that follow them: zero before the first step, kept between steps.
    std::vector<std::pair<std::string, std::string>> states = {};
    // Outputs that later graphs and the caller know by another name: {"emb_out", "emb"}.
    std::vector<std::pair<std::string, std::string>> renamed = {};
    // Whether inputs that nothing gives are zero; else such an input is an error.
    bool zeros_for_the_rest = false;
  };
  void Add(Link link);

  // Runs the graphs on `values` and adds their outputs, except states, to it. `values` must hold
  // all inputs that are neither states nor outputs of earlier graphs. Errors: those of
  // Session::Run.
  Status Step(Tensors& values);

  // The declared inputs of the first graph; there must be one.
  const std::vector<TensorInfo>& inputs() const { return links_.front().link.graph->inputs(); }

 private:
  struct Running {
    Link link;
    Tensors states;  // by input
  };
  std::vector<Running> links_;
};

}  // namespace dfn::ort

#endif  // DEEPFILTER_ORT_GRAPH_CHAIN_H_
