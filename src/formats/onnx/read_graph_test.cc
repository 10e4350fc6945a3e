#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "formats/onnx/graph.h"
#include "formats/testing/onnx_wire.h"

namespace dfn::onnx {
namespace {

using protozero::pbf_writer;
using testing::ElementsAre;
using testing::IsEmpty;

// A TensorProto "w": [1] float, and a ValueInfoProto of the same name.
std::string FloatTensor(const std::string& name) {
  return Message([&](pbf_writer& tensor) {
    tensor.add_int64(1, 1);
    tensor.add_int32(2, 1);
    tensor.add_float(4, 0.5f);
    tensor.add_string(8, name);
  });
}

std::string Value(const std::string& name, const std::vector<int64_t>& dims) {
  const std::string shape = Message([&](pbf_writer& writer) {
    for (const int64_t dim : dims) {
      writer.add_message(1, Message([&](pbf_writer& d) {
                           if (dim >= 0) d.add_int64(1, dim);
                           if (dim < 0) d.add_string(2, "S");
                         }));
    }
  });
  return Message([&](pbf_writer& info) {
    info.add_string(1, name);
    info.add_message(2, Message([&](pbf_writer& type) {
                       type.add_message(1, Message([&](pbf_writer& tensor) {
                                          tensor.add_int32(1, 1);
                                          tensor.add_message(2, shape);
                                        }));
                     }));
  });
}

// A graph of one node "n" with one attribute "a".
template <class Fill>
std::string GraphOfAttribute(Fill fill) {
  return Message([&](pbf_writer& graph) {
    graph.add_message(1, Message([&](pbf_writer& node) {
                        node.add_string(3, "n");
                        node.add_message(5, Message([&](pbf_writer& attribute) {
                                           attribute.add_string(1, "a");
                                           fill(attribute);
                                         }));
                      }));
  });
}

template <class Fill>
Attribute ReadAttribute(Fill fill) {
  const auto graph = Read(ModelOf(GraphOfAttribute(fill)));
  EXPECT_TRUE(graph.ok()) << graph.error().message;
  return graph.ok() ? graph->nodes.at(0).attributes.at(0) : Attribute{};
}

void ExpectError(const std::string& model, ErrorCode code, const std::string& message,
                 const Limits& limits = {}) {
  const auto result = Read(model, limits);
  ASSERT_FALSE(result.ok()) << message;
  EXPECT_EQ(result.error().code, code);
  EXPECT_EQ(result.error().message, message);
}

TEST(ReadGraphTest, WholeModel) {
  const std::string graph = Message([](pbf_writer& g) {
    g.add_message(1, Message([](pbf_writer& node) {
                    node.add_string(1, "x");
                    node.add_string(1, "");
                    node.add_string(1, "w");
                    node.add_string(2, "y");
                    node.add_string(3, "first");
                    node.add_string(4, "Conv");
                    node.add_string(7, "ai.onnx");
                  }));
    g.add_string(2, "main");
    g.add_message(5, FloatTensor("w"));
    g.add_message(11, Value("x", {1, -1, 32}));
    g.add_message(11, Value("w", {1}));
    g.add_message(12, Value("y", {}));
  });
  const auto read = Read(Message([&](pbf_writer& model) {
    model.add_int64(1, 7);
    model.add_string(2, "pytorch");
    model.add_message(7, graph);
    model.add_message(8, Message([](pbf_writer& opset) { opset.add_int64(2, 14); }));
    model.add_message(8, Message([](pbf_writer& opset) {
                        opset.add_string(1, "com.example");
                        opset.add_int64(2, 3);
                      }));
    model.add_message(14, Message([](pbf_writer& entry) {
                        entry.add_string(1, "key");
                        entry.add_string(2, "value");
                      }));
  }));
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(read->ir_version, 7);
  EXPECT_EQ(read->producer, "pytorch");
  EXPECT_EQ(read->opset, 14);
  EXPECT_EQ(read->name, "main");
  EXPECT_THAT(read->metadata, ElementsAre(std::pair<std::string, std::string>("key", "value")));
  ASSERT_EQ(read->nodes.size(), 1u);
  EXPECT_EQ(read->nodes[0].name, "first");
  EXPECT_EQ(read->nodes[0].op_type, "Conv");
  EXPECT_EQ(read->nodes[0].domain, "ai.onnx");
  EXPECT_THAT(read->nodes[0].inputs, ElementsAre("x", "", "w"));
  EXPECT_THAT(read->nodes[0].outputs, ElementsAre("y"));
  ASSERT_EQ(read->inputs.size(), 1u);  // "w" is an initializer
  EXPECT_EQ(read->inputs[0].name, "x");
  EXPECT_EQ(read->inputs[0].type, DataType::kFloat);
  EXPECT_THAT(read->inputs[0].dims, ElementsAre(1, -1, 32));
  ASSERT_EQ(read->outputs.size(), 1u);
  EXPECT_THAT(read->outputs[0].dims, IsEmpty());
  ASSERT_EQ(read->initializers.size(), 1u);
  EXPECT_THAT(*ToFloats(read->initializers[0]), ElementsAre(0.5f));
}

TEST(ReadGraphTest, TensorsOfOneNameAreBothThere) {
  const auto graph = Read(ModelOf(Message([](pbf_writer& g) {
    g.add_message(5, FloatTensor("w"));
    g.add_message(5, FloatTensor("w"));
  })));
  ASSERT_TRUE(graph.ok());
  EXPECT_EQ(graph->initializers.size(), 2u);
}

TEST(ReadGraphTest, AttributesOfEveryKind) {
  const auto number = ReadAttribute([](pbf_writer& a) {
    a.add_float(2, 1.5f);
    a.add_int32(20, 1);
  });
  EXPECT_EQ(std::get<float>(number.value), 1.5f);
  const auto integer = ReadAttribute([](pbf_writer& a) {
    a.add_int64(3, -2);
    a.add_int32(20, 2);
  });
  EXPECT_EQ(std::get<int64_t>(integer.value), -2);
  const auto text = ReadAttribute([](pbf_writer& a) {
    a.add_bytes(4, "forward");
    a.add_int32(20, 3);
  });
  EXPECT_EQ(std::get<std::string>(text.value), "forward");
  const auto tensor = ReadAttribute([](pbf_writer& a) {
    a.add_message(5, FloatTensor(""));
    a.add_int32(20, 4);
  });
  EXPECT_THAT(*ToFloats(std::get<Tensor>(tensor.value)), ElementsAre(0.5f));
  const auto floats = ReadAttribute([](pbf_writer& a) {
    const std::vector<float> packed = {3.0f, 4.0f};
    a.add_float(7, 2.0f);
    a.add_packed_float(7, packed.begin(), packed.end());
    a.add_int32(20, 6);
  });
  EXPECT_THAT(std::get<std::vector<float>>(floats.value), ElementsAre(2.0f, 3.0f, 4.0f));
  const auto ints = ReadAttribute([](pbf_writer& a) {
    const std::vector<int64_t> packed = {-3, 4};
    a.add_int64(8, 2);
    a.add_packed_int64(8, packed.begin(), packed.end());
    a.add_int32(20, 7);
  });
  EXPECT_THAT(std::get<std::vector<int64_t>>(ints.value), ElementsAre(2, -3, 4));
}

TEST(ReadGraphTest, AttributeWithoutTypeTakesItsField) {
  const auto attribute = ReadAttribute([](pbf_writer& a) { a.add_int64(3, 5); });
  EXPECT_EQ(std::get<int64_t>(attribute.value), 5);
}

TEST(ReadGraphTest, AttributeWithoutFieldHasItsTypesDefault) {
  const auto zero = ReadAttribute([](pbf_writer& a) { a.add_int32(20, 2); });
  EXPECT_EQ(std::get<int64_t>(zero.value), 0);
  const auto none = ReadAttribute([](pbf_writer& a) { a.add_int32(20, 7); });
  EXPECT_THAT(std::get<std::vector<int64_t>>(none.value), IsEmpty());
}

TEST(ReadGraphTest, SubGraphsArePassedOver) {
  std::string graph = Message([](pbf_writer& g) { g.add_string(2, "innermost"); });
  for (int depth = 0; depth < 2000; ++depth) {
    graph = GraphOfAttribute([&](pbf_writer& a) { a.add_message(6, graph); });
  }
  const auto read = Read(ModelOf(graph));
  ASSERT_TRUE(read.ok()) << read.error().message;
  ASSERT_EQ(read->nodes.size(), 1u);
  EXPECT_TRUE(std::holds_alternative<std::monostate>(read->nodes[0].attributes.at(0).value));
}

TEST(ReadGraphTest, BrokenAttributeTensorNamesTheNode) {
  ExpectError(ModelOf(GraphOfAttribute([](pbf_writer& a) {
                a.add_message(5, Message([](pbf_writer& tensor) { tensor.add_int32(2, 1); }));
              })),
              ErrorCode::kCorrupt,
              "net.onnx: attribute \"a\" of node \"n\" of type float and shape [] needs 1 values "
              "in float_data, but has 0");
  ExpectError(ModelOf(GraphOfAttribute([](pbf_writer& a) { a.add_int32(20, 4); })),
              ErrorCode::kCorrupt,
              "net.onnx: attribute \"a\" of node \"n\" should be a tensor, but has none");
}

TEST(ReadGraphTest, EveryTruncationIsCorrupt) {
  const std::string model = ModelOf(Message([](pbf_writer& g) {
    g.add_message(5, FloatTensor("w"));
    g.add_message(12, Value("y", {1}));
  }));
  const size_t graph_start = model.find("\x2a");  // the tag of field 5
  for (size_t size = graph_start; size < model.size(); ++size) {
    ExpectError(model.substr(0, size), ErrorCode::kCorrupt,
                "net.onnx: is cut short, or is no ONNX file; download or copy it again");
  }
}

TEST(ReadGraphTest, DamageInsideATensorNamesIt) {
  std::string tensor = FloatTensor("w");
  tensor += "\x4a\x7f";  // raw_data of 127 bytes that are not there
  ExpectError(ModelOf(Message([&](pbf_writer& g) { g.add_message(5, tensor); })),
              ErrorCode::kCorrupt,
              "net.onnx: tensor \"w\" is cut short, or is no ONNX file; download or copy it again");
}

TEST(ReadGraphTest, OtherFiles) {
  ExpectError("", ErrorCode::kCorrupt, "net.onnx: is empty");
  ExpectError("\x08\x07", ErrorCode::kUnsupported, "net.onnx: holds no ONNX graph");
  ExpectError(std::string("\x0b\x00", 2), ErrorCode::kCorrupt,
              "net.onnx: is damaged, or is no ONNX file (unknown pbf field type exception)");
  ExpectError(ModelOf("") + ModelOf(""), ErrorCode::kCorrupt,
              "net.onnx: holds more than one graph");
  ExpectError(ModelOf(Message([](pbf_writer& g) { g.add_message(15, std::string()); })),
              ErrorCode::kUnsupported, "net.onnx: holds a sparse initializer");
}

TEST(ReadGraphTest, FieldsOfAnotherWireTypeAreUnknown) {
  const auto graph = Read(ModelOf(Message([](pbf_writer& g) {
    g.add_int32(1, 5);
    g.add_fixed64(5, 5);
  })));
  ASSERT_TRUE(graph.ok()) << graph.error().message;
  EXPECT_THAT(graph->nodes, IsEmpty());
  EXPECT_THAT(graph->initializers, IsEmpty());
}

TEST(ReadGraphTest, LimitsOnCounts) {
  Limits limits;
  limits.max_graph_nodes = 2;
  limits.max_tensors = 1;
  limits.max_name_bytes = 16;
  limits.max_tensor_rank = 2;
  limits.max_tensor_elements = 2;
  const auto repeated = [](uint32_t field, int times, const std::string& content) {
    return ModelOf(Message([&](pbf_writer& g) {
      for (int i = 0; i < times; ++i) g.add_message(field, content);
    }));
  };
  ExpectError(repeated(1, 3, ""), ErrorCode::kLimit, "net.onnx: has more than 2 nodes", limits);
  ExpectError(repeated(5, 2, FloatTensor("w")), ErrorCode::kLimit,
              "net.onnx: has more than 1 tensors", limits);
  ExpectError(repeated(12, 33, ""), ErrorCode::kLimit,
              "net.onnx: has more than 32 inputs, outputs and attributes", limits);
  ExpectError(ModelOf(Message([](pbf_writer& g) { g.add_string(2, std::string(17, 'x')); })),
              ErrorCode::kLimit, "net.onnx: holds a name of 17 bytes, but at most 16 are allowed",
              limits);
  ExpectError(repeated(12, 1, Value("y", {1, 2, 3})), ErrorCode::kLimit,
              "net.onnx: graph input or output \"y\" has more than 2 dimensions", limits);
  ExpectError(ModelOf(GraphOfAttribute([](pbf_writer& a) {
                for (int i = 0; i < 3; ++i) a.add_int64(8, i);
              })),
              ErrorCode::kLimit, "net.onnx: attribute \"a\" of node \"n\" has more than 2 values",
              limits);
  limits.max_file_bytes = 10;
  ExpectError(repeated(1, 1, ""), ErrorCode::kLimit,
              "net.onnx: has 12 bytes, but at most 10 are allowed", limits);
}

}  // namespace
}  // namespace dfn::onnx
