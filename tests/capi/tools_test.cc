// Tests models as files through the C API: the bytes and reports are those of the program, nothing
// is overwritten or left behind, and long calls can be ended.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <deepfilter/tools.hpp>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "base/testing/environment.h"
#include "base/testing/file_content.h"
#include "base/testing/scratch_folder.h"
#include "capi/small_model.h"
#include "common/model_folder.h"
#include "common/run_program.h"

namespace dfn::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

using Files = std::map<std::string, std::string>;  // name, content
using Words = std::vector<std::string>;

Files FilesIn(const fs::path& folder) {
  Files files;
  if (!fs::exists(folder)) return files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    files[entry.path().filename().string()] = FileContent(entry.path());
  }
  return files;
}

// The sentence of a call that has to fail. `call` takes a char** and a dfn_error**.
template <class Call>
std::string Refusal(dfn_result expected, const Call& call) {
  char unset = 'x';
  char* text = &unset;
  dfn_error* error = nullptr;
  EXPECT_EQ(call(&text, &error), expected) << dfn_error_message(error);
  EXPECT_EQ(text, nullptr);
  EXPECT_EQ(dfn_error_result(error), expected);
  std::string sentence = dfn_error_message(error);
  dfn_error_free(error);
  return sentence;
}

class ToolsTest : public testing::Test {
 protected:
  // What the program prints with these arguments.
#ifdef DFN_PROGRAM
  std::string Program(const Words& arguments) {
    const fs::path output = folder_ / "printed";
    EXPECT_EQ(RunProgram(DFN_PROGRAM, arguments, {.output = output.string()}), 0)
        << testing::PrintToString(arguments);
    return FileContent(output);
  }
#endif

  const ScratchFolder scratch_;
  const fs::path folder_ = scratch_.path();
  const ModelFolder files_{SmallModelWeights()};
  const fs::path model_ = files_.path();
  const std::string out_ = (folder_ / "out").string();
};

#ifdef DFN_PROGRAM
TEST_F(ToolsTest, ExportsHaveTheProgramsBytesAndReport) {
  struct Case {
    Words words;
    void (*change)(dfn_export_options&);
  };
  const Case cases[] = {
      {{}, [](dfn_export_options&) {}},
      {{"--layout", "combined", "--opset", "14"},
       [](auto& o) { o.layout = DFN_LAYOUT_COMBINED, o.opset = 14; }},
      {{"--layout", "streaming", "--state", "gru"},
       [](auto& o) { o.layout = DFN_LAYOUT_STREAMING, o.state = DFN_STATE_GRU; }},
      {{"--state", "none"}, [](auto& o) { o.state = DFN_STATE_NONE; }},
      {{"--layout", "audio", "--frames", "1"},
       [](auto& o) { o.layout = DFN_LAYOUT_AUDIO, o.single_frame = 1; }},
      {{"--lower-gru", "--fp16"}, [](auto& o) { o.lower_gru = 1, o.fp16_weights = 1; }},
  };
  for (const Case& one : cases) {
    Words words = {"export", model_.string(), "--json", "-f", "-o", out_};
    words.insert(words.end(), one.words.begin(), one.words.end());
    const std::string printed = Program(words);
    const std::string what = testing::PrintToString(one.words);
    const Files expected = FilesIn(out_);
    fs::remove_all(out_);
    auto options = deepfilter::ExportOptions();
    one.change(options);
    EXPECT_EQ(deepfilter::Export(model_.string(), out_, options) + "\n", printed) << what;
    EXPECT_EQ(FilesIn(out_), expected) << what;
    EXPECT_GE(expected.size(), 2u);
    fs::remove_all(out_);
  }
}

TEST_F(ToolsTest, MergedAndSplitFilesHaveTheProgramsBytes) {
  Program({"merge", model_.string(), "-o", (folder_ / "theirs.onnx").string()});
  const std::string report = deepfilter::Merge(model_.string(), (folder_ / "ours.onnx").string());
  EXPECT_THAT(report, HasSubstr("\"ours.onnx\""));
  EXPECT_EQ(FileContent(folder_ / "ours.onnx"), FileContent(folder_ / "theirs.onnx"));
  EXPECT_THAT(deepfilter::Merge(model_.string()), HasSubstr("\"combined.onnx\""));
  EXPECT_EQ(FileContent(model_ / "combined.onnx"), FileContent(folder_ / "theirs.onnx"));
  fs::remove(model_ / "combined.onnx");

  Program({"split", model_.string(), "--opset", "16", "--state", "gru", "-o", out_});
  auto options = deepfilter::SplitOptions();
  options.opset = 16;
  options.state = DFN_STATE_GRU;
  const std::string ours = (folder_ / "ours").string();
  EXPECT_THAT(deepfilter::Split(model_.string(), ours, options), HasSubstr("enc_gru_streaming"));
  EXPECT_EQ(FilesIn(ours), FilesIn(out_));
}

