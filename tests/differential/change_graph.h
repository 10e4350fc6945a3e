// Changes to a graph that leave what it computes, as other exporters and tools make them.
#ifndef DEEPFILTER_TESTS_DIFFERENTIAL_CHANGE_GRAPH_H_
#define DEEPFILTER_TESTS_DIFFERENTIAL_CHANGE_GRAPH_H_

#include <random>
#include <set>
#include <string>

#include "formats/onnx/graph.h"

namespace dfn::test {

// Some initializers become Constant nodes.
void StoreInNodes(onnx::Graph& graph, std::mt19937& random);
// Some Constant nodes that hold tensors become initializers.
void StoreInInitializers(onnx::Graph& graph, std::mt19937& random);
// Some values reach their readers through an Identity node.
void InsertIdentities(onnx::Graph& graph, std::mt19937& random);
// Some convolutions with a bias get a batch normalisation that undoes a change of their weights. All
// factors are powers of two, so that folding it is exact.
void UnfoldNorms(onnx::Graph& graph, std::mt19937& random);

// Makes some of these changes and of RenameAll and ShuffleNodes (convert/testing/graphs.h), chosen at
// random among those that `allowed` names ("nodes", "initializers", "norms", "identities", "names");
// returns which. The nodes always get another order.
std::string ChangeAtRandom(onnx::Graph& graph, const std::set<std::string>& allowed,
                           std::mt19937& random);

}  // namespace dfn::test

#endif  // DEEPFILTER_TESTS_DIFFERENTIAL_CHANGE_GRAPH_H_
