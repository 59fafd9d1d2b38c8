//===- PackageTexts.cpp - The text files of a package ---------------------===//

#include "PackageTexts.h"

#include "CrossTools.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/raw_ostream.h"

using llvm::Triple;
using llvm::Twine;

namespace mlir::cnn {
namespace {

struct Template {
  StringRef file, text;
};
const Template templates[] = {
#include "PackageTemplates.inc"
};

/// What CMake may call the machine's processor, as a regular expression; the
/// first is what a file for cross-compiling calls it.
std::pair<StringRef, StringRef> getProcessors(const Triple &triple) {
  if (triple.isAArch64())
    return {"aarch64", "^(aarch64|arm64|ARM64)"};
  if (triple.isARM() || triple.isThumb())
    return {"arm", "^(arm|thumb|cortex)"};
  if (triple.isRISCV())
    return {"riscv", "^riscv"};
  if (triple.isArch64Bit())
    return {"x86_64", "^(x86_64|amd64|AMD64)$"};
  // A 64-bit machine may compile with -m32.
  return {"i686", "^(i.86|x86|x86_64|amd64|AMD64)$"};
}

class PackageTexts {
public:
  PackageTexts(const NativeInterface &model, StringRef noSharedLibrary)
      : model(model), noSharedLibrary(noSharedLibrary),
        triple(model.machine.triple) {
    describe();
    describeTarget();
    describeSharedLibrary();
    fillExample();
    listTensors();
    fillTargets();
  }

  std::vector<std::pair<std::string, std::string>> make() const {
    std::string cmake = "lib/cmake/" + model.name + "/" + model.name;
    std::vector<std::pair<std::string, std::string>> files;
    for (const Template &it : templates) {
      if (it.file == "toolchain.cmake" && !hasToolchain())
        continue;
      std::string path = it.file == "Config.cmake" ? cmake + "Config.cmake"
                         : it.file == "network.pc"
                             ? "lib/pkgconfig/" + model.name + ".pc"
                             : it.file.str();
      files.push_back({path, fill(it.text)});
    }
    return files;
  }

private:
  bool hasToolchain() const { return !isNative(triple) && cross; }
  bool hasShared() const { return noSharedLibrary.empty(); }
  void set(StringRef key, const Twine &value) { values[key] = value.str(); }

  /// The text with values in place of @names@.
  std::string fill(StringRef text) const {
    std::string result;
    for (;;) {
      auto [before, rest] = text.split('@');
      result += before;
      if (rest.empty())
        return result;
      auto [key, after] = rest.split('@');
      result += values.at(key);
      text = after;
    }
  }

  void describe() {
    set("name", model.name);
    set("PREFIX", StringRef(model.name).upper());
    set("triple", model.machine.triple);
    set("cpu", model.describeProcessors());
    set("arenaBytes", Twine(model.arenaBytes));
    set("threadsFlag", model.threads ? " -fopenmp" : "");
    set("needsThreads",
        model.threads ? ", but it calls OpenMP (libgomp or libomp), on whose "
                        "threads it runs; `OMP_NUM_THREADS` says how many"
                      : "");
    set("batchNote", model.dynamicBatch
                         ? "; where the first extent is -1, it is the batch, "
                           "and bytes are those of one image"
                         : "");
    set("weightsNote", model.decodedWeights
                           ? ". Its weights are compressed: `" + model.name +
                                 "_load_weights` decodes them once into " +
                                 std::to_string(model.getWeightsMemory()) +
                                 " bytes, which every run reads"
                           : "");
  }

  void describeTarget() {
    auto [processor, processors] = getProcessors(triple);
    set("processor", processor);
    set("processors", processors);
    set("compiler", cross ? cross->command : "");
    set("debianPackage", cross ? cross->package : "");
    set("system", isBareMetal(triple) ? "Generic" : "Linux");
    set("systemSettings", isBareMetal(triple) ? getBareMetalSettings() : "");
    set("cc", hasToolchain() ? cross->command : "cc");
    set("linkOptions", isBareMetal(triple)
                           ? " " + getMachineOptions() + " --specs=rdimon.specs"
                           : "");
    set("runExample", isBareMetal(triple)
                          ? ""
                          : "../" + model.name + "-build/" + model.name +
                                "-example input.bin\n");
    set("exampleNote",
        isBareMetal(triple)
            ? "links the example for a debugger or an emulator, which prints "
              "for it (semihosting). Start-up code and the linker script of "
              "the board take the place of `--specs=rdimon.specs` in "
              "`toolchain.cmake`."
            : "runs the network on a file of raw bytes for each input, or on "
              "zeros without one.");
    set("toolchainOption",
        hasToolchain() ? " -DCMAKE_TOOLCHAIN_FILE=$PWD/toolchain.cmake" : "");
    set("toolchainHint",
        hasToolchain()
            ? "Configure with -DCMAKE_TOOLCHAIN_FILE=FILE, for instance "
              "toolchain.cmake of the package."
            : "Configure for that machine, or compile the network for this "
              "one.");
    set("toolchainRow",
        hasToolchain()
            ? "| `toolchain.cmake` | tells CMake to compile for " +
                  model.machine.triple + ", with Debian's package `" +
                  cross->package + "` |\n"
            : "");
  }

