//===- Header.cpp - The C header of a compiled network --------------------===//

#include "cnnc/Support/WeightsDecoder.h"
#include "cnnc/Target/Target.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"

#include <numeric>

namespace mlir::cnn {
namespace {

/// The C type that holds one element. Float16 has none in C99: its bits.
StringRef getCType(ElementType type) {
  switch (type) {
  case ElementType::Float32:
    return "float";
  case ElementType::Float64:
    return "double";
  case ElementType::Int8:
    return "int8_t";
  case ElementType::Int16:
    return "int16_t";
  case ElementType::Int32:
    return "int32_t";
  case ElementType::Int64:
    return "int64_t";
  case ElementType::Float16:
  case ElementType::BFloat16:
  case ElementType::UInt16:
    return "uint16_t";
  case ElementType::UInt32:
    return "uint32_t";
  case ElementType::UInt64:
    return "uint64_t";
  case ElementType::UInt8:
  case ElementType::Bool:
    return "uint8_t";
  }
  llvm_unreachable("all types are handled");
}

/// The name in quotes, valid in C whatever characters it has.
std::string quote(StringRef name) {
  std::string text = "\"";
  for (unsigned char c : name) {
    if (c == '"' || c == '\\')
      text += {'\\', static_cast<char>(c)};
    else if (llvm::isPrint(c) && c != '?')
      text += static_cast<char>(c);
    else // Three octal digits always end the escape.
      text += {'\\', static_cast<char>('0' + (c >> 6)),
               static_cast<char>('0' + ((c >> 3) & 7)),
               static_cast<char>('0' + (c & 7))};
  }
  return text + "\"";
}

class HeaderWriter {
public:
  HeaderWriter(const NativeInterface &model,
               ArrayRef<std::string> calledFunctions, llvm::raw_ostream &stream)
      : model(model), calledFunctions(calledFunctions), stream(stream),
        prefix(StringRef(model.name).upper()) {}

  void write() {
    stream << "/* " << model.name << ": a network compiled by cnnc for "
           << model.machine.triple << ", " << model.describeProcessors()
           << ".\n   ";
    writeCalledFunctions();
    stream << " */\n\n#ifndef " << prefix << "_H\n#define " << prefix
           << "_H\n\n"
           << "#include <stddef.h>\n#include <stdint.h>\n\n";
    writeTensors("INPUT", model.inputs);
    writeTensors("OUTPUT", model.outputs);
    writeArena();
    if (model.decodedWeights)
      writeWeights();
    stream << "#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n";
    writeFunctions();
    stream << "#ifdef __cplusplus\n}\n#endif\n\n"
           << "#endif /* " << prefix << "_H */\n";
  }

private:
  /// What a program with the network is linked with.
  void writeCalledFunctions() {
    if (calledFunctions.empty())
      stream << "The object calls no function of any library.";
    else
      stream << "The object calls, of the libraries of the C compiler: "
             << llvm::join(calledFunctions, ", ") << ".";
  }

  void writeTensors(StringRef kind, ArrayRef<ModelTensor> tensors) {
    stream << "#define " << prefix << '_' << kind << "_COUNT " << tensors.size()
           << "\n";
    for (auto [index, tensor] : llvm::enumerate(tensors)) {
      auto define = [&, index = index](StringRef what) -> llvm::raw_ostream & {
        return stream << "#define " << prefix << '_' << kind << '_' << index
                      << '_' << what << ' ';
      };
      int64_t bytes = tensor.getByteSize();
      std::string length;
      if (tensor.length)
        length = "; output " +
                 std::to_string(findOutput(tensor.length->output)) +
                 " says how many of extent " +
                 std::to_string(tensor.length->dimension) + " are valid";
      stream << "\n/* " << (kind == "INPUT" ? "Input " : "Output ") << index
             << (tensor.hasDynamicBatch()
                     ? "; the first extent, -1, is the batch, and sizes are "
                       "those of one image"
                     : "")
             << length << ". */\n";
      define("NAME") << quote(tensor.name) << "\n";
      define("TYPE") << getCType(tensor.type) << "\n";
      define("TYPE_NAME") << quote(getName(tensor.type)) << "\n";
      define("RANK") << tensor.shape.size() << "\n";
      // C has no empty initialisers; a scalar is described as one element.
      auto shape = llvm::map_range(tensor.shape, [](int64_t extent) {
        return std::to_string(ShapedType::isDynamic(extent) ? -1 : extent);
      });
      define("SHAPE") << "{"
                      << (tensor.shape.empty() ? "1" : llvm::join(shape, ", "))
                      << "}\n";
      define("ELEMENTS") << bytes / getByteWidth(tensor.type) << "\n";
      define("BYTES") << bytes << "\n";
      if (tensor.length) {
        define("LENGTH_OUTPUT") << findOutput(tensor.length->output) << "\n";
        define("LENGTH_DIMENSION") << tensor.length->dimension << "\n";
      }
    }
    stream << "\n";
  }

  /// The number of the output of this name.
  int64_t findOutput(StringRef name) const {
    return llvm::find_if(
               model.outputs,
               [&](const ModelTensor &output) { return output.name == name; }) -
           model.outputs.begin();
  }

