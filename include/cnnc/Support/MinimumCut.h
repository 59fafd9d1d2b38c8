//===- MinimumCut.h - Two choices for the nodes of a graph ------*- C++ -*-===//

#ifndef CNNC_SUPPORT_MINIMUMCUT_H
#define CNNC_SUPPORT_MINIMUMCUT_H

#include <cstddef>
#include <vector>

namespace mlir::cnn {

/// Nodes that are each of one of two kinds. Every node costs something as
/// either, and neighbours of different kinds cost something more. All costs are
/// at least 0.
class KindGraph {
public:
  explicit KindGraph(size_t nodes) : costs(nodes) {}

  /// What `node` costs, in addition to what was said before.
  void addCost(size_t node, double first, double second) {
    costs[node].first += first;
    costs[node].second += second;
  }
  /// What it costs that `from` is of the first kind and `to` of the second.
  void addEdge(size_t from, size_t to, double cost) {
    edges.push_back({from, to, cost});
  }

  /// Whether each node is of the second kind where the sum of all costs is the
  /// least; among equals, as few as can be are. It is a minimum cut: Ford and
  /// Fulkerson, "Maximal Flow through a Network" (1956), with shortest paths.
  std::vector<bool> findCheapest() const;

private:
  struct Cost {
    double first = 0, second = 0;
  };
  struct Edge {
    size_t from, to;
    double cost;
  };

  std::vector<Cost> costs;
  std::vector<Edge> edges;
};

} // namespace mlir::cnn

#endif // CNNC_SUPPORT_MINIMUMCUT_H
