// Writes a Model's network as ONNX nodes, in the forms of the exports.
#ifndef DEEPFILTER_CONVERT_EXPORT_EXPORT_NETWORK_H_
#define DEEPFILTER_CONVERT_EXPORT_EXPORT_NETWORK_H_

#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "convert/graph/graph_builder.h"
#include "model/layers.h"
#include "model/model.h"

namespace dfn {

// Where a causal convolution finds the kernel_t - 1 frames before a call's first one.
enum class TimeEdge {
  kHistory,  // in a state input; a state output gives them to the next call
  kZeros,    // they are zero: each call is a sequence of its own
  kWindow,   // they are part of the input; the output has fewer frames
};

struct NetworkForm {
  TimeEdge edge = TimeEdge::kHistory;
  bool gru_states = true;  // hidden states as inputs and outputs; else zero at each call's start
  bool lower_gru = false;  // MatMul, Sigmoid and Tanh in place of GRU; one frame a call
};

// A tensor that a runtime hands back: output `out` of one call is input `in` of the next.
struct GraphState {
  std::string in;
  std::string out;
  Value next;                 // the value of `out`
  std::vector<size_t> shape;  // fixed
};

// The results of the encoder's convolutions: T frames, or the newest one with TimeEdge::kWindow.
struct EncoderMaps {
  std::array<Value, 4> e;  // e0 .. e3 [1, C, T, F]
  Value c0;                // [1, C, T, D]
  Value gru_input;         // ReLU(linear_in) [1, T, H]
  Value skip;              // added to the GRU block's output [1, T, W]; empty: there is no skip
};

struct EncoderOutput {
  Value emb;   // [1, T, W]
  Value lsnr;  // [1, T, 1]
};

struct DfDecoderOutput {
  Value coefs;  // [1, T, D, 2 O]
  Value alpha;  // [1, T, 1]; empty if the model has no such head or the caller wants none
};

// Writes one model's network into a builder. The network refers to its states by name; the caller
// declares `states()` after all parts are written.
class NetworkGraph {
 public:
  // Both must outlive the object. The model must have passed ValidateModel.
  NetworkGraph(const Model& model, const NetworkForm& form, GraphBuilder& builder)
      : model_(model), layers_(model.config), form_(form), g_(builder) {}

  // feat_erb: [1, 1, T, E]; feat_spec: [1, 2, T, D]
  EncoderMaps EncodeMaps(const Value& feat_erb, const Value& feat_spec);
  EncoderOutput EncodeGru(const Value& gru_input, const Value& skip);
  // Gains m [1, 1, T, E].
  Value DecodeErb(const Value& emb, const std::array<Value, 4>& e);
  DfDecoderOutput DecodeDf(const Value& emb, const Value& c0, bool with_alpha);

  // The states of the parts written so far: hidden states first, then convolutions' histories.
  std::vector<GraphState> states() const;

 private:
  // The weights of a layer of the table, which the model must have.
  template <class Layer>
  const Layer& WeightsOf(const LayerSpec& spec) const {
    return *spec.Find<Layer>(model_);
  }
  Value Convolution(const Conv& conv, const std::string& name, const Value& x);
  // The layers of that name in the table, with their activations. Convolutions: time edge,
  // convolution, pointwise convolution.
  Value ConvolutionLayer(const std::string& layer, const Value& x);
  Value Linear(const std::string& layer, const Value& x);
  // sigmoid(x weight + bias) [1, T, 1].
  Value Head(const std::string& layer, const Value& x);
  // The GRUs of "enc", "erb_dec" or "df_dec" over [1, T, H]. `block` is the stem of the block's own
  // nodes: "emb_gru"; `state` that of the hidden state's name: "h", "erb_h".
  Value GruStack(const std::string& part, const std::string& block, const std::string& state,
                 const Value& x);
  // x, plus what the skip of a decoder's block makes of the block's input, if there is one.
  Value AddSkip(Skip skip, const std::string& block, const std::string& layer, const Value& x,
                const Value& input);
  Value GruOperator(const Gru& gru, const std::string& name, const Value& x, const Value& h,
                    Value& next);
  Value LoweredGru(const Gru& gru, const std::string& name, const Value& x, const Value& h);

  const Model& model_;
  const LayerTable layers_;
  const NetworkForm form_;
  GraphBuilder& g_;
  std::vector<GraphState> gru_states_;
  std::vector<GraphState> conv_states_;
};

}  // namespace dfn

#endif  // DEEPFILTER_CONVERT_EXPORT_EXPORT_NETWORK_H_
