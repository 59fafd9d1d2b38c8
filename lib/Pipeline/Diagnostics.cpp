//===- Diagnostics.cpp - Messages as users read them ----------------------===//

#include "cnnc/Pipeline/Diagnostics.h"

#include "llvm/Support/WithColor.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;

/// The position in a file that MLIR would print for `location`, if any.
static FileLineColLoc findPosition(Location location) {
  FileLineColLoc position;
  location->walk([&](Location inner) {
    position = dyn_cast<FileLineColLoc>(inner);
    return position ? WalkResult::interrupt() : WalkResult::advance();
  });
  return position;
}

std::string mlir::cnn::describeLocation(Location location) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  if (FileLineColLoc position = findPosition(location))
    stream << position.getFilename().getValue() << ':' << position.getLine()
           << ':' << position.getColumn() << ": ";
  else if (auto name = dyn_cast<NameLoc>(location))
    stream << "at '" << name.getName().getValue() << "': ";
  else if (!isa<UnknownLoc>(location))
    stream << location << ": ";
  return text;
}

static llvm::raw_ostream &printSeverity(DiagnosticSeverity severity,
                                        llvm::raw_ostream &stream) {
  switch (severity) {
  case DiagnosticSeverity::Error:
    return llvm::WithColor::error(stream);
  case DiagnosticSeverity::Warning:
    return llvm::WithColor::warning(stream);
  case DiagnosticSeverity::Remark:
    return llvm::WithColor::remark(stream);
  case DiagnosticSeverity::Note:
    return llvm::WithColor::note(stream);
  }
  llvm_unreachable("all severities are handled");
}

bool mlir::cnn::printAtNode(Diagnostic &diagnostic, llvm::raw_ostream &stream) {
  if (findPosition(diagnostic.getLocation()))
    return false;
  auto print = [&](Diagnostic &part) {
    printSeverity(part.getSeverity(), stream)
        << describeLocation(part.getLocation()) << part << '\n';
  };
  print(diagnostic);
  for (Diagnostic &note : diagnostic.getNotes())
    print(note);
  return true;
}
