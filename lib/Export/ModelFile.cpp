//===- ModelFile.cpp - Where an ONNX model is written ---------------------===//

#include "ModelFile.h"

#include "cnnc/Support/Weights.h"

#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace mlir::cnn;
using llvm::createStringError;
using llvm::Error;

/// The format allows 2^31 - 1 bytes in all; this leaves room for the nodes.
static constexpr int64_t maxInternalBytes = (int64_t(1) << 31) - (1 << 26);
/// Smaller constants stay in the model, where shape inference reads them.
static constexpr int64_t minExternalBytes = 1024;
/// Readers map external data into memory.
static constexpr uint64_t externalAlignment = 64;

namespace {

/// The bytes of one initializer: the constant's own where it has them.
struct Data {
  std::optional<Tensor> tensor;
  ArrayRef<char> bytes;

  explicit Data(ElementsAttr constant) {
    if (isa<DenseResourceElementsAttr>(constant)) {
      bytes = getRawBytes(constant);
      return;
    }
    tensor = getTensor(constant);
    if (tensor)
      bytes = std::as_const(*tensor).getBytes();
  }
};

/// Writes constants one after the other.
class ConstantWriter {
public:
  ConstantWriter(onnx::GraphProto &proto, const GraphWriter &graph)
      : proto(proto), graph(graph) {}

  int64_t countBytes() const;
  /// Into the model, or, if `external` is a stream to the file `location`,
  /// there.
  Error write(raw_ostream *external, StringRef location);

private:
  void writeExternal(onnx::TensorProto &tensor, ArrayRef<char> bytes,
                     StringRef location);

  onnx::GraphProto &proto;
  const GraphWriter &graph;
  raw_ostream *stream = nullptr;
  uint64_t offset = 0;
};

} // namespace

int64_t ConstantWriter::countBytes() const {
  int64_t bytes = 0;
  for (const auto &[constant, name] : graph.getConstants()) {
    auto type = cast<ShapedType>(cast<ElementsAttr>(constant).getType());
    bytes += type.getNumElements() *
             llvm::divideCeil(type.getElementTypeBitWidth(), 8);
  }
  return bytes;
}

void ConstantWriter::writeExternal(onnx::TensorProto &tensor,
                                   ArrayRef<char> bytes, StringRef location) {
  uint64_t start = llvm::alignTo(offset, externalAlignment);
  stream->write_zeros(start - offset);
  stream->write(bytes.data(), bytes.size());
  offset = start + bytes.size();
  tensor.set_data_location(onnx::TensorProto::EXTERNAL);
  auto add = [&](StringRef key, const std::string &value) {
    onnx::StringStringEntryProto &entry = *tensor.add_external_data();
    entry.set_key(key.str());
    entry.set_value(value);
  };
  add("location", location.str());
  add("offset", std::to_string(start));
  add("length", std::to_string(bytes.size()));
}

Error ConstantWriter::write(raw_ostream *external, StringRef location) {
  stream = external;
  for (const auto &[attribute, name] : graph.getConstants()) {
    auto constant = cast<ElementsAttr>(attribute);
    auto type = cast<RankedTensorType>(constant.getType());
    onnx::TensorProto &tensor = *proto.add_initializer();
    tensor.set_name(name);
    tensor.set_data_type(getDataType(type.getElementType()));
    for (int64_t extent : type.getShape())
      tensor.add_dims(extent);
    Data data(constant);
    if (data.bytes.empty() && type.getNumElements() != 0)
      return createStringError("the data of constant '" + name +
                               "' are not there: the module was printed "
                               "without them");
    auto size = static_cast<int64_t>(data.bytes.size());
    if (stream && size >= minExternalBytes)
      writeExternal(tensor, data.bytes, location);
    else
      tensor.set_raw_data(data.bytes.data(), data.bytes.size());
  }
  return Error::success();
}

static Error writeProto(const onnx::ModelProto &model, StringRef path) {
  return llvm::writeToOutput(path, [&](raw_ostream &stream) -> Error {
    std::string bytes;
    if (!model.SerializeToString(&bytes))
      return createStringError("the model is larger than the 2 GB of an ONNX "
                               "file");
    stream << bytes;
    return Error::success();
  });
}

Error mlir::cnn::writeModelFile(onnx::ModelProto &model,
                                const GraphWriter &graph, StringRef path) {
  ConstantWriter writer(*model.mutable_graph(), graph);
  bool isExternal =
      graph.getOptions().externalData || writer.countBytes() > maxInternalBytes;
  if (!isExternal) {
    if (Error error = writer.write(nullptr, {}))
      return error;
    return writeProto(model, path);
  }
  if (path == "-")
    return createStringError("expects the name of a file for a network with "
                             "external data; got standard output");
  std::string dataPath = (path + ".data").str();
  return llvm::writeToOutput(dataPath, [&](raw_ostream &stream) -> Error {
    if (Error error =
            writer.write(&stream, llvm::sys::path::filename(dataPath)))
      return error;
    return writeProto(model, path);
  });
}
