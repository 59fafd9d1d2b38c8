//===- ImportEinsum.cpp - Sums of products by names of dimensions ---------===//
//
// An equation such as "bij,bjk->bik" names the dimensions of the operands.
// Operands are combined from the left, two at a time: dimensions of both that
// no one needs later are summed by a matrix product, and what only one operand
// has and no one needs by a reduction before it.
//
//===----------------------------------------------------------------------===//

#include "Build.h"
#include "Operators.h"

#include "llvm/ADT/StringExtras.h"

#include <map>

using namespace mlir;
using namespace mlir::cnn;

namespace {

/// Letters are themselves; the dimensions of an ellipsis, counted from the
/// last, come behind them.
using Label = int64_t;
constexpr Label firstOfEllipsis = 256;
using Labels = SmallVector<Label>;

/// A value whose dimensions have names.
struct Operand {
  Value value;
  Labels labels;

  int64_t getExtent(Label label) const {
    auto position = llvm::find(labels, label) - labels.begin();
    return getShape(value)[position];
  }
};

/// The dimensions of a product of two operands, besides those that belong to
/// one of them.
struct Contraction {
  /// A dynamic batch that only the left operand has.
  Labels lead;
  /// What both operands have and someone needs, and what is summed.
  Labels batch, summed;
};

class Einsum {
public:
  explicit Einsum(Node &node) : node(node) {}

  /// Reads `equation` for `operands`.
  LogicalResult read(StringRef equation, ArrayRef<Value> values);
  Value build();

private:
  FailureOr<Labels> parse(StringRef term, int64_t ellipsisRank);
  LogicalResult readOperand(StringRef term, Value value);
  LogicalResult readExtents();
  /// Letters that occur once, in order, behind the ellipsis.
  void inferOutput(ArrayRef<StringRef> terms);
  bool isNeeded(Label label, size_t next) const;

  void takeDiagonal(Operand &operand, size_t i, size_t j);
  void takeDiagonals(Operand &operand);
  void sumUnneeded(Operand &operand, const Labels &other, size_t next);
  void dropUnits(Operand &operand, const Operand &other);
  Operand combine(Operand lhs, Operand rhs, size_t next);
  Value arrange(const Operand &operand, ArrayRef<Labels> groups, bool merges);
  Value multiply(const Operand &lhs, const Operand &rhs,
                 const Contraction &contraction);
  bool isDynamic(Label label) { return ShapedType::isDynamic(extents[label]); }

  Node &node;
  SmallVector<Operand> operands;
  Labels output;
  int64_t ellipsisRank = 0;
  std::map<Label, int64_t> extents;
};

/// Those of `labels` that `keep` accepts.
template <typename Predicate>
Labels filter(const Labels &labels, Predicate keep) {
  return llvm::to_vector(llvm::make_filter_range(labels, keep));
}

} // namespace

//===----------------------------------------------------------------------===//
// Reading
//===----------------------------------------------------------------------===//

FailureOr<Labels> Einsum::parse(StringRef term, int64_t rank) {
  Labels labels;
  while (!term.empty()) {
    if (term.consume_front("...")) {
      for (int64_t i = rank; i-- > 0;)
        labels.push_back(firstOfEllipsis + i);
      continue;
    }
    if (!llvm::isAlpha(term.front()))
      return node.fail("expects letters, commas, '...' and '->' in the "
                       "equation; got '" +
                       term.take_front() + "'");
    labels.push_back(term.front());
    term = term.drop_front();
  }
  return labels;
}

LogicalResult Einsum::readOperand(StringRef term, Value value) {
  int64_t rank = getShape(value).size(), letters = 0;
  for (char c : term)
    letters += llvm::isAlpha(c);
  int64_t hidden = rank - letters;
  bool hasEllipsis = term.contains("...");
  if (hidden < 0 || (hidden > 0 && !hasEllipsis) || term.count("...") > 1)
    return node.fail("expects an operand of as many dimensions as '" + term +
                     "' names; got " + debugString(value.getType()));
  FailureOr<Labels> labels = parse(term, hidden);
  if (failed(labels))
    return failure();
  ellipsisRank = std::max(ellipsisRank, hasEllipsis ? hidden : 0);
  operands.push_back({value, *labels});
  return success();
}

/// The extents of all labels; extents of 1 are broadcast.
LogicalResult Einsum::readExtents() {
  for (const Operand &operand : operands)
    for (auto [label, extent] :
         llvm::zip_equal(operand.labels, getShape(operand.value))) {
      auto [known, isNew] = extents.try_emplace(label, extent);
      if (isNew || known->second == extent || extent == 1)
        continue;
      if (known->second != 1)
        return node.fail("expects equal extents of equally named dimensions; "
                         "got " +
                         describeShape({known->second}) + " and " +
                         describeShape({extent}));
      known->second = extent;
    }
  for (Label label : output)
    if (!extents.count(label) || llvm::count(output, label) > 1)
      return node.fail("expects each dimension of the result once, and among "
                       "those of the operands");
  return success();
}

