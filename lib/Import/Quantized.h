//===- Quantized.h - Integers and what they stand for -----------*- C++ -*-===//
//
// What the importers of quantized operators share. Functions that build return
// a null value after a mistake, which the node keeps.
//
//===----------------------------------------------------------------------===//

#ifndef CNNC_LIB_IMPORT_QUANTIZED_H
#define CNNC_LIB_IMPORT_QUANTIZED_H

#include "Node.h"

namespace mlir::cnn {

/// The integer q stands for (q - zeroPoint) * scale. Scale and zero point
/// broadcast to the integers; a zero point of zeros is null. There are no
/// integers if it says how a result is quantized.
struct Quantized {
  Value integers, scale, zeroPoint;
};

/// Reads inputs `first` (integers), `first` + 1 (scale) and `first` + 2 (zero
/// point, which may be absent), both one number.
Quantized readQuantized(Node &node, int64_t first);

/// Reads the scale and zero point of a result, one number each, from inputs
/// `first` and `first` + 1. Without a zero point it is a zero of type
/// `element`.
Quantized readTarget(Node &node, int64_t first, Type element);

/// A scale: input `index` as float32.
Value readScale(Node &node, int64_t index);

/// One number of shape [], or one per element of dimension `axis` of data of
/// rank `rank`, aligned with it.
Value alignWithAxis(Node &node, Value parameter, int64_t axis, int64_t rank);

/// `zeroPoint`, or null if it is a constant of zeros.
Value dropZeros(Value zeroPoint);

/// A zero of type `element`.
Value buildZero(Node &node, Type element);

/// The floats that integers stand for.
Value buildDequantized(Node &node, const Quantized &value);

/// Floats as `target` quantizes them.
Value buildQuantized(Node &node, Value value, const Quantized &target);

/// Sums of products of x and w, whose scale is xScale * wScale rounded to
/// float32, as `target` quantizes them.
Value buildRequantized(Node &node, Value sum, Value xScale, Value wScale,
                       const Quantized &target);

/// Sums of integers without their zero point as means of `count` (a number or a
/// tensor of them), as `target` quantizes them.
Value buildRequantizedMean(Node &node, Value sum, Value xScale, Value count,
                           const Quantized &target);

/// The sum of the integers without their zero point over `axes`.
Value buildIntegerSum(Node &node, const Quantized &value,
                      ArrayRef<int64_t> axes, bool keepDims);

/// A float32 constant of shape [].
Value buildFloat(Node &node, double value);

/// `floats` quantized as `target` says, computed in integers, if they are the
/// result of a layer whose operands are dequantized; otherwise null.
Value buildIntegerForm(Node &node, Value floats, const Quantized &target);

} // namespace mlir::cnn

#endif // CNNC_LIB_IMPORT_QUANTIZED_H
