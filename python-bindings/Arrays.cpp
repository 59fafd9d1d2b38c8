//===- Arrays.cpp - Numpy arrays as tensors -------------------------------===//

#include "Arrays.h"

#include "llvm/ADT/STLExtras.h"

#include <cstring>

namespace py = pybind11;
using llvm::ArrayRef;
using llvm::SmallVector;

namespace mlir::cnn::python {
namespace {

using py::detail::npy_api;

/// In one piece, row by row, at addresses that their type may have.
constexpr int inPlace = py::array::c_style | npy_api::NPY_ARRAY_ALIGNED_;

ElementType getStandIn(ElementType type) {
  return type == ElementType::BFloat16 ? ElementType::Float32 : type;
}

SmallVector<int64_t> getShape(const py::array &array) {
  return SmallVector<int64_t>(ArrayRef(array.shape(), array.ndim()));
}

/// "input 'image' expects float32 of shape ?x3x224x224".
std::string expect(const char *kind, const TensorInfo &info) {
  std::string shape;
  for (int64_t extent : info.shape)
    shape += (shape.empty() ? "" : "x") +
             (extent < 0 ? "?" : std::to_string(extent));
  return std::string(kind) + " '" + info.name + "' expects " +
         getName(getStandIn(info.type)).str() +
         (shape.empty() ? " of no dimension" : " of shape " + shape);
}

std::string describe(const py::array &array) {
  std::string text = py::str(array.dtype()).cast<std::string>();
  text += " of shape (";
  for (py::ssize_t i = 0; i < array.ndim(); ++i)
    text += (i ? ", " : "") + std::to_string(array.shape(i));
  return text + ")";
}

bool hasType(const py::array &array, ElementType type) {
  return npy_api::get().PyArray_EquivTypes_(array.dtype().ptr(),
                                            getArrayType(type).ptr());
}

} // namespace

py::dtype getArrayType(ElementType type) {
  switch (getStandIn(type)) {
  case ElementType::Float16:
    // NPY_HALF, which C++ has no type for.
    return py::dtype(23);
  case ElementType::BFloat16:
  case ElementType::Float32:
    return py::dtype::of<float>();
  case ElementType::Float64:
    return py::dtype::of<double>();
  case ElementType::Int8:
    return py::dtype::of<int8_t>();
  case ElementType::Int16:
    return py::dtype::of<int16_t>();
  case ElementType::Int32:
    return py::dtype::of<int32_t>();
  case ElementType::Int64:
    return py::dtype::of<int64_t>();
  case ElementType::UInt8:
    return py::dtype::of<uint8_t>();
  case ElementType::UInt16:
    return py::dtype::of<uint16_t>();
  case ElementType::UInt32:
    return py::dtype::of<uint32_t>();
  case ElementType::UInt64:
    return py::dtype::of<uint64_t>();
  case ElementType::Bool:
    return py::dtype::of<bool>();
  }
  llvm_unreachable("every element type is handled");
}

py::array toArray(const py::handle &object, const TensorInfo &info) {
  auto array = py::array::ensure(object);
  if (!array)
    throw py::type_error(expect("input", info) + ", got " +
                         py::str(py::type::of(object)).cast<std::string>());
  if (!hasType(array, info.type))
    throw py::type_error(expect("input", info) + ", got " + describe(array) +
                         "; .astype(\"" + getName(getStandIn(info.type)).str() +
                         "\") converts it");
  if ((array.flags() & inPlace) == inPlace)
    return array;
  return py::array::ensure(array, inPlace);
}

int64_t checkShapes(ArrayRef<py::array> arrays, ArrayRef<TensorInfo> infos) {
  std::optional<int64_t> batch;
  for (auto [array, info] : llvm::zip_equal(arrays, infos)) {
    // The first input with an open batch decides.
    if (!batch && info.hasDynamicBatch() && array.ndim() > 0)
      batch = array.shape(0);
    if (ArrayRef<int64_t>(info.getShape(batch.value_or(1))) !=
        ArrayRef<int64_t>(getShape(array)))
      throw py::value_error(expect("input", info) +
                            (info.hasDynamicBatch() && batch
                                 ? " with a batch of " + std::to_string(*batch)
                                 : "") +
                            ", got " + describe(array));
  }
  return batch.value_or(1);
}

py::array makeArray(ElementType type, ArrayRef<int64_t> shape) {
  return py::array(getArrayType(type),
                   std::vector<py::ssize_t>(shape.begin(), shape.end()));
}

py::array checkOutput(const py::handle &object, const TensorInfo &info,
                      ArrayRef<int64_t> shape) {
  if (!py::isinstance<py::array>(object))
    throw py::type_error("out: " + expect("output", info) + ", got " +
                         py::str(py::type::of(object)).cast<std::string>());
  auto array = py::reinterpret_borrow<py::array>(object);
  if (!hasType(array, info.type))
    throw py::type_error("out: " + expect("output", info) + ", got " +
                         describe(array));
  if (ArrayRef<int64_t>(getShape(array)) != shape)
    throw py::value_error("out: " + expect("output", info) + ", got " +
                          describe(array));
  if ((array.flags() & inPlace) != inPlace || !array.writeable())
    throw py::value_error("out: the array for output '" + info.name +
                          "' has to be writeable, aligned and in one piece "
                          "(C-contiguous)");
  return array;
}

bool overlap(const py::array &a, const py::array &b) {
  const char *first = static_cast<const char *>(a.data());
  const char *second = static_cast<const char *>(b.data());
  return first < second + b.nbytes() && second < first + a.nbytes();
}

Tensor toTensor(const py::array &array, ElementType type) {
  Tensor tensor(getStandIn(type), getShape(array));
  std::memcpy(tensor.getBytes().data(), array.data(), tensor.getBytes().size());
  return tensor.getType() == type ? tensor : tensor.convertTo(type);
}

py::array toArray(const Tensor &tensor) {
  if (tensor.getType() != getStandIn(tensor.getType()))
    return toArray(tensor.convertTo(getStandIn(tensor.getType())));
  py::array array = makeArray(tensor.getType(), tensor.getShape());
  std::memcpy(array.mutable_data(), tensor.getBytes().data(),
              tensor.getBytes().size());
  return array;
}

py::array takeRows(const py::array &array, int64_t dimension, int64_t count) {
  count = std::clamp<int64_t>(count, 0, array.shape(dimension));
  py::tuple index(dimension + 1);
  for (int64_t i = 0; i < dimension; ++i)
    index[i] = py::slice(py::none(), py::none(), py::none());
  index[dimension] = py::slice(py::int_(0), py::int_(count), py::none());
  return array[index].cast<py::array>();
}

} // namespace mlir::cnn::python
