//===- Network.cpp - A compiled network for numpy -------------------------===//

#include "Network.h"
#include "Arrays.h"
#include "Errors.h"

#include "cnnc/Target/Target.h"

#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Object/ArchiveWriter.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/Triple.h"

namespace py = pybind11;
using llvm::ArrayRef;
using llvm::createFileError;
using llvm::createStringError;
using llvm::Error;
using llvm::Expected;
using llvm::SmallVector;
using llvm::StringRef;

namespace mlir::cnn::python {
namespace {

Error writeBytes(StringRef path, StringRef bytes) {
  return llvm::writeToOutput(path, [&](llvm::raw_ostream &stream) {
    stream << bytes;
    return Error::success();
  });
}

/// Loads a shared library from a copy of its file, which others may replace.
Expected<std::unique_ptr<CompiledNetwork>>
loadLibrary(const NetworkImage &image) {
  llvm::SmallString<128> folder;
  if (std::error_code code =
          llvm::sys::fs::createUniqueDirectory("cnnc", folder))
    return createStringError(code, "cannot create a temporary folder: " +
                                       code.message());
  llvm::scope_exit remove([&] { llvm::sys::fs::remove_directories(folder); });
  llvm::SmallString<128> path(folder);
  llvm::sys::path::append(path, image.library);
  if (Error error = writeBytes(path, image.code))
    return std::move(error);
  return loadCompiledLibrary(path);
}

Expected<std::unique_ptr<CompiledNetwork>> loadCode(const NetworkImage &image) {
  if (!image.library.empty())
    return loadLibrary(image);
  // The bytes stay as long as the code.
  return loadCompiledObject(llvm::MemoryBuffer::getMemBuffer(
      image.code, "network", /*RequiresNullTerminator=*/false));
}

/// Why code for the triple cannot run on this machine, or nothing.
std::string findObstacle(const CompiledInfo &info) {
  llvm::Triple host(llvm::sys::getProcessTriple()), triple(info.triple);
  if (host.getArch() == triple.getArch() && host.getOS() == triple.getOS())
    return "";
  return "the network is compiled for " + info.triple +
         " and does not run on this machine, " + host.str() +
         "; save() writes it to a file";
}

std::string readFile(const std::string &path) {
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/false,
                                            /*RequiresNullTerminator=*/false);
  if (!buffer)
    raise(createFileError(path, buffer.getError()));
  return (*buffer)->getBuffer().str();
}

/// What linking asks of a model.
ModelInterface getInterface(const CompiledInfo &info) {
  ModelInterface model;
  model.name = info.name;
  model.threads = info.usesThreads;
  model.machine.triple = info.triple;
  return model;
}

Error writeArchive(StringRef path, llvm::MemoryBufferRef object) {
  auto archive = llvm::writeArchiveToBuffer(
      llvm::NewArchiveMember(object), llvm::SymtabWritingMode::NormalSymtab,
      llvm::object::Archive::K_GNU, /*Deterministic=*/true, /*Thin=*/false);
  if (!archive)
    return archive.takeError();
  return writeBytes(path, (*archive)->getBuffer());
}

} // namespace

Network::Network(std::shared_ptr<const NetworkImage> image, int threads)
    : image(std::move(image)), threads(threads) {
  // A library says what it is when it has been loaded.
  if (!this->image->info.empty()) {
    info = get(parseCompiledInfo(this->image->info));
    obstacle = findObstacle(info);
    if (!obstacle.empty())
      return;
  }
  code = get(loadCode(*this->image));
  info = code->getInfo();
}

std::unique_ptr<Network> Network::load(const std::string &path, int threads) {
  StringRef extension = llvm::sys::path::extension(path);
  if (extension != ".so" && extension != ".o")
    raise(createFileError(
        path, createStringError("expected a file named .so or .o")));
  auto image = std::make_shared<NetworkImage>();
  image->code = readFile(path);
  if (extension == ".so")
    image->library = llvm::sys::path::filename(path).str();
  try {
    return std::make_unique<Network>(image, threads);
  } catch (const DiagnosticError &error) {
    raise(createFileError(path, createStringError(error.what())));
    throw;
  }
}

NetworkMemory Network::takeArena() {
  {
    std::lock_guard<std::mutex> lock(mutex);
    if (!arenas.empty()) {
      NetworkMemory arena = std::move(arenas.back());
      arenas.pop_back();
      return arena;
    }
  }
  return get(code->makeArena());
}

void Network::giveBack(NetworkMemory arena) {
  std::lock_guard<std::mutex> lock(mutex);
  arenas.push_back(std::move(arena));
}

void Network::compute(ArrayRef<const void *> inputs, ArrayRef<void *> outputs,
                      int64_t batch) {
  NetworkMemory arena = takeArena();
  int before = code->setThreads(threads);
  int status = code->run(inputs, outputs, arena.get(), batch);
  code->setThreads(before);
  giveBack(std::move(arena));
  if (status)
    raise(createStringError(info.name + "_run returned " +
                            std::to_string(status)));
}

