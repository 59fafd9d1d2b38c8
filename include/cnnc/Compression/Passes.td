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

def LowRank : CNN_CompressionPass<"low-rank"> {
  let summary = "Replace layers by chains of smaller ones";
  let description = [{
    A convolution or a product with a constant matrix becomes a chain of smaller
    ones with R channels between them. C inputs, O outputs and U x V taps:

    | `method` | chain | of |
    |---|---|---|
    | `svd` | U x V to R, 1 x 1 to O; two products | convolutions, products |
    | `spatial` | U x 1 to R, 1 x V to O | two-dimensional convolutions |
    | `tucker` | 1 x 1 to S, U x V to R, 1 x 1 to O | convolutions |
    | `cp` | 1 x 1 to R, U x 1 and 1 x V of each channel, 1 x 1 to O | two-dimensional convolutions |
    | `tensor-train` | a product for each digit of inputs and outputs | gemms, products of matrices |

    `auto` takes what is best for each layer; filters of more than 2^16 weights
    are not tried with `cp`. Each filter has the stride, dilation and padding of
    the dimensions it has taps in (the first that may, of one tap), the last
    has bias and activation. In a grouped convolution each group has a chain of
    its own, all with the same ranks.

    How far a layer is compressed is said by one of

    | option | each layer keeps, or all layers with constant weights together |
    |---|---|
    | `energy=0.95` | at least this part of the energy: 1 - error |
    | `macs=0.5` | at most this part of the multiply-adds |
    | `params=0.5` | at most this part of the weights |
    | `speed=1.5` | at least this speed, as the cost model predicts |

    The error of a layer is |W - W'|^2 / |W|^2 for its weights. With images
    (--calibration) it is that of its responses without their mean, methods
    minimise it, and biases take back what the mean of an output loses; layers
    of more than 4608 weights per output channel are treated as without images.
    Of the whole network the product of what layers keep is held large, greedily
    (Zhang et al., "Accelerating Very Deep Convolutional Networks for
    Classification and Detection" (2016), section 3.2).

    `rank=NAME:8` gives the layer of that name, which is that of its ONNX node,
    the rank 8 whatever else is said; `rank=NAME:8x4` the ranks R = 8 and S = 4
    of `tucker`.

    A layer that the cost model predicts to be no faster stays, unless
    `slower=accept`. The last filter of a chain keeps the layer's name, part i
    before it is called NAME/parti. Approximate; remarks say the error of each
    layer. Layers want --simplify and --fold-bn before, and no --fuse-residual.
  }];
  let options = [
    Option<"method", "method", "::mlir::cnn::LowRankMethod",
           "::mlir::cnn::LowRankMethod::automatic",
           "auto, svd, spatial, tucker, cp or tensor-train",
           [{::llvm::cl::values(
              clEnumValN(::mlir::cnn::LowRankMethod::automatic, "auto",
                         "the best for each layer"),
              clEnumValN(::mlir::cnn::LowRankMethod::svd, "svd",
                         "fewer filters, then 1x1; two matrices"),
              clEnumValN(::mlir::cnn::LowRankMethod::spatial, "spatial",
                         "columns, then rows"),
              clEnumValN(::mlir::cnn::LowRankMethod::tucker, "tucker",
                         "1x1, fewer filters of fewer channels, 1x1"),
              clEnumValN(::mlir::cnn::LowRankMethod::cp, "cp",
                         "1x1, columns and rows of each channel, 1x1"),
              clEnumValN(::mlir::cnn::LowRankMethod::tensorTrain,
                         "tensor-train", "a product for each digit"))}]>,
    Option<"energy", "energy", "double", "0",
           "Part of its energy that each layer keeps, from 0 to 1; 0.95 if "
           "nothing else is said">,
    Option<"multiplyAdds", "macs", "double", "0",
           "Part of the multiply-adds that is left at most, from 0 to 1">,
    Option<"parameters", "params", "double", "0",
           "Part of the weights that is left at most, from 0 to 1">,
    Option<"speed", "speed", "double", "0",
           "How many times as fast layers together are to be at least, as the "
           "cost model predicts">,
    ListOption<"ranks", "rank", "std::string",
               "NAME:8,...: ranks of single layers; 8x4 for tucker">,
    ListOption<"keep", "keep", "std::string",
               "NAME,...: layers that stay as they are">,
    ListOption<"modes", "modes", "std::string",
               "NAME:7x7x16:4x8x8,...: digits of inputs and outputs of tensor "
               "trains of single layers">,
    Option<"cores", "cores", "int64_t", "3",
           "Digits of tensor trains whose modes are not given, 2 to 8">,
    Option<"slower", "slower", "::mlir::cnn::SlowerLayers",
           "::mlir::cnn::SlowerLayers::refuse",
           "Layers that are predicted to be no faster: refuse or accept",
           [{::llvm::cl::values(
              clEnumValN(::mlir::cnn::SlowerLayers::refuse, "refuse",
                         "they stay as they are"),
              clEnumValN(::mlir::cnn::SlowerLayers::accept, "accept",
                         "they are decomposed all the same"))}]>,
    Option<"winograd", "winograd", "bool", "true",
           "Expect that convolutions may use Winograd's algorithm, as with "
           "--winograd, when predicting times">];
}

#endif // CNNC_COMPRESSION_PASSES
