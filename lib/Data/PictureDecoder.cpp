//===- PictureDecoder.cpp - PNG and JPEG to pixels ------------------------===//
//
// stb_image decodes. Releases before 2.29 write past the end of a Huffman table
// that claims more than 256 codes, so such a file is refused before they see
// it.
//
//===----------------------------------------------------------------------===//

#include "Pixels.h"

#include "llvm/ADT/Twine.h"

#include <memory>

#define STB_IMAGE_IMPLEMENTATION
#define STB_IMAGE_STATIC
#define STBI_ONLY_PNG
#define STBI_ONLY_JPEG
#define STBI_NO_STDIO
#define STBI_MAX_DIMENSIONS 32768
#include <stb_image.h>

using namespace mlir::cnn;
using llvm::createStringError;
using llvm::Expected;
using llvm::StringRef;
using llvm::Twine;

static_assert(STBI_MAX_DIMENSIONS == maxPictureExtent);

namespace {

/// The byte at `position`; past the end the decoder reads zeros, too.
uint8_t byteAt(StringRef bytes, size_t position) {
  return position < bytes.size() ? bytes[position] : 0;
}

size_t lengthAt(StringRef bytes, size_t position) {
  return byteAt(bytes, position) << 8 | byteAt(bytes, position + 1);
}

/// Whether one of the Huffman tables of the segment that begins at `position`
/// with its length has more than 256 codes.
bool hasOversizedTable(StringRef bytes, size_t position) {
  size_t end = position + lengthAt(bytes, position);
  // A table: what it is for, how many codes there are of each length from 1 to
  // 16, and a value for each code.
  for (size_t table = position + 2; table < end;) {
    size_t codes = 0;
    for (size_t i = 1; i <= 16; ++i)
      codes += byteAt(bytes, table + i);
    if (codes > 256)
      return true;
    table += 17 + codes;
  }
  return false;
}

/// Looks through a JPEG file's segments up to the first scan; in the scans,
/// whose data never contain a marker, through everything that looks like a
/// table.
bool hasOversizedTable(StringRef bytes) {
  constexpr uint8_t defineTables = 0xc4, startOfScan = 0xda;
  bool inScan = false;
  for (size_t position = 0; position + 1 < bytes.size();) {
    uint8_t marker = byteAt(bytes, position + 1);
    if (byteAt(bytes, position) != 0xff || marker == 0xff) {
      ++position;
      continue;
    }
    position += 2;
    if (marker == defineTables && hasOversizedTable(bytes, position))
      return true;
    inScan |= marker == startOfScan;
    bool standsAlone = marker <= 0x01 || (marker >= 0xd0 && marker <= 0xd9);
    if (!inScan && !standsAlone)
      position += std::max<size_t>(lengthAt(bytes, position), 2);
  }
  return false;
}

} // namespace

Expected<Pixels> mlir::cnn::decodePicture(StringRef bytes, int64_t channels) {
  auto refuse = [](const char *reason) {
    return createStringError(Twine("not a readable PNG or JPEG picture: ") +
                             reason);
  };
  // The decoder takes any number of FF before a marker, the first one, too.
  if (bytes.starts_with("\xff") && hasOversizedTable(bytes))
    return refuse("a Huffman table has more than 256 codes");
  int width, height, channelsInFile;
  std::unique_ptr<stbi_uc, void (*)(void *)> decoded(
      stbi_load_from_memory(reinterpret_cast<const stbi_uc *>(bytes.data()),
                            bytes.size(), &width, &height, &channelsInFile,
                            channels),
      stbi_image_free);
  if (!decoded)
    return refuse(stbi_failure_reason());
  Pixels pixels{height, width, channels, {}};
  pixels.values.assign(decoded.get(),
                       decoded.get() + pixels.height * width * channels);
  return pixels;
}
