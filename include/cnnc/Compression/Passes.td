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

def CNN_PerOption
    : Option<"per", "per", "::mlir::cnn::CodebookScope",
             "::mlir::cnn::CodebookScope::layer",
             "Numbers for a whole layer, or for each output channel: layer or "
             "channel",
             [{::llvm::cl::values(
                clEnumValN(::mlir::cnn::CodebookScope::layer, "layer",
                           "one codebook for the layer"),
                clEnumValN(::mlir::cnn::CodebookScope::channel, "channel",
                           "one for each output channel"))}]>;

def CNN_LayersOption
    : ListOption<"layers", "layers", "std::string",
                 "Only the layers of these names, separated by commas; without, "
                 "all">;

def ClusterWeights : CNN_CompressionPass<"cluster-weights"> {
  let summary = "Let the weights of a layer share few values";
  let description = [{
    Of a convolution or a product with a constant matrix:
    ```
    w  -->  cnn.lookup(codes, codebook) {cnn.stored}
    ```
    where the codebook has 2^bits numbers that minimize the sum of
    (w - codebook[code])^2 (k-means; Han et al., Deep Compression, 2016,
    section 3). Code 0 always stands for zero, and weights that are zero stay
    so; the others are shared out among all codes. The iteration starts from
    numbers at equal distances from the smallest to the largest weight
    (`linear`), from quantiles of the weights (`density`), or from weights drawn
    by a fixed sequence (`random`), and ends when no weight changes its code, or
    after `iterations`.

    Then some weights of each output channel take the next number beyond them,
    so that the sum of the channel's weights stays what it was: of inputs that
    are alike, as those behind a relu, the mean of the output does then, too
    (`balance`; SQuant, Guo et al. 2022, section 3.3). Depthwise convolutions
    have few weights, which matter much, and bits of their own.

    Layers of up to 64 weights, whose weights are not constants of float32, or
    are stored in fewer bits already, stay as they are.
  }];
  let options = [
    Option<"bits", "bits", "unsigned", "5",
           "Bits of a code, 2 to 8">,
    Option<"convBits", "conv-bits", "unsigned", "0",
           "Bits of a code in convolutions; 0 means those of `bits`">,
    Option<"fcBits", "fc-bits", "unsigned", "0",
           "Bits of a code in products with matrices; 0 means those of `bits`">,
    Option<"depthwiseBits", "depthwise-bits", "unsigned", "8",
           "Bits of a code in depthwise convolutions; 0 means those of other "
           "convolutions">,
    Option<"balance", "balance", "bool", "true",
           "Keep the sum of the weights of each output channel">,
    Option<"start", "init", "::mlir::cnn::ClusterStart",
           "::mlir::cnn::ClusterStart::linear",
           "What the iteration starts from: linear, density or random",
           [{::llvm::cl::values(
              clEnumValN(::mlir::cnn::ClusterStart::linear, "linear",
                         "equal distances from the smallest weight to the "
                         "largest"),
              clEnumValN(::mlir::cnn::ClusterStart::density, "density",
                         "quantiles of the weights"),
              clEnumValN(::mlir::cnn::ClusterStart::random, "random",
                         "weights drawn by a fixed sequence"))}]>,
    CNN_PerOption,
    CNN_LayersOption,
    Option<"iterations", "iterations", "unsigned", "100",
           "Most iterations of k-means">,
  ];
}

def Ternarize : CNN_CompressionPass<"ternarize"> {
  let summary = "Let every weight be zero or one of two numbers";
  let description = [{
    ```
    w  -->  p if w > t,  -n if w < -t,  else 0
    ```
    as `cnn.lookup` of codes 0, 1 and 2 (Li et al., Ternary Weight Networks,
    2016; Zhu et al., Trained Ternary Quantization, 2017). p and n are the means
    of the absolute weights beyond the threshold t, which is

    | threshold | t |
    |---|---|
    | `mean` | 0.7 times the mean of all absolute weights |
    | `optimal` | what minimizes the sum of (w - ternary w)^2, of each sign |

    Which layers, and what for each layer or each output channel: as
    --cluster-weights.
  }];
  let options = [
    Option<"threshold", "threshold", "::mlir::cnn::TernaryThreshold",
           "::mlir::cnn::TernaryThreshold::optimal",
           "How thresholds are chosen: mean or optimal",
           [{::llvm::cl::values(
              clEnumValN(::mlir::cnn::TernaryThreshold::mean, "mean",
                         "0.7 times the mean of all absolute weights"),
              clEnumValN(::mlir::cnn::TernaryThreshold::optimal, "optimal",
                         "least squares"))}]>,
    CNN_PerOption,
    CNN_LayersOption,
  ];
}

