//===- TargetNames.cpp - Names of machines as people write them -----------===//

#include "TargetNames.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/TargetRegistry.h"

#include <memory>

using namespace llvm;

namespace mlir::cnn {
namespace {

/// What people compile for, the usual one of each architecture first.
constexpr StringLiteral usualTargets[] = {
    "x86_64-linux-gnu",   "aarch64-linux-gnu",   "armv7-linux-gnueabihf",
    "riscv64-linux-gnu",  "i686-linux-gnu",      "thumbv7em-none-eabihf",
    "thumbv6m-none-eabi", "thumbv7m-none-eabi",  "thumbv8m.main-none-eabihf",
    "aarch64-none-elf",   "riscv64-unknown-elf", "riscv32-unknown-elf"};

/// What other tools call a target.
constexpr std::pair<StringLiteral, StringLiteral> otherNames[] = {
    {"x86", "x86_64-linux-gnu"},
    {"x64", "x86_64-linux-gnu"},
    {"armhf", "armv7-linux-gnueabihf"},
    {"arm32", "armv7-linux-gnueabihf"},
    {"cortex-m4", "thumbv7em-none-eabihf"},
    {"riscv", "riscv64-linux-gnu"}};

bool isOurs(const Triple &triple) {
  return (triple.isX86() || triple.isAArch64() || triple.isARM() ||
          triple.isThumb() || triple.isRISCV()) &&
         triple.isLittleEndian();
}

/// The usual target that was meant, or "".
StringRef findMeant(StringRef name, const Triple &triple) {
  for (const auto &[other, target] : otherNames)
    if (name == other)
      return target;
  StringRef nearest;
  unsigned least = std::max<unsigned>(1, name.size() / 4) + 1;
  for (StringRef target : usualTargets) {
    unsigned distance = name.edit_distance(target);
    if (distance < least) {
      least = distance;
      nearest = target;
    }
  }
  if (!nearest.empty())
    return nearest;
  for (StringRef target : usualTargets)
    if (triple.getArch() != Triple::UnknownArch &&
        Triple(target).getArch() == triple.getArch())
      return target;
  return "";
}

/// The usual target whose processors have this name, or "".
StringRef findTargetOf(StringRef cpu) {
  for (StringRef name : usualTargets) {
    Triple triple(Triple::normalize(name));
    std::string reason;
    const Target *target = TargetRegistry::lookupTarget(triple, reason);
    if (!target)
      continue;
    std::unique_ptr<MCSubtargetInfo> subtarget(
        target->createMCSubtargetInfo(triple, "", ""));
    if (subtarget && subtarget->isCPUStringValid(cpu))
      return name;
  }
  return "";
}

template <typename Rows>
SmallVector<StringRef> getKeys(const Rows &rows) {
  SmallVector<StringRef> names;
  for (const auto &row : rows)
    names.push_back(row.Key);
  return names;
}

Error makeError(const Twine &message) {
  return createStringError(message.str());
}

Error makeFeatureError(StringRef feature, const Triple &triple,
                       ArrayRef<StringRef> names) {
  bool hasSign = feature.starts_with("+") || feature.starts_with("-");
  if (!hasSign && is_contained(names, feature))
    return makeError("feature '" + feature +
                     "' needs + to be added or - to be removed");
  return makeError("unknown feature '" + feature + "' for " + triple.str() +
                   suggest(hasSign ? feature.drop_front() : feature, names) +
                   "; expected + or - and one of " + join(names, ", "));
}

} // namespace

std::string suggest(StringRef written, ArrayRef<StringRef> names) {
  constexpr size_t mostShown = 3;
  unsigned limit = std::max<unsigned>(1, written.size() / 3);
  SmallVector<std::pair<unsigned, StringRef>> near;
  for (StringRef name : names) {
    unsigned distance = written.edit_distance(name, /*AllowReplacements=*/true,
                                              /*MaxEditDistance=*/limit);
    if (distance <= limit)
      near.push_back({distance, name});
  }
  llvm::sort(near);
  if (near.empty())
    return "";
  if (near.size() > mostShown)
    near.truncate(mostShown);
  return " (did you mean '" + join(make_second_range(near), "' or '") + "'?)";
}

Error checkTriple(StringRef name, const Triple &triple) {
  std::string reason;
  bool isKnown = isOurs(triple) && TargetRegistry::lookupTarget(triple, reason);
  StringRef environment = triple.getEnvironmentName();
  bool hasKnownEnvironment =
      environment.empty() || environment == "elf" || environment == "unknown" ||
      triple.getEnvironment() != Triple::UnknownEnvironment;
  // Without a system there is a format or a binary interface.
  bool hasSystem = triple.getOS() != Triple::UnknownOS ||
                   environment == "elf" || environment.starts_with("eabi");
  if (isKnown && hasKnownEnvironment && hasSystem)
    return Error::success();
  StringRef meant = findMeant(name, triple);
  std::string problem = triple.getArch() == Triple::UnknownArch
                            ? "unknown target '"
                        : !isKnown   ? "unsupported target '"
                        : !hasSystem ? "incomplete target '"
                                     : "unknown target '";
  return makeError(
      problem + name + "'" +
      (meant.empty() ? "" : " (did you mean '" + meant + "'?)") +
      "; expected a triple, ARCHITECTURE-SYSTEM-ENVIRONMENT, such as " +
      join(ArrayRef(usualTargets), ", "));
}

Error checkNames(const Target &target, const Triple &triple, StringRef cpu,
                 StringRef features) {
  std::unique_ptr<MCSubtargetInfo> generic(
      target.createMCSubtargetInfo(triple, "", ""));
  if (!generic)
    return makeError("no code generator for target '" + triple.str() + "'");
  if (!generic->isCPUStringValid(cpu)) {
    SmallVector<StringRef> names =
        getKeys(generic->getAllProcessorDescriptions());
    std::string message = "unknown cpu '" + cpu.str() + "' for " + triple.str();
    if (StringRef other = findTargetOf(cpu); !other.empty())
      return makeError(message + ", but known with --target=" + other);
    return makeError(message + suggest(cpu, names) + "; expected one of " +
                     join(names, ", "));
  }
  SmallVector<StringRef> names = getKeys(generic->getAllProcessorFeatures());
  for (StringRef feature : split(features, ',')) {
    bool isKnown =
        feature.empty() || ((feature[0] == '+' || feature[0] == '-') &&
                            is_contained(names, feature.drop_front()));
    if (!isKnown)
      return makeFeatureError(feature, triple, names);
  }
  return Error::success();
}

} // namespace mlir::cnn
