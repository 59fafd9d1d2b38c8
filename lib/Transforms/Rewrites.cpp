//===- Rewrites.cpp - What passes of this folder share --------------------===//

#include "Rewrites.h"

#include "cnnc/Support/Remarks.h"

#include "mlir/IR/Remarks.h"

#include <cmath>

using namespace mlir;
using namespace mlir::cnn;

static remark::RemarkOpts getOptions(StringRef pass) {
  return remark::RemarkOpts::name(pass).category("cnn");
}

LogicalResult mlir::cnn::missed(Operation *op, StringRef pass,
                                const Twine &why) {
  remark::missed(op->getLoc(), getOptions(pass)) << why.str();
  return failure();
}

void mlir::cnn::applied(Operation *op, StringRef pass, const Twine &what) {
  remark::passed(op->getLoc(), getOptions(pass)) << what.str();
}

void mlir::cnn::absorbed(Operation *op, StringRef pass, Location host) {
  std::string name = "the layer beside it";
  if (auto location = dyn_cast<NameLoc>(host))
    name = "'" + location.getName().str() + "'";
  remark::passed(op->getLoc(), getOptions(pass).subCategory(fusedRemark))
      << "computed within " + name;
}

std::optional<std::vector<double>> mlir::cnn::getDoubles(Value value) {
  ElementsAttr constant = getConstant(value);
  if (!constant || !isa<FloatType>(constant.getElementType()))
    return std::nullopt;
  std::optional<Tensor> tensor = getTensor(constant);
  if (!tensor)
    return std::nullopt;
  return tensor->toDoubles();
}

Value mlir::cnn::createConstant(OpBuilder &builder, Location loc,
                                RankedTensorType type,
                                ArrayRef<double> values) {
  Tensor tensor(ElementType::Float64, type.getShape());
  llvm::copy(values, tensor.get<double>().begin());
  tensor = tensor.convertTo(*cnn::getElementType(type.getElementType()));
  return createConstant(builder, loc,
                        makeConstant(type, std::as_const(tensor).getBytes()));
}

bool mlir::cnn::waitsForWeights(Operation *op) {
  constexpr int64_t fewRows = 4;
  auto gemm = dyn_cast<GemmOp>(op);
  // A factor would have to change the matrix.
  if (gemm ? gemm.getAlpha().convertToDouble() != 1.0 : !isa<MatmulOp>(op))
    return false;
  // Of a batch that is not known every image is computed by itself.
  int64_t rows = 1;
  for (int64_t extent : getShape(op->getResult(0)).drop_back())
    rows *= ShapedType::isDynamic(extent) ? 1 : extent;
  return rows <= fewRows;
}

void mlir::cnn::eraseUnusedConstants(Operation *root) {
  root->walk([](arith::ConstantOp constant) {
    if (constant->use_empty())
      constant->erase();
  });
}

bool mlir::cnn::isConstant(Value value, double number) {
  std::optional<double> splat = getSplat(value);
  // Constants of the source were rounded to their element type.
  return splat && std::fabs(*splat - number) <= 1e-6 * std::fabs(number);
}
