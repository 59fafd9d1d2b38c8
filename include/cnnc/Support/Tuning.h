//===- Tuning.h - Measured choices of algorithms ----------------*- C++ -*-===//
//
// The file of --tune: for machines and layers, which algorithm was fastest.
//
//===----------------------------------------------------------------------===//

#ifndef CNNC_SUPPORT_TUNING_H
#define CNNC_SUPPORT_TUNING_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace mlir::cnn {

struct Machine;

/// How a convolution is computed.
struct ConvAlgorithm {
  /// Outputs of a tile of Winograd's algorithm in each dimension that has more
  /// than one tap; 0 for direct convolution.
  int64_t winogradTile = 0;

  /// "direct" or "winograd 4".
  std::string toString() const;
  /// The reverse, for tiles of 2, 4 and 6; nothing for other texts.
  static std::optional<ConvAlgorithm> parse(llvm::StringRef text);

  bool operator==(const ConvAlgorithm &other) const {
    return winogradTile == other.winogradTile;
  }
};

/// What is known of a layer.
struct TunedLayer {
  ConvAlgorithm choice;
  /// Medians of what was measured, by name of the algorithm.
  std::map<std::string, int64_t> microseconds;
};

/// Where times hold: a processor, and whether work is split among threads.
struct TuningHost {
  std::string triple, cpu, features;
  bool threads = false;

  static TuningHost get(const Machine &machine, bool threads);
  bool operator==(const TuningHost &other) const;
};

/// Choices for any number of machines. A layer is known by its description, a
/// text with everything its time depends on.
class TuningTable {
public:
  /// Reads the JSON that `save` writes. A file that does not exist is an empty
  /// table; one of another version or form is an error that names it.
  static llvm::Expected<TuningTable> load(llvm::StringRef path);

  /// Writes the whole file, or leaves the one that is there.
  llvm::Error save(llvm::StringRef path) const;

  /// Null if nothing is known of the layer there.
  const TunedLayer *find(const TuningHost &host, llvm::StringRef layer) const;

  /// Adds a layer, or replaces what was known of it.
  void set(const TuningHost &host, llvm::StringRef layer, TunedLayer tuned);

private:
  std::vector<std::pair<TuningHost, std::map<std::string, TunedLayer>>> hosts;
};

} // namespace mlir::cnn

#endif // CNNC_SUPPORT_TUNING_H
