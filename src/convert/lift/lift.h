// Lifts ONNX graphs into the Model by data flow alone.
#ifndef DEEPFILTER_CONVERT_LIFT_LIFT_H_
#define DEEPFILTER_CONVERT_LIFT_LIFT_H_

#include "base/result.h"
#include "convert/graph/named_graph.h"
#include "model/config.h"
#include "model/model.h"

namespace dfn {

// These functions find the graph's outputs by role (local SNR, gains, coefficients, alpha), which
// the nodes in front of an output tell, and walk back to the inputs. Names and the order of nodes
// do not matter, with one exception: a decoder's input that has a name of the published interface
// (emb, e0 .. e3, c0) must be used as that. Every tensor is checked against `config`, which must
// have passed ValidateConfig. Model::origin gets state inputs, form and opset, not the source.
// Where config.mask_only leaves the deep filter out, nothing of a DF decoder is looked at: its graph
// may be empty.
// Errors: kMismatch (not the network that the config describes, or parts that do not belong
// together), kUnsupported, kCorrupt; the sentence names file, tensor, found and expected.

// From the three files of an official export, with or without states.
Result<Model> LiftNetworks(const NamedGraph& enc, const NamedGraph& erb_dec,
                           const NamedGraph& df_dec, const Config& config);

// From one graph that holds all three, as exported or as a simplifier left it.
Result<Model> LiftCombined(const NamedGraph& combined, const Config& config);

// From the four streaming files, over windows of features or with histories.
Result<Model> LiftStreaming(const NamedGraph& enc_conv, const NamedGraph& enc_gru,
                            const NamedGraph& erb_dec, const NamedGraph& df_dec,
                            const Config& config);

}  // namespace dfn

#endif  // DEEPFILTER_CONVERT_LIFT_LIFT_H_
