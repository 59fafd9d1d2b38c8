//===- Registration.cpp - The flags of compression passes -----------------===//

#include "cnnc/Compression/Passes.h"

#include "mlir/Pass/PassManager.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"

namespace mlir::cnn {

using CreatePass = std::unique_ptr<Pass>(SharedCompressionContext);

static constexpr CreatePass *passes[] = {createClusterWeights, createTernarize,
                                         createBinarize,       createLowRank,
                                         createPrune,          createRecover};

void registerCompressionPasses(const SharedCompressionContext &context) {
  for (CreatePass *create : passes)
    registerPass([create, context] { return create(context); });
}

bool isCompressionPass(StringRef argument) {
  return llvm::any_of(passes, [&](CreatePass *create) {
    return create(nullptr)->getArgument() == argument;
  });
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
