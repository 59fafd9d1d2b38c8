//===- Registration.cpp - The flags of compression passes -----------------===//

#include "cnnc/Compression/Passes.h"

#include "mlir/Pass/PassManager.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"

namespace mlir::cnn {

void registerCompressionPasses(const SharedCompressionContext &context) {
  registerPass([context] { return createClusterWeights(context); });
  registerPass([context] { return createTernarize(context); });
  registerPass([context] { return createBinarize(context); });
  registerPass([context] { return createLowRank(context); });
  registerPass([context] { return createPrune(context); });
  registerPass([context] { return createRecover(context); });
}

bool readsImages(OpPassManager &manager) {
  // In here are the arguments of the passes that read images.
  static const llvm::StringSet<> readers = {"low-rank", "prune", "recover"};
  std::string pipeline;
  llvm::raw_string_ostream stream(pipeline);
  manager.printAsTextualPipeline(stream);
  SmallVector<StringRef> words;
  llvm::SplitString(pipeline, words, "(),{}");
  return llvm::any_of(words,
                      [](StringRef word) { return readers.contains(word); });
}

} // namespace mlir::cnn