void Einsum::inferOutput(ArrayRef<StringRef> terms) {
  for (int64_t i = ellipsisRank; i-- > 0;)
    output.push_back(firstOfEllipsis + i);
  std::map<char, int> counts;
  for (StringRef term : terms)
    for (char letter : term)
      if (llvm::isAlpha(letter))
        ++counts[letter];
  for (auto [letter, count] : counts)
    if (count == 1)
      output.push_back(letter);
}

LogicalResult Einsum::read(StringRef equation, ArrayRef<Value> values) {
  std::string text;
  llvm::copy_if(equation, std::back_inserter(text),
                [](char c) { return !llvm::isSpace(c); });
  auto [inputs, result] = StringRef(text).split("->");
  SmallVector<StringRef> terms;
  inputs.split(terms, ',');
  if (terms.size() != values.size())
    return node.fail("expects an equation of " + Twine(values.size()) +
                     " operands; got '" + equation + "'");
  for (auto [term, value] : llvm::zip_equal(terms, values))
    if (failed(readOperand(term, value)))
      return failure();
  if (StringRef(text).contains("->")) {
    FailureOr<Labels> labels = parse(result, ellipsisRank);
    if (failed(labels))
      return failure();
    output = *labels;
  } else {
    inferOutput(terms);
  }
  return readExtents();
}

//===----------------------------------------------------------------------===//
// Building
//===----------------------------------------------------------------------===//

/// The result or an operand from `next` on has the dimension.
bool Einsum::isNeeded(Label label, size_t next) const {
  return llvm::is_contained(output, label) ||
         llvm::any_of(ArrayRef(operands).drop_front(next),
                      [&](const Operand &operand) {
                        return llvm::is_contained(operand.labels, label);
                      });
}

/// "ii" is every (n + 1)-th element of the n * n that two dimensions have.
void Einsum::takeDiagonal(Operand &operand, size_t i, size_t j) {
  ArrayRef<int64_t> shape = getShape(operand.value);
  int64_t extent = shape[i];
  if (ShapedType::isDynamic(extent) || extent != shape[j]) {
    (void)node.fail("expects equal static extents to take a diagonal of");
    return;
  }
  // Both to the end, where they merge.
  SmallVector<int64_t> permutation, sizes;
  Labels labels;
  for (size_t dim = 0; dim < shape.size(); ++dim)
    if (dim != i && dim != j) {
      permutation.push_back(dim);
      sizes.push_back(shape[dim]);
      labels.push_back(operand.labels[dim]);
    }
  permutation.append({static_cast<int64_t>(i), static_cast<int64_t>(j)});
  sizes.push_back(extent * extent);
  labels.push_back(operand.labels[i]);
  Value value = buildTranspose(node, operand.value, permutation);
  value = buildReshape(node, value, sizes);
  SmallVector<int64_t> starts(sizes.size(), 0), steps(sizes.size(), 1);
  replaceDynamic(sizes);
  sizes.back() = extent;
  steps.back() = extent + 1;
  operand = {node.build<SliceOp>(value, starts, sizes, steps), labels};
}

void Einsum::takeDiagonals(Operand &operand) {
  for (size_t i = 0; i < operand.labels.size() && !node.hasFailed();) {
    auto others = ArrayRef(operand.labels).drop_front(i + 1);
    size_t next = llvm::find(others, operand.labels[i]) - others.begin();
    if (next < others.size())
      takeDiagonal(operand, i, i + 1 + next);
    else
      ++i;
  }
}

/// Sums the dimensions that neither `other` nor someone from `next` on has.
void Einsum::sumUnneeded(Operand &operand, const Labels &other, size_t next) {
  auto isKept = [&](Label label) {
    return isNeeded(label, next) || llvm::is_contained(other, label);
  };
  SmallVector<int64_t> axes;
  for (auto [axis, label] : llvm::enumerate(operand.labels))
    if (!isKept(label))
      axes.push_back(axis);
  if (axes.empty())
    return;
  operand.value = node.build<ReduceOp>(ReduceKind::sum, operand.value, axes,
                                       /*keepDims=*/false);
  operand.labels = filter(operand.labels, isKept);
}

/// Drops dimensions of extent 1 that `other` has, too.
void Einsum::dropUnits(Operand &operand, const Operand &other) {
  Labels kept;
  SmallVector<int64_t> shape;
  if (node.hasFailed())
    return;
  for (auto [label, extent] :
       llvm::zip_equal(operand.labels, getShape(operand.value)))
    if (extent != 1 || !llvm::is_contained(other.labels, label)) {
      kept.push_back(label);
      shape.push_back(extent);
    }
  operand.value = buildReshape(node, operand.value, shape);
  operand.labels = kept;
}

