//===- Mutate.h - Broken ONNX models ----------------------------*- C++ -*-===//

#ifndef CNNC_TEST_FUZZ_MUTATE_H
#define CNNC_TEST_FUZZ_MUTATE_H

#include "llvm/ADT/ArrayRef.h"

#include "onnx.pb.h"

#include <random>
#include <string>
#include <vector>

namespace mlir::cnn {

/// Changes models in ways that the format allows and exporters do not do: each
/// step is one change of one node, edge, attribute, shape, type or tensor.
class Mutator {
public:
  explicit Mutator(unsigned seed);

  void mutate(onnx::ModelProto &model);

  /// Puts nodes and weights of `other` into `model`.
  void cross(onnx::ModelProto &model, const onnx::ModelProto &other);

private:
  bool chance(int percent) { return pick(100) < percent; }
  int pick(int count) { return count > 0 ? random() % count : 0; }
  template <typename T>
  const T &choose(const std::vector<T> &values) {
    return values[pick(values.size())];
  }
  template <typename Field>
  auto &chooseFrom(Field &field) {
    return *field.Mutable(pick(field.size()));
  }

  int64_t makeInteger(int64_t old);
  float makeFloat(float old);
  std::string chooseName(const onnx::GraphProto &graph);
  onnx::GraphProto &chooseGraph(onnx::ModelProto &model);

  void mutateNodes(onnx::GraphProto &graph);
  void addNode(onnx::GraphProto &graph);
  void mutateEdges(onnx::GraphProto &graph);
  void mutateAttributes(onnx::GraphProto &graph);
  void addAttribute(onnx::NodeProto &node);
  void mutateAttribute(onnx::AttributeProto &attribute);
  void mutateInput(onnx::GraphProto &graph);
  void mutateInitializer(onnx::GraphProto &graph);
  void mutateTensor(onnx::TensorProto &tensor);
  void makeConstant(onnx::GraphProto &graph);
  void wrapInBranch(onnx::GraphProto &graph);
  void wrapInLoop(onnx::GraphProto &graph);
  void wrapInFunction(onnx::ModelProto &model, onnx::GraphProto &graph);
  void mutateOpset(onnx::ModelProto &model);

  std::mt19937 random;
  std::vector<std::string> operators;
};

} // namespace mlir::cnn

#endif // CNNC_TEST_FUZZ_MUTATE_H
