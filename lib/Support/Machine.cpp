//===- Machine.cpp - The processor as data --------------------------------===//
//
// What can be derived comes from LLVM's description of the subtarget; only
// cache sizes, which LLVM does not know, come from a table.
//
//===----------------------------------------------------------------------===//

#include "cnnc/Support/Machine.h"

#include "TargetNames.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/TargetParser/ARMTargetParser.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/Triple.h"

#include <unistd.h>

using llvm::StringRef;
using llvm::Triple;

namespace mlir::cnn {
namespace {

constexpr StringLiteral targetAttribute = "cnn.target";

/// Makes every code generator of this LLVM known, once.
void initializeTargets() {
  static const bool initialized = [] {
    llvm::InitializeAllTargetInfos();
    llvm::InitializeAllTargets();
    llvm::InitializeAllTargetMCs();
    llvm::InitializeAllAsmPrinters();
    llvm::InitializeAllAsmParsers();
    return true;
  }();
  (void)initialized;
}

/// Bytes of the data caches a core uses, for processors that people name.
struct Caches {
  StringRef cpuPrefix;
  int64_t level1, level2, level3;
};
constexpr Caches cacheTable[] = {
    {"znver5", 48 << 10, 1 << 20, 32 << 20},
    {"znver4", 32 << 10, 1 << 20, 32 << 20},
    {"znver", 32 << 10, 512 << 10, 16 << 20},
    {"skylake-avx512", 32 << 10, 1 << 20, 16 << 20},
    {"sapphirerapids", 48 << 10, 2 << 20, 32 << 20},
    {"x86-64-v4", 32 << 10, 1 << 20, 16 << 20},
    {"x86-64-v3", 32 << 10, 512 << 10, 8 << 20},
    {"neoverse", 64 << 10, 1 << 20, 32 << 20},
    {"cortex-a5", 32 << 10, 256 << 10, 0},
    {"cortex-a7", 32 << 10, 256 << 10, 0},
    {"cortex-m", 0, 0, 0},
    {"apple", 64 << 10, 4 << 20, 0},
};

Caches getCaches(StringRef cpu, bool isHost) {
  if (isHost) {
    Caches host = {cpu, sysconf(_SC_LEVEL1_DCACHE_SIZE),
                   sysconf(_SC_LEVEL2_CACHE_SIZE),
                   sysconf(_SC_LEVEL3_CACHE_SIZE)};
    if (host.level1 > 0 && host.level2 > 0)
      return host;
  }
  for (const Caches &row : cacheTable)
    if (cpu.starts_with(row.cpuPrefix))
      return row;
  return {cpu, 32 << 10, 256 << 10, 2 << 20};
}

/// What code for a processor of this name has and LLVM's code generator leaves
/// out: the vectors of 32-bit ARM processors, which C compilers use, too; the
/// scheduler that counts their registers, without which sums spill; and the
/// instructions that multiply and add, which it takes to be slow where one has
/// to wait for the one before; and of RISC-V what Linux has, or what can be
/// relied on without a system.
std::string getUsualFeatures(const Triple &triple, StringRef cpu) {
  if (triple.isRISCV() && cpu.starts_with("generic"))
    return triple.isOSLinux() ? "+m,+a,+f,+d,+c" : "+m,+a,+c";
  if (!triple.isARM() && !triple.isThumb())
    return "";
  namespace ARM = llvm::ARM;
  ARM::FPUKind unit = ARM::getDefaultFPU(cpu, ARM::ArchKind::INVALID);
  bool hasVectors =
      ARM::getFPUNeonSupportLevel(unit) != ARM::NeonSupportLevel::None;
  return hasVectors ? "+neon,+use-misched,-slowfpvmlx" : "";
}

/// The processor meant when only the triple is given.
StringRef getBaseline(const Triple &triple) {
  if (triple.isX86() && triple.isArch64Bit())
    return "x86-64-v3";
  if (triple.isARM())
    return "cortex-a7";
  if (triple.isThumb())
    return llvm::ARM::getARMCPUForArch(triple);
  if (triple.isRISCV())
    return triple.isRISCV64() ? "generic-rv64" : "generic-rv32";
  return "generic";
}

llvm::Error makeError(const llvm::Twine &message) {
  return llvm::createStringError(message.str());
}

/// ARM of 32 or 64 bits. LLVM warns of features of another kind of machine.
bool isARM(const Triple &triple) {
  return triple.isARM() || triple.isThumb() || triple.isAArch64();
}

/// "name.bits", as LLVM calls what exists for several widths.
std::string withBits(StringRef name, int64_t bits) {
  return (name + "." + llvm::Twine(bits)).str();
}

/// Fills in the sums of products of vectors that are described already.
void describeProducts(Machine &machine, const Triple &triple,
                      const llvm::MCSubtargetInfo &subtarget) {
  auto has = [&](StringRef feature) {
    return subtarget.checkFeatures(("+" + feature).str());
  };
  int64_t bits = machine.vectorBits;
  if (triple.isX86()) {
    // With AVX but not AVX2, vectors of 256 bits are for floats only.
    StringRef pairs = bits == 512   ? "llvm.x86.avx512.pmaddw.d.512"
                      : has("avx2") ? "llvm.x86.avx2.pmadd.wd"
                                    : "llvm.x86.sse2.pmadd.wd";
    if (bits == 128 || (bits == 256 && has("avx2")) || has("avx512bw"))
      machine.wordProduct = {pairs.str(), /*terms=*/2, /*bits=*/16};
    if ((has("avx512vnni") && has("avx512vl")) ||
        (has("avxvnni") && bits <= 256))
      machine.byteProduct = {withBits("llvm.x86.avx512.vpdpbusd", bits),
                             /*terms=*/4, /*bits=*/8, /*isMixed=*/true,
                             /*accumulates=*/true};
  } else if (bits == 128 && isARM(triple) && (has("dotprod") || has("i8mm"))) {
    StringRef family = triple.isAArch64() ? "aarch64" : "arm";
    bool isMixed = has("i8mm");
    StringRef name = isMixed ? "usdot" : "sdot";
    machine.byteProduct = {
        ("llvm." + family + ".neon." + name + ".v4i32.v16i8").str(),
        /*terms=*/4, /*bits=*/8, isMixed, /*accumulates=*/true};
    // The 16 registers of 32-bit ARM are too few for tiles.
    if (isMixed && triple.isAArch64())
      machine.matrixProduct = {"llvm.aarch64.neon.usmmla.v4i32.v16i8",
                               "llvm.aarch64.neon.smmla.v4i32.v16i8"};
  } else if (!triple.isAArch64() && isARM(triple) && has("dsp") &&
             !has("neon")) {
    machine.pairProduct = {"llvm.arm.sxtb16", "llvm.arm.uxtb16",
                           "llvm.arm.smlad"};
  }
}

/// Fills in the sums of bytes by way of 16 bits, for machines whose sums of
/// products are described already.
void describeNarrowProducts(Machine &machine, const Triple &triple,
                            const llvm::MCSubtargetInfo &subtarget) {
  auto has = [&](StringRef feature) {
    return subtarget.checkFeatures(("+" + feature).str());
  };
  NarrowProduct narrow;
  if (triple.isX86()) {
    if (machine.wordProduct.intrinsic.empty() || !has("ssse3"))
      return;
    StringRef intrinsic =
        machine.vectorBits == 512   ? "llvm.x86.avx512.pmaddubs.w.512"
        : machine.vectorBits == 256 ? "llvm.x86.avx2.pmadd.ub.sw"
                                    : "llvm.x86.ssse3.pmadd.ub.sw.128";
    narrow.products = {intrinsic.str(), /*terms=*/4, /*bits=*/8,
                       /*isMixed=*/true};
    narrow.pairs = machine.wordProduct;
    narrow.hasUnitFactors = true;
  } else {
    if (machine.vectorBits != 128 || !isARM(triple) || !has("neon"))
      return;
    narrow.products = {"", /*terms=*/2, /*bits=*/8};
    narrow.pairs = {"llvm.aarch64.neon.saddlp.v4i32.v8i16", /*terms=*/2};
    if (!triple.isAArch64())
      narrow.pairs = {"llvm.arm.neon.vpadals.v4i32.v8i16", /*terms=*/2,
                      /*bits=*/16, /*isMixed=*/false, /*accumulates=*/true};
  }
  machine.narrowProduct = narrow;
}

/// Fills in what the subtarget's features say of its vectors.
void describeVectors(Machine &machine, const Triple &triple,
                     const llvm::MCSubtargetInfo &subtarget) {
  auto has = [&](StringRef feature) {
    return subtarget.checkFeatures(("+" + feature).str());
  };
  machine.pointerBits = triple.isArch64Bit() ? 64 : 32;
  if (triple.isX86()) {
    bool wide = has("avx512f") && has("avx512vl");
    machine.vectorBits = wide ? 512 : has("avx") ? 256 : 128;
    machine.vectorRegisters = wide ? 32 : triple.isArch64Bit() ? 16 : 8;
    machine.hasFusedMultiplyAdd = has("fma");
    machine.hasFloat16Conversion = has("f16c");
    machine.hasRounding = has("sse4.1");
    machine.hasTickCounter = true;
  } else if (triple.isAArch64()) {
    machine.vectorBits = 128;
    machine.vectorRegisters = 32;
    machine.hasFusedMultiplyAdd = true;
    machine.hasFloat16Conversion = true;
    machine.hasFloat16Arithmetic = has("fullfp16");
    machine.hasLaneProducts = true;
    machine.hasRounding = true;
    machine.hasTickCounter = true;
  } else if (triple.isARM() || triple.isThumb()) {
    bool hasNEON = has("neon"), vectors = hasNEON || has("mve.fp");
    machine.vectorBits = vectors ? 128 : 32;
    machine.vectorRegisters = hasNEON ? 16 : vectors ? 8 : 32;
    machine.hasFusedMultiplyAdd = has("vfp4d16sp");
    machine.floatArgumentBits = has("vfp2sp") ? 64 : 0;
    machine.hasFloat16Conversion = has("fp16") && hasNEON;
    machine.hasLaneProducts = hasNEON;
    machine.hasRounding = has("fp-armv8d16sp");
  } else if (triple.isRISCV()) {
    // Vectors have 128 bits at least, and scalars as many registers.
    machine.vectorBits = has("zvl128b") ? 128 : 32;
    machine.vectorRegisters = 32;
    machine.hasFusedMultiplyAdd = has("f");
    machine.floatArgumentBits = has("d") ? 64 : has("f") ? 32 : 0;
  }
}

/// The features the host has beyond, or short of, what its processor's name
/// implies.
std::string getHostFeatures(const llvm::Target &target, const Triple &triple,
                            StringRef cpu) {
  std::unique_ptr<llvm::MCSubtargetInfo> implied(
      target.createMCSubtargetInfo(triple, cpu, ""));
  std::vector<std::string> features;
  for (const auto &entry : llvm::sys::getHostCPUFeatures()) {
    std::string feature = (entry.second ? "+" : "-") + entry.first().str();
    if (!implied->checkFeatures(feature))
      features.push_back(feature);
  }
  llvm::sort(features);
  return llvm::join(features, ",");
}

} // namespace

Machine Machine::getHost() { return llvm::cantFail(get("")); }

std::optional<DotProduct> Machine::getByteProduct(bool isUnsigned,
                                                  int64_t channels,
                                                  int64_t pixels) const {
  if (matrixProduct && pixels > 1 && channels % matrixProduct->terms == 0)
    return matrixProduct->get(isUnsigned);
  return byteProduct;
}

llvm::Expected<Machine> Machine::get(StringRef tripleName, StringRef cpu,
                                     StringRef features) {
  initializeTargets();
  Triple host(llvm::sys::getDefaultTargetTriple());
  Triple triple(tripleName.empty() ? host.str()
                                   : Triple::normalize(tripleName));
  if (llvm::Error error = checkTriple(tripleName, triple))
    return std::move(error);
  std::string reason;
  const llvm::Target *target =
      llvm::TargetRegistry::lookupTarget(triple, reason);

  Machine machine;
  machine.triple = triple.str();
  bool isHost = cpu.empty() && triple.getArch() == host.getArch() &&
                triple.getOS() == host.getOS();
  std::string baseFeatures;
  if (isHost) {
    machine.cpu = llvm::sys::getHostCPUName().str();
    baseFeatures = getHostFeatures(*target, triple, machine.cpu);
  } else {
    if (cpu.empty())
      cpu = getBaseline(triple);
    machine.cpu =
        cpu == "native" ? llvm::sys::getHostCPUName().str() : cpu.str();
    baseFeatures = getUsualFeatures(triple, machine.cpu);
  }
  if (llvm::Error error = checkNames(*target, triple, machine.cpu, features))
    return std::move(error);

  machine.features = baseFeatures;
  if (!features.empty())
    machine.features += (baseFeatures.empty() ? "" : ",") + features.str();
  std::unique_ptr<llvm::MCSubtargetInfo> subtarget(
      target->createMCSubtargetInfo(triple, machine.cpu, machine.features));
  describeVectors(machine, triple, *subtarget);
  describeProducts(machine, triple, *subtarget);
  describeNarrowProducts(machine, triple, *subtarget);

  Caches caches = getCaches(machine.cpu, isHost);
  machine.level1Bytes = caches.level1;
  machine.level2Bytes = caches.level2;
  machine.level3Bytes = caches.level3;
  return machine;
}

llvm::Expected<Machine> Machine::get(ModuleOp module) {
  Attribute attribute = module->getAttr(targetAttribute);
  if (!attribute)
    return getHost();
  auto dictionary = dyn_cast<DictionaryAttr>(attribute);
  if (!dictionary)
    return makeError("expected the dictionary {triple, cpu, features} in "
                     "attribute cnn.target");
  StringRef names[3];
  const StringRef keys[] = {"triple", "cpu", "features"};
  for (auto [name, key] : llvm::zip_equal(names, keys))
    if (auto value = dictionary.getAs<StringAttr>(key))
      name = value.getValue();
  return get(names[0], names[1], names[2]);
}

void Machine::setOn(ModuleOp module) const {
  Builder builder(module.getContext());
  module->setAttr(
      targetAttribute,
      builder.getDictionaryAttr(
          {builder.getNamedAttr("cpu", builder.getStringAttr(cpu)),
           builder.getNamedAttr("features", builder.getStringAttr(features)),
           builder.getNamedAttr("triple", builder.getStringAttr(triple))}));
}

} // namespace mlir::cnn
