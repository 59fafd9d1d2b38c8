//===- Channels.cpp - Which channels of a network go together -------------===//

#include "Channels.h"
#include "ChannelVisitor.h"

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace mlir::cnn;

std::string mlir::cnn::getNodeName(Operation *op) {
  if (auto name = op->getLoc()->findInstanceOf<NameLoc>())
    return name.getName().str();
  std::string text;
  llvm::raw_string_ostream(text) << op->getLoc();
  return text;
}

std::string ChannelGroup::getName() const {
  return llvm::join(llvm::map_range(producers, getNodeName), "+");
}

ChannelAnalysis::ChannelAnalysis(func::FuncOp function) {
  ChannelVisitor visitor(*this);
  for (Operation &op : function.front())
    visitor.visit(&op);
  llvm::DenseMap<Unit, std::string> leaders;
  for (auto &[unit, why] : fixed)
    leaders.try_emplace(find(unit), why);
  fixed = std::move(leaders);
}

const ChannelMap *ChannelAnalysis::getChannels(Value value) const {
  auto found = channels.find(value);
  return found == channels.end() ? nullptr : &found->second;
}

SmallVector<ChannelGroup> ChannelAnalysis::getGroups() const {
  llvm::MapVector<Unit, llvm::SmallSetVector<Operation *, 2>> producers;
  for (const Cut &cut : cuts)
    if (cut.role == CutRole::Output)
      for (Unit unit : cut.units)
        if (!fixed.contains(find(unit)))
          producers[find(unit)].insert(cut.op);
  SmallVector<ChannelGroup> groups;
  for (auto &[unit, ops] : producers) {
    ArrayRef<Operation *> list = ops.getArrayRef();
    ChannelGroup *group = llvm::find_if(groups, [&](const ChannelGroup &known) {
      return ArrayRef(known.producers) == list;
    });
    if (group == groups.end()) {
      groups.push_back({SmallVector<Operation *>(list), {}});
      group = &groups.back();
    }
    group->units.push_back(unit);
  }
  return groups;
}

std::string ChannelAnalysis::getObstacle(Operation *producer) const {
  for (const Cut &cut : cuts)
    if (cut.op == producer && cut.role == CutRole::Output)
      for (Unit unit : cut.units)
        if (auto found = fixed.find(find(unit)); found != fixed.end())
          return found->second;
  return "";
}
