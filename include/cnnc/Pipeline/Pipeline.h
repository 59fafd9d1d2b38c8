//===- Pipeline.h - The order of everything ---------------------*- C++ -*-===//

#ifndef CNNC_PIPELINE_PIPELINE_H
#define CNNC_PIPELINE_PIPELINE_H

#include "cnnc/Conversion/Passes.h"
#include "cnnc/Quantization/Options.h"
#include "cnnc/Quantization/WeightsOnly.h"
#include "cnnc/Support/Progress.h"
#include "cnnc/Target/Target.h"
#include "cnnc/Transforms/Passes.h"

#include "mlir/Pass/PassManager.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace mlir::cnn {

/// The boundaries of docs/Architecture.md, in the order in which they are
/// reached.
enum class Boundary { A, B, C, D, E };

/// The boundary called `name`, a letter, or nothing.
std::optional<Boundary> parseBoundary(StringRef name);
char getLetter(Boundary boundary);

/// The first operation that may not occur at the boundary, or null.
Operation *findForeign(ModuleOp module, Boundary boundary);

/// Loads objects of networks that compute a layer `copies` times, each with
/// weights of its own, runs them in turn, and returns the median time of a
/// layer of each in milliseconds. Between two runs `displacedBytes` of other
/// memory are read.
using MeasureFunction = std::function<llvm::Expected<std::vector<double>>(
    std::vector<std::unique_ptr<llvm::MemoryBuffer>> objects, int64_t copies,
    int64_t displacedBytes)>;

/// How algorithms of convolutions are chosen by measuring them.
struct Tuning {
  /// What earlier measurements chose (`Support/Tuning.h`), and where new ones
  /// are added.
  std::string file;
  MeasureFunction measure;
};

struct CompileOptions {
  /// What to compile for. Without it the module's `cnn.target`, or the host.
  std::optional<Machine> machine;
  /// Compile for each of these instead, in the order of `orderVersions`, into
  /// one object that chooses when it runs. `machine` is one of them, if any.
  std::vector<Machine> versions;
  /// Split the network's loops among OpenMP threads.
  bool threads = false;
  /// Time kernels; the compiled network keeps a table in its arena.
  bool profile = false;
  /// Run the passes that make the network faster and change results by rounding
  /// only. Off, the network is lowered as it was imported.
  bool optimize = true;
  /// The output tile of Winograd convolutions. Nothing: no layer is computed by
  /// Winograd's algorithm.
  std::optional<WinogradTile> winograd = WinogradTile::automatic;
  /// `max-error` of --winograd.
  double winogradMaxError = defaultWinogradError;
  /// Compute in float16 what --compute-in-float16 can; an error for machines
  /// without its arithmetic.
  bool float16Arithmetic = false;
  /// Where kernels skip the zeros of constant filters.
  SparseChoice sparse = SparseChoice::automatic;
  /// Free weights as soon as the module does not need them; no other module of
  /// the context does.
  bool releaseWeights = false;
  /// Choose algorithms by measuring, and by --winograd for what has not been
  /// measured.
  std::optional<Tuning> tuning;
  /// Compute in integers what the network computes in floats.
  std::optional<QuantizationOptions> quantization;
  /// Store weights in this format.
  std::optional<WeightFormat> weightsOnly;
  /// Widen weights that the network stores in few bits while it is compiled,
  /// where its kernels would otherwise do so in every run.
  bool widenWeights = false;
  /// Store the constants of the compiled network in compressed form; it decodes
  /// them when it is loaded.
  bool compressWeights = false;
  /// Where to show what the compiler is doing; may be null.
  std::shared_ptr<Progress> progress;
};

/// A  -->  A, layers in integers. What hides convolutions is simplified, and
/// batch norms are folded, on the way.
void buildQuantizationPipeline(OpPassManager &manager,
                               const QuantizationOptions &options);

/// A  -->  A, weights of few bits, after batch norms have been folded into
/// them.
void buildWeightsOnlyPipeline(OpPassManager &manager, WeightFormat format);

/// A  -->  B, the optimisations on the network itself.
void buildOptimizationPipeline(OpPassManager &manager,
                               const CompileOptions &options);

/// B  -->  `until`.
void buildLoweringPipeline(OpPassManager &manager,
                           const CompileOptions &options, Boundary until);

/// A  -->  `until`, checking every boundary on the way.
void buildPipeline(OpPassManager &manager, const CompileOptions &options,
                   Boundary until);

/// From wherever the module is  -->  `until`: a module that is past boundary B
/// is only lowered.
void buildPipelineFor(ModuleOp module, OpPassManager &manager,
                      const CompileOptions &options, Boundary until);

/// E  -->  the LLVM dialect with the entry points of the C interface.
void buildLLVMPipeline(OpPassManager &manager, const CompileOptions &options);

/// Compiles a module at boundary A, B or C. Errors are also diagnostics of the
/// module's context.
llvm::Expected<NativeModule> compile(ModuleOp module,
                                     const CompileOptions &options);

} // namespace mlir::cnn

#endif // CNNC_PIPELINE_PIPELINE_H
