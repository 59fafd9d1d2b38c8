//===- Package.cpp - A folder with all a program needs of a network -------===//

#include "CodeGeneration.h"
#include "PackageTexts.h"

#include "cnnc/Target/Target.h"

#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

namespace mlir::cnn {
namespace {

/// A path beside the folder that does not exist.
std::string makeNeighbour(StringRef folder) {
  SmallString<128> result;
  fs::createUniquePath(folder + "-%%%%%%.tmp", result, /*MakeAbsolute=*/false);
  return result.str().str();
}

llvm::Error writeFile(StringRef folder, StringRef name, StringRef content) {
  SmallString<128> file(folder);
  path::append(file, name);
  if (std::error_code code = fs::create_directories(path::parent_path(file)))
    return llvm::createFileError(path::parent_path(file), code);
  return llvm::writeToOutput(file, [&](llvm::raw_ostream &stream) {
    stream << content;
    return llvm::Error::success();
  });
}

/// Writes the shared library; what stands in its way is returned as text, since
/// the package is good without.
std::string tryWriteSharedLibrary(const ModelInterface &model,
                                  llvm::MemoryBufferRef object,
                                  StringRef folder) {
  std::string name = "lib" + model.name + ".so";
  SmallString<128> file(folder);
  path::append(file, "lib", name);
  return llvm::toString(linkSharedLibrary(model, object, file, name));
}

llvm::Error fillFolder(const NativeInterface &model,
                       llvm::MemoryBufferRef object, StringRef folder) {
  auto archive = makeArchive(model, object);
  if (!archive)
    return archive.takeError();
  if (llvm::Error error = writeFile(folder, "lib/lib" + model.name + ".a",
                                    (*archive)->getBuffer()))
    return error;
  auto called = getCalledFunctions(object, model.machine);
  if (!called)
    return called.takeError();
  if (llvm::Error error = writeFile(folder, "include/" + model.name + ".h",
                                    makeHeader(model, *called)))
    return error;
  std::string noSharedLibrary = tryWriteSharedLibrary(model, object, folder);
  for (auto &[name, text] : makePackageTexts(model, noSharedLibrary))
    if (llvm::Error error = writeFile(folder, name, text))
      return error;
  return llvm::Error::success();
}

/// Puts a whole folder in the place of another, or of none.
llvm::Error replaceFolder(StringRef folder, StringRef by) {
  std::string old;
  if (fs::exists(folder)) {
    old = makeNeighbour(folder);
    if (std::error_code code = fs::rename(folder, old))
      return llvm::createFileError(folder, code);
  }
  if (std::error_code code = fs::rename(by, folder)) {
    if (!old.empty())
      (void)fs::rename(old, folder);
    return llvm::createFileError(folder, code);
  }
  if (!old.empty())
    if (std::error_code code = fs::remove_directories(old))
      return llvm::createFileError(old, code);
  return llvm::Error::success();
}

/// The files, not the folders, that packages of this network may have.
llvm::StringSet<> listFiles(const std::string &name) {
  return {"README.md",
          "main.c",
          "CMakeLists.txt",
          "toolchain.cmake",
          "include/" + name + ".h",
          "lib/lib" + name + ".a",
          "lib/lib" + name + ".so",
          "lib/pkgconfig/" + name + ".pc",
          "lib/cmake/" + name + "/" + name + "Config.cmake"};
}

/// Whether the folder's CMakeLists.txt is ours.
bool hasMark(StringRef folder) {
  SmallString<128> file(folder);
  path::append(file, "CMakeLists.txt");
  auto content = llvm::MemoryBuffer::getFile(file);
  return content && (*content)->getBuffer().starts_with(packageMark);
}

} // namespace

llvm::Error checkPackageFolder(StringRef folder, StringRef name) {
  if (!fs::exists(folder))
    return llvm::Error::success();
  auto refuse = [&](const llvm::Twine &reason) {
    return llvm::createStringError("cannot write the package '" + folder +
                                   "': " + reason);
  };
  if (!fs::is_directory(folder))
    return refuse("it is a file");
  if (fs::equivalent(folder, "."))
    return refuse("it is the current folder, which cannot be replaced; name "
                  "one in it");
  llvm::StringSet<> known = listFiles(name.str());
  bool isEmpty = true;
  std::error_code code;
  for (fs::recursive_directory_iterator it(folder, code), end;
       it != end && !code; it.increment(code)) {
    isEmpty = false;
    StringRef inside = StringRef(it->path()).drop_front(folder.size());
    if (it->type() != fs::file_type::directory_file &&
        !known.contains(inside.ltrim('/')))
      return refuse("it has '" + inside.ltrim('/') +
                    "', which is no file of a package of " + name +
                    "; remove the folder or name another");
  }
  if (code)
    return llvm::createFileError(folder, code);
  if (!isEmpty && !hasMark(folder))
    return refuse("its files are not those of a package that cnnc wrote; "
                  "remove the folder or name another");
  return llvm::Error::success();
}

llvm::Error writePackage(const NativeInterface &model,
                         llvm::MemoryBufferRef object, StringRef folder) {
  folder = folder.rtrim('/');
  if (llvm::Error error = checkPackageFolder(folder, model.name))
    return error;
  std::string whole = makeNeighbour(folder);
  if (std::error_code code = fs::create_directory(whole))
    return llvm::createFileError(whole, code);
  llvm::scope_exit remove([&] { fs::remove_directories(whole); });
  if (llvm::Error error = fillFolder(model, object, whole))
    return error;
  return replaceFolder(folder, whole);
}

} // namespace mlir::cnn
