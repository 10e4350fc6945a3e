// Makes the four streaming files of a network. Models that lift are exported; graphs that do not
// lift are cut, and their nodes stay as they are.
#ifndef DEEPFILTER_CONVERT_SURGERY_SPLIT_H_
#define DEEPFILTER_CONVERT_SURGERY_SPLIT_H_

#include <span>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/limits.h"
#include "base/result.h"
#include "convert/export/export.h"
#include "convert/graph/named_graph.h"
#include "formats/onnx/graph.h"

namespace dfn {

// Three graphs as in enc.onnx, erb_dec.onnx, df_dec.onnx. In all functions here, and in merge.h, a
// graph without nodes stands for the DF decoder of a network that has none (mask_only).
struct NetworkGraphs {
  onnx::Graph enc;
  onnx::Graph erb_dec;
  onnx::Graph df_dec;
};

struct StreamingGraphs {
  onnx::Graph enc_conv;  // feat_erb, feat_spec -> e0, e1, e2, e3, c0, emb (the GRU's input)
  onnx::Graph enc_gru;   // emb, h0 -> emb_out, lsnr, h1
  onnx::Graph erb_dec;   // emb, e3, e2, e1, e0, erb_h0 -> m, erb_h1
  onnx::Graph df_dec;    // emb, c0, df_h0 -> coefs, df_h1
};

// Cuts by data flow: the encoder before its GRU; a value that passes the GRU by becomes emb_skip in
// both halves. GRUs that start from zeros get a state [L, 1, H] as input and output. The number of
// frames stays the same from input to output: padded convolutions stay padded, and histories that
// are states stay states. Alpha is left out. Errors: kMismatch (an encoder or decoder without its
// inputs or outputs), kUnsupported (no GRU node, GRUs of an unknown kind, a shape that passes the
// cut, attributes that are sub-graphs), kCorrupt; the sentence names file and value.
Result<StreamingGraphs> SplitNetworks(const NamedGraph& enc, const NamedGraph& erb_dec,
                                      const NamedGraph& df_dec);

// The three networks of a merged graph: the nodes that its outputs lsnr, m and coefs, with a prefix
// ("enc/lsnr") or without, are computed from. With `mask_only`, coefs and c0 are not looked for.
// Errors: as above.
Result<NetworkGraphs> SplitCombined(const NamedGraph& combined, bool mask_only = false);

// The four streaming files and, if there is one, config.ini. If the files load as a model, they are
// exported with `options` and the layout streaming. Else the three networks or combined.onnx are
// cut; the result then has hidden states only, and `options` does not matter. `source` is the
// model's name in messages. The same files and options give the same bytes. Errors: kNotFound,
// those of LoadModelFiles except for graphs that do not lift, of ExportModel and of the functions
// above.
Result<std::vector<NamedBytes>> SplitModelFiles(std::span<const NamedBytes> files,
                                                const std::string& source,
                                                const ExportOptions& options,
                                                const Limits& limits = {});

}  // namespace dfn

#endif  // DEEPFILTER_CONVERT_SURGERY_SPLIT_H_
