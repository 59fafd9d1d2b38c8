//===- TextTable.cpp - Tables as text -------------------------------------===//

#include "cnnc/Analysis/TextTable.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"

using llvm::StringRef;

namespace mlir::cnn {
namespace {

/// A field as RFC 4180 has it.
std::string quote(StringRef field) {
  if (field.find_first_of(",\"\r\n") == StringRef::npos)
    return field.str();
  std::string text = "\"";
  for (char c : field)
    text.append(c == '"' ? 2 : 1, c);
  return text + "\"";
}

/// A cell of Markdown: what would end it is escaped.
std::string escape(StringRef field) {
  std::string text;
  for (char c : field) {
    if (llvm::is_contained({'|', '\\', '*', '_', '<', '`'}, c))
      text += '\\';
    text += c == '\n' || c == '\r' ? ' ' : c;
  }
  return text;
}

} // namespace

void TextTable::print(llvm::raw_ostream &stream) const {
  std::vector<size_t> widths;
  for (const std::string &name : header)
    widths.push_back(name.size());
  for (const auto &row : rows)
    for (auto [field, width] : llvm::zip_equal(row, widths))
      width = std::max(width, field.size());
  auto printRow = [&](const std::vector<std::string> &row) {
    std::string line;
    llvm::raw_string_ostream fields(line);
    for (auto [index, field] : llvm::enumerate(row)) {
      if (index > 0)
        fields << "  ";
      if (isWord(index))
        fields << llvm::left_justify(field, widths[index]);
      else
        fields << llvm::right_justify(field, widths[index]);
    }
    stream << StringRef(line).rtrim() << "\n";
  };
  printRow(header);
  for (const auto &row : rows)
    printRow(row);
}

void TextTable::printCSV(llvm::raw_ostream &stream) const {
  auto printRow = [&](const std::vector<std::string> &row) {
    llvm::interleave(
        row, stream, [&](StringRef field) { stream << quote(field); }, ",");
    stream << "\n";
  };
  printRow(header);
  for (const auto &row : rows)
    printRow(row);
}

void TextTable::printMarkdown(llvm::raw_ostream &stream) const {
  auto printRow = [&](const std::vector<std::string> &row) {
    stream << "|";
    for (StringRef field : row)
      stream << " " << escape(field) << " |";
    stream << "\n";
  };
  printRow(header);
  stream << "|";
  for (size_t index = 0; index < header.size(); ++index)
    stream << (isWord(index) ? "---|" : "---:|");
  stream << "\n";
  for (const auto &row : rows)
    printRow(row);
}

} // namespace mlir::cnn
