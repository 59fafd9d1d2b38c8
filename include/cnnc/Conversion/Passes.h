//===- Passes.h - Passes from cnn to the LLVM dialect -----------*- C++ -*-===//

#ifndef CNNC_CONVERSION_PASSES_H
#define CNNC_CONVERSION_PASSES_H

#include "mlir/Pass/Pass.h"

namespace mlir {
namespace affine {
class AffineDialect;
} // namespace affine
namespace arith {
class ArithDialect;
} // namespace arith
namespace func {
class FuncDialect;
class FuncOp;
} // namespace func
namespace kernel {
class KernelDialect;
} // namespace kernel
namespace linalg {
class LinalgDialect;
} // namespace linalg
namespace LLVM {
class LLVMDialect;
} // namespace LLVM
namespace math {
class MathDialect;
} // namespace math
namespace memref {
class MemRefDialect;
} // namespace memref
namespace scf {
class SCFDialect;
} // namespace scf
namespace tensor {
class TensorDialect;
} // namespace tensor
namespace vector {
class VectorDialect;
} // namespace vector

namespace cnn {

/// Whether to fuse what can be fused; `automatic` asks shapes and machine.
enum class FusionChoice { automatic, always, never };

/// Outputs that a Winograd tile of integers computes per dimension; `automatic`
/// asks the cost model for every layer.
enum class IntegerTile { automatic = -1, none = 0, two = 2, four = 4 };
/// Where kernels skip the zeros of constant filters; `automatic` asks the cost
/// model.
enum class SparseChoice { automatic, always, never };

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "cnnc/Conversion/Passes.h.inc"

} // namespace cnn
} // namespace mlir

#endif // CNNC_CONVERSION_PASSES_H
