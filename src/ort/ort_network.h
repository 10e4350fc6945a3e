// Networks that ONNX Runtime runs.
#ifndef DEEPFILTER_ORT_ORT_NETWORK_H_
#define DEEPFILTER_ORT_ORT_NETWORK_H_

#include <memory>

#include "base/result.h"
#include "convert/plan/run_plan.h"
#include "engine/network.h"
#include "ort/library.h"
#include "ort/session.h"

namespace dfn {

// The network of a plan that is not for audio, one frame of one stream a run, so that any cut of
// the input gives the same bits. Loads every graph, runs it once and checks what comes out, so that
// what can fail fails here. Shared by any number of streams and threads; each workspace binds its
// own inputs and outputs. Its calls are not real-time safe: ONNX Runtime allocates as it likes. A
// run that fails after all leaves gains of 1, no deep filter and the sentence in Network::status().
// Errors: kUnsupported (the library's own sentence: an unknown operator, a provider it was not
// built with), kMismatch (shapes that do not fit the config or each other), kCorrupt (NaN or
// infinity comes out).
Result<std::shared_ptr<const Network>> NewOrtNetwork(std::shared_ptr<const ort::Library> library,
                                                     const RunPlan& plan,
                                                     const ort::SessionOptions& options);

// For a plan with `inexact` set: SNR in dB of the coefficients, frame by frame against the whole
// sequence, on synthetic features; nothing when the graphs take no sequence. Errors: as above.
Result<std::optional<double>> MeasureInexact(const std::shared_ptr<const ort::Library>& library,
                                             const RunPlan& plan, const Network& network,
                                             const ort::SessionOptions& options);

}  // namespace dfn

#endif  // DEEPFILTER_ORT_ORT_NETWORK_H_