TEST_F(ToolsTest, InspectionsAndListsAreTheProgramsJson) {
  EXPECT_EQ(deepfilter::Inspect(model_.string()) + "\n",
            Program({"inspect", "--json", model_.string()}));
  const ScopedVariable cache("DEEPFILTER_CACHE", (folder_ / "cache").string());
  EXPECT_EQ(deepfilter::Models() + "\n", Program({"models", "--json"}));
}
#endif

TEST_F(ToolsTest, NothingIsOverwrittenUnlessAskedFor) {
  deepfilter::Export(model_.string(), out_);
  const Files before = FilesIn(out_);
  std::ofstream(fs::path(out_) / "enc.onnx") << "mine";
  const auto again = [&](char** report, dfn_error** error) {
    return dfn_export(model_.string().c_str(), out_.c_str(), nullptr, report, error);
  };
  EXPECT_THAT(Refusal(DFN_ERROR_EXISTS, again), HasSubstr("enc.onnx: exists already"));
  EXPECT_EQ(FileContent(fs::path(out_) / "enc.onnx"), "mine");
  EXPECT_EQ(FilesIn(out_).size(), before.size());
  auto options = deepfilter::ExportOptions();
  options.overwrite = 1;
  deepfilter::Export(model_.string(), out_, options);
  EXPECT_EQ(FilesIn(out_), before);
}

struct Calls {
  std::vector<uint64_t> done;
  uint64_t total = 0;
  uint64_t stop_at = UINT64_MAX;
};

int Note(void* data, uint64_t done, uint64_t total) {
  auto& calls = *static_cast<Calls*>(data);
  calls.done.push_back(done);
  calls.total = total;
  return done >= calls.stop_at ? 1 : 0;
}

// Each step may be the last one, and only the last call of all leaves files.
template <class Options, class Call>
void ExpectCancellable(Options options, const std::string& out, const Call& call) {
  Calls all;
  options.progress = Note;
  options.progress_data = &all;
  EXPECT_EQ(call(&options, nullptr, nullptr), DFN_OK);
  ASSERT_GE(all.done.size(), 2u);
  EXPECT_TRUE(std::is_sorted(all.done.begin(), all.done.end()));
  EXPECT_EQ(all.done.back(), all.total);
  for (const uint64_t done : all.done) {
    fs::remove_all(out);
    Calls calls;
    calls.stop_at = done;
    options.progress_data = &calls;
    if (done == all.total) {
      EXPECT_EQ(call(&options, nullptr, nullptr), DFN_OK);
      continue;
    }
    const auto cancelled = [&](char** text, dfn_error** error) {
      return call(&options, text, error);
    };
    EXPECT_THAT(Refusal(DFN_ERROR_CANCELLED, cancelled), HasSubstr("cancelled after"));
    EXPECT_TRUE(FilesIn(out).empty());
  }
}

TEST_F(ToolsTest, EachLongCallTellsItsStepsAndCanBeEnded) {
  ExpectCancellable(deepfilter::ExportOptions(), out_,
                    [&](const dfn_export_options* options, char** report, dfn_error** error) {
                      return dfn_export(model_.string().c_str(), out_.c_str(), options, report,
                                        error);
                    });
  fs::remove_all(out_);
  ExpectCancellable(deepfilter::SplitOptions(), out_,
                    [&](const dfn_split_options* options, char** report, dfn_error** error) {
                      return dfn_split(model_.string().c_str(), out_.c_str(), options, report,
                                       error);
                    });
  fs::remove_all(out_);
  const std::string target = (fs::path(out_) / "one.onnx").string();
  ExpectCancellable(deepfilter::MergeOptions(), out_,
                    [&](const dfn_merge_options* options, char** report, dfn_error** error) {
                      return dfn_merge(model_.string().c_str(), target.c_str(), options, report,
                                       error);
                    });
  fs::remove_all(out_);
  ExpectCancellable(deepfilter::InspectOptions(), out_,
                    [&](const dfn_inspect_options* options, char** json, dfn_error** error) {
                      return dfn_inspect(model_.string().c_str(), options, json, error);
                    });
}

