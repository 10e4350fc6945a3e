// Networks that ONNX Runtime runs.
#ifndef DEEPFILTER_ORT_NETWORK_H_
#define DEEPFILTER_ORT_NETWORK_H_

#include <memory>
#include <optional>

#include "base/result.h"
#include "convert/plan/run_plan.h"
#include "engine/network.h"
#include "ort/library.h"
#include "ort/session.h"

namespace dfn::ort {

// The network of a plan of any mode but audio. It runs one frame of one stream at a time, so that
// any cut of the input gives the same bits. Loads every graph, runs each and checks its outputs, so
// that a graph that cannot run fails here.
// Any number of streams and threads share the network; each workspace binds its own inputs and
// outputs. Its calls are not real-time safe: ONNX Runtime allocates as it likes. When a run fails
// all the same, the frame gets gains of 1 and no deep filter, and Network::status() keeps the
// library's sentence.
// Errors: kUnsupported (the library's own sentence: an unknown operator, a provider that it was
// built without), kMismatch (shapes that do not fit the config or each other), kCorrupt (an output
// is NaN or infinite), kInvalidArgument (a plan without a network, an option).
Result<std::shared_ptr<const Network>> NewNetwork(std::shared_ptr<const Library> library,
                                                  const RunPlan& plan,
                                                  const SessionOptions& options);

// For a plan with `whole` set: the SNR in dB of the gains and coefficients (without a deep filter, of
// the gains) that `network` gives frame by frame against those of the whole sequence, the lower of
// the two, on synthetic features; nothing when the graphs take no sequence. Errors: as above.
Result<std::optional<double>> MeasureInexact(const std::shared_ptr<const Library>& library,
                                             const RunPlan& plan, const Network& network,
                                             const SessionOptions& options);

// The same of one network's results against those of another, for the same config.
double CompareNetworks(const Network& expected, const Network& found);

}  // namespace dfn::ort

#endif  // DEEPFILTER_ORT_NETWORK_H_
