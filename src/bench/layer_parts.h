// The parts of a frame's work, each on its own: layers of the network, steps of the signal path.
#ifndef DEEPFILTER_BENCH_LAYER_PARTS_H_
#define DEEPFILTER_BENCH_LAYER_PARTS_H_

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/model.h"

namespace dfn::bench {

// The rows that a call brings: B streams of T frames each.
struct CallShape {
  size_t streams = 1;
  size_t frames = 1;
  size_t rows() const { return streams * frames; }
};

struct Part {
  std::string name;         // "enc.erb_conv1", "df_dec.gru0", "stft.analysis"
  size_t weight_bytes = 0;  // as packed: what a call reads of them
  size_t macs = 0;          // of one row, as the model counts them
  // Does the part's work for all rows of a call on memory of its own, with a history that goes on
  // from call to call. Does not allocate.
  std::function<void()> run;
};

// All parts in the order of execution, built from the engine's own packed layers with the model's
// weights (float32) and fed with noise: what they compute is of no use, but costs what it costs in
// the engine. Additions between layers and copies are left out. The model may go afterwards.
// Errors: those of ErbBands::Create.
Result<std::vector<Part>> MakeParts(const Model& model, const CallShape& shape);

}  // namespace dfn::bench

#endif  // DEEPFILTER_BENCH_LAYER_PARTS_H_
