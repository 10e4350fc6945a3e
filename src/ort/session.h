// Runs one ONNX graph under ONNX Runtime by the names of its tensors.
#ifndef DEEPFILTER_ORT_SESSION_H_
#define DEEPFILTER_ORT_SESSION_H_

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "ort/library.h"

namespace dfn::ort {

// A float tensor with its values.
struct Tensor {
  std::vector<int64_t> shape;
  std::vector<float> values;
};

using Tensors = std::map<std::string, Tensor>;

// A graph's input or output; -1 stands for a dimension that is free.
struct TensorInfo {
  std::string name;
  std::vector<int64_t> shape;
};

struct SessionOptions {
  int threads = 1;               // that share the work of one run
  std::string provider = "cpu";  // "cuda", "coreml", ..., where the library was built with it
  bool pools_memory = true;      // kept from run to run; see session_settings.cc
};

// Inputs and outputs of a session tied to fixed memory of the caller's, so that a run neither wraps
// inputs nor allocates outputs. One thread at a time; keeps its session alive.
class Binding {
 public:
  virtual ~Binding() = default;

  // Ties an input or output to `data`, product(shape) floats that stay where they are until it is
  // tied anew. An output must have the very shape that the graph will give it; what is not tied is
  // not fetched. Errors: kUnsupported.
  virtual Status BindInput(const std::string& name, std::span<const int64_t> shape,
                           float* data) = 0;
  virtual Status BindOutput(const std::string& name, std::span<const int64_t> shape,
                            float* data) = 0;
  // Runs the graph once on what is tied. Errors: kUnsupported.
  virtual Status Run() = 0;
};

// One loaded graph, shared by any number of threads. Not real-time: ONNX Runtime allocates as it
// likes.
class Session : public std::enable_shared_from_this<Session> {
 public:
  // `name` opens messages. Nothing of `model` is kept: the library copies what it needs (only its
  // own .ort format could be used in place). Errors: kUnsupported with the library's own sentence,
  // kInvalidArgument (an option).
  static Result<std::shared_ptr<const Session>> Create(std::shared_ptr<const Library> library,
                                                       Bytes model, const std::string& name,
                                                       const SessionOptions& options = {});
  virtual ~Session() = default;

  virtual const std::vector<TensorInfo>& inputs() const = 0;
  virtual const std::vector<TensorInfo>& outputs() const = 0;

  // Runs the graph once. `feeds` must hold every input (more are passed over); all outputs come
  // back. Errors: kMismatch (an input is missing, an output is not of floats), kUnsupported.
  virtual Result<Tensors> Run(const Tensors& feeds) const = 0;

  virtual Result<std::unique_ptr<Binding>> NewBinding() const = 0;

  // An entry of the graph's metadata_props; empty when there is none. Errors: kUnsupported.
  virtual Result<std::string> Metadata(const std::string& key) const = 0;
};

}  // namespace dfn::ort

#endif  // DEEPFILTER_ORT_SESSION_H_
