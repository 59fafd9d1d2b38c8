//===- ShareWeights.cpp - Layers whose weights share values ---------------===//

#include "ShareWeights.h"

#include "cnnc/Dialect/CNN/CNN.h"
#include "cnnc/Dialect/CNN/LayerWeights.h"
#include "cnnc/Dialect/CNN/StoredWeights.h"
#include "cnnc/Support/Weights.h"

#include "mlir/IR/Remarks.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MathExtras.h"

#include <cmath>

namespace mlir::cnn {

void collectNames(Location location, SmallVectorImpl<StringRef> &names) {
  if (auto name = dyn_cast<NameLoc>(location))
    names.push_back(name.getName());
  if (auto fused = dyn_cast<FusedLoc>(location))
    for (Location part : fused.getLocations())
      collectNames(part, names);
}

namespace {

/// All weights of a layer with their codes.
struct SharedLayer {
  std::vector<float> weights;
  std::vector<uint8_t> codes;
  /// A row for every codebook, filled up with zeros to the longest one.
  std::vector<float> codebooks;
  int64_t entries = 1;
  /// Output channels, and codebooks: one, or as many.
  int64_t channels, count;
  bool channelsFirst = true;

  SharedLayer(std::vector<float> &&weights, int64_t channels,
              bool channelsFirst, CodebookScope scope)
      : weights(std::move(weights)), codes(this->weights.size()),
        channels(channels), count(scope == CodebookScope::layer ? 1 : channels),
        channelsFirst(channelsFirst) {}

  void share(Operation *layer, ShareFunction function);
  /// Lets every output channel keep the sum of its weights.
  void balance();

  /// The output channel of a weight, and the codebook of a channel.
  int64_t getChannel(int64_t i) const {
    int64_t size = static_cast<int64_t>(weights.size()) / channels;
    return channelsFirst ? i / size : i % channels;
  }
  int64_t getBook(int64_t channel) const { return count == 1 ? 0 : channel; }
  ArrayRef<float> getNumbers(int64_t channel) const {
    return ArrayRef(codebooks).slice(getBook(channel) * entries, entries);
  }
  /// The root of the sum of squared differences to that of squared weights.
  double getError() const;
  std::string describe() const;
};

void SharedLayer::share(Operation *layer, ShareFunction function) {
  std::vector<std::vector<float>> parts(count), books(count);
  int64_t total = weights.size();
  for (int64_t i = 0; i < total; ++i)
    parts[getBook(getChannel(i))].push_back(weights[i]);
  std::vector<std::vector<uint8_t>> partCodes(count);
  for (int64_t book = 0; book < count; ++book) {
    SharedValues shared = function(layer, parts[book]);
    books[book] = std::move(shared.numbers);
    partCodes[book] = std::move(shared.codes);
    entries = std::max<int64_t>(entries, books[book].size());
  }
  for (std::vector<float> &book : books) {
    book.resize(entries, 0.0f);
    llvm::append_range(codebooks, book);
  }
  std::vector<int64_t> next(count, 0);
  for (int64_t i = 0; i < total; ++i) {
    int64_t book = getBook(getChannel(i));
    codes[i] = partCodes[book][next[book]++];
  }
}

void SharedLayer::balance() {
  int64_t size = static_cast<int64_t>(weights.size()) / channels;
  std::vector<float> own(size);
  std::vector<uint8_t> ownCodes(size);
  for (int64_t channel = 0; channel < channels; ++channel) {
    auto getPosition = [&](int64_t i) {
      return channelsFirst ? channel * size + i : i * channels + channel;
    };
    for (int64_t i = 0; i < size; ++i) {
      own[i] = weights[getPosition(i)];
      ownCodes[i] = codes[getPosition(i)];
    }
    balanceCodes(own, getNumbers(channel), ownCodes);
    for (int64_t i = 0; i < size; ++i)
      codes[getPosition(i)] = ownCodes[i];
  }
}

double SharedLayer::getError() const {
  double difference = 0, all = 0;
  for (auto [i, weight] : llvm::enumerate(weights)) {
    double distance =
        static_cast<double>(weight) - getNumbers(getChannel(i))[codes[i]];
    difference += distance * distance;
    all += static_cast<double>(weight) * weight;
  }
  return all == 0 ? 0 : std::sqrt(difference / all);
}

std::string SharedLayer::describe() const {
  int64_t bits = std::max<int64_t>(1, llvm::Log2_64_Ceil(entries));
  int64_t total = weights.size();
  return llvm::formatv("{0} weights share {1} values{2}: they differ by {3:P}, "
                       "and take {4} bytes instead of {5} in codes of {6} bits",
                       total, entries,
                       count == 1 ? "" : " for each output channel", getError(),
                       llvm::divideCeilSigned(total * bits, 8) +
                           4 * static_cast<int64_t>(codebooks.size()),
                       4 * total, bits)
      .str();
}

class Sharing {
public:
  Sharing(const SharingOptions &options, ShareFunction share)
      : options(options), share(share) {}

