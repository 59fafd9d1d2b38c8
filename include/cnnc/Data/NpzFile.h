//===- NpzFile.h - Several arrays in one file -------------------*- C++ -*-===//

#ifndef CNNC_DATA_NPZFILE_H
#define CNNC_DATA_NPZFILE_H

#include "cnnc/Support/Tensor.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

namespace mlir::cnn {

/// What numpy.savez and numpy.savez_compressed write: a zip archive of .npy
/// files. The bytes must outlive the object; an array is unpacked when it is
/// read.
class NpzFile {
public:
  /// Reads the table of contents. Archives above 4 GiB (zip64) are refused.
  static llvm::Expected<NpzFile> parse(llvm::StringRef bytes);

  /// The names of the arrays, in the order of the file.
  std::vector<llvm::StringRef> getNames() const;

  bool contains(llvm::StringRef name) const;

  /// Unpacks an array. Fails, naming those that there are, without an array of
  /// that name, and if the data are damaged.
  llvm::Expected<Tensor> read(llvm::StringRef name) const;

private:
  struct Entry {
    std::string name;
    uint16_t method;
    uint32_t checksum, packedSize, size, offset;
  };

  llvm::Expected<std::string> unpack(const Entry &entry) const;

  llvm::StringRef bytes;
  std::vector<Entry> entries;
};

} // namespace mlir::cnn

#endif // CNNC_DATA_NPZFILE_H
