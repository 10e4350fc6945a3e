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

// Every step runs each graph once, in the order of Add, and allocates as it likes: this driver is
// for measuring. Streams that are heard are driven by FrameGraph, whose memory is bound once and
// whose states are those of one stream. One thread at a time.
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

  // Runs the graphs on `values`, which must hold what no graph before gives, and adds their outputs
  // to it; states stay out of it. Errors: those of Session::Run.
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