  /// GCC's options for a processor that has no operating system.
  std::string getMachineOptions() const {
    if (!triple.isARM() && !triple.isThumb())
      return "";
    std::string options = "-mcpu=" + model.machine.cpu;
    if (triple.isThumb())
      options += " -mthumb";
    if (triple.getEnvironment() == Triple::EABIHF)
      options += " -mfloat-abi=hard";
    return options;
  }

  /// Programs are linked for a debugger or an emulator, which prints for them.
  std::string getBareMetalSettings() const {
    return "# A board has start-up code and a linker script of its own; this "
           "links for a\n# debugger or an emulator, which prints for the "
           "program (semihosting).\n"
           "set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)\n"
           "set(CMAKE_C_FLAGS_INIT \"" +
           getMachineOptions() +
           "\")\nset(CMAKE_EXE_LINKER_FLAGS_INIT \"--specs=rdimon.specs\")\n";
  }

  void describeSharedLibrary() {
    set("sharedTarget",
        hasShared() ? ", and " + model.name + "::shared, as a shared one" : "");
    set("sharedIsGlobal", hasShared() ? "set_target_properties(" + model.name +
                                            "::shared PROPERTIES "
                                            "IMPORTED_GLOBAL TRUE)\n"
                                      : "");
    set("sharedRow", hasShared() ? "| `lib/lib" + model.name +
                                       ".so` | the same as a shared library |\n"
                                 : "");
    set("sharedNote",
        hasShared()
            ? ""
            : "There is no shared library: " + noSharedLibrary + ".\n\n");
  }

  /// One imported library of CMake.
  std::string makeTarget(StringRef suffix, StringRef kind,
                         StringRef extension) const {
    std::string target = model.name + "::" + suffix.str();
    std::string text;
    llvm::raw_string_ostream(text)
        << "  add_library(" << target << " " << kind << " IMPORTED)\n"
        << "  set_target_properties(" << target << " PROPERTIES\n"
        << "    IMPORTED_LOCATION \"${_" << model.name << "_prefix}/lib/lib"
        << model.name << extension << "\"\n"
        << (kind == "SHARED"
                ? "    IMPORTED_SONAME \"lib" + model.name + ".so\"\n"
                : "")
        << (model.threads ? "    INTERFACE_LINK_OPTIONS \"-fopenmp\"\n" : "")
        << "    INTERFACE_INCLUDE_DIRECTORIES \"${_" << model.name
        << "_prefix}/include\")\n";
    return text;
  }

  void fillTargets() {
    set("targets",
        makeTarget(model.name, "STATIC", ".a") +
            (hasShared() ? makeTarget("shared", "SHARED", ".so") : ""));
  }

  void fillExample() {
    std::string prefix = StringRef(model.name).upper();
    std::string buffers, accessors, inputs, inputBytes, outputs, prints;
    addBuffers("input", model.inputs, buffers, inputs);
    addBuffers("output", model.outputs, buffers, outputs);
    buffers += "static _Alignas(" + prefix +
               "_ARENA_ALIGNMENT) unsigned char "
               "arena[" +
               (model.arenaBytes ? prefix + "_ARENA_SIZE" : "1") + "];\n";
    if (model.decodedWeights)
      buffers += "static _Alignas(" + prefix +
                 "_WEIGHTS_ALIGNMENT) unsigned char weights[" + prefix +
                 "_WEIGHTS_SIZE];\n";
    for (size_t i = 0; i != model.inputs.size(); ++i)
      inputBytes += prefix + "_INPUT_" + std::to_string(i) + "_BYTES, ";
    for (auto [i, output] : llvm::enumerate(model.outputs)) {
      std::string index = std::to_string(i);
      accessors += makeAccessor(index, output.type);
      std::string macro = prefix + "_OUTPUT_" + index;
      prints += "  print_largest(" + macro + "_NAME, get_output_" + index +
                ", " + macro + "_ELEMENTS);\n";
    }
    set("buffers", buffers);
    set("accessors", getConversions() + accessors);
    set("inputs", inputs);
    set("inputBytes", inputBytes);
    set("outputs", outputs);
    set("prints", prints);
    set("load", model.decodedWeights ? getLoad() : "");
    set("arguments", std::string(model.decodedWeights ? ", weights" : "") +
                         (model.dynamicBatch ? ", /*batch=*/1" : ""));
  }

