//===- MachineTest.cpp - The processor as data ----------------------------===//

#include "cnnc/Support/Machine.h"
#include "cnnc/Support/TableLookup.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "gmock/gmock.h"
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

TEST(Machine, knowsHowProductsOfIntegersAreAdded) {
  auto get = [](const char *triple, const char *cpu, const char *features) {
    return llvm::cantFail(Machine::get(triple, cpu, features));
  };
  Machine v2 = get("x86_64-linux-gnu", "x86-64-v2", "");
  EXPECT_FALSE(v2.byteProduct);
  EXPECT_EQ(v2.wordProduct.intrinsic, "llvm.x86.sse2.pmadd.wd");
  EXPECT_EQ(v2.wordProduct.terms, 2);
  Machine v3 = get("x86_64-linux-gnu", "x86-64-v3", "");
  EXPECT_FALSE(v3.byteProduct);
  EXPECT_EQ(v3.wordProduct.intrinsic, "llvm.x86.avx2.pmadd.wd");
  Machine vnni = get("x86_64-linux-gnu", "x86-64-v3", "+avxvnni");
  ASSERT_TRUE(vnni.byteProduct);
  EXPECT_EQ(vnni.byteProduct->intrinsic, "llvm.x86.avx512.vpdpbusd.256");
  EXPECT_EQ(vnni.byteProduct->terms, 4);
  EXPECT_TRUE(vnni.byteProduct->isMixed);
  Machine wide = get("x86_64-linux-gnu", "znver4", "");
  ASSERT_TRUE(wide.byteProduct);
  EXPECT_EQ(wide.byteProduct->intrinsic, "llvm.x86.avx512.vpdpbusd.512");
  EXPECT_EQ(wide.wordProduct.intrinsic, "llvm.x86.avx512.pmaddw.d.512");
  // Vectors of 256 bits for floats, but not for integers.
  EXPECT_EQ(get("x86_64-linux-gnu", "sandybridge", "").wordProduct.intrinsic,
            "");
  Machine neon = get("aarch64-linux-gnu", "", "");
  EXPECT_FALSE(neon.byteProduct);
  EXPECT_EQ(neon.wordProduct.terms, 1);
  Machine dot = get("aarch64-linux-gnu", "", "+dotprod");
  ASSERT_TRUE(dot.byteProduct);
  EXPECT_FALSE(dot.byteProduct->isMixed);
  Machine mixed = get("aarch64-linux-gnu", "neoverse-v1", "");
  ASSERT_TRUE(mixed.byteProduct);
  EXPECT_EQ(mixed.byteProduct->intrinsic,
            "llvm.aarch64.neon.usdot.v4i32.v16i8");
  EXPECT_TRUE(mixed.byteProduct->isMixed);
}

TEST(Machine, multipliesTilesOfWholeRowsOfBytes) {
  auto get = [](const char *triple, const char *cpu) {
    return llvm::cantFail(Machine::get(triple, cpu));
  };
  EXPECT_FALSE(get("aarch64-linux-gnu", "neoverse-n1").matrixProduct);
  EXPECT_FALSE(get("x86_64-linux-gnu", "znver4").matrixProduct);
  Machine machine = get("aarch64-linux-gnu", "neoverse-v1");
  ASSERT_TRUE(machine.matrixProduct);
  std::optional<DotProduct> tiles = machine.getByteProduct(true, 16, 2);
  ASSERT_TRUE(tiles);
  EXPECT_EQ(tiles->intrinsic, "llvm.aarch64.neon.usmmla.v4i32.v16i8");
  EXPECT_EQ(tiles->terms, 8);
  EXPECT_TRUE(tiles->isMixed);
  tiles = machine.getByteProduct(false, 8, 3);
  EXPECT_EQ(tiles->intrinsic, "llvm.aarch64.neon.smmla.v4i32.v16i8");
  EXPECT_FALSE(tiles->isMixed);
  // One pixel, or half a row.
  EXPECT_EQ(machine.getByteProduct(true, 16, 1)->terms, 4);
  EXPECT_EQ(machine.getByteProduct(true, 12, 2)->terms, 4);
  EXPECT_FALSE(get("aarch64-linux-gnu", "").getByteProduct(true, 16, 2));
}

