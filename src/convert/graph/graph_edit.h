// Finding, renaming and extracting parts of a graph.
#ifndef DEEPFILTER_CONVERT_GRAPH_GRAPH_EDIT_H_
#define DEEPFILTER_CONVERT_GRAPH_GRAPH_EDIT_H_

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "convert/graph/named_graph.h"
#include "formats/onnx/graph.h"

namespace dfn {

const onnx::ValueInfo* FindInput(const onnx::Graph& graph, std::string_view name);
const onnx::ValueInfo* FindOutput(const onnx::Graph& graph, std::string_view name);

// The output of that name. Errors: kMismatch (there is none).
Result<onnx::ValueInfo> RequireOutput(const NamedGraph& graph, std::string_view name);

// Whether a node reads the value or it is an output of the graph.
bool IsRead(const onnx::Graph& graph, std::string_view value);

// All names of values in use.
std::set<std::string> ValueNames(const onnx::Graph& graph);
// `name`, with underscores appended until it is not among `used`.
std::string FreeName(std::string name, const std::set<std::string>& used);

// Gives a value another name wherever it occurs.
void RenameValue(onnx::Graph& graph, const std::string& from, const std::string& to);

// Removes the prefixes ("part/name") that tools which join graphs give to inputs and outputs, where
// the plain name is free. Returns whether any had one.
bool DropPrefixes(onnx::Graph& graph);

// Checks that the reader has kept every attribute, so that the graph may be written again. Errors:
// kUnsupported (sub-graphs, lists of strings, sparse tensors).
Status CheckAttributesKept(const onnx::Graph& graph, const std::string& file);

// The part of the graph that computes `outputs` from the values `given`, which become inputs, from
// the graph's inputs and from its initializers. The nodes are put into an order of execution that
// keeps the given order as far as possible. Inputs are all of `given`, then those of the graph's
// own that are read. Metadata is kept. Errors: kCorrupt (a cycle, a value that no node makes).
Result<onnx::Graph> Extract(const onnx::Graph& graph, const std::string& file,
                            const std::vector<onnx::ValueInfo>& given,
                            const std::vector<onnx::ValueInfo>& outputs);

// The values that nodes compute from any of `values`, in a graph in an order of execution
// (Extract).
// by_shape: whether a value that depends on another's shape alone counts
std::set<std::string> DependingOn(const onnx::Graph& graph, const std::set<std::string>& values,
                                  bool by_shape = true);
// The values that `value` is computed from, itself included, in such a graph.
std::set<std::string> NeededFor(const onnx::Graph& graph, const std::string& value);

// Whether one of the values is an output of the node.
bool MakesAny(const onnx::Node& node, const std::set<std::string>& values);

// What messages call a node: operator, and name or first output.
std::string DescribeNode(const onnx::Node& node);

// Whether the node is the standard operator GRU and has inputs and outputs.
bool IsGru(const onnx::Node& node);
inline constexpr size_t kGruInitialState = 5;  // input
inline constexpr size_t kGruLastState = 1;     // output
// Lets a GRU start from the value `start`. Returns the name of its last state, which becomes `last`
// if the state was not an output of the node.
std::string GiveGruState(onnx::Node& gru, const std::string& start, const std::string& last);

}  // namespace dfn

#endif  // DEEPFILTER_CONVERT_GRAPH_GRAPH_EDIT_H_
