//===- Passes.td - Passes about the pipeline itself --------*- tablegen -*-===//

#ifndef CNNC_PIPELINE_PASSES
#define CNNC_PIPELINE_PASSES

include "mlir/Pass/PassBase.td"

def VerifyBoundary : Pass<"verify-boundary", "ModuleOp"> {
  let summary = "Check that a module has reached a boundary";
  let description = [{
    The boundaries, and what may occur at each, are in docs/Architecture.md. The
    first operation that should not be there is an error at its location. The
    pass is run by the pipeline and changes nothing.
  }];
  let options = [Option<"boundary", "boundary", "std::string", "\"\"",
                        "One of A, B, C, D, E">];
}

def ElideWeights : Pass<"elide-weights", "ModuleOp"> {
  let summary = "Drop large constant data before the module is printed";
  let description = [{
    Printing a large resource takes long even when its bytes are left out of the
    text. Each `dense_resource` becomes one that has no data, and each `dense`
    constant of more than 64 elements a `dense_resource` of no data. The result
    is for reading, it can be parsed again but not run.
  }];
}

def ReleaseWeights : Pass<"release-weights", "ModuleOp"> {
  let summary = "Free the data of constants that the module does not use";
  let description = [{
    MLIR keeps the data of a `dense_resource` until the end of its context.
    Layers whose weights were packed do not need the originals any more, which
    are half of what compiling a large network keeps in memory. Another module
    of the same context must not use them either.
  }];
}

#endif // CNNC_PIPELINE_PASSES
