//===- Passes.td - Passes that make networks smaller -------*- tablegen -*-===//
//
// All of them are approximate: each says what it gives up, and its remarks say
// by how much for each layer. They want batch norms folded (--simplify
// --fold-bn), and run before --fuse-residual, in any order and number. Each
// begins with `context->keepOriginal`, so that later ones can compare.
//
//===----------------------------------------------------------------------===//

#ifndef CNNC_COMPRESSION_PASSES
#define CNNC_COMPRESSION_PASSES

include "mlir/Pass/PassBase.td"

class CNN_CompressionPass<string argument>
    : Pass<argument, "::mlir::func::FuncOp"> {
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::cnn::CNNDialect"];
  // Which context a pass has is known where it is registered.
  let constructor = "nullptr";
}

#endif // CNNC_COMPRESSION_PASSES
