//===- Network.h - A compiled network for numpy -----------------*- C++ -*-===//

#ifndef CNNC_PYTHON_NETWORK_H
#define CNNC_PYTHON_NETWORK_H

#include "cnnc/Runner/CompiledNetwork.h"

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>

#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace mlir::cnn::python {

/// A network as it travels and is stored: an object file or shared library, and
/// what is known of it.
struct NetworkImage {
  std::string code;
  /// If `code` is a shared library, the name of its file.
  std::string library;
  /// The text of NAME_info.
  std::string info;
  /// The header for C; empty if it is not known.
  std::string header;
};

/// A compiled network, which any number of threads may run at a time.
class Network {
public:
  /// Loads the code, unless it is for another machine: such a network can only
  /// be saved. `threads` is how many OpenMP gives it.
  Network(std::shared_ptr<const NetworkImage> image, int threads);
  static std::unique_ptr<Network> load(const std::string &path, int threads);

  const CompiledInfo &getInfo() const { return info; }
  const NetworkImage &getImage() const { return *image; }
  int getThreads() const { return threads; }
  size_t getArenaSize() const { return code ? code->getArenaSize() : 0; }
  /// Why the network does not run here; empty if it does.
  const std::string &getObstacle() const { return obstacle; }

  /// Runs the network on arrays, one for each input and in their order, and
  /// returns one for each of the model's outputs. `out` is None, or a sequence
  /// of arrays for the outputs. Needs the GIL, which it lends to others while
  /// the network runs.
  pybind11::list run(const pybind11::list &inputs, const pybind11::object &out);

  /// Writes .so, .o, .a or .h, as the path ends.
  void save(const std::string &path) const;

private:
  /// An arena that no thread uses.
  NetworkMemory takeArena();
  void giveBack(NetworkMemory arena);
  /// Without the GIL.
  void compute(llvm::ArrayRef<const void *> inputs,
               llvm::ArrayRef<void *> outputs, int64_t batch);

  std::shared_ptr<const NetworkImage> image;
  CompiledInfo info;
  std::unique_ptr<CompiledNetwork> code;
  std::string obstacle;
  int threads = 1;
  std::mutex mutex;
  std::vector<NetworkMemory> arenas;
};

} // namespace mlir::cnn::python

#endif // CNNC_PYTHON_NETWORK_H
