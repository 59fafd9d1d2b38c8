//===- MinimumCut.cpp - Two choices for the nodes of a graph --------------===//
//
// Nodes that the source still reaches when no more flows to the sink are of the
// first kind. What leaves the source is the cost of the second kind, what
// reaches the sink that of the first: the cut has one of them for every node.
// Of equal cuts the one nearest to the sink is taken.
//
//===----------------------------------------------------------------------===//

#include "cnnc/Support/MinimumCut.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

using namespace mlir::cnn;

namespace {

/// Arcs in pairs: arc i and its reverse, i ^ 1. Capacities are integers, so
/// that nothing is left of a full arc.
class Flow {
public:
  Flow(size_t nodes, double unit) : out(nodes), unit(unit) {}

  void addArc(size_t from, size_t to, double capacity) {
    for (auto [end, amount] : {std::pair(to, capacity), {from, 0.0}}) {
      out[end == to ? from : to].push_back(arcs.size());
      arcs.push_back({end, std::llround(amount / unit)});
    }
  }

  /// Sends along shortest paths what can be sent.
  void maximize(size_t source, size_t sink) {
    while (true) {
      std::vector<size_t> arrival = search(source, /*forward=*/true);
      if (arrival[sink] == none)
        return;
      int64_t amount = INT64_MAX;
      for (size_t node = sink; node != source;
           node = arcs[arrival[node] ^ 1].end)
        amount = std::min(amount, arcs[arrival[node]].rest);
      for (size_t node = sink; node != source;
           node = arcs[arrival[node] ^ 1].end) {
        arcs[arrival[node]].rest -= amount;
        arcs[arrival[node] ^ 1].rest += amount;
      }
    }
  }

  /// From where something could still flow to `sink`.
  std::vector<bool> findConnected(size_t sink) const {
    std::vector<size_t> arrival = search(sink, /*forward=*/false);
    std::vector<bool> connected;
    for (size_t arc : arrival)
      connected.push_back(arc != none);
    connected[sink] = true;
    return connected;
  }

private:
  static constexpr size_t none = SIZE_MAX;

  struct Arc {
    size_t end;
    int64_t rest;
  };

  /// The arc by which each node is reached first, along arcs with something
  /// left, or against them.
  std::vector<size_t> search(size_t start, bool forward) const {
    std::vector<size_t> arrival(out.size(), none), queue = {start};
    for (size_t i = 0; i < queue.size(); ++i)
      for (size_t arc : out[queue[i]]) {
        size_t end = arcs[arc].end;
        if (end == start || arrival[end] != none ||
            arcs[forward ? arc : arc ^ 1].rest == 0)
          continue;
        arrival[end] = arc;
        queue.push_back(end);
      }
    return arrival;
  }

  std::vector<std::vector<size_t>> out;
  std::vector<Arc> arcs;
  double unit;
};

} // namespace

std::vector<bool> KindGraph::findCheapest() const {
  double total = 0;
  for (const Cost &cost : costs)
    total += cost.first + cost.second;
  for (const Edge &edge : edges)
    total += edge.cost;
  size_t source = costs.size(), sink = source + 1;
  Flow flow(costs.size() + 2, std::max(total, 1e-9) / 1e15);
  for (size_t node = 0; node < costs.size(); ++node) {
    flow.addArc(source, node, costs[node].second);
    flow.addArc(node, sink, costs[node].first);
  }
  for (const Edge &edge : edges)
    flow.addArc(edge.from, edge.to, edge.cost);
  flow.maximize(source, sink);
  std::vector<bool> isSecond = flow.findConnected(sink);
  isSecond.resize(costs.size());
  return isSecond;
}
