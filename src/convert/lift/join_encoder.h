// The encoder's two streaming files as one graph.
#ifndef DEEPFILTER_CONVERT_LIFT_JOIN_ENCODER_H_
#define DEEPFILTER_CONVERT_LIFT_JOIN_ENCODER_H_

#include <map>
#include <string>

#include "base/result.h"
#include "convert/graph/named_graph.h"
#include "convert/lift/graph_joiner.h"
#include "formats/onnx/graph.h"

namespace dfn {

// The encoder's outputs that decoders take, under their published names (JoinPart::given_on).
std::map<std::string, std::string> PublishedMaps();

// Checks that the encoder takes both features. Errors: kMismatch.
Status CheckFeatures(const NamedGraph& enc);

// Adds both files to `joiner`, internal names behind `prefix` and "conv/" or "gru/". Errors: those
// of GraphJoiner::Add, CheckFeatures and CheckWidth; kMismatch (no output emb_out).
Status AddEncoder(const NamedGraph& enc_conv, const NamedGraph& enc_gru, const std::string& prefix,
                  GraphJoiner& joiner);

// A graph with all outputs of enc.onnx, for lifting only: the opsets may differ, and the result has
// that of enc_gru. Errors: those of AddEncoder and GraphJoiner::Finish.
Result<onnx::Graph> JoinEncoder(const NamedGraph& enc_conv, const NamedGraph& enc_gru);

}  // namespace dfn

#endif  // DEEPFILTER_CONVERT_LIFT_JOIN_ENCODER_H_