TEST(Machine, knowsHowProductsOfBytesAreAddedIn16Bits) {
  auto get = [](const char *triple, const char *cpu) {
    return llvm::cantFail(Machine::get(triple, cpu));
  };
  Machine v2 = get("x86_64-linux-gnu", "x86-64-v2");
  ASSERT_TRUE(v2.narrowProduct);
  EXPECT_EQ(v2.narrowProduct->products.intrinsic,
            "llvm.x86.ssse3.pmadd.ub.sw.128");
  EXPECT_EQ(v2.narrowProduct->products.terms, 4);
  EXPECT_TRUE(v2.narrowProduct->hasUnitFactors);
  Machine v3 = get("x86_64-linux-gnu", "x86-64-v3");
  ASSERT_TRUE(v3.narrowProduct);
  EXPECT_EQ(v3.narrowProduct->products.intrinsic, "llvm.x86.avx2.pmadd.ub.sw");
  EXPECT_EQ(v3.narrowProduct->pairs.intrinsic, "llvm.x86.avx2.pmadd.wd");
  // The first level of x86-64 has no such products, and this processor none
  // of 256 bits.
  EXPECT_FALSE(get("x86_64-linux-gnu", "x86-64").narrowProduct);
  EXPECT_FALSE(get("x86_64-linux-gnu", "sandybridge").narrowProduct);
  for (const char *triple : {"aarch64-linux-gnu", "armv7-linux-gnueabihf"}) {
    Machine neon = get(triple, "");
    ASSERT_TRUE(neon.narrowProduct);
    EXPECT_EQ(neon.narrowProduct->products.terms, 2);
    EXPECT_FALSE(neon.narrowProduct->products.isMixed);
    EXPECT_FALSE(neon.narrowProduct->hasUnitFactors);
  }
}

TEST(Machine, knowsWhatLooksUpInRegisters) {
  auto getEntries = [](const char *triple, const char *cpu) {
    std::vector<int64_t> entries;
    for (const TableLookup &lookup :
         getTableLookups(llvm::cantFail(Machine::get(triple, cpu))))
      entries.push_back(lookup.entries);
    return entries;
  };
  EXPECT_THAT(getEntries("x86_64-linux-gnu", "znver4"),
              testing::ElementsAre(4, 16, 32));
  EXPECT_THAT(getEntries("x86_64-linux-gnu", "x86-64-v3"),
              testing::ElementsAre(4, 8));
  EXPECT_THAT(getEntries("x86_64-linux-gnu", "sandybridge"),
              testing::ElementsAre(4));
  EXPECT_THAT(getEntries("x86_64-linux-gnu", "x86-64-v2"),
              testing::ElementsAre(4));
  EXPECT_THAT(getEntries("aarch64-linux-gnu", ""),
              testing::ElementsAre(4, 8, 16));
  EXPECT_TRUE(getEntries("armv7-linux-gnueabihf", "").empty());
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
  EXPECT_TRUE(wide.hasLaneProducts && narrow.hasLaneProducts);
}

TEST(Machine, hasVectorsOfARMByTheNameOfTheProcessor) {
  auto getBits = [](const char *triple, const char *cpu, const char *features) {
    return llvm::cantFail(Machine::get(triple, cpu, features)).vectorBits;
  };
  for (const char *cpu : {"cortex-a7", "cortex-a9", "cortex-a15", "cortex-a53"})
    EXPECT_EQ(getBits("arm-linux-gnueabihf", cpu, ""), 128) << cpu;
  EXPECT_EQ(getBits("arm-linux-gnueabihf", "cortex-a9", "-neon"), 32);
  EXPECT_EQ(getBits("arm-linux-gnueabihf", "cortex-r5", ""), 32);
  EXPECT_EQ(getBits("thumbv7em-none-eabihf", "cortex-m7", ""), 32);
}

