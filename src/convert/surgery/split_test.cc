#include "convert/surgery/split.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "convert/surgery/merge.h"
#include "convert/testing/streaming_graphs.h"

namespace dfn {
namespace {

using test::Find;
using test::Graphs;
using test::Load;
using test::Names;
using test::ReadTinyFiles;
using test::SameWeights;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

Result<StreamingGraphs> Split(const Graphs& g) {
  return SplitNetworks(g.enc(), g.erb_dec(), g.df_dec());
}

std::vector<NamedBytes> Files(const StreamingGraphs& g, const std::string& model) {
  return {test::Write(g.enc_conv, kStreamingFiles[0]), test::Write(g.enc_gru, kStreamingFiles[1]),
          test::Write(g.erb_dec, kStreamingFiles[2]), test::Write(g.df_dec, kStreamingFiles[3]),
          test::ReadTinyFile(model, kConfigFile)};
}

TEST(SplitTest, CutsGiveThePublishedInterface) {
  for (const char* name : {"dfn3", "dfn3_h0", "dfn2"}) {
    const auto parts = Split(Graphs(name));
    ASSERT_TRUE(parts.ok()) << parts.error().message;
    EXPECT_THAT(Names(parts->enc_conv.inputs), ElementsAre("feat_erb", "feat_spec"));
    EXPECT_THAT(Names(parts->enc_conv.outputs), ElementsAre("e0", "e1", "e2", "e3", "c0", "emb"));
    EXPECT_THAT(Names(parts->enc_gru.inputs), ElementsAre("emb", "h0"));
    EXPECT_THAT(Names(parts->enc_gru.outputs), ElementsAre("emb_out", "lsnr", "h1"));
    EXPECT_THAT(Names(parts->erb_dec.inputs), ElementsAre("emb", "e3", "e2", "e1", "e0", "erb_h0"));
    EXPECT_THAT(Names(parts->erb_dec.outputs), ElementsAre("m", "erb_h1"));
    EXPECT_THAT(Names(parts->df_dec.inputs), ElementsAre("emb", "c0", "df_h0"));
    EXPECT_THAT(Names(parts->df_dec.outputs), ElementsAre("coefs", "df_h1"));
  }
}

TEST(SplitTest, CutPartsLiftToTheSameModel) {
  for (const char* name :
       {"dfn2", "dfn2_time2", "dfn3", "dfn3_h0", "dfn3_skips", "dfn3_skips2", "dfn3_time2"}) {
    const auto parts = Split(Graphs(name));
    ASSERT_TRUE(parts.ok()) << parts.error().message;
    const Model expected = Load(ReadTinyFiles(name));
    EXPECT_TRUE(SameWeights(Load(Files(*parts, name)), expected)) << name;
    const auto merged = MergeModelFiles(Files(*parts, name), name);
    ASSERT_TRUE(merged.ok()) << merged.error().message;
    EXPECT_TRUE(SameWeights(Load({*merged, test::ReadTinyFile(name, kConfigFile)}), expected));
  }
}

TEST(SplitTest, WhatPassesTheGruByIsASkip) {
  const auto parts = Split(Graphs("dfn3_skips"));
  ASSERT_TRUE(parts.ok()) << parts.error().message;
  EXPECT_THAT(Names(parts->enc_conv.outputs),
              ElementsAre("e0", "e1", "e2", "e3", "c0", "emb", "emb_skip"));
  EXPECT_THAT(Names(parts->enc_gru.inputs), ElementsAre("emb", "emb_skip", "h0"));
}

TEST(SplitTest, StatesHaveALayerForEachGru) {
  const auto parts = Split(Graphs("dfn3_time2"));
  ASSERT_TRUE(parts.ok()) << parts.error().message;
  EXPECT_THAT(parts->df_dec.inputs.back().dims, ElementsAre(3, 1, 16));
  EXPECT_THAT(parts->enc_gru.inputs.back().dims, ElementsAre(1, 1, 24));
}

TEST(SplitTest, ModelsThatLiftAreExported) {
  const auto files = ReadTinyFiles("dfn3_h0");
  for (const StateForm state : {StateForm::kFull, StateForm::kGru}) {
    const auto split = SplitModelFiles(files, "memory", {.state = state});
    ASSERT_TRUE(split.ok()) << split.error().message;
    const Model model = Load(files);
    const auto exported = ExportModel(model, {.layout = ExportLayout::kStreaming, .state = state});
    for (const char* name : kStreamingFiles) {
      EXPECT_TRUE(Find(*split, name).bytes == Find(*exported, name).bytes) << name;
    }
  }
}

TEST(SplitTest, GraphsThatCannotBeLiftedAreCut) {
  Graphs g("dfn3");
  g.InsertUnknown("enc.onnx", "e1");
  g.InsertUnknown("df_dec.onnx", "coefs");
  const auto files = g.Write();
  ASSERT_FALSE(LoadModelFiles(files, "odd").ok());
  const auto split = SplitModelFiles(files, "odd", {});
  ASSERT_TRUE(split.ok()) << split.error().message;
  EXPECT_EQ(split->size(), 5u);
  EXPECT_EQ(SplitModelFiles(files, "odd", {})->front().bytes, split->front().bytes);
  const onnx::Graph conv = test::Parse(Find(*split, kStreamingFiles[0]));
  EXPECT_EQ(test::Count(conv, "Softsign"), 1u);
  EXPECT_EQ(test::Count(conv, "GRU"), 0u);
  EXPECT_EQ(test::Count(test::Parse(Find(*split, kStreamingFiles[1])), "Conv"), 0u);
  const auto merged = MergeModelFiles(*split, "odd");
  ASSERT_TRUE(merged.ok()) << merged.error().message;
  EXPECT_EQ(test::Count(test::Parse(*merged), "Softsign"), 2u);
}

TEST(SplitTest, MergedGraphsThatCannotBeLiftedAreCut) {
  for (const char* name : {"dfn3", "dfn3_h0", "dfn2"}) {
    Graphs g(name);
    g.InsertUnknown("erb_dec.onnx", "m");
    const auto merged = MergeNetworks(g.enc(), g.erb_dec(), g.df_dec());
    ASSERT_TRUE(merged.ok()) << merged.error().message;
    const std::vector<NamedBytes> files = {test::Write(*merged, kCombinedFile),
                                           test::ReadTinyFile(name, kConfigFile)};
    ASSERT_FALSE(LoadModelFiles(files, "odd").ok());
    const auto split = SplitModelFiles(files, "odd", {});
    ASSERT_TRUE(split.ok()) << split.error().message;
    EXPECT_THAT(Names(test::Parse(Find(*split, kStreamingFiles[2])).outputs),
                ElementsAre("m", "erb_h1"));
    EXPECT_EQ(test::Count(test::Parse(Find(*split, kStreamingFiles[2])), "Softsign"), 1u);
  }
}

TEST(SplitTest, SimplifiedMergedGraphsThatCannotBeLiftedAreCut) {
  for (const char* name : {"dfn2", "dfn3", "dfn3_h0"}) {
    onnx::Graph graph = test::Parse(test::ReadTinyFile(name, kCombinedFile, "tiny_simplified"));
    test::InsertSoftsign(graph, "erb/m");
    const std::vector<NamedBytes> files = {test::Write(graph, kCombinedFile),
                                           test::ReadTinyFile(name, kConfigFile)};
    ASSERT_FALSE(LoadModelFiles(files, "odd").ok());
    const auto split = SplitModelFiles(files, "odd", {});
    ASSERT_TRUE(split.ok()) << split.error().message;
    EXPECT_THAT(Names(test::Parse(Find(*split, kStreamingFiles[0])).outputs),
                ElementsAre("e0", "e1", "e2", "e3", "c0", "emb"));
    EXPECT_THAT(Names(test::Parse(Find(*split, kStreamingFiles[2])).inputs),
                ElementsAre("emb", "e3", "e2", "e1", "e0", "erb_h0"));
  }
}

TEST(SplitTest, CutsOfMergedGraphsLiftToTheSameModel) {
  for (const char* kind : {"tiny_combined", "tiny_simplified"}) {
    for (const char* name : {"dfn2", "dfn3", "dfn3_h0"}) {
      const onnx::Graph graph = test::Parse(test::ReadTinyFile(name, kCombinedFile, kind));
      const auto parts = SplitCombined({graph, kCombinedFile});
      ASSERT_TRUE(parts.ok()) << kind << " " << name << ": " << parts.error().message;
      const Model model = Load(
          {test::Write(parts->enc, kNetworkFiles[0]), test::Write(parts->erb_dec, kNetworkFiles[1]),
           test::Write(parts->df_dec, kNetworkFiles[2]), test::ReadTinyFile(name, kConfigFile)});
      EXPECT_TRUE(SameWeights(model, Load(ReadTinyFiles(name)))) << kind << " " << name;
    }
  }
}

TEST(SplitTest, RefusesWhatCannotBeCut) {
  Graphs no_gru("dfn3");
  for (onnx::Node& node : no_gru["erb_dec.onnx"].nodes) {
    if (node.op_type == "GRU") node.op_type = "LSTM";
  }
  EXPECT_THAT(Split(no_gru).error().message, HasSubstr("erb_dec.onnx: holds no GRU"));

  Graphs two_ways("dfn3");
  for (onnx::Node& node : two_ways["enc.onnx"].nodes) {
    if (node.op_type == "GRU") node.attributes.push_back({"direction", std::string("reverse")});
  }
  EXPECT_THAT(Split(two_ways).error().message, HasSubstr("enc.onnx: GRU"));

  Graphs no_map("dfn3");
  RenameValue(no_map["enc.onnx"], "c0", "map");
  EXPECT_THAT(Split(no_map).error().message, HasSubstr("\"c0\""));
}

}  // namespace
}  // namespace dfn