namespace {

/// The memory of inputs: arrays, or tensors of types that numpy does not have.
struct InputMemory {
  SmallVector<py::array> arrays;
  std::vector<Tensor> converted;
  SmallVector<const void *> data;

  InputMemory(const py::list &inputs, ArrayRef<TensorInfo> infos) {
    for (auto [index, info] : llvm::enumerate(infos))
      arrays.push_back(toArray(py::handle(inputs[index]), info));
  }

  void setData(ArrayRef<TensorInfo> infos) {
    converted.reserve(infos.size());
    for (auto [array, info] : llvm::zip_equal(arrays, infos)) {
      data.push_back(array.data());
      if (info.type != ElementType::BFloat16)
        continue;
      converted.push_back(toTensor(array, info.type));
      data.back() = converted.back().getBytes().data();
    }
  }
};

/// The memory of outputs, likewise.
struct OutputMemory {
  SmallVector<py::array> arrays;
  std::vector<Tensor> converted;
  SmallVector<void *> data;

  /// Outputs behind those of the model have no place in `out`.
  OutputMemory(const py::object &out, ArrayRef<TensorInfo> infos,
               size_t modelOutputs, int64_t batch) {
    py::sequence given =
        out.is_none() ? py::sequence(py::tuple()) : py::sequence(out);
    converted.reserve(infos.size());
    for (auto [index, info] : llvm::enumerate(infos)) {
      SmallVector<int64_t> shape = info.getShape(batch);
      bool isGiven = !out.is_none() && index < modelOutputs;
      arrays.push_back(isGiven
                           ? checkOutput(py::object(given[index]), info, shape)
                           : makeArray(info.type, shape));
      data.push_back(arrays.back().mutable_data());
      if (info.type != ElementType::BFloat16)
        continue;
      converted.emplace_back(info.type, shape);
      data.back() = converted.back().getBytes().data();
    }
  }

  /// Brings values into the arrays that the network could not write to.
  void finish(ArrayRef<TensorInfo> infos) {
    const Tensor *next = converted.data();
    for (auto [array, info] : llvm::zip_equal(arrays, infos)) {
      if (info.type != ElementType::BFloat16)
        continue;
      Tensor widened = (next++)->convertTo(ElementType::Float32);
      std::memcpy(array.mutable_data(), widened.getBytes().data(),
                  widened.getBytes().size());
    }
  }
};

/// Cuts outputs to the part that others say is valid.
void cutToLengths(ArrayRef<TensorInfo> infos,
                  llvm::MutableArrayRef<py::array> arrays) {
  for (auto [info, array] : llvm::zip_equal(infos, arrays))
    for (auto [other, count] : llvm::zip_equal(infos, arrays))
      if (info.length && info.length->output == other.name &&
          count.size() == 1 && info.length->dimension >= 0 &&
          info.length->dimension < array.ndim())
        array = takeRows(array, info.length->dimension,
                         static_cast<int64_t>(
                             toTensor(count, other.type).toDoubles().front()));
}

} // namespace

py::list Network::run(const py::list &inputs, const py::object &out) {
  if (!code)
    raise(createStringError(obstacle));
  InputMemory given(inputs, info.inputs);
  int64_t batch = checkShapes(given.arrays, info.inputs);
  given.setData(info.inputs);
  size_t count = getModelOutputs(info.outputs).size();
  OutputMemory results(out, info.outputs, count, batch);
  if (!out.is_none())
    for (const py::array &result : results.arrays)
      for (const py::array &input : given.arrays)
        if (overlap(result, input))
          throw py::value_error("out: an array shares memory with an input");
  {
    py::gil_scoped_release release;
    compute(given.data, results.data, batch);
  }
  results.finish(info.outputs);
  cutToLengths(info.outputs, results.arrays);
  py::list arrays;
  for (const py::array &array : ArrayRef(results.arrays).take_front(count))
    arrays.append(array);
  return arrays;
}

void Network::save(const std::string &path) const {
  StringRef extension = llvm::sys::path::extension(path);
  llvm::MemoryBufferRef object(image->code, info.name + ".o");
  bool isKnown = extension == ".so" || extension == ".o" || extension == ".a" ||
                 extension == ".h";
  if (!isKnown)
    throw py::value_error("'" + path +
                          "': expected a file named .so, .o, .a or .h");
  if (extension == ".h" && !image->header.empty())
    return raise(writeBytes(path, image->header));
  bool isLibrary = !image->library.empty();
  if (extension == (isLibrary ? ".so" : ".o"))
    return raise(writeBytes(path, image->code));
  if (isLibrary || extension == ".h")
    throw py::value_error("'" + path + "': a network that was loaded from a " +
                          (isLibrary ? ".so" : ".o") +
                          " file is not written as " + extension.str());
  if (extension == ".a")
    return raise(writeArchive(path, object));
  raise(linkSharedLibrary(getInterface(info), object, path));
}

} // namespace mlir::cnn::python
