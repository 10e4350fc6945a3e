// Joins the parts of a network into one graph by renaming values only, so that graphs that cannot
// be lifted are joined too.
#ifndef DEEPFILTER_CONVERT_SURGERY_MERGE_H_
#define DEEPFILTER_CONVERT_SURGERY_MERGE_H_

#include <span>
#include <string>

#include "base/bytes.h"
#include "base/limits.h"
#include "base/result.h"
#include "convert/graph/named_graph.h"
#include "formats/onnx/graph.h"

namespace dfn {

// All three functions make a graph with the inputs feat_erb, feat_spec and the states, and with the
// outputs lsnr, (m, coefs,) and the states; without a DF decoder (see split.h) without coefs; hidden states (h, erb_h, df_h) come before
// convolutions' histories.
//   - Internal names begin with "enc/", "erb/", "df/"; inputs and outputs keep their names.
//   - A state is an input X0 with an output X1. If two parts use one name, the decoder's state
//     becomes erb_X0 or df_X0.
//   - Outputs that no part takes (alpha) and inputs that no node reads are left out.
//   - Nodes, attributes and tensors stay as they are, bit for bit. Opset and IR version are those
//     of the parts.
//   - Metadata that the parts agree on is kept; other metadata is kept with the part's prefix.
// Errors: kMismatch (opsets, widths of emb, e0 .. e3, c0, family, an input that no part gives, an
// output that does not exist), kUnsupported (an attribute that is a sub-graph or a list of
// strings), kCorrupt (no valid graph), kLimit (more than 256 inputs or outputs); the sentence names
// files and tensor.

// From enc.onnx, erb_dec.onnx, df_dec.onnx: official, stateful, or third parties'.
Result<onnx::Graph> MergeNetworks(const NamedGraph& enc, const NamedGraph& erb_dec,
                                  const NamedGraph& df_dec);

// From the four streaming files.
Result<onnx::Graph> MergeStreaming(const NamedGraph& enc_conv, const NamedGraph& enc_gru,
                                   const NamedGraph& erb_dec, const NamedGraph& df_dec);

// The merged file of a model's files, found by the last part of their names: "combined.onnx" from
// three networks, else "combined_streaming.onnx" from four streaming files. `source` is the
// model's name in messages. df_dec may be missing where config.ini says mask_only. The same files
// give the same bytes. Errors: those above, kNotFound
// (neither set is complete), kCorrupt and kLimit (onnx::ReadGraph).
Result<NamedBytes> MergeModelFiles(std::span<const NamedBytes> files, const std::string& source,
                                   const Limits& limits = {});

}  // namespace dfn

#endif  // DEEPFILTER_CONVERT_SURGERY_MERGE_H_
