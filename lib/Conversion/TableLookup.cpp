//===- TableLookup.cpp - Numbers from a table in registers ----------------===//

#include "TableLookup.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace mlir::kernel;

/// Tables beyond which lanes load their numbers sooner.
static constexpr int64_t mostTables = 8;

TableLookup::TableLookup(LoopBuilder &builder, const cnn::Machine &machine,
                         const FlatArray &codebook, int64_t bits)
    : builder(builder), codebook(codebook), bits(bits),
      lanes(std::max<int64_t>(1, machine.getLanes())),
      numbers(VectorType::get(lanes, builder.getF32Type())),
      integers(VectorType::get(lanes, builder.getI32Type())) {
  int64_t count = int64_t(1) << bits;
  for (const cnn::TableLookup &lookup : cnn::getTableLookups(machine)) {
    instruction = lookup;
    parts = std::max<int64_t>(1, count / lookup.entries);
    if (lookup.entries >= count)
      break;
  }
  if (parts > mostTables) {
    instruction.reset();
    parts = 1;
  }
}

int64_t TableLookup::getRegisters() const {
  return instruction ? parts * instruction->registers : 0;
}

/// A register of numbers from `first` on, repeated if there are fewer: then
/// bits of other codes do not count.
Value TableLookup::loadTable(int64_t first) const {
  int64_t count = std::min({int64_t(1) << bits, instruction->entries, lanes});
  auto type = VectorType::get(count, builder.getF32Type());
  Value table = builder.load(codebook, {builder.index(0), first}, type);
  if (count == lanes)
    return table;
  SmallVector<int64_t> pattern;
  for (int64_t lane = 0; lane < lanes; ++lane)
    pattern.push_back(lane % count);
  return vector::ShuffleOp::create(builder, table, table, pattern);
}

void TableLookup::loadTables() {
  if (!instruction)
    return;
  int64_t count = int64_t(1) << bits;
  for (int64_t part = 0; part < parts; ++part) {
    SmallVector<Value> &table = tables.emplace_back();
    for (int64_t i = 0; i < instruction->registers; ++i)
      table.push_back(
          loadTable((part * instruction->entries + i * lanes) % count));
  }
}

/// The number of each lane by one instruction.
Value TableLookup::emitIntrinsic(Value codes, ArrayRef<Value> table) const {
  SmallVector<Value> operands(table);
  auto position = operands.begin() + 1;
  operands.insert(instruction->isCodeSecond ? position : operands.end(), codes);
  Type result = numbers;
  if (instruction->hasBytes) {
    auto bytes = VectorType::get(4 * lanes, builder.getI8Type());
    for (Value &operand : operands)
      operand = vector::BitCastOp::create(builder, bytes, operand);
    result = bytes;
  }
  Value found = LLVM::CallIntrinsicOp::create(
                    builder, result,
                    builder.getStringAttr(instruction->intrinsic), operands)
                    .getResult(0);
  return found.getType() == numbers
             ? found
             : Value(vector::BitCastOp::create(builder, numbers, found));
}

/// A number for each lane, loaded from memory.
Value TableLookup::loadEach(Value codes) const {
  Value result = builder.splat(0, numbers);
  for (int64_t lane = 0; lane < lanes; ++lane) {
    Value code = vector::ExtractOp::create(builder, codes, lane);
    Value position =
        arith::IndexCastUIOp::create(builder, builder.getIndexType(), code);
    result = vector::InsertOp::create(
        builder, builder.load(codebook, {position}), result, lane);
  }
  return result;
}

/// By a bit of the words, for each lane.
Value TableLookup::emitSelect(Value words, int64_t bit, Value one,
                              Value zero) const {
  // The sign is what instructions select by.
  Value shifted = words;
  if (bit != 31)
    shifted = arith::ShLIOp::create(
        builder, words, builder.splat(static_cast<double>(31 - bit), integers));
  Value isOne = arith::CmpIOp::create(builder, arith::CmpIPredicate::slt,
                                      shifted, builder.splat(0, integers));
  return arith::SelectOp::create(builder, isOne, one, zero);
}

Value TableLookup::lookUp(Value words, int64_t shift) const {
  Value codes = words;
  if (shift != 0)
    codes = arith::ShRUIOp::create(
        builder, words, builder.splat(static_cast<double>(shift), integers));
  auto keepLowest = [&](int64_t count) {
    int64_t mask = (int64_t(1) << count) - 1;
    codes = arith::AndIOp::create(
        builder, codes, builder.splat(static_cast<double>(mask), integers));
  };
  if (!instruction) {
    keepLowest(bits);
    return loadEach(codes);
  }
  int64_t low = llvm::Log2_64(
      std::min<int64_t>(int64_t(1) << bits, instruction->entries));
  if (instruction->hasBytes) {
    // Code i is that of bytes 4 * i to 4 * i + 3.
    keepLowest(low);
    codes = arith::MulIOp::create(builder, codes,
                                  builder.splat(0x04040404, integers));
    codes = arith::OrIOp::create(builder, codes,
                                 builder.splat(0x03020100, integers));
  }
  SmallVector<Value> found;
  for (ArrayRef<Value> table : tables)
    found.push_back(emitIntrinsic(codes, table));
  for (int64_t bit = low; found.size() > 1; ++bit) {
    SmallVector<Value> next;
    for (size_t i = 0; i < found.size(); i += 2)
      next.push_back(emitSelect(words, shift + bit, found[i + 1], found[i]));
    found = next;
  }
  return found.front();
}