  void visit(Operation *op);
  /// Erases what the codes stand for now, unless something else needs it.
  void eraseOriginals();
  /// Says what was not found.
  LogicalResult check(func::FuncOp function) const;

private:
  remark::RemarkOpts getRemark() const {
    return remark::RemarkOpts::name(options.pass).category("cnn");
  }
  bool isMeant(Operation *op);
  Value replace(const LayerWeights &weights, std::vector<float> &&values);

  const SharingOptions &options;
  ShareFunction share;
  /// What has become of weights, by where their output channels are and what
  /// kind of layer has them.
  llvm::DenseMap<std::tuple<Value, unsigned, const void *>, Value> replaced;
  llvm::StringSet<> found;
};

bool Sharing::isMeant(Operation *op) {
  if (options.layers.empty())
    return true;
  SmallVector<StringRef> names;
  collectNames(op->getLoc(), names);
  bool isNamed = false;
  for (StringRef name : names)
    if (llvm::is_contained(options.layers, name)) {
      found.insert(name);
      isNamed = true;
    }
  return isNamed;
}

Value Sharing::replace(const LayerWeights &weights,
                       std::vector<float> &&values) {
  SmallVector<int64_t> channels = weights.getChannelShape();
  Operation *op = weights.operand->getOwner();
  SharedLayer layer(std::move(values), ShapedType::getNumElements(channels),
                    weights.channelsFirst, options.scope);
  layer.share(op, share);
  if (options.isBalanced)
    layer.balance();
  remark::passed(op->getLoc(), getRemark()) << layer.describe();
  Value original = weights.operand->get();
  OpBuilder builder(op->getContext());
  builder.setInsertionPointAfterValue(original);
  Location loc = original.getLoc();
  Type byte = builder.getIntegerType(8, /*isSigned=*/false);
  ArrayRef<char> bytes(reinterpret_cast<const char *>(layer.codes.data()),
                       layer.codes.size());
  SmallVector<int64_t> books;
  if (options.scope == CodebookScope::channel)
    books = channels;
  books.push_back(layer.entries);
  StoredWeights stored;
  stored.numbers = createConstant(
      builder, loc,
      makeConstant(weights.getType().clone(byte), bytes, "codes"));
  stored.codebook =
      createConstant(builder, loc,
                     makeConstant(books, std::move(layer.codebooks),
                                  builder.getContext(), "codebook"));
  return stored.widen(builder, loc);
}

void Sharing::visit(Operation *op) {
  LayerWeights weights = LayerWeights::get(op);
  if (!weights.operand || !isMeant(op))
    return;
  auto remarkMissed = [&](StringRef why) {
    remark::missed(op->getLoc(), getRemark())
        << ("its weights stay: " + why).str();
  };
  if (std::optional<StringRef> obstacle = weights.findObstacle())
    return remarkMissed(*obstacle);
  Value original = weights.operand->get();
  std::tuple<Value, unsigned, const void *> key = {
      original, weights.channelsFirst, op->getName().getAsOpaquePointer()};
  if (!replaced.contains(key)) {
    std::optional<std::vector<float>> values = getFloats(original);
    if (!values || !llvm::all_of(*values, [](float value) {
          return std::isfinite(value);
        }))
      return remarkMissed("some are not finite");
    replaced[key] = replace(weights, std::move(*values));
  }
  weights.operand->set(replaced[key]);
}

void Sharing::eraseOriginals() {
  llvm::SmallSetVector<Operation *, 16> constants;
  for (const auto &entry : replaced)
    constants.insert(std::get<0>(entry.first).getDefiningOp());
  for (Operation *constant : constants)
    if (constant->use_empty())
      constant->erase();
}

LogicalResult Sharing::check(func::FuncOp function) const {
  for (StringRef name : options.layers)
    if (!found.contains(name))
      return emitError(function.getLoc())
             << options.flag << " found no layer '" << name
             << "': it expects names of convolutions, gemms or products, as "
                "remarks show them";
  if (replaced.empty())
    return emitError(function.getLoc())
           << options.flag
           << " found no weights to share: it expects two-dimensional "
              "convolutions, gemms or products with more than "
           << fewWeights << " constant weights of float32";
  return success();
}

} // namespace

LogicalResult shareWeights(func::FuncOp function, const SharingOptions &options,
                           CompressionContext *context, ShareFunction share) {
  if (context)
    context->keepOriginal(function);
  Sharing sharing(options, share);
  function.walk([&](Operation *op) { sharing.visit(op); });
  if (failed(sharing.check(function)))
    return failure();
  sharing.eraseOriginals();
  return success();
}

} // namespace mlir::cnn
