//===- NpzFile.cpp - Several arrays in one file ---------------------------===//
//
// The format of zip archives is PKWARE's APPNOTE.TXT: 4.3.16 is the record at
// the end, 4.3.12 an entry of the directory it points to, 4.3.7 what stands
// before the data.
//
//===----------------------------------------------------------------------===//

#include "cnnc/Data/NpzFile.h"
#include "cnnc/Data/TensorFile.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Endian.h"

#include <zlib.h>

using namespace mlir::cnn;
using llvm::createStringError;
using llvm::Error;
using llvm::Expected;
using llvm::StringRef;
using llvm::Twine;
using llvm::support::endian::read16le;
using llvm::support::endian::read32le;

namespace {

constexpr StringRef endMagic("PK\x05\x06", 4), entryMagic("PK\x01\x02", 4),
    localMagic("PK\x03\x04", 4);
constexpr size_t endSize = 22, entrySize = 46, localSize = 30;
constexpr uint16_t stored = 0, deflated = 8;
/// Deflate's best: 258 bytes from two bits.
constexpr uint64_t maxGrowth = 1032;

Error makeDamaged(const Twine &what) {
  return createStringError("not a readable npz file: " + what);
}

/// `bytes` without gzip or zlib headers, which unpack to `size` bytes.
Expected<std::string> inflateRaw(StringRef bytes, uint32_t size) {
  std::string result(size, '\0');
  z_stream stream = {};
  stream.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(bytes.data()));
  stream.avail_in = bytes.size();
  stream.next_out = reinterpret_cast<Bytef *>(result.data());
  stream.avail_out = size;
  if (inflateInit2(&stream, -MAX_WBITS) != Z_OK)
    return createStringError("no memory to unpack an array");
  int status = inflate(&stream, Z_FINISH);
  bool complete = status == Z_STREAM_END && stream.total_out == size;
  inflateEnd(&stream);
  if (!complete)
    return makeDamaged("the packed data are damaged");
  return result;
}

} // namespace

Expected<NpzFile> NpzFile::parse(StringRef bytes) {
  size_t end = bytes.rfind(endMagic);
  if (!bytes.starts_with("PK"))
    return makeDamaged("it does not begin with PK");
  if (end == StringRef::npos || bytes.size() - end < endSize)
    return makeDamaged("it ends too early");
  NpzFile file;
  file.bytes = bytes;
  uint16_t count = read16le(bytes.data() + end + 10);
  size_t position = read32le(bytes.data() + end + 16);
  if (count == 0xffff || position == 0xffffffff)
    return makeDamaged("archives above 4 GiB are not supported");
  for (uint16_t i = 0; i < count; ++i) {
    StringRef record = bytes.substr(position);
    if (record.size() < entrySize || !record.starts_with(entryMagic))
      return makeDamaged("its directory is damaged");
    const char *data = record.data();
    size_t nameSize = read16le(data + 28);
    StringRef name = record.substr(entrySize, nameSize);
    name.consume_back(".npy");
    file.entries.push_back({name.str(), read16le(data + 10),
                            read32le(data + 16), read32le(data + 20),
                            read32le(data + 24), read32le(data + 42)});
    position +=
        entrySize + nameSize + read16le(data + 30) + read16le(data + 32);
  }
  return file;
}

std::vector<StringRef> NpzFile::getNames() const {
  std::vector<StringRef> names;
  for (const Entry &entry : entries)
    names.push_back(entry.name);
  return names;
}

bool NpzFile::contains(StringRef name) const {
  return llvm::is_contained(getNames(), name);
}

Expected<std::string> NpzFile::unpack(const Entry &entry) const {
  StringRef local = bytes.substr(entry.offset);
  if (local.size() < localSize || !local.starts_with(localMagic))
    return makeDamaged("'" + entry.name + "' is not where it should be");
  // Names and extra fields may differ from those of the directory.
  size_t header =
      localSize + read16le(local.data() + 26) + read16le(local.data() + 28);
  StringRef packed = local.substr(header, entry.packedSize);
  bool isPlausible = packed.size() == entry.packedSize &&
                     entry.size <= (packed.size() + 1) * maxGrowth &&
                     (entry.method != stored || entry.size == entry.packedSize);
  if (!isPlausible)
    return makeDamaged("'" + entry.name + "' ends too early");
  if (entry.method != stored && entry.method != deflated)
    return makeDamaged("'" + entry.name + "' is packed by method " +
                       Twine(entry.method) +
                       "; expected 0 (stored) or 8 (deflated)");
  Expected<std::string> data = entry.method == stored
                                   ? Expected<std::string>(packed.str())
                                   : inflateRaw(packed, entry.size);
  if (!data)
    return data.takeError();
  if (crc32(0, reinterpret_cast<const Bytef *>(data->data()), data->size()) !=
      entry.checksum)
    return makeDamaged("the checksum of '" + entry.name + "' is wrong");
  return data;
}

Expected<Tensor> NpzFile::read(StringRef name) const {
  auto entry = llvm::find_if(
      entries, [&](const Entry &it) { return StringRef(it.name) == name; });
  if (entry == entries.end())
    return createStringError("there is no array '" + name + "'; there are " +
                             llvm::join(getNames(), ", "));
  Expected<std::string> data = unpack(*entry);
  if (!data)
    return data.takeError();
  Expected<Tensor> tensor = parseNpy(*data);
  if (!tensor)
    return createStringError("array '" + name +
                             "': " + llvm::toString(tensor.takeError()));
  return tensor;
}
