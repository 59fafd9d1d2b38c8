//===- DataPictureTest.cpp - Pictures as input --------------------------===//

#include "cnnc/Data/TensorFile.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#define STB_IMAGE_WRITE_IMPLEMENTATION
#define STB_IMAGE_WRITE_STATIC
#include <stb_image_write.h>

using namespace mlir::cnn;
using testing::ElementsAre;
using testing::HasSubstr;

namespace {

/// A PNG file of these pixels, row by row.
std::string makePng(int width, int height, int channels,
                    const std::vector<uint8_t> &pixels) {
  std::string bytes;
  auto append = [](void *context, void *data, int size) {
    static_cast<std::string *>(context)->append(static_cast<char *>(data),
                                                size);
  };
  stbi_write_png_to_func(append, &bytes, width, height, channels, pixels.data(),
                         width * channels);
  return bytes;
}

PictureOptions makeUnscaled() {
  PictureOptions options;
  options.scale = 1;
  return options;
}

std::string getMessage(llvm::Expected<Tensor> tensor) {
  return tensor ? "no error" : llvm::toString(tensor.takeError());
}

/// Red 1, green 2, blue 3 on the left, ten times as much on the right.
std::string makeTwoPixels() { return makePng(2, 1, 3, {1, 2, 3, 10, 20, 30}); }

TEST(DataPicture, IsPlanarAndBetweenZeroAndOneByDefault) {
  std::string png = makePng(1, 1, 3, {0, 255, 51});
  Tensor tensor = llvm::cantFail(parsePicture(png, {1, 3, 1, 1}, {}));
  EXPECT_THAT(tensor.get<float>(),
              ElementsAre(0.0f, 1.0f, testing::FloatEq(0.2f)));
}

TEST(DataPicture, KeepsPixelsTogetherInNHWC) {
  PictureOptions options = makeUnscaled();
  options.channelsLast = true;
  Tensor tensor =
      llvm::cantFail(parsePicture(makeTwoPixels(), {1, 1, 2, 3}, options));
  EXPECT_THAT(tensor.get<float>(), ElementsAre(1, 2, 3, 10, 20, 30));
}

TEST(DataPicture, SubtractsTheMeanInTheOrderOfTheNetwork) {
  PictureOptions options = makeUnscaled();
  options.blueFirst = true;
  options.mean = {3, 2, 0};
  options.deviation = {1, 1, 2};
  Tensor tensor =
      llvm::cantFail(parsePicture(makeTwoPixels(), {1, 3, 1, 2}, options));
  // Blue 3 - 3 and 30 - 3, green 2 - 2 and 20 - 2, red 1 / 2 and 10 / 2.
  EXPECT_THAT(tensor.get<float>(), ElementsAre(0, 27, 0, 18, 0.5f, 5));
}

TEST(DataPicture, IsCroppedAtItsCentre) {
  std::string png = makePng(4, 3, 1, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11});
  Tensor tensor =
      llvm::cantFail(parsePicture(png, {1, 1, 1, 2}, makeUnscaled()));
  EXPECT_THAT(tensor.get<float>(), ElementsAre(5, 6));
}

TEST(DataPicture, IsEnlargedUntilItCovers) {
  // Twice as large in both directions, then the centre of the columns.
  std::string png = makePng(3, 1, 1, {9, 9, 9});
  Tensor tensor =
      llvm::cantFail(parsePicture(png, {1, 1, 2, 3}, makeUnscaled()));
  EXPECT_THAT(tensor.get<float>(), ElementsAre(9, 9, 9, 9, 9, 9));
}

TEST(DataPicture, IsResizedToTheWantedShortSide) {
  // The picture's left half is 0, its right half 200. Shrunk to 2x2, each half
  // is one column; cropped without shrinking, the border would not be seen.
  std::vector<uint8_t> pixels;
  for (int i = 0; i < 64; ++i)
    pixels.push_back(i % 8 < 4 ? 0 : 200);
  PictureOptions options = makeUnscaled();
  options.shortSide = 2;
  Tensor tensor = llvm::cantFail(
      parsePicture(makePng(8, 8, 1, pixels), {1, 1, 1, 2}, options));
  EXPECT_LT(tensor.get<float>()[0], 40);
  EXPECT_GT(tensor.get<float>()[1], 160);
}

TEST(DataPicture, TurnsGreyForANetworkWithOneChannel) {
  std::string png = makePng(1, 1, 3, {100, 100, 100});
  Tensor tensor =
      llvm::cantFail(parsePicture(png, {1, 1, 1, 1}, makeUnscaled()));
  EXPECT_THAT(tensor.get<float>(), ElementsAre(100));
}

TEST(DataPicture, WithAHuffmanTableOfTooManyCodesIsRefused) {
  // A JPEG file that begins with a table segment of 19 bytes: a table with 255
  // codes of one bit and 2 of two bits, 257 where 256 is the most.
  std::string jpeg("\xff\xd8\xff\xc4\x00\x13\x00\xff\x02", 9);
  jpeg.append(14, '\0');
  EXPECT_THAT(getMessage(parsePicture(jpeg, {1, 3, 1, 1}, {})),
              HasSubstr("a Huffman table has more than 256 codes"));
  jpeg[8] = 1;
  EXPECT_THAT(getMessage(parsePicture(jpeg, {1, 3, 1, 1}, {})),
              testing::Not(HasSubstr("Huffman table")));
}

TEST(DataPicture, SaysWhatIsWrong) {
  std::string png = makeTwoPixels();
  EXPECT_THAT(getMessage(parsePicture("nothing", {1, 3, 1, 1}, {})),
              HasSubstr("not a readable PNG or JPEG picture"));
  EXPECT_THAT(getMessage(parsePicture(png.substr(0, 40), {1, 3, 1, 1}, {})),
              HasSubstr("not a readable PNG or JPEG picture"));
  EXPECT_THAT(getMessage(parsePicture(png, {1, 4, 1, 1}, {})),
              HasSubstr("with 1 or 3 channels"));
  EXPECT_THAT(getMessage(parsePicture(png, {10}, {})),
              HasSubstr("the network wants 10xfloat32"));
  PictureOptions options;
  options.mean = {1, 2};
  EXPECT_THAT(getMessage(parsePicture(png, {1, 3, 1, 1}, options)),
              HasSubstr("one for each of the 3 channels, got 2"));
}

} // namespace
