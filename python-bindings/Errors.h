//===- Errors.h - Diagnostics as exceptions ---------------------*- C++ -*-===//

#ifndef CNNC_PYTHON_ERRORS_H
#define CNNC_PYTHON_ERRORS_H

#include "llvm/Support/Error.h"

#include <stdexcept>

namespace mlir::cnn::python {

/// Becomes `cnnc.Error`: its text is what a tool would print.
class DiagnosticError : public std::runtime_error {
public:
  using std::runtime_error::runtime_error;
};

inline void raise(llvm::Error error) {
  if (error)
    throw DiagnosticError(llvm::toString(std::move(error)));
}

/// The value, or its error as an exception.
template <typename T>
T get(llvm::Expected<T> value) {
  if (!value)
    raise(value.takeError());
  return std::move(*value);
}

} // namespace mlir::cnn::python

#endif // CNNC_PYTHON_ERRORS_H
