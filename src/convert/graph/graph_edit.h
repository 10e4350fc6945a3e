// What surgery on graphs has in common: interface names, states, parts of a graph.
#ifndef DEEPFILTER_CONVERT_GRAPH_GRAPH_EDIT_H_
#define DEEPFILTER_CONVERT_GRAPH_GRAPH_EDIT_H_

#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/limits.h"
#include "base/result.h"
#include "formats/onnx/graph.h"

namespace dfn {

const onnx::ValueInfo* FindInput(const onnx::Graph& graph, std::string_view name);
const onnx::ValueInfo* FindOutput(const onnx::Graph& graph, std::string_view name);

// Whether some node reads the value or it leaves the graph.
bool IsRead(const onnx::Graph& graph, std::string_view value);

// All names of values in use.
std::set<std::string> ValueNames(const onnx::Graph& graph);

// Gives a value another name wherever it occurs.
void RenameValue(onnx::Graph& graph, const std::string& from, const std::string& to);

// Gives inputs and outputs the names that they have in the networks: tools that join graphs put a
// prefix in front ("enc/lsnr"). Whether there was one.
bool DropPrefixes(onnx::Graph& graph);

// Checks that the reader has kept every attribute, so that the graph may be written again. Errors:
// kUnsupported (sub-graphs, lists of strings, sparse tensors).
Status CheckAttributesKept(const onnx::Graph& graph, const std::string& file);

// What it takes to compute `outputs` from the values `given` (inputs from then on), the graph's
// inputs, and initializers; nodes in an order of execution that keeps theirs as far as it can.
// All of `given` are inputs, in front; of the graph's own those that are read. Metadata is kept.
// Errors: kCorrupt (a cycle, a value that nothing makes).
Result<onnx::Graph> Extract(const onnx::Graph& graph, const std::string& file,
                            const std::vector<onnx::ValueInfo>& given,
                            const std::vector<onnx::ValueInfo>& outputs);

// Of a graph in an order of execution (Extract): the values that nodes compute from any of these,
// and the values that it takes to compute one, itself included. A value that depends on another's
// shape alone counts only `by_shape`.
std::set<std::string> DependingOn(const onnx::Graph& graph, const std::set<std::string>& values,
                                  bool by_shape = true);
std::set<std::string> NeededFor(const onnx::Graph& graph, const std::string& value);

// Whether one of the values is an output of the node.
bool MakesAny(const onnx::Node& node, const std::set<std::string>& values);

// Whether the node is the standard operator GRU and has inputs and outputs.
bool IsGru(const onnx::Node& node);

// A file of a model found by the last part of its name, parsed. Errors: kNotFound, kMismatch (there
// are several), those of onnx::ReadGraph.
Result<onnx::Graph> ReadGraphFile(std::span<const NamedBytes> files, std::string_view name,
                                  const std::string& source, const Limits& limits);
bool HasFile(std::span<const NamedBytes> files, std::string_view name);

}  // namespace dfn

#endif  // DEEPFILTER_CONVERT_GRAPH_GRAPH_EDIT_H_