def Binarize : CNN_CompressionPass<"binarize"> {
  let summary = "Let every weight of a filter be one of two opposite numbers";
  let description = [{
    ```
    w  -->  a if w > 0,  -a if w < 0,  else 0       a = mean of |w| of the filter
    ```
    as `cnn.lookup` (Rastegari et al., XNOR-Net, 2016, section 3.1), with one a
    for each output channel; the mean does not count zeros. Which layers: as
    --cluster-weights.

    With `activations` the convolutions that `layers` names take signs only:
    ```
    conv(x, w) + b  -->  K * (a * conv_integer(sign(x), sign(w))) + b
    K = (mean of |x|) / (mean of |sign(x)|)    of each image
    ```
    (section 3.2, with one K for all positions: what is nearest to x). Signs are
    -1, 0 and 1; pads are 0, and neither. Their sums are exact.
  }];
  let options = [
    Option<"activations", "activations", "bool", "false",
           "The inputs of the convolutions that `layers` names become signs, "
           "too">,
    CNN_LayersOption,
  ];
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
    (--calibration) it is that of its responses without their mean, where each
    output counts with its standard deviation in place of its variance, except
    in tensor trains; methods minimise it, and biases take back what the mean of an output loses; layers
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

def Prune : CNN_CompressionPass<"prune"> {
  let summary = "Remove the weights, or the channels, that matter least";
  let description = [{
    `what=weights` makes weights of convolutions and products with constant
    matrices zero, those of the smallest magnitude: the share `sparsity` of each
    layer, or of all together (`scope=global`); with `pattern=N:M` all but N of M
    along the input channels; with `pattern=block:L` blocks of one weight of each
    of L consecutive output channels.

    `what=channels` removes whole output channels, with all that is computed of
    them: the network is smaller, and dense. Channels that meet in a sum, as in
    residual networks, go together. They are carried through batch norms,
    functions of single elements, pools, concatenations, slices, pads, reshapes,
    and depthwise and grouped convolutions; what another op takes, and the
    results of the network, stay. Channels are chosen by

    | `score` | what goes first |
    |---|---|
    | `l1` | the smallest mean magnitude of the weights that make it |
    | `median` | the weights nearest to all others of the layer (He et al. 2019) |
    | `activation` | the smallest mean magnitude on the images of --calibration |
    | `reconstruction` | the least error in the outputs of the layers that take it, if their other weights make up for it (He et al. 2017; chosen one by one as in Hassibi and Stork, "Optimal Brain Surgeon", 1993), on the images |

    Scores of different layers are divided by their mean; where layers make a
    channel together it has the mean score.

    `macs=0.75` and `params=0.5` choose how much each layer gives, such that at
    most that share of the multiply-adds or parameters is left, of channels of
    those that there were before the first compression pass: always the step
    that loses least for what it saves. The loss is the share of a layer's
    squared scores, with `reconstruction` the error, and with `curves=FILE` what
    was measured by `scan=FILE`, which prunes nothing: it removes shares of each
    layer by itself, compares outputs on the images of --calibration, prints a
    table on standard error and writes the file.

    Approximate, with no bound: --recover makes up for part of it.
  }];
  let options = [
    Option<"what", "what", "::mlir::cnn::PrunedPart",
           "::mlir::cnn::PrunedPart::weights",
           "What is removed: weights or channels",
           [{::llvm::cl::values(
              clEnumValN(::mlir::cnn::PrunedPart::weights, "weights",
                         "weights become zero, shapes stay"),
              clEnumValN(::mlir::cnn::PrunedPart::channels, "channels",
                         "output channels go, and all that is made of them"))}]>,
    Option<"sparsity", "sparsity", "double", "0.5",
           "Share of the weights or channels that goes, from 0 to 1">,
    Option<"scope", "scope", "::mlir::cnn::PruneScope",
           "::mlir::cnn::PruneScope::layer",
           "Where the share is of: layer or global",
           [{::llvm::cl::values(
              clEnumValN(::mlir::cnn::PruneScope::layer, "layer",
                         "the same share of every layer"),
              clEnumValN(::mlir::cnn::PruneScope::global, "global",
                         "of all layers together"))}]>,
    Option<"pattern", "pattern", "std::string", "\"any\"",
           "Which weights go: any, N:M (of M along the input channels N stay), "
           "block (as many output channels as the machine's vectors have lanes) "
           "or block:L">,
    Option<"macs", "macs", "double", "0",
           "Share of the multiply-adds that is left at most; in place of "
           "sparsity">,
    Option<"parameters", "params", "double", "0",
           "Share of the parameters that is left at most; in place of sparsity">,
    Option<"score", "score", "::mlir::cnn::ChannelScore",
           "::mlir::cnn::ChannelScore::l1",
           "Which channels go: l1, median, activation or reconstruction",
           [{::llvm::cl::values(
              clEnumValN(::mlir::cnn::ChannelScore::l1, "l1",
                         "those of the smallest weights"),
              clEnumValN(::mlir::cnn::ChannelScore::median, "median",
                         "those whose weights are nearest to the others'"),
              clEnumValN(::mlir::cnn::ChannelScore::activation, "activation",
                         "those with the smallest numbers on --calibration"),
              clEnumValN(::mlir::cnn::ChannelScore::reconstruction,
                         "reconstruction",
                         "those that the others can make up for on "
                         "--calibration"))}]>,
    Option<"multiple", "multiple", "int64_t", "1",
           "The channels left of a layer are a multiple of this, such as the "
           "lanes of a vector">,
    ListOption<"keep", "keep", "std::string",
               "Layers of these names, separated by commas, stay as they are">,
    Option<"scan", "scan", "std::string", "\"\"",
           "Remove nothing, but measure on --calibration what each layer loses, "
           "and write it to this file">,
    Option<"curves", "curves", "std::string", "\"\"",
           "A file of scan=: choose for macs, params and scope=global by it">,
    Option<"zero", "zero", "bool", "false",
           "Multiply channels with zeros instead of removing them; for "
           "comparisons">];
}

def Recover : CNN_CompressionPass<"recover"> {
  let summary = "Fit the weights that are left to the network that was there";
  let description = [{
    After other compression passes: layer by layer, in the order of the network,
    the weights become those with which the layer makes most nearly what it made
    before the first of these passes, on the images of --calibration, from what
    the layers before it now make; no labels are needed. For each output channel

      least  E|y - (w + d) x - b|^2 + ridge * (mean of the variances of x) * |d|^2

    over d and the bias b, with y of the original network and x of the present
    one, by normal equations. Where images have few positions for each dimension
    of x, ridge is larger: tr(C)^2 / tr(C^2) / n for a covariance C of n samples.
    Weights that are zero stay zero. Of a layer before a sum, the other summand
    of which is known, y is the sum in the original less that summand in the
    present network, so that errors of residual networks do not add up. He, Zhang and Sun, "Channel Pruning for Accelerating Very Deep
    Neural Networks" (2017), sections 3.1 and 3.3.

    Layers are found again by the names of their nodes; of several of one name,
    as low-rank factors are, the last one is changed. Where weights are no
    constants, or more than 4608 per output channel, only the bias is
    changed, for the mean of each output.
  }];
  let options = [
    Option<"ridge", "ridge", "double", "0.01",
           "How much weights hold on to what they are; 0 lets go">,
    Option<"match", "match", "::mlir::cnn::MatchedMoment",
           "::mlir::cnn::MatchedMoment::mean",
           "What outputs have in common with the original's: mean or variance",
           [{::llvm::cl::values(
              clEnumValN(::mlir::cnn::MatchedMoment::mean, "mean",
                         "their means"),
              clEnumValN(::mlir::cnn::MatchedMoment::variance, "variance",
                         "their variances, too, for a larger error"))}]>];
}

#endif // CNNC_COMPRESSION_PASSES