TEST_F(ToolsTest, WrongArgumentsAreNamed) {
  const auto refusal = [&](const char* source, const char* folder,
                           const dfn_export_options& options) {
    return Refusal(DFN_ERROR_INVALID_ARGUMENT, [&](char** report, dfn_error** error) {
      return dfn_export(source, folder, &options, report, error);
    });
  };
  auto options = deepfilter::ExportOptions();
  EXPECT_EQ(options.opset, 17);
  EXPECT_THAT(refusal(model_.string().c_str(), nullptr, options), HasSubstr("folder is null"));
  options.opset = 13;
  EXPECT_THAT(refusal(model_.string().c_str(), out_.c_str(), options), HasSubstr("opset"));
  options = deepfilter::ExportOptions();
  const int four = 4;
  std::memcpy(&options.layout, &four, sizeof(four));
  EXPECT_THAT(refusal(model_.string().c_str(), out_.c_str(), options), HasSubstr("layout is 4"));
  options = deepfilter::ExportOptions();
  options.verify_samples = 3;
  EXPECT_THAT(refusal(model_.string().c_str(), out_.c_str(), options), HasSubstr("verify_input"));
  options = deepfilter::ExportOptions();
  options.config = "none.ini";
  EXPECT_THAT(refusal(model_.string().c_str(), out_.c_str(), options), HasSubstr("checkpoint"));
  options = deepfilter::ExportOptions();
  options.size = 8;
  EXPECT_THAT(refusal(model_.string().c_str(), out_.c_str(), options),
              HasSubstr("dfn_export_options_init"));
  EXPECT_TRUE(FilesIn(out_).empty());

  EXPECT_EQ(dfn_merge(nullptr, out_.c_str(), nullptr, nullptr, nullptr),
            DFN_ERROR_INVALID_ARGUMENT);
  EXPECT_EQ(dfn_split(nullptr, out_.c_str(), nullptr, nullptr, nullptr),
            DFN_ERROR_INVALID_ARGUMENT);
  EXPECT_EQ(dfn_split(model_.string().c_str(), nullptr, nullptr, nullptr, nullptr),
            DFN_ERROR_INVALID_ARGUMENT);
  const std::string none = (folder_ / "none").string();
  EXPECT_EQ(dfn_export(none.c_str(), out_.c_str(), nullptr, nullptr, nullptr), DFN_ERROR_NOT_FOUND);
  EXPECT_EQ(dfn_merge(none.c_str(), nullptr, nullptr, nullptr, nullptr), DFN_ERROR_NOT_FOUND);
  EXPECT_EQ(dfn_split(none.c_str(), out_.c_str(), nullptr, nullptr, nullptr), DFN_ERROR_NOT_FOUND);
  EXPECT_EQ(dfn_inspect(none.c_str(), nullptr, nullptr, nullptr), DFN_ERROR_NOT_FOUND);
}

// The library that runs the files is opened before they are written: the one that the caller named.
TEST_F(ToolsTest, WithoutOnnxRuntimeVerifyingIsRefused) {
  auto options = deepfilter::ExportOptions();
  options.verify = 1;
  const std::string library = (folder_ / "libonnxruntime.so").string();
  options.onnxruntime_library = library.c_str();
  const auto verify = [&](char** report, dfn_error** error) {
    return dfn_export(model_.string().c_str(), out_.c_str(), &options, report, error);
  };
  EXPECT_THAT(Refusal(DFN_ERROR_NOT_FOUND, verify), HasSubstr(library));
  EXPECT_TRUE(FilesIn(out_).empty());
}

TEST_F(ToolsTest, KnownModelsTellWhereToFetchThemAndWhereTheyBelong) {
  const ScopedVariable cache("DEEPFILTER_CACHE", (folder_ / "cache").string());
  const ScopedVariable mirror("DEEPFILTER_MODEL_URL", "https://mirror.invalid/models/");
  const std::string json = deepfilter::Models();
  EXPECT_THAT(json, HasSubstr("\"dfn3\""));
  EXPECT_THAT(json, HasSubstr("\"https://mirror.invalid/models/DeepFilterNet3_onnx.tar.gz\""));
  EXPECT_THAT(json, HasSubstr((folder_ / "cache" / "DeepFilterNet3_onnx.tar.gz").string()));
  const ScopedVariable no_mirror("DEEPFILTER_MODEL_URL", std::nullopt);
  EXPECT_THAT(deepfilter::Models(), HasSubstr("https://github.com/"));

  const auto add = [](const char* name, const void* bytes, size_t size) {
    return [=](char** path, dfn_error** error) {
      return dfn_models_add_memory(name, bytes, size, path, error);
    };
  };
  EXPECT_THAT(Refusal(DFN_ERROR_CORRUPT, add("dfn3", "x", 1)), HasSubstr("has 1 bytes"));
  const std::vector<uint8_t> zeros(7983136);
  EXPECT_THAT(Refusal(DFN_ERROR_CORRUPT, add("dfn3", zeros.data(), zeros.size())),
              HasSubstr("has the sha256"));
  EXPECT_THAT(Refusal(DFN_ERROR_INVALID_ARGUMENT, add("dfn9", "x", 1)), HasSubstr("dfn9"));
  EXPECT_THAT(Refusal(DFN_ERROR_INVALID_ARGUMENT, add("dfn3", nullptr, 1)), HasSubstr("bytes"));
  EXPECT_THAT(Refusal(DFN_ERROR_INVALID_ARGUMENT, add(nullptr, "x", 1)), HasSubstr("name"));
  const std::string none = (folder_ / "none").string();
  EXPECT_EQ(dfn_models_add("dfn3", none.c_str(), nullptr, nullptr), DFN_ERROR_NOT_FOUND);
  EXPECT_EQ(dfn_models_add("dfn3", nullptr, nullptr, nullptr), DFN_ERROR_INVALID_ARGUMENT);
  EXPECT_EQ(dfn_models_add("dfn3", (model_ / "enc.onnx").string().c_str(), nullptr, nullptr),
            DFN_ERROR_CORRUPT);
  EXPECT_TRUE(FilesIn(folder_ / "cache").empty());
}

}  // namespace
}  // namespace dfn::test