  /// An array for each tensor, and its name in a list.
  void addBuffers(StringRef kind, ArrayRef<ModelTensor> tensors,
                  std::string &buffers, std::string &list) const {
    for (auto [i, tensor] : llvm::enumerate(tensors)) {
      std::string name = (kind + "_" + Twine(i)).str();
      std::string macro = StringRef(model.name + "_" + name).upper();
      buffers += "static " + macro + "_TYPE " + name + "[" +
                 (tensor.getByteSize() ? macro + "_ELEMENTS" : "1") + "];\n";
      list += name + ", ";
    }
  }

  std::string getLoad() const {
    return "  if (" + model.name +
           "_load_weights(weights) != " + StringRef(model.name).upper() +
           "_WEIGHTS_OK) {\n"
           "    fprintf(stderr, \"the weights are damaged\\n\");\n"
           "    return 1;\n"
           "  }\n";
  }

  /// An element of an output as a number.
  static std::string makeAccessor(StringRef index, ElementType type) {
    std::string element = ("output_" + index + "[i]").str();
    if (type == ElementType::Float16)
      element = "from_float16(" + element + ")";
    else if (type == ElementType::BFloat16)
      element = "from_bfloat16(" + element + ")";
    else if (type != ElementType::Float64)
      element = "(double)" + element;
    return "static double get_output_" + index.str() + "(size_t i) { return " +
           element + "; }\n";
  }

  /// Functions for the element types that C does not have.
  std::string getConversions() const {
    auto has = [&](ElementType type) {
      return llvm::any_of(model.outputs,
                          [&](auto &output) { return output.type == type; });
    };
    std::string text;
    if (has(ElementType::BFloat16))
      text += R"(/* The upper half of a float's bits as a number. */
static double from_bfloat16(uint16_t bits) {
  union {
    uint32_t bits;
    float value;
  } number = {(uint32_t)bits << 16};
  return number.value;
}

)";
    if (has(ElementType::Float16))
      text +=
          R"(/* The number whose bits in float16 these are: 1 sign, 5 exponent, 10 fraction. */
static double from_float16(uint16_t bits) {
  int exponent = bits >> 10 & 31;
  double value = bits & 1023;
  if (exponent == 31)
    value = value ? value / 0.0 - value / 0.0 : 1 / 0.0;
  else if (exponent)
    value += 1024;
  for (; exponent > 25 && exponent < 31; --exponent)
    value *= 2;
  for (; exponent < 25; ++exponent)
    value /= 2;
  return bits >> 15 ? -value : value;
}

)";
    return text;
  }

  void listTensors() {
    std::string rows;
    auto add = [&](StringRef kind, ArrayRef<ModelTensor> tensors) {
      for (auto [i, tensor] : llvm::enumerate(tensors)) {
        SmallVector<std::string> extents;
        for (int64_t extent : tensor.shape)
          extents.push_back(
              ShapedType::isDynamic(extent) ? "-1" : std::to_string(extent));
        rows += (Twine("| ") + kind + " " + Twine(i) + " | " + tensor.name +
                 " | " + getName(tensor.type) + " | " +
                 (extents.empty() ? "one number" : llvm::join(extents, " x ")) +
                 " | " + Twine(tensor.getByteSize()) + " |\n")
                    .str();
      }
    };
    add("input", model.inputs);
    add("output", model.outputs);
    set("tensors", rows);
  }

  const NativeInterface &model;
  StringRef noSharedLibrary;
  Triple triple;
  std::optional<CrossCompiler> cross = getCrossCompiler(triple);
  llvm::StringMap<std::string> values;
};

} // namespace

std::vector<std::pair<std::string, std::string>>
makePackageTexts(const NativeInterface &model, StringRef noSharedLibrary) {
  return PackageTexts(model, noSharedLibrary).make();
}

} // namespace mlir::cnn
