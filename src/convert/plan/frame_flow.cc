#include "convert/plan/frame_flow.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include "base/printable.h"
#include "convert/graph/constants.h"
#include "convert/graph/graph_edit.h"
#include "convert/graph/quantized.h"
#include "convert/plan/run_states.h"

namespace dfn {
namespace {

using Names = std::set<std::string>;
using Ints = std::vector<int64_t>;

constexpr size_t kMapRank = 4;
constexpr size_t kTimeOfMap = 2;
// No network has a larger kernel; the bound keeps windows small.
constexpr int64_t kMaxPastFrames = 1000;

constexpr std::array<std::string_view, 3> kRecurrentOps = {"GRU", "LSTM", "RNN"};
constexpr std::string_view kQuantizedLstm = "DynamicQuantizeLSTM";
// These read values that are not among their inputs.
constexpr std::array<std::string_view, 4> kSubGraphOps = {"If", "Loop", "Scan", "SequenceMap"};
// These compute one frame from frames after it.
constexpr std::array<std::string_view, 6> kWholeSequenceOps = {
    "CumSum",        "GlobalAveragePool",  "GlobalLpPool",
    "GlobalMaxPool", "GroupNormalization", "InstanceNormalization"};
constexpr std::array<std::string_view, 4> kPools = {"AveragePool", "MaxPool", "LpPool",
                                                    "MaxUnpool"};

template <size_t N>
bool IsOneOf(const FlowNode& node, const std::array<std::string_view, N>& ops) {
  return std::any_of(ops.begin(), ops.end(), [&](std::string_view op) { return node.Is(op); });
}

}  // namespace

class FrameFlow::Builder {
 public:
  Builder(const NamedGraph& named, const DataFlow& flow, const std::vector<RunState>& states)
      : graph_(named.graph), file_(named.file), flow_(flow) {
    Names inputs;
    Names state_inputs;
    for (const onnx::ValueInfo& input : graph_.inputs) {
      (FindState(states, input.name) != nullptr ? state_inputs : inputs).insert(input.name);
    }
    data_ = DependingOn(graph_, inputs, /*by_shape=*/false);
    data_.insert(inputs.begin(), inputs.end());
    of_states_ = DependingOn(graph_, state_inputs, /*by_shape=*/false);
    of_states_.insert(state_inputs.begin(), state_inputs.end());
  }

  Result<FrameFlow> Build() && {
    FrameFlow out;
    for (const FlowNode& node : flow_.nodes()) {
      NodeTime time;
      if (IsOneOf(node, kSubGraphOps))
        return Fail(node, "holds a sub-graph, which is not followed");
      if (MakesAny(*node.node, data_)) {
        DFN_TRY(time, TimeOf(node));
      }
      out.nodes_.push_back(time);
    }
    out.data_ = std::move(data_);
    return out;
  }

 private:
  Error Fail(const FlowNode& node, const std::string& sentence) const {
    return {ErrorCode::kUnsupported, file_ + ": " + DescribeNode(*node.node) + " " + sentence};
  }

  Result<NodeTime> TimeOf(const FlowNode& node) const {
    const auto& inputs = node.node->inputs;
    const bool takes_state = std::any_of(inputs.begin(), inputs.end(), [&](const auto& input) {
      return of_states_.contains(input) && !data_.contains(input);
    });
    if (IsOneOf(node, kRecurrentOps) || node.node->op_type == kQuantizedLstm) {
      if (node.node->String("direction", "forward") != "forward") {
        return Fail(node, "runs backwards too, so it takes the whole sequence");
      }
      return NodeTime{.use = TimeUse::kRecurrent, .starts_anew = !takes_state};
    }
    if (IsOneOf(node, kWholeSequenceOps) || TakesMeanOverTime(node)) {
      return Fail(node, "takes the whole sequence");
    }
    if (IsOneOf(node, kPools)) {
      const Ints kernel = node.node->Ints("kernel_shape", {});
      if (kernel.size() != 2 || kernel[0] != 1) return Fail(node, "takes several frames");
      return NodeTime{.use = TimeUse::kFrame};
    }
    if (node.Is("Pad")) return TimeOfPad(node);
    if (ConvolutionWeight(*node.node)) return TimeOfConvolution(node);
    return NodeTime{.use = takes_state ? TimeUse::kRecurrent : TimeUse::kFrame};
  }

  // Reductions over the innermost axis stay within a frame.
  bool TakesMeanOverTime(const FlowNode& node) const {
    if (!node.node->op_type.starts_with("Reduce") || !node.node->domain.empty()) return false;
    Ints axes = node.node->Ints("axes", {});
    if (axes.empty() && node.input(1) != kNoValue) {
      auto read = ReadInts(flow_, node.input(1));
      if (read.ok()) axes = std::move(read).value();
    }
    return axes != Ints{-1} && axes != Ints{3};
  }

  // The frames that a Pad node puts before the first and behind the last; nothing when its amounts
  // cannot be computed.
  struct Amounts {
    int64_t before = 0;
    int64_t behind = 0;
  };
  std::optional<Amounts> PadFrames(const FlowNode& node) const {
    Ints pads = node.node->Ints("pads", {});
    if (node.input(1) != kNoValue) {
      auto read = ReadInts(flow_, node.input(1));
      if (!read.ok()) return std::nullopt;
      pads = std::move(read).value();
    }
    if (std::all_of(pads.begin(), pads.end(), [](int64_t pad) { return pad == 0; })) {
      return Amounts{};
    }
    if (pads.size() != 2 * kMapRank || node.inputs.size() > 3 ||
        node.node->String("mode", "constant") != "constant") {
      return std::nullopt;
    }
    return Amounts{pads[kTimeOfMap], pads[kMapRank + kTimeOfMap]};
  }

