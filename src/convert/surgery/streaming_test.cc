// Streaming forms as sources, and the way from model to files and back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "convert/export/export.h"
#include "convert/graph/graph_edit.h"
#include "convert/surgery/merge.h"
#include "convert/surgery/split.h"
#include "convert/testing/streaming_graphs.h"

namespace dfn {
namespace {

using test::Find;
using test::Graphs;
using test::Load;
using test::ReadTinyFiles;
using test::SameWeights;
using ::testing::Contains;
using ::testing::HasSubstr;

std::vector<ExportOptions> Forms() {
  std::vector<ExportOptions> forms;
  for (const auto layout :
       {ExportLayout::kNetworks, ExportLayout::kCombined, ExportLayout::kStreaming}) {
    for (const auto state : {StateForm::kFull, StateForm::kGru, StateForm::kNone}) {
      if (layout == ExportLayout::kStreaming && state == StateForm::kNone) continue;
      forms.push_back({.layout = layout, .state = state});
    }
  }
  return forms;
}

TEST(RoundTripTest, ExportsLiftToTheSameModelAndExportToTheSameBytes) {
  for (const char* name : test::kTinyModels) {
    const Model model = Load(ReadTinyFiles(name));
    for (const ExportOptions& options : Forms()) {
      SCOPED_TRACE(std::string(name) + " " + LayoutName(options.layout) + " " +
                   StateFormName(options.state));
      const auto files = ExportModel(model, options);
      ASSERT_TRUE(files.ok()) << files.error().message;
      const Model lifted = Load(*files);
      ASSERT_TRUE(SameWeights(lifted, model));
      const auto again = ExportModel(lifted, options);
      ASSERT_TRUE(again.ok()) << again.error().message;
      for (const NamedBytes& file : *files) {
        EXPECT_TRUE(Find(*again, file.name).bytes == file.bytes) << file.name;
      }
    }
  }
}

TEST(RoundTripTest, OneFrameACallAndHistoriesAreNoted) {
  const Model model = Load(ReadTinyFiles("dfn3"));
  const auto files = ExportModel(model, {.single_frame = true});
  ASSERT_TRUE(files.ok()) << files.error().message;
  const Model lifted = Load(*files);
  EXPECT_TRUE(SameWeights(lifted, model));
  EXPECT_THAT(lifted.origin.state_inputs, Contains("enc.onnx: h0"));
  EXPECT_THAT(lifted.origin.state_inputs, Contains("enc.onnx: erb_conv0_s0"));
  EXPECT_EQ(lifted.origin.weights, "memory");
}

TEST(StreamingSourceTest, PaddedConvolutionsWithNewestFramesLift) {
  for (const char* name : {"dfn3", "dfn3_time2"}) {
    Graphs g(name);
    auto parts = SplitNetworks(g.enc(), g.erb_dec(), g.df_dec());
    ASSERT_TRUE(parts.ok()) << parts.error().message;
    // As the published files: each output is a slice of the newest frame, and an h0 that nothing
    // reads is declared.
    onnx::Graph& conv = parts->enc_conv;
    for (const auto& [suffix, value] : {std::pair<const char*, int64_t>{"start", -1},
                                        {"end", INT64_MAX},
                                        {"axis2", 2},
                                        {"axis1", 1}}) {
      onnx::Tensor tensor;
      tensor.name = std::string("_slice_") + suffix;
      tensor.type = onnx::DataType::kInt64;
      tensor.dims = {1};
      tensor.elements = 1;
      tensor.ints = {value};
      conv.initializers.push_back(std::move(tensor));
    }
    for (onnx::ValueInfo& output : conv.outputs) {
      const std::string out = output.name;
      RenameValue(conv, out, "_raw_" + out);
      output.name = out;
      conv.nodes.push_back({.name = "",
                            .op_type = "Slice",
                            .domain = {},
                            .inputs = {"_raw_" + out, "_slice_start", "_slice_end",
                                       out == "emb" ? "_slice_axis1" : "_slice_axis2"},
                            .outputs = {out},
                            .attributes = {}});
    }
    conv.inputs.push_back(
        {.name = "h0", .type = onnx::DataType::kFloat, .dims = {1, 1, 16}, .dim_names = {}});
    const std::vector<NamedBytes> files = {
        test::Write(conv, kStreamingFiles[0]), test::Write(parts->enc_gru, kStreamingFiles[1]),
        test::Write(parts->erb_dec, kStreamingFiles[2]),
        test::Write(parts->df_dec, kStreamingFiles[3]), test::ReadTinyFile(name, kConfigFile)};
    const Model model = Load(files);
    EXPECT_TRUE(SameWeights(model, Load(ReadTinyFiles(name))));
    EXPECT_EQ(model.origin.form, "streaming ONNX");
  }
}

TEST(StreamingSourceTest, FilesOfDifferentOpsetsLift) {
  const Graphs g("dfn3");
  const auto parts = SplitNetworks(g.enc(), g.erb_dec(), g.df_dec());
  ASSERT_TRUE(parts.ok()) << parts.error().message;
  const Model model = Load(ReadTinyFiles("dfn3"));
  auto files = *ExportModel(model, {.layout = ExportLayout::kStreaming, .state = StateForm::kGru});
  for (NamedBytes& file : files) {
    if (file.name == kStreamingFiles[0]) file = test::Write(parts->enc_conv, file.name);
  }
  EXPECT_TRUE(SameWeights(Load(files), model));
}

TEST(StreamingSourceTest, PlainFormsComeFirst) {
  auto files = ReadTinyFiles("dfn3");
  const Model model = Load(files);
  const auto streaming = ExportModel(model, {.layout = ExportLayout::kStreaming});
  files.insert(files.end(), streaming->begin(), streaming->end() - 1);
  EXPECT_EQ(Load(files).origin.form, "ONNX networks");
}

TEST(StreamingSourceTest, ConvolutionsWithoutPaddingInAPlainFileAreRefused) {
  const Model model = Load(ReadTinyFiles("dfn3"));
  const auto files =
      ExportModel(model, {.layout = ExportLayout::kStreaming, .state = StateForm::kGru});
  const auto merged = MergeModelFiles(*files, "export");
  ASSERT_TRUE(merged.ok()) << merged.error().message;
  std::vector<NamedBytes> plain = {*merged, Find(*files, kConfigFile)};
  EXPECT_TRUE(LoadModelFiles(plain, "folder").ok());
  plain[0].name = kCombinedFile;
  const auto refused = LoadModelFiles(plain, "folder");
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().message, HasSubstr("folder/combined.onnx"));
}

TEST(StreamingSourceTest, SaysWhichStreamingFileIsMissing) {
  const Model model = Load(ReadTinyFiles("dfn3"));
  auto files = *ExportModel(model, {.layout = ExportLayout::kStreaming});
  std::erase_if(files,
                [](const NamedBytes& file) { return file.name == "enc_gru_streaming.onnx"; });
  EXPECT_THAT(LoadModelFiles(files, "folder").error().message,
              HasSubstr("folder: there is no enc_gru_streaming.onnx"));
}

}  // namespace
}  // namespace dfn
