// The parts of a frame's work, each on its own: layers of the network, steps of the signal path.
#ifndef DEEPFILTER_BENCH_LAYER_PARTS_H_
#define DEEPFILTER_BENCH_LAYER_PARTS_H_

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "base/precision.h"
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
  std::string name;  // "enc.erb_conv1", "df_dec.gru0", "stft.analysis"
  size_t weight_bytes = 0;
  // Bytes of weights that a call reads from the caches. A matrix product reads its weights once, a
  // convolution, which runs frame by frame, once a row, and a GRU's recurrent half once a step for
  // all streams together.
  size_t read_bytes = 0;
  size_t macs = 0;  // of one row, as the model counts them
  // Does the part's work for all rows of a call on memory of its own. Its history goes on from call
  // to call. Does not allocate.
  std::function<void()> run;
};

// All parts: analysis, the layers of the network in the table's order and under its names,
// synthesis. They are the engine's own packed layers with the model's weights, fed with noise, so
// that a part costs what it costs in the engine. Additions between layers and copies are left out.
// The model need not outlive the parts.
// Errors: those of ErbBands::Create.
Result<std::vector<Part>> MakeParts(const Model& model, const CallShape& shape,
                                    Precision precision = Precision::kF32);

}  // namespace dfn::bench

#endif  // DEEPFILTER_BENCH_LAYER_PARTS_H_
