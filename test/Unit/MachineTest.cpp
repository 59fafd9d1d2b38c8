//===- MachineTest.cpp - The processor as data ----------------------------===//

#include "cnnc/Support/Machine.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "gtest/gtest.h"

using namespace mlir::cnn;

namespace {

std::string getError(llvm::Expected<Machine> machine) {
  return machine ? "" : llvm::toString(machine.takeError());
}

} // namespace

TEST(Machine, knowsTheLevelsOfX86) {
  Machine v2 = llvm::cantFail(Machine::get("x86_64-linux-gnu", "x86-64-v2"));
  EXPECT_EQ(v2.vectorBits, 128);
  EXPECT_FALSE(v2.hasFusedMultiplyAdd);
  EXPECT_FALSE(v2.hasFloat16Conversion);
  EXPECT_TRUE(v2.hasRounding);
  Machine v3 = llvm::cantFail(Machine::get("x86_64-linux-gnu", "x86-64-v3"));
  EXPECT_EQ(v3.vectorBits, 256);
  EXPECT_EQ(v3.vectorRegisters, 16);
  EXPECT_TRUE(v3.hasFusedMultiplyAdd);
  EXPECT_TRUE(v3.hasFloat16Conversion);
  Machine v4 = llvm::cantFail(Machine::get("x86_64-linux-gnu", "x86-64-v4"));
  EXPECT_EQ(v4.vectorBits, 512);
  EXPECT_EQ(v4.vectorRegisters, 32);
  EXPECT_EQ(v4.getLanes(), 16);
}

TEST(Machine, appliesFeatures) {
  Machine machine = llvm::cantFail(
      Machine::get("x86_64-linux-gnu", "x86-64-v3", "-fma,-avx2"));
  EXPECT_FALSE(machine.hasFusedMultiplyAdd);
  EXPECT_EQ(machine.vectorBits, 256);
}

TEST(Machine, hasBaselinesForARM) {
  Machine wide = llvm::cantFail(Machine::get("aarch64-linux-gnu"));
  EXPECT_EQ(wide.vectorBits, 128);
  EXPECT_EQ(wide.vectorRegisters, 32);
  EXPECT_TRUE(wide.hasFusedMultiplyAdd);
  Machine narrow = llvm::cantFail(Machine::get("armv7-linux-gnueabihf"));
  EXPECT_EQ(narrow.pointerBits, 32);
  EXPECT_EQ(narrow.vectorBits, 128);
  EXPECT_FALSE(narrow.hasRounding);
}

TEST(Machine, refusesUnknownNames) {
  EXPECT_NE(getError(Machine::get("abacus")).find("unknown target 'abacus'"),
            std::string::npos);
  EXPECT_NE(getError(Machine::get("x86_64-linux-gnu", "abacus"))
                .find("unknown cpu 'abacus'"),
            std::string::npos);
  std::string features =
      getError(Machine::get("x86_64-linux-gnu", "x86-64-v3", "+abacus"));
  EXPECT_NE(features.find("unknown feature '+abacus'"), std::string::npos);
  EXPECT_NE(features.find("avx2"), std::string::npos);
}

TEST(Machine, isRecordedInAModule) {
  mlir::MLIRContext context;
  context.allowUnregisteredDialects();
  mlir::OwningOpRef<mlir::ModuleOp> module =
      mlir::ModuleOp::create(mlir::UnknownLoc::get(&context));
  llvm::cantFail(Machine::get("x86_64-linux-gnu", "x86-64-v2")).setOn(*module);
  Machine machine = llvm::cantFail(Machine::get(*module));
  EXPECT_EQ(machine.cpu, "x86-64-v2");
  EXPECT_EQ(machine.vectorBits, 128);
}
