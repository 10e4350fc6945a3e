#include "convert/graph/constants.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>
#include <string>
#include <vector>

#include "convert/graph/fold_ops.h"
#include "convert/testing/nodes.h"

namespace dfn {
namespace {

using test::IntsAttribute;
using test::MakeNode;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Dims = std::vector<int64_t>;

// A graph that computes constants. Its tensor "w" holds 0, 1, 2, ... in the given shape.
class Folding {
 public:
  explicit Folding(Dims dims) {
    std::vector<float> values(Elements(dims).value());
    std::iota(values.begin(), values.end(), 0.0f);
    onnx::Tensor w = test::FloatVector("w", std::move(values));
    w.dims = std::move(dims);
    graph_.initializers.push_back(std::move(w));
    graph_.inputs.push_back(test::FloatValue("x", {1}));
  }

  Folding& Ints(std::string name, Dims values) {
    onnx::Tensor tensor;
    tensor.name = std::move(name);
    tensor.type = onnx::DataType::kInt64;
    tensor.dims = {static_cast<int64_t>(values.size())};
    tensor.elements = values.size();
    tensor.ints = std::move(values);
    graph_.initializers.push_back(std::move(tensor));
    return *this;
  }
  Folding& Floats(std::string name, std::vector<float> values) {
    graph_.initializers.push_back(test::FloatVector(std::move(name), std::move(values)));
    return *this;
  }
  Folding& Node(std::string op_type, std::vector<std::string> inputs, std::string output,
                std::vector<onnx::Attribute> attributes = {}) {
    graph_.nodes.push_back(
        MakeNode(std::move(op_type), std::move(inputs), std::move(output), std::move(attributes)));
    return *this;
  }
  onnx::Graph& graph() { return graph_; }

  Result<FloatConstant> Read(const std::string& name) {
    graph_.outputs = {test::FloatValue(name, {})};
    const auto flow = DataFlow::Build(graph_, "net.onnx");
    if (!flow.ok()) return flow.error();
    auto constant = ReadFloats(*flow, flow->outputs()[0]);
    EXPECT_TRUE(IsConstant(*flow, flow->outputs()[0]) || !constant.ok());
    return constant;
  }
  // The values, which must have that shape.
  std::vector<float> Values(const std::string& name, const Dims& dims) {
    const auto constant = Read(name);
    if (!constant.ok()) {
      ADD_FAILURE() << constant.error().message;
      return {};
    }
    EXPECT_EQ(constant->dims, dims);
    EXPECT_EQ(constant->name, "w");
    return constant->values;
  }
  Dims ReadInts(const std::string& name) {
    graph_.outputs = {test::FloatValue(name, {})};
    const auto flow = DataFlow::Build(graph_, "net.onnx");
    const auto ints = dfn::ReadInts(*flow, flow->outputs()[0]);
    if (!ints.ok()) ADD_FAILURE() << ints.error().message;
    return ints.ok() ? *ints : Dims{};
  }
  Error ErrorOf(const std::string& name) {
    const auto constant = Read(name);
    if (constant.ok()) ADD_FAILURE() << "is read";
    return constant.ok() ? Error{} : constant.error();
  }

