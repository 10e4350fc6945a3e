// Runs one ONNX graph under ONNX Runtime by the names of its tensors.
#ifndef DEEPFILTER_ORT_SESSION_H_
#define DEEPFILTER_ORT_SESSION_H_

#include <cstdint>
#include <map>
#include <memory>
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
};

// One loaded graph. A session may be used by one thread at a time here. Not real-time: ONNX Runtime
// allocates as it likes.
class Session {
 public:
  // `name` opens messages. Errors: kUnsupported with the library's own sentence.
  static Result<std::unique_ptr<Session>> Create(std::shared_ptr<const Library> library,
                                                 Bytes model, const std::string& name,
                                                 const SessionOptions& options = {});
  virtual ~Session() = default;

  virtual const std::vector<TensorInfo>& inputs() const = 0;
  virtual const std::vector<TensorInfo>& outputs() const = 0;

  // Runs the graph once. `feeds` must hold every input (more are passed over); all outputs come
  // back. Errors: kMismatch (an input is missing, an output is not of floats), kUnsupported.
  virtual Result<Tensors> Run(const Tensors& feeds) = 0;
};

}  // namespace dfn::ort

#endif  // DEEPFILTER_ORT_SESSION_H_