/// `operand` with its dimensions in the order of `groups`; those of a group
/// become one if it `merges`.
Value Einsum::arrange(const Operand &operand, ArrayRef<Labels> groups,
                      bool merges) {
  if (node.hasFailed())
    return {};
  SmallVector<int64_t> permutation, shape;
  for (const Labels &group : groups) {
    int64_t extent = 1;
    for (Label label : group) {
      permutation.push_back(llvm::find(operand.labels, label) -
                            operand.labels.begin());
      int64_t next = operand.getExtent(label);
      bool isDynamic =
          ShapedType::isDynamic(next) || ShapedType::isDynamic(extent);
      extent = isDynamic ? ShapedType::kDynamic : extent * next;
    }
    shape.push_back(extent);
  }
  Value value = buildTranspose(node, operand.value, permutation);
  return merges ? buildReshape(node, value, shape) : value;
}

/// The sums as lead x batch x lhs x rhs.
Value Einsum::multiply(const Operand &lhs, const Operand &rhs,
                       const Contraction &contraction) {
  auto [lead, batch, summed] = contraction;
  auto isOwn = [&](Label label) {
    return !llvm::is_contained(contraction.lead, label) &&
           !llvm::is_contained(contraction.batch, label) &&
           !llvm::is_contained(contraction.summed, label);
  };
  Labels rows = filter(lhs.labels, isOwn), columns = filter(rhs.labels, isOwn);
  if (node.hasFailed())
    return {};
  bool isMatmul = isa<FloatType>(getElementType(lhs.value)) && !summed.empty();
  SmallVector<Labels> left = {rows, summed}, right = {summed, columns};
  if (!isMatmul) {
    left = {rows, {}, summed};
    right = {{}, columns, summed};
  }
  // A dynamic batch is a dimension of its own.
  size_t own = !batch.empty() && isDynamic(batch[0]);
  for (SmallVector<Labels> *groups : {&left, &right}) {
    if (batch.size() > own)
      groups->insert(groups->begin(), Labels(ArrayRef(batch).drop_front(own)));
    if (own)
      groups->insert(groups->begin(), Labels(ArrayRef(batch).take_front()));
  }
  if (!lead.empty())
    left.insert(left.begin(), lead);
  Value a = arrange(lhs, left, /*merges=*/true);
  Value b = arrange(rhs, right, /*merges=*/true);
  if (isMatmul)
    return node.build<MatmulOp>(a, b);
  Value product = buildBinary(node, BinaryKind::mul, a, b);
  int64_t last = static_cast<int64_t>(left.size()) - 1;
  return node.build<ReduceOp>(ReduceKind::sum, product, last,
                              /*keepDims=*/false);
}

/// Two operands as one, whose dimensions are those that operands from `next`
/// on or the result need.
Operand Einsum::combine(Operand lhs, Operand rhs, size_t next) {
  dropUnits(lhs, rhs);
  dropUnits(rhs, lhs);
  sumUnneeded(lhs, rhs.labels, next);
  sumUnneeded(rhs, lhs.labels, next);
  // A dynamic batch must come first.
  auto hasBatch = [&](const Operand &operand) {
    return llvm::any_of(operand.labels,
                        [&](Label label) { return isDynamic(label); });
  };
  if (hasBatch(rhs) && !hasBatch(lhs))
    std::swap(lhs, rhs);
  Contraction contraction;
  for (Label label : lhs.labels)
    if (!llvm::is_contained(rhs.labels, label)) {
      if (isDynamic(label))
        contraction.lead.push_back(label);
    } else if (isNeeded(label, next)) {
      contraction.batch.push_back(label);
    } else {
      contraction.summed.push_back(label);
    }
  Operand result = {multiply(lhs, rhs, contraction), contraction.lead};
  llvm::append_range(result.labels, contraction.batch);
  for (const Operand *operand : {&lhs, &rhs})
    for (Label label : operand->labels)
      if (!llvm::is_contained(result.labels, label) &&
          !llvm::is_contained(contraction.summed, label))
        result.labels.push_back(label);
  if (node.hasFailed())
    return result;
  SmallVector<int64_t> shape;
  for (Label label : result.labels) {
    bool isLeft = llvm::is_contained(lhs.labels, label);
    shape.push_back((isLeft ? lhs : rhs).getExtent(label));
  }
  result.value = buildReshape(node, result.value, shape);
  return result;
}

Value Einsum::build() {
  for (Operand &operand : operands)
    takeDiagonals(operand);
  if (node.hasFailed())
    return {};
  Operand result = operands.front();
  sumUnneeded(result, {}, 1);
  for (size_t i = 1; i < operands.size(); ++i) {
    sumUnneeded(operands[i], result.labels, i + 1);
    result = combine(result, operands[i], i + 1);
  }
  return arrange(result, output, /*merges=*/false);
}

static LogicalResult importEinsum(Node &node) {
  std::vector<Value> inputs = node.getAllInputs();
  StringRef equation = node.getString("equation", "");
  for (Value input : inputs)
    node.requireSameType(inputs.front(), input);
  if (failed(node.check()))
    return failure();
  Einsum einsum(node);
  if (failed(einsum.read(equation, inputs)))
    return failure();
  return node.setOutput(0, einsum.build());
}

ArrayRef<OperatorRow> mlir::cnn::getEinsumOperators() {
  static const OperatorRow rows[] = {{"Einsum", 12, importEinsum}};
  return rows;
}
