//===- NodeAttribute.h - Attributes of ONNX nodes ---------------*- C++ -*-===//

#ifndef CNNC_LIB_EXPORT_NODEATTRIBUTE_H
#define CNNC_LIB_EXPORT_NODEATTRIBUTE_H

#include "mlir/Support/LLVM.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include "onnx.pb.h"

namespace mlir::cnn {

/// A named attribute, which converts from what it may hold. Floats are float32
/// in ONNX.
class NodeAttribute {
public:
  NodeAttribute(StringRef name, int64_t value) : NodeAttribute(name) {
    proto.set_type(onnx::AttributeProto::INT);
    proto.set_i(value);
  }
  NodeAttribute(StringRef name, int value)
      : NodeAttribute(name, static_cast<int64_t>(value)) {}
  NodeAttribute(StringRef name, bool value)
      : NodeAttribute(name, static_cast<int64_t>(value)) {}
  NodeAttribute(StringRef name, double value) : NodeAttribute(name) {
    proto.set_type(onnx::AttributeProto::FLOAT);
    proto.set_f(static_cast<float>(value));
  }
  NodeAttribute(StringRef name, StringRef value) : NodeAttribute(name) {
    proto.set_type(onnx::AttributeProto::STRING);
    proto.set_s(value.str());
  }
  NodeAttribute(StringRef name, const char *value)
      : NodeAttribute(name, StringRef(value)) {}
  NodeAttribute(StringRef name, ArrayRef<int64_t> values)
      : NodeAttribute(name) {
    proto.set_type(onnx::AttributeProto::INTS);
    proto.mutable_ints()->Add(values.begin(), values.end());
  }
  NodeAttribute(StringRef name, onnx::TensorProto value) : NodeAttribute(name) {
    proto.set_type(onnx::AttributeProto::TENSOR);
    *proto.mutable_t() = std::move(value);
  }

  const onnx::AttributeProto &getProto() const { return proto; }

private:
  explicit NodeAttribute(StringRef name) { proto.set_name(name.str()); }

  onnx::AttributeProto proto;
};

using NodeAttributes = std::vector<NodeAttribute>;

} // namespace mlir::cnn

#endif // CNNC_LIB_EXPORT_NODEATTRIBUTE_H