  Result<NodeTime> TimeOfPad(const FlowNode& node) const {
    const auto frames = PadFrames(node);
    if (!frames) return Fail(node, "pads by amounts that cannot be told");
    if (frames->behind > 0) return Fail(node, "looks ahead");
    if (frames->before < 0 || frames->behind < 0) return Fail(node, "leaves frames out");
    return NodeTime{.use = frames->before > 0 ? TimeUse::kWindow : TimeUse::kFrame};
  }

  // Frames in front of what a convolution takes: zeros by Pad nodes, or a history from a state.
  struct Front {
    int64_t zeros = 0;
    bool history = false;
  };
  Front FrontOf(ValueId value) const {
    Front front;
    const FlowNode* node = flow_.producer(value);
    while (node != nullptr &&
           (node->Is("Pad") || node->Is("Identity") || ChangesNumbersOnly(*node->node))) {
      if (const auto frames = node->Is("Pad") ? PadFrames(*node) : Amounts{}) {
        front.zeros += frames->before;
      }
      node = flow_.producer(node->input(0));
    }
    front.history = node != nullptr && node->Is("Concat") && node->input(0) != kNoValue &&
                    of_states_.contains(flow_.name(node->input(0))) &&
                    !data_.contains(flow_.name(node->input(0)));
    return front;
  }

  Result<Ints> KernelShape(const FlowNode& node) const {
    Ints kernel = node.node->Ints("kernel_shape", {});
    if (!kernel.empty()) return kernel;
    const ValueId weight = node.input(*ConvolutionWeight(*node.node));
    const FlowNode* maker = flow_.producer(weight);
    const bool scaled = maker != nullptr && ChangesNumbersOnly(*maker->node);
    Ints dims;
    if (const onnx::Tensor* tensor = flow_.initializer(scaled ? maker->input(0) : weight)) {
      dims = tensor->dims;
    } else {
      DFN_TRY(const FloatConstant read, ReadFloats(flow_, weight));
      dims = read.dims;
    }
    if (dims.size() > 2) kernel.assign(dims.begin() + 2, dims.end());
    return kernel;
  }

  Result<NodeTime> TimeOfConvolution(const FlowNode& node) const {
    DFN_TRY(const Ints kernel, KernelShape(node));
    const size_t axes = kernel.size();
    const Ints pads = node.node->Ints("pads", Ints(2 * axes, 0));
    const Ints strides = node.node->Ints("strides", Ints(axes, 1));
    const Ints dilations = node.node->Ints("dilations", Ints(axes, 1));
    if (axes == 0 || axes > 2 || pads.size() != 2 * axes || strides.size() != axes ||
        dilations.size() != axes) {
      return Fail(node, "has a kernel of a shape that no map of frames has");
    }
    if (strides[0] != 1) return Fail(node, "has a stride in time");
    const int64_t past = (kernel[0] - 1) * dilations[0];
    if (past == 0 && pads[0] == 0 && pads[axes] == 0) return NodeTime{.use = TimeUse::kFrame};
    if (past < 0 || past > kMaxPastFrames) return Fail(node, "takes too many frames");
    if (node.node->String("auto_pad", "NOTSET") != "NOTSET") {
      return Fail(node, "pads by rules of its own");
    }
    const Front front = FrontOf(node.input(0));
    // A transposed convolution gives `past` frames more, of which it cuts its pads off.
    const bool transposed = node.node->op_type == "ConvTranspose";
    const int64_t frames_before = front.history ? past : front.zeros;
    const int64_t ahead = transposed ? pads[0] - frames_before : pads[axes];
    const int64_t in_front = frames_before + (transposed ? 0 : pads[0]);
    if (ahead > 0 || in_front > past) return Fail(node, "looks ahead");
    const int64_t missing = transposed ? pads[0] + pads[axes] - in_front - past : past - in_front;
    if (missing != 0 || ahead < 0)
      return Fail(node, "does not give a frame for each that it takes");
    if (front.history) return NodeTime{.use = TimeUse::kFrame};
    return NodeTime{.use = TimeUse::kWindow, .past_frames = static_cast<size_t>(past)};
  }

  const onnx::Graph& graph_;
  const std::string& file_;
  const DataFlow& flow_;
  Names data_;
  Names of_states_;
};

Result<FrameFlow> FrameFlow::Build(const NamedGraph& graph, const std::vector<RunState>& states) {
  DFN_TRY(const DataFlow flow, DataFlow::Build(graph.graph, graph.file));
  return Builder(graph, flow, states).Build();
}

int64_t DeclaredFrames(const onnx::ValueInfo& input) {
  if (input.dims.size() == 4) return input.dims[2];
  return input.dims.size() == 3 ? input.dims[1] : -1;
}

bool FrameFlow::RunsByFrame() const {
  return std::none_of(nodes_.begin(), nodes_.end(), [](const NodeTime& time) {
    return time.use == TimeUse::kWindow || time.starts_anew;
  });
}

}  // namespace dfn
