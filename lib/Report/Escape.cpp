//===- Escape.cpp - Text as part of a page --------------------------------===//

#include "Escape.h"

#include "llvm/Support/JSON.h"

std::string mlir::cnn::escape(StringRef text) {
  std::string result;
  for (char c : llvm::json::fixUTF8(text))
    switch (c) {
    case '&':
      result += "&amp;";
      break;
    case '<':
      result += "&lt;";
      break;
    case '>':
      result += "&gt;";
      break;
    case '"':
      result += "&quot;";
      break;
    case '\'':
      result += "&#39;";
      break;
    default:
      if ((static_cast<unsigned char>(c) < ' ' && c != '\n') || c == '\x7f')
        result += "\xef\xbf\xbd";
      else
        result += c;
    }
  return result;
}