 private:
  onnx::Graph graph_;
};

TEST(ConstantsTest, SlicesTakeStepsOnAnyAxis) {
  Folding f({3, 4});
  f.Ints("one", {1}).Ints("end", {std::numeric_limits<int64_t>::max()}).Ints("minus", {-1});
  f.Ints("two", {2}).Ints("three", {3}).Ints("zero", {0});
  f.Node("Slice", {"w", "one", "end", "zero"}, "rows");
  EXPECT_THAT(f.Values("rows", {2, 4}), ElementsAre(4, 5, 6, 7, 8, 9, 10, 11));
  f.Node("Slice", {"rows", "zero", "three", "minus", "two"}, "columns");
  EXPECT_THAT(f.Values("columns", {2, 2}), ElementsAre(4, 6, 8, 10));
  f.Ints("ends", {std::numeric_limits<int64_t>::min(), 2}).Ints("starts", {-1, 1});
  f.Ints("axes", {0, 1}).Ints("steps", {-2, 1});
  f.Node("Slice", {"w", "starts", "ends", "axes", "steps"}, "both");
  EXPECT_THAT(f.Values("both", {2, 1}), ElementsAre(9, 1));
  // Opset 9 and before.
  f.Node("Slice", {"w"}, "old",
         {IntsAttribute("starts", {1}), IntsAttribute("ends", {-1}), IntsAttribute("axes", {1})});
  EXPECT_THAT(f.Values("old", {3, 2}), ElementsAre(1, 2, 5, 6, 9, 10));
}

TEST(ConstantsTest, PartsAreJoinedAndSplit) {
  Folding f({4, 2});
  onnx::Node split = MakeNode("Split", {"w"}, "a", {{"axis", int64_t{0}}});
  split.outputs = {"a", "b"};
  f.graph().nodes.push_back(split);
  EXPECT_THAT(f.Values("b", {2, 2}), ElementsAre(4, 5, 6, 7));
  f.Node("Concat", {"b", "a"}, "swapped", {{"axis", int64_t{0}}});
  EXPECT_THAT(f.Values("swapped", {4, 2}), ElementsAre(4, 5, 6, 7, 0, 1, 2, 3));
  f.Node("Concat", {"b", "a"}, "beside", {{"axis", int64_t{-1}}});
  EXPECT_THAT(f.Values("beside", {2, 4}), ElementsAre(4, 5, 0, 1, 6, 7, 2, 3));
  f.Ints("sizes", {3, 1});
  onnx::Node uneven = MakeNode("Split", {"w", "sizes"}, "most", {{"axis", int64_t{0}}});
  uneven.outputs = {"most", "last"};
  f.graph().nodes.push_back(uneven);
  EXPECT_THAT(f.Values("last", {1, 2}), ElementsAre(6, 7));
}

TEST(ConstantsTest, ShapesAndOrdersChange) {
  Folding f({2, 3});
  f.Ints("axes", {0, -1}).Ints("shape", {0, -1}).Ints("first", {0});
  f.Node("Unsqueeze", {"w", "axes"}, "wide");
  EXPECT_THAT(f.Values("wide", {1, 2, 3, 1}), ElementsAre(0, 1, 2, 3, 4, 5));
  f.Node("Squeeze", {"wide"}, "narrow");
  f.Node("Transpose", {"narrow"}, "turned");
  EXPECT_THAT(f.Values("turned", {3, 2}), ElementsAre(0, 3, 1, 4, 2, 5));
  f.Node("Reshape", {"wide", "shape"}, "flat");
  EXPECT_THAT(f.Values("flat", {1, 6}), ElementsAre(0, 1, 2, 3, 4, 5));
  f.Node("Flatten", {"wide"}, "matrix", {{"axis", int64_t{2}}});
  EXPECT_THAT(f.Values("matrix", {2, 3}), ElementsAre(0, 1, 2, 3, 4, 5));
  f.Ints("places", {-1, 0});
  f.Node("Gather", {"w", "places"}, "picked", {{"axis", int64_t{1}}});
  EXPECT_THAT(f.Values("picked", {2, 2}), ElementsAre(2, 0, 5, 3));
  f.Ints("large", {2, 2, 1});
  f.Node("Squeeze", {"first_row"}, "row").Node("Gather", {"w", "first"}, "first_row");
  EXPECT_THAT(f.Values("row", {3}), ElementsAre(0, 1, 2));
  f.Node("Expand", {"row", "large"}, "expanded");
  EXPECT_THAT(f.Values("expanded", {2, 2, 3}), ElementsAre(0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2));
}

TEST(ConstantsTest, ArithmeticIsBroadcast) {
  Folding f({2, 2});
  f.Floats("factors", {2, 10}).Floats("one", {1});
  f.Node("Mul", {"w", "factors"}, "scaled");
  EXPECT_THAT(f.Values("scaled", {2, 2}), ElementsAre(0, 10, 4, 30));
  f.Node("Sub", {"scaled", "one"}, "less").Node("Neg", {"less"}, "negative");
  EXPECT_THAT(f.Values("negative", {2, 2}), ElementsAre(1, -9, -3, -29));
  f.Node("Abs", {"negative"}, "positive").Node("Add", {"positive", "one"}, "more");
  f.Node("Div", {"more", "factors"}, "divided");
  EXPECT_THAT(f.Values("divided", {2, 2}), ElementsAre(1, 1, 2, 3));
  f.Node("Sqrt", {"divided"}, "roots").Node("Reciprocal", {"divided"}, "inverse");
  EXPECT_THAT(f.Values("roots", {2, 2}), ElementsAre(1, 1, std::sqrt(2.0f), std::sqrt(3.0f)));
  EXPECT_THAT(f.Values("inverse", {2, 2}), ElementsAre(1, 1, 0.5f, 1.0f / 3.0f));
}

TEST(ConstantsTest, WholeNumbersAreComputedFromShapes) {
  Folding f({2, 3, 4});
  f.Node("Shape", {"w"}, "shape");
  EXPECT_THAT(f.ReadInts("shape"), ElementsAre(2, 3, 4));
  f.Node("Shape", {"w"}, "inner", {{"start", int64_t{-2}}});
  EXPECT_THAT(f.ReadInts("inner"), ElementsAre(3, 4));
  f.Ints("two", {2}).Node("Mul", {"inner", "two"}, "twice").Node("Neg", {"twice"}, "negative");
  EXPECT_THAT(f.ReadInts("negative"), ElementsAre(-6, -8));
  f.Node("Cast", {"twice"}, "floats", {{"to", int64_t{1}}});
  f.Node("Div", {"floats", "four"}, "ratio").Floats("four", {4});
  f.Node("Cast", {"ratio"}, "whole", {{"to", int64_t{7}}});
  EXPECT_THAT(f.ReadInts("whole"), ElementsAre(1, 2));
}

TEST(ConstantsTest, WhatDoesNotFitIsSaid) {
  Folding f({2, 3});
  f.Ints("five", {5}).Node("Reshape", {"w", "five"}, "misfit");
  EXPECT_EQ(f.ErrorOf("misfit").message,
            "net.onnx: tensor \"w\" has shape [2, 3], which does not fit the Reshape that follows");
  f.Node("Gather", {"w", "five"}, "outside");
  EXPECT_THAT(f.ErrorOf("outside").message, HasSubstr("does not fit the Gather"));
  f.Node("Add", {"w", "five"}, "mixed");
  EXPECT_THAT(f.ErrorOf("mixed").message, HasSubstr("does not fit the Add"));
  f.Node("Concat", {"w", "row"}, "uneven", {{"axis", int64_t{1}}}).Floats("row", {1, 2, 3});
  EXPECT_THAT(f.ErrorOf("uneven").message, HasSubstr("does not fit the Concat"));
  f.Node("Mul", {"w", "x"}, "data");
  EXPECT_THAT(f.ErrorOf("data").message, HasSubstr("\"data\" is computed, expected a constant"));
  f.Node("Softplus", {"w"}, "unknown");
  EXPECT_THAT(f.ErrorOf("unknown").message, HasSubstr("is computed, expected a constant"));
}

// Small files must not ask for large memory, nor for long computations.
TEST(ConstantsTest, HostileConstantsAreBounded) {
  Folding f({2, 3});
  f.Ints("huge", {int64_t{1} << 20, int64_t{1} << 20, 2, 3});
  f.Node("Expand", {"w", "huge"}, "expanded");
  EXPECT_EQ(f.ErrorOf("expanded").code, ErrorCode::kCorrupt);
  f.Node("ConstantOfShape", {"empty"}, "nothing").Ints("empty", {int64_t{1} << 40, 0});
  EXPECT_EQ(f.ErrorOf("nothing").code, ErrorCode::kCorrupt);
  f.Ints("least", {std::numeric_limits<int64_t>::min()}).Node("Neg", {"least"}, "overflow");
  EXPECT_EQ(f.ErrorOf("overflow").code, ErrorCode::kCorrupt);
  f.Ints("zero", {0}).Node("Div", {"least", "zero"}, "divided");
  EXPECT_EQ(f.ErrorOf("divided").code, ErrorCode::kCorrupt);
  // 2^40 paths through sums of a value with itself.
  std::string last = "w";
  for (int i = 0; i < 40; ++i) {
    f.Node("Add", {last, last}, last + "+");
    last += "+";
  }
  EXPECT_EQ(f.ErrorOf(last).code, ErrorCode::kUnsupported);
}

TEST(ConstantsTest, NotANumberIsFoundBehindArithmetic) {
  Folding f({2, 2});
  f.Floats("zero", {0}).Node("Div", {"w", "zero"}, "infinite");
  EXPECT_THAT(f.ErrorOf("infinite").message, HasSubstr("\"w\" holds a value that is not finite"));
}

}  // namespace
}  // namespace dfn