TEST(Machine, knowsCortexM) {
  auto get = [](const char *triple, const char *cpu) {
    return llvm::cantFail(Machine::get(triple, cpu));
  };
  Machine m4 = get("thumbv7em-none-eabihf", "cortex-m4");
  EXPECT_EQ(m4.pointerBits, 32);
  EXPECT_EQ(m4.getLanes(), 1);
  EXPECT_TRUE(m4.hasFusedMultiplyAdd);
  EXPECT_FALSE(m4.hasRounding);
  EXPECT_TRUE(get("thumbv7em-none-eabihf", "cortex-m7").hasRounding);
  Machine m55 = get("thumbv8.1m.main-none-eabihf", "cortex-m55");
  EXPECT_EQ(m55.getLanes(), 4);
  EXPECT_EQ(m55.vectorRegisters, 8);
  EXPECT_EQ(get("thumbv7em-none-eabihf", "").cpu, "cortex-m4");
}

TEST(Machine, multipliesPairsWithoutVectors) {
  auto get = [](const char *triple, const char *cpu, const char *features) {
    return llvm::cantFail(Machine::get(triple, cpu, features));
  };
  Machine m4 = get("thumbv7em-none-eabihf", "cortex-m4", "");
  ASSERT_TRUE(m4.pairProduct);
  EXPECT_EQ(m4.pairProduct->multiplyAdd, "llvm.arm.smlad");
  EXPECT_EQ(m4.getByteLanes(), 4);
  // Beside vectors that multiply no bytes.
  Machine m55 = get("thumbv8.1m.main-none-eabihf", "cortex-m55", "");
  EXPECT_TRUE(m55.pairProduct);
  EXPECT_EQ(m55.getByteLanes(), m55.getLanes());
  Machine m3 = get("thumbv7m-none-eabi", "cortex-m3", "");
  EXPECT_FALSE(m3.pairProduct);
  EXPECT_EQ(m3.getByteLanes(), 1);
  EXPECT_EQ(m3.floatArgumentBits, 0);
  EXPECT_GT(m4.floatArgumentBits, 0);
  EXPECT_FALSE(get("armv7-linux-gnueabihf", "", "").pairProduct);
  EXPECT_TRUE(get("armv7-linux-gnueabihf", "", "-neon").pairProduct);
  EXPECT_FALSE(get("riscv64-linux-gnu", "", "").pairProduct);
}

TEST(Machine, knowsRISCV) {
  Machine scalar = llvm::cantFail(Machine::get("riscv64-linux-gnu"));
  EXPECT_EQ(scalar.getLanes(), 1);
  EXPECT_EQ(scalar.floatArgumentBits, 64);
  EXPECT_TRUE(scalar.hasFusedMultiplyAdd);
  Machine vectors = llvm::cantFail(Machine::get("riscv64-linux-gnu", "", "+v"));
  EXPECT_EQ(vectors.getLanes(), 4);
  EXPECT_EQ(vectors.vectorRegisters, 32);
  Machine small = llvm::cantFail(Machine::get("riscv32-none-elf"));
  EXPECT_EQ(small.pointerBits, 32);
  EXPECT_EQ(small.floatArgumentBits, 0);
  EXPECT_FALSE(small.hasFusedMultiplyAdd);
}

TEST(Machine, refusesWhatItDoesNotDescribe) {
  for (const char *triple : {"powerpc64le-linux-gnu", "aarch64_be-linux-gnu",
                             "thumbebv7em-none-eabihf", "riscv64be-linux-gnu"})
    EXPECT_NE(getError(Machine::get(triple))
                  .find("; expected a triple, ARCHITECTURE-SYSTEM-ENVIRONMENT, "
                        "such as x86_64-linux-gnu"),
              std::string::npos)
        << triple;
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
