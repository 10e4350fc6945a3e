// Writes the signal processing around the network as ONNX nodes: samples in, enhanced samples out.
#ifndef DEEPFILTER_CONVERT_EXPORT_EXPORT_AUDIO_H_
#define DEEPFILTER_CONVERT_EXPORT_EXPORT_AUDIO_H_

#include <vector>

#include "base/result.h"
#include "convert/export/export_network.h"
#include "convert/graph/graph_builder.h"
#include "model/model.h"

namespace dfn {

// Writes the whole processing of one hop into `builder`, as profile `reference` does it (Python
// df.enhance): STFT as a product with windowed cosines and sines, features and their norms, the
// network, mask, deep filter, post filter if the config asks for one, synthesis. Declares the input
// `input_frame` [1, hop] and the outputs `enhanced_frame` [1, hop] and `lsnr` [1, 1, 1]. Returns
// all states, `frame_count` first; all start at zero, and the network's do not change before frame
// conv_lookahead.
// `network` writes into `builder` and has TimeEdge::kHistory.
// Errors: kInvalidArgument (ERB bands that do not fit into the bins).
Result<std::vector<GraphState>> WriteAudioGraph(const Model& model, NetworkGraph& network,
                                                GraphBuilder& builder);

}  // namespace dfn

#endif  // DEEPFILTER_CONVERT_EXPORT_EXPORT_AUDIO_H_
