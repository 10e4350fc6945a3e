// Drives exported files under ONNX Runtime, frame by frame, as docs/export.md tells users to.
#ifndef DEEPFILTER_VERIFY_FILE_RUNNER_H_
#define DEEPFILTER_VERIFY_FILE_RUNNER_H_

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "ort/session.h"

namespace dfn {

// A chain of graphs that feed each other by name: enc, erb_dec, df_dec; or one combined graph; or
// the four streaming files. States (an input X0 with an output X1 of the same graph) are kept
// between calls, zero at the start.
class FileRunner {
 public:
  // Opens the ONNX files among `files`; others are passed over. Errors: those of Session::Create;
  // kNotFound (no layout's files are all there).
  static Result<FileRunner> Open(std::shared_ptr<const ort::Library> library,
                                 std::span<const NamedBytes> files);

  // Runs every graph once on `values` and adds all their outputs to it.
  Status Step(ort::Tensors& values);
  // Frames of features that the first graph takes a call; 0: any number.
  size_t frames_a_call() const;

 private:
  struct Stage {
    std::string file;
    std::shared_ptr<const ort::Session> session;
    std::vector<std::pair<std::string, std::string>> state_names;  // input, output
    ort::Tensors states;                                           // by input
  };
  std::vector<Stage> stages_;
};

}  // namespace dfn

#endif  // DEEPFILTER_VERIFY_FILE_RUNNER_H_
