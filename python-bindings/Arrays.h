//===- Arrays.h - Numpy arrays as tensors -----------------------*- C++ -*-===//

#ifndef CNNC_PYTHON_ARRAYS_H
#define CNNC_PYTHON_ARRAYS_H

#include "cnnc/Data/TensorFile.h"

#include <pybind11/numpy.h>

namespace mlir::cnn::python {

/// The type of the array that stands for a tensor: numpy has no bfloat16, whose
/// values are float32.
pybind11::dtype getArrayType(ElementType type);

/// The array that `object` is or converts to, with elements of the right type,
/// in one piece and aligned: the array itself if it is like that, or else a
/// copy. A TypeError names the input.
pybind11::array toArray(const pybind11::handle &object, const TensorInfo &info);

/// The batch that the shapes of `arrays` agree on, 1 for a network whose batch
/// is not open. A ValueError names the input and what it accepts.
int64_t checkShapes(llvm::ArrayRef<pybind11::array> arrays,
                    llvm::ArrayRef<TensorInfo> infos);

/// An array that is not initialised.
pybind11::array makeArray(ElementType type, llvm::ArrayRef<int64_t> shape);

/// An error unless `object` is an array that an output can be written to.
pybind11::array checkOutput(const pybind11::handle &object,
                            const TensorInfo &info,
                            llvm::ArrayRef<int64_t> shape);

/// The arrays have bytes in common.
bool overlap(const pybind11::array &a, const pybind11::array &b);

/// The tensor with the values of an array, and the other way round.
Tensor toTensor(const pybind11::array &array, ElementType type);
pybind11::array toArray(const Tensor &tensor);

/// The array cut to `count` rows of a dimension: a view.
pybind11::array takeRows(const pybind11::array &array, int64_t dimension,
                         int64_t count);

} // namespace mlir::cnn::python

#endif // CNNC_PYTHON_ARRAYS_H
