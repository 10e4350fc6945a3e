// Runs one ONNX graph under ONNX Runtime by the names of its tensors.
#ifndef DEEPFILTER_ORT_SESSION_H_
#define DEEPFILTER_ORT_SESSION_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "ort/handle.h"
#include "ort/library.h"
#include "ort/tensor.h"

namespace dfn::ort {

struct SessionOptions {
  int threads = 1;               // that share the work of one run
  std::string provider = "cpu";  // "cuda", "coreml", ..., where the library was built with it
  bool pools_memory = true;      // kept from run to run; see session_settings.cc
};

class Session;

// A session's inputs and outputs tied to fixed memory of the caller's, so that a run neither wraps
// inputs nor allocates outputs. One thread at a time; keeps its session alive.
class Binding {
 public:
  // Ties an input or output to `data`, product(shape) floats that must stay where they are until
  // the name is tied to other memory. An output must have exactly the shape that the graph will
  // give it; an output that is not tied is not fetched. Errors: kUnsupported.
  Status BindInput(const std::string& name, std::span<const int64_t> shape, float* data) {
    return Bind(kBindInput, name, shape, data);
  }
  Status BindOutput(const std::string& name, std::span<const int64_t> shape, float* data) {
    return Bind(kBindOutput, name, shape, data);
  }
  // Runs the graph once on the memory that is tied. Errors: kUnsupported.
  Status Run();

 private:
  friend class Session;
  explicit Binding(std::shared_ptr<const Session> session);
  Status Bind(Position position, const std::string& name, std::span<const int64_t> shape,
              float* data);

  std::shared_ptr<const Session> session_;
  BindingHandle binding_;
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

  const std::vector<TensorInfo>& inputs() const { return inputs_; }
  const std::vector<TensorInfo>& outputs() const { return outputs_; }

  // Runs the graph once. `feeds` must hold every input and may hold more; all outputs come back.
  // Errors: kMismatch (an input is missing, an output is not of float32), kUnsupported.
  Result<Tensors> Run(const Tensors& feeds) const;

  // Errors: kUnsupported.
  Result<std::unique_ptr<Binding>> NewBinding() const;

  // An entry of the graph's metadata_props; empty when there is none. Errors: kUnsupported.
  Result<std::string> Metadata(const std::string& key) const;

 private:
  friend class Binding;
  Session(std::shared_ptr<const Library> library, std::string name);

  Status Load(Bytes model, const SessionOptions& options);
  Status ReadInfos(Position count_function, Position name_function, Position type_function,
                   std::vector<TensorInfo>& infos) const;
  Status ReadInfo(size_t index, Position name_function, Position type_function,
                  Allocator_* allocator, TensorInfo& info) const;
  Result<Allocator_*> DefaultAllocator() const;
  Result<ValueHandle> Wrap(std::span<const int64_t> shape, std::span<const float> values) const;
  Result<Tensor> Unwrap(Value_* value, const std::string& output) const;
  Status Check(Status_* status) const { return library_->Check(status, name_); }
  template <class F>
  F Function(Position position) const {
    return library_->Function<F>(position);
  }

  std::shared_ptr<const Library> library_;
  std::string name_;
  SessionHandle session_;
  MemoryHandle memory_;
  std::vector<TensorInfo> inputs_;
  std::vector<TensorInfo> outputs_;
};

}  // namespace dfn::ort

#endif  // DEEPFILTER_ORT_SESSION_H_
