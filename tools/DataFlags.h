//===- DataFlags.h - How pictures and arrays become inputs -------*- C++
//-*-===//

#ifndef CNNC_TOOLS_DATAFLAGS_H
#define CNNC_TOOLS_DATAFLAGS_H

#include "cnnc/Data/DataSet.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

namespace mlir::cnn {

/// The options of all tools that read pictures and data sets.
class DataFlags {
public:
  explicit DataFlags(llvm::cl::OptionCategory &category) : cat(category) {}

  /// What the command line says, or what is wrong with it.
  llvm::Expected<DataOptions> get() const {
    DataOptions options;
    if (llvm::Error error = parse("mean", mean, options.picture.mean))
      return std::move(error);
    if (llvm::Error error = parse("std", deviation, options.picture.deviation))
      return std::move(error);
    options.picture.scale = scale;
    options.picture.blueFirst = order == Order::BGR;
    options.picture.channelsLast = layout == Layout::NHWC;
    options.picture.shortSide = shortSide;
    options.images = images;
    options.labels = labels;
    return options;
  }

  /// The options that were given, as flags that say the same.
  std::vector<std::string> getArguments() const {
    std::vector<std::string> arguments;
    auto add = [&](const llvm::cl::Option &option, const llvm::Twine &value) {
      if (option.getNumOccurrences())
        arguments.push_back(("--" + option.ArgStr + "=" + value).str());
    };
    std::string factor;
    llvm::raw_string_ostream(factor) << llvm::format("%.9g", scale.getValue());
    add(mean, mean.getValue());
    add(deviation, deviation.getValue());
    add(scale, factor);
    add(order, order == Order::BGR ? "bgr" : "rgb");
    add(layout, layout == Layout::NHWC ? "nhwc" : "nchw");
    add(shortSide, llvm::Twine(shortSide.getValue()));
    add(images, images.getValue());
    add(labels, labels.getValue());
    return arguments;
  }

  /// One of the options was given.
  bool isGiven() const {
    for (const llvm::cl::Option *option :
         std::initializer_list<const llvm::cl::Option *>{
             &mean, &deviation, &scale, &order, &layout, &shortSide, &images,
             &labels})
      if (option->getNumOccurrences())
        return true;
    return false;
  }

private:
  enum class Layout { NCHW, NHWC };
  enum class Order { RGB, BGR };

  /// Reads "0.5,0.25".
  static llvm::Error parse(llvm::StringRef flag, llvm::StringRef text,
                           llvm::SmallVector<float> &numbers) {
    numbers.clear();
    for (llvm::StringRef part : llvm::split(text, ',')) {
      double number;
      if (part.trim().getAsDouble(number))
        return llvm::createStringError(
            "expected numbers separated by commas after --" + flag + ", got '" +
            text + "'");
      numbers.push_back(number);
    }
    return llvm::Error::success();
  }

  llvm::cl::cat cat;
  llvm::cl::opt<std::string> mean{
      "mean", llvm::cl::value_desc("m,..."), llvm::cl::init("0"), cat,
      llvm::cl::desc("Pictures: value = (pixel * scale - mean) / std, pixel "
                     "from 0 to 255; one mean, or one per channel of the "
                     "network")};
  llvm::cl::opt<std::string> deviation{
      "std", llvm::cl::value_desc("s,..."), llvm::cl::init("1"), cat,
      llvm::cl::desc("Pictures: one std, or one per channel")};
  llvm::cl::opt<float> scale{
      "scale", llvm::cl::value_desc("factor"),
      llvm::cl::init(PictureOptions().scale), cat,
      llvm::cl::desc("Pictures: scale in the formula (default 1/255)")};
  llvm::cl::opt<Order> order{
      "order", llvm::cl::init(Order::RGB), cat,
      llvm::cl::desc("Pictures: order of the network's channels"),
      llvm::cl::values(clEnumValN(Order::RGB, "rgb", "the default"),
                       clEnumValN(Order::BGR, "bgr", "blue first"))};
  llvm::cl::opt<Layout> layout{
      "layout", llvm::cl::init(Layout::NCHW), cat,
      llvm::cl::desc("Pictures: layout of the network's input"),
      llvm::cl::values(clEnumValN(Layout::NCHW, "nchw", "the default"),
                       clEnumValN(Layout::NHWC, "nhwc", "channels last"))};
  llvm::cl::opt<unsigned> shortSide{
      "resize", llvm::cl::value_desc("pixels"), llvm::cl::init(0), cat,
      llvm::cl::desc("Pictures: resize the short side to this, then cut out "
                     "the centre. Otherwise only what is too small is "
                     "resized")};
  llvm::cl::opt<std::string> images{
      "npz-images", llvm::cl::value_desc("name"), cat,
      llvm::cl::desc(
          "The array of an .npz data set that holds the images "
          "(default: validation_images, test_images or images; for "
          "calibration calibration_images, train_images or images)")};
  llvm::cl::opt<std::string> labels{
      "npz-labels", llvm::cl::value_desc("name"), cat,
      llvm::cl::desc("The array that holds the classes (default: as for the "
                     "images, called labels)")};
};

} // namespace mlir::cnn

#endif // CNNC_TOOLS_DATAFLAGS_H
