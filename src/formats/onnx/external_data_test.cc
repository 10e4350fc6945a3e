#include "formats/onnx/external_data.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "formats/testing/onnx_wire.h"

namespace dfn::onnx {
namespace {

using protozero::pbf_writer;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Entries = std::vector<std::pair<std::string, std::string>>;

Bytes BytesOf(const std::string& text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

// A TensorProto "w" of two floats with these external_data entries.
std::string External(const Entries& entries, const std::vector<int64_t>& dims = {2}) {
  return Message([&](pbf_writer& tensor) {
    tensor.add_int32(14, 1);  // data_location = EXTERNAL
    tensor.add_packed_int64(1, dims.begin(), dims.end());
    tensor.add_int32(2, static_cast<int32_t>(DataType::kFloat));
    for (const auto& [key, value] : entries) {
      tensor.add_message(13, Message([&, k = key, v = value](pbf_writer& entry) {
                           entry.add_string(1, k);
                           entry.add_string(2, v);
                         }));
    }
    tensor.add_string(8, "w");
  });
}

std::string ModelWith(const std::string& tensor) {
  return ModelOf(Message([&](pbf_writer& graph) { graph.add_message(5, tensor); }));
}

class ExternalDataTest : public ::testing::Test {
 protected:
  using Inlined = Result<std::optional<std::vector<uint8_t>>>;
  Inlined Inline(const std::string& model, const Limits& limits = {}) {
    return InlineExternalData(
        BytesOf(model), "net.onnx",
        [this](const std::string& location) -> Result<Bytes> {
          asked_.push_back(location);
          if (location.ends_with("data")) return BytesOf(data_);
          return Error{ErrorCode::kNotFound, "but it is not there"};
        },
        limits);
  }
  // The values of the first initializer of the inlined model.
  std::vector<float> Values(const std::string& model) {
    const Inlined inlined = Inline(model);
    if (!inlined.ok() || !*inlined) {
      ADD_FAILURE() << (inlined.ok() ? "nothing to inline" : inlined.error().message);
      return {};
    }
    const auto graph = Read(std::string((*inlined)->begin(), (*inlined)->end()));
    EXPECT_TRUE(graph.ok()) << graph.error().message;
    return graph.ok() ? ToFloats(graph->initializers.at(0)).value() : std::vector<float>{};
  }
  void ExpectError(const std::string& model, ErrorCode code, const std::string& sentence,
                   const Limits& limits = {}) {
    const Inlined inlined = Inline(model, limits);
    ASSERT_FALSE(inlined.ok()) << sentence;
    EXPECT_EQ(inlined.error().code, code) << inlined.error().message;
    EXPECT_EQ(inlined.error().message, "net.onnx: " + sentence);
  }

  std::string data_{"head\x00\x00\x80\x3f\x00\x00\x00\xc0tail", 16};  // 1 and -2 in the middle
  std::vector<std::string> asked_;
};

TEST_F(ExternalDataTest, OffsetAndLengthAreBytes) {
  const auto model =
      ModelWith(External({{"location", "net.data"}, {"offset", "4"}, {"length", "8"}}));
  EXPECT_THAT(Values(model), ElementsAre(1.0f, -2.0f));
  EXPECT_THAT(asked_, ElementsAre("net.data"));
}

TEST_F(ExternalDataTest, WithoutALengthTheShapeTells) {
  EXPECT_THAT(Values(ModelWith(External({{"offset", "4"},
                                         {"location", "parts/net.data"},
                                         {"checksum", "0123"},
                                         {"basepath", "x"}}))),
              ElementsAre(1.0f, -2.0f));
  EXPECT_THAT(asked_, ElementsAre("parts/net.data"));
}

TEST_F(ExternalDataTest, AFileWithItsDataInsideStaysAsItIs) {
  const std::string inside = ModelWith(Message([](pbf_writer& tensor) {
    tensor.add_int32(14, 0);
    tensor.add_string(8, "w");
  }));
  for (const std::string& model : {inside, ModelOf(""), std::string("no ONNX file at all")}) {
    const Inlined inlined = Inline(model);
    ASSERT_TRUE(inlined.ok()) << inlined.error().message;
    EXPECT_FALSE(inlined->has_value());
  }
  EXPECT_TRUE(asked_.empty());
}

// Tensors lie in attributes, sub-graphs and functions too; everything else stays byte for byte.
TEST_F(ExternalDataTest, EveryTensorIsFoundAndTheRestIsKept) {
  const auto build = [](const std::string& tensor) {
    const std::string constant = Message([&](pbf_writer& node) {
      node.add_string(2, "c");
      node.add_message(5, Message([&](pbf_writer& attribute) {
                         attribute.add_string(1, "value");
                         attribute.add_message(5, tensor);
                       }));
      node.add_string(4, "Constant");
    });
    const std::string branch = Message([&](pbf_writer& node) {
      node.add_message(5, Message([&](pbf_writer& attribute) {
                         attribute.add_message(6, Message([&](pbf_writer& graph) {
                                                 graph.add_message(1, constant);
                                               }));
                       }));
      node.add_string(4, "If");
    });
    const std::string graph = Message([&](pbf_writer& writer) {
      writer.add_message(1, std::string());
      writer.add_message(1, constant);
      writer.add_message(1, branch);
      writer.add_message(15, Message([&](pbf_writer& sparse) { sparse.add_message(1, tensor); }));
      writer.add_message(13, std::string("value info"));
    });
    return Message([&](pbf_writer& model) {
      model.add_int64(1, 7);
      model.add_message(7, graph);
      model.add_message(25,
                        Message([&](pbf_writer& function) { function.add_message(7, constant); }));
      model.add_fixed32(99, 12);
      model.add_string(6, "documentation");
    });
  };
  const auto inlined = Inline(build(External({{"location", "a.data"}, {"offset", "4"}})));
  ASSERT_TRUE(inlined.ok()) << inlined.error().message;
  ASSERT_TRUE(inlined->has_value());
  const std::string expected = build(Message([&](pbf_writer& tensor) {
    const std::vector<int64_t> dims = {2};
    tensor.add_packed_int64(1, dims.begin(), dims.end());
    tensor.add_int32(2, static_cast<int32_t>(DataType::kFloat));
    tensor.add_string(8, "w");
    tensor.add_bytes(9, data_.substr(4, 8));
  }));
  EXPECT_EQ(std::string((*inlined)->begin(), (*inlined)->end()), expected);
  EXPECT_EQ(asked_.size(), 4u);
}

TEST_F(ExternalDataTest, LocationsOutsideTheFolderAreRefused) {
  const std::vector<std::string> locations = {
      "",        "/etc/data", "../net.data", "a/../../data", "./data",
      "a//data", "C:data",    "a\\data",     "..",           std::string("a\0data", 6)};
  for (const std::string& location : locations) {
    const auto inlined = Inline(ModelWith(External({{"location", location}})));
    ASSERT_FALSE(inlined.ok()) << location;
    EXPECT_EQ(inlined.error().code, ErrorCode::kUnsupported);
    EXPECT_THAT(inlined.error().message, HasSubstr("which is no file in the model's own folder"));
  }
  EXPECT_TRUE(asked_.empty());
}

TEST_F(ExternalDataTest, WhatCannotBeIsSaid) {
  const auto model = [](const std::string& offset, const std::string& length) {
    return ModelWith(External({{"location", "net.data"}, {"offset", offset}, {"length", length}}));
  };
  const std::string start = "tensor \"w\" keeps its data in \"net.data\", ";
  const std::string end = "; it is cut short, or belongs to another export";
  ExpectError(model("12", "8"), ErrorCode::kCorrupt,
              start + "which has 16 bytes, expected 8 from 12 on" + end);
  ExpectError(model("17", "0"), ErrorCode::kCorrupt,
              start + "which has 16 bytes, expected 0 from 17 on" + end);
  ExpectError(model("0", "18446744073709551615"), ErrorCode::kCorrupt,
              start + "which has 16 bytes, expected 18446744073709551615 from 0 on" + end);
  ExpectError(model("-1", "8"), ErrorCode::kCorrupt,
              start + "with offset \"-1\", expected a whole number");
  ExpectError(model("4", "8 "), ErrorCode::kCorrupt,
              start + "with length \"8 \", expected a whole number");
  ExpectError(ModelWith(External({{"location", "gone"}})), ErrorCode::kNotFound,
              "tensor \"w\" keeps its data in \"gone\", but it is not there");
}

// A small file that names the same data many times would grow large.
TEST_F(ExternalDataTest, TheResultIsBounded) {
  const std::string tensor = External({{"location", "net.data"}, {"length", "16"}});
  const std::string model = ModelOf(Message([&](pbf_writer& graph) {
    for (int i = 0; i < 100; ++i) graph.add_message(5, tensor);
  }));
  Limits limits;
  limits.max_file_bytes = model.size() + 1000;
  const auto inlined = Inline(model, limits);
  ASSERT_FALSE(inlined.ok());
  EXPECT_EQ(inlined.error().code, ErrorCode::kLimit);
  limits = {};
  limits.max_tensors = 99;
  EXPECT_EQ(Inline(model, limits).error().code, ErrorCode::kLimit);
  std::string nested = Message([&](pbf_writer& graph) { graph.add_message(5, tensor); });
  for (int i = 0; i < 20; ++i) {
    const std::string attribute = Message([&](pbf_writer& a) { a.add_message(6, nested); });
    const std::string node = Message([&](pbf_writer& n) { n.add_message(5, attribute); });
    nested = Message([&](pbf_writer& graph) { graph.add_message(1, node); });
  }
  EXPECT_EQ(Inline(ModelOf(nested)).error().code, ErrorCode::kLimit);
}

}  // namespace
}  // namespace dfn::onnx