  void writeArena() {
    if (!model.versions.empty())
      stream << "/* What functions return where the processor or its operating "
                "system has not what\n   the code for any of these processors "
                "needs. Sizes are then 0. */\n"
             << "#define " << prefix << "_UNSUPPORTED_PROCESSOR "
             << unsupportedProcessor << "\n\n";
    stream << "/* Bytes of memory the network computes in, and their alignment"
           << (model.versions.empty() ? ". */\n"
                                      : ":\n   enough on every processor. */\n")
           << "#define " << prefix << "_ARENA_SIZE " << model.arenaBytes << "\n"
           << "#define " << prefix << "_ARENA_ALIGNMENT " << bufferAlignment
           << "\n\n";
    writeArenaDefinition();
  }

  /// A macro, so that programs without an arena of this kind have none.
  void writeArenaDefinition() {
    // C has no empty arrays.
    int64_t bytes = std::max<int64_t>(model.arenaBytes, 1);
    auto define = [&](StringRef alignment, StringRef close) {
      stream << "#define " << prefix << "_DEFINE_ARENA(arena) \\\n  "
             << alignment << bufferAlignment << close
             << " static unsigned char arena[" << bytes << "]\n";
    };
    stream << "/* " << prefix
           << "_DEFINE_ARENA(arena); outside of functions defines a static "
              "arena. */\n"
           << "#if defined(__cplusplus)\n";
    define("alignas(", ")");
    stream << "#elif defined(__STDC_VERSION__) && __STDC_VERSION__ >= "
              "201112L\n";
    define("_Alignas(", ")");
    stream << "#else\n";
    define("__attribute__((aligned(", ")))");
    stream << "#endif\n\n";
  }

  void writeWeights() {
    stream << "/* Bytes of memory the weights are decoded in, and their "
              "alignment. */\n"
           << "#define " << prefix << "_WEIGHTS_SIZE "
           << model.getWeightsMemory() << "\n"
           << "#define " << prefix << "_WEIGHTS_ALIGNMENT " << bufferAlignment
           << "\n\n"
           << "/* What " << model.name << "_load_weights may return. */\n"
           << "#define " << prefix << "_WEIGHTS_OK " << coded::Decoded << "\n"
           << "#define " << prefix << "_WEIGHTS_UNKNOWN " << coded::NotForThis
           << "\n"
           << "#define " << prefix << "_WEIGHTS_DAMAGED " << coded::Damaged
           << "\n\n";
  }

  void writeLoadFunctions() {
    StringRef name = model.name;
    stream << "/* Decodes the network's weights into memory of " << name
           << "_weights_size() bytes,\n   aligned to " << bufferAlignment
           << ". Returns " << prefix << "_WEIGHTS_OK, or else " << prefix
           << "_WEIGHTS_DAMAGED if\n   a checksum is wrong, or " << prefix
           << "_WEIGHTS_UNKNOWN if the data are no weights of the\n   "
              "network"
           << (model.versions.empty()
                   ? ". "
                   : ", or " + prefix + "_UNSUPPORTED_PROCESSOR. ")
           << "Call it once, before the network runs. */\n"
           << "int " << name << "_load_weights(void *weights);\n\n"
           << "/* Bytes of that memory. */\nsize_t " << name
           << "_weights_size(void);\n\n";
  }

  void writeFunctions() {
    StringRef name = model.name;
    if (model.decodedWeights)
      writeLoadFunctions();
    stream << "/* Runs the network and returns 0"
           << (model.versions.empty()
                   ? ""
                   : ", or " + prefix + "_UNSUPPORTED_PROCESSOR")
           << ". inputs and outputs are arrays "
              "of pointers to\n"
              "   row-major data in the order above; they must not overlap. "
              "arena has "
           << name
           << "_arena_size()\n"
              "   bytes and is aligned to "
           << bufferAlignment
           << "; its content does not matter before and after.";
    if (model.decodedWeights)
      stream << "\n   weights is the memory that " << name
             << "_load_weights has filled; it is only read.";
    if (model.dynamicBatch)
      stream
          << "\n   batch is the number of images, one after the other in the "
             "data.";
    stream
        << "\n   May be called from several threads at once, each with its own "
           "arena. */\n"
        << "int " << name
        << "_run(const void *const *inputs, void *const *outputs, void *arena"
        << (model.decodedWeights ? ", const void *weights" : "")
        << (model.dynamicBatch ? ", int64_t batch" : "") << ");\n\n"
        << "/* Bytes of the arena. */\nsize_t " << name
        << "_arena_size(void);\n\n"
        << "/* A description in JSON: name, target, dynamic_batch, threads, "
           "and inputs and\n   outputs with name, type and shape."
        << (model.versions.empty() ? "" : " Its target is what code runs here.")
        << " */\n"
        << "const char *" << name << "_info(void);\n\n";
  }

  const NativeInterface &model;
  ArrayRef<std::string> calledFunctions;
  llvm::raw_ostream &stream;
  std::string prefix;
};

} // namespace

std::string makeHeader(const NativeInterface &model,
                       ArrayRef<std::string> calledFunctions) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  HeaderWriter(model, calledFunctions, stream).write();
  return text;
}

} // namespace mlir::cnn
