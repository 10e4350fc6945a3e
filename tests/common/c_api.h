// Owners of the C API's models and streams, for tests.
#ifndef DEEPFILTER_TESTS_COMMON_C_API_H_
#define DEEPFILTER_TESTS_COMMON_C_API_H_

#include <gtest/gtest.h>

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "common/model_folder.h"
#include "deepfilter/deepfilter.h"
#include "model/model.h"

namespace dfn::test {

struct FreeModel {
  void operator()(dfn_model* model) const { dfn_model_free(model); }
};
struct FreeStream {
  void operator()(dfn_stream* stream) const { dfn_stream_free(stream); }
};
struct FreeBatch {
  void operator()(dfn_batch* batch) const { dfn_batch_free(batch); }
};
using CModel = std::unique_ptr<dfn_model, FreeModel>;
using CStream = std::unique_ptr<dfn_stream, FreeStream>;
using CBatch = std::unique_ptr<dfn_batch, FreeBatch>;

// Fails the test with the sentence of `error`, and frees it.
inline void ExpectOk(dfn_result result, dfn_error* error) {
  EXPECT_EQ(result, DFN_OK) << dfn_error_message(error);
  dfn_error_free(error);
}

// Opens `model` through its exported files.
inline CModel OpenModel(const Model& model) {
  const std::vector<NamedBytes> exported = ExportedFiles(model);
  std::vector<dfn_file> files;
  for (const NamedBytes& file : exported) {
    files.push_back({file.name.c_str(), file.bytes.data(), file.bytes.size()});
  }
  dfn_model* opened = nullptr;
  dfn_error* error = nullptr;
  const dfn_result result =
      dfn_model_open_files(files.data(), files.size(), nullptr, &opened, &error);
  ExpectOk(result, error);
  return CModel(opened);
}

// The source for dfn_model_open: a path or a known name.
inline CModel OpenModel(const std::string& source) {
  dfn_model* opened = nullptr;
  dfn_error* error = nullptr;
  const dfn_result result = dfn_model_open(source.c_str(), nullptr, &opened, &error);
  ExpectOk(result, error);
  return CModel(opened);
}

inline dfn_stream_options DefaultOptions() {
  dfn_stream_options options;
  dfn_stream_options_init(&options, sizeof(options));
  return options;
}

inline CStream CreateStream(const CModel& model, const dfn_stream_options& options) {
  dfn_stream* stream = nullptr;
  dfn_error* error = nullptr;
  const dfn_result result = dfn_stream_create(model.get(), &options, &stream, &error);
  ExpectOk(result, error);
  return CStream(stream);
}

inline CBatch CreateBatch(const CModel& model, dfn_precision precision, size_t max_channels) {
  dfn_batch* batch = nullptr;
  dfn_error* error = nullptr;
  const dfn_result result = dfn_batch_create(model.get(), precision, max_channels, &batch, &error);
  ExpectOk(result, error);
  return CBatch(batch);
}

}  // namespace dfn::test

#endif  // DEEPFILTER_TESTS_COMMON_C_API_H_
