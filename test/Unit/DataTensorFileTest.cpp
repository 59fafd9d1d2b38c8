//===- DataTensorFileTest.cpp - Tensors in files ------------------------===//

#include "cnnc/Data/TensorFile.h"

#include "onnx.pb.h"
#include "llvm/Support/raw_ostream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace mlir::cnn;
using testing::ElementsAre;
using testing::HasSubstr;

namespace {

std::string toNpy(const Tensor &tensor) {
  std::string bytes;
  llvm::raw_string_ostream stream(bytes);
  printNpy(tensor, stream);
  return bytes;
}

/// An npy file of version 1 with this header and these data.
std::string makeNpy(std::string header, const std::string &data) {
  std::string bytes("\x93NUMPY\x01\x00", 8);
  bytes += static_cast<char>(header.size());
  bytes += '\0';
  return bytes + header + data;
}

std::string getMessage(llvm::Expected<Tensor> tensor) {
  return tensor ? "no error" : llvm::toString(tensor.takeError());
}

TEST(RunnerNpy, ReadsWhatItWrites) {
  for (ElementType type :
       {ElementType::Float16, ElementType::Float32, ElementType::Float64,
        ElementType::Int8, ElementType::Int64, ElementType::UInt8,
        ElementType::UInt16, ElementType::Bool}) {
    Tensor tensor = Tensor::fromFloats({1, 2, 2}, {0, 1, 1, 0}).convertTo(type);
    std::string bytes = toNpy(tensor);
    llvm::Expected<Tensor> read = parseNpy(bytes);
    ASSERT_TRUE(bool(read)) << llvm::toString(read.takeError());
    EXPECT_EQ(describe(*read), describe(tensor));
    EXPECT_THAT(read->toDoubles(), ElementsAre(0, 1, 1, 0));
    // The data are aligned to 64 bytes, as numpy's are.
    EXPECT_EQ((bytes.size() - tensor.getBytes().size()) % 64, 0u);
  }
}

TEST(RunnerNpy, ReadsScalarsAndEmptyTensors) {
  EXPECT_EQ(
      describe(llvm::cantFail(parseNpy(toNpy(Tensor::fromFloats({}, {3}))))),
      "float32");
  EXPECT_EQ(describe(llvm::cantFail(
                parseNpy(toNpy(Tensor(ElementType::Int32, {0, 4}))))),
            "0x4xint32");
}

TEST(RunnerNpy, ReordersColumnMajorData) {
  // [[1, 2, 3], [4, 5, 6]], stored column by column.
  std::string bytes =
      makeNpy("{'descr': '|u1', 'fortran_order': True, 'shape': (2, 3), }\n",
              "\1\4\2\5\3\6");
  EXPECT_THAT(llvm::cantFail(parseNpy(bytes)).toDoubles(),
              ElementsAre(1, 2, 3, 4, 5, 6));
}

TEST(RunnerNpy, WritesBFloat16AsFloat32) {
  Tensor tensor =
      Tensor::fromFloats({1}, {1.5f}).convertTo(ElementType::BFloat16);
  EXPECT_EQ(describe(llvm::cantFail(parseNpy(toNpy(tensor)))), "1xfloat32");
}

TEST(RunnerNpy, RefusesEveryTruncation) {
  std::string bytes = toNpy(Tensor::fromFloats({2}, {1, 2}));
  for (size_t size = 0; size < bytes.size(); ++size)
    EXPECT_NE(getMessage(parseNpy(llvm::StringRef(bytes).take_front(size))),
              "no error")
        << size;
}

TEST(RunnerNpy, SaysWhatIsWrong) {
  auto getMessageOf = [](std::string header, std::string data = "") {
    return getMessage(parseNpy(makeNpy(std::move(header), data)));
  };
  EXPECT_THAT(getMessage(parseNpy("PK")), HasSubstr("not an npy file"));
  EXPECT_THAT(getMessage(parseNpy("\x93NUMPY\x09 ")),
              HasSubstr("expected npy version 1, 2 or 3, got 9"));
  EXPECT_THAT(getMessageOf("{'descr': '>f4', 'fortran_order': False, "
                           "'shape': (1,), }"),
              HasSubstr("got '>f4'"));
  EXPECT_THAT(getMessageOf("{'descr': '<f4', 'fortran_order': False, "
                           "'shape': 3, }"),
              HasSubstr("expected a shape like (1, 3)"));
  EXPECT_THAT(getMessageOf("{'descr': '<f4', 'fortran_order': False, "
                           "'shape': (-1,), }"),
              HasSubstr("no negative extents"));
  EXPECT_THAT(getMessageOf("{'descr': '<f4', 'fortran_order': Maybe, "
                           "'shape': (1,), }"),
              HasSubstr("True or False"));
  EXPECT_THAT(getMessageOf("{'descr': '<f4', 'fortran_order': False, "
                           "'shape': (2,), }",
                           "abcd"),
              HasSubstr("2xfloat32 needs 8 bytes of data, got 4"));
  EXPECT_THAT(getMessageOf("{'descr': '<f4', 'fortran_order': False, 'shape': "
                           "(4611686018427387904, 4), }"),
              HasSubstr("needs more than 2^63 bytes"));
}

TEST(RunnerTensorProto, ReadsRawData) {
  onnx::TensorProto proto;
  proto.set_data_type(onnx::TensorProto::FLOAT16);
  proto.add_dims(2);
  proto.set_raw_data(std::string("\x00\x3c\x00\xc0", 4));
  llvm::Expected<Tensor> tensor = parseTensorProto(proto.SerializeAsString());
  ASSERT_TRUE(bool(tensor)) << llvm::toString(tensor.takeError());
  EXPECT_EQ(describe(*tensor), "2xfloat16");
  EXPECT_THAT(tensor->toDoubles(), ElementsAre(1, -2));
}

TEST(RunnerTensorProto, ReadsSmallTypesFromTheFieldTheyShare) {
  onnx::TensorProto proto;
  proto.set_data_type(onnx::TensorProto::INT8);
  proto.add_dims(3);
  for (int value : {-128, 0, 127})
    proto.add_int32_data(value);
  EXPECT_THAT(
      llvm::cantFail(parseTensorProto(proto.SerializeAsString())).toDoubles(),
      ElementsAre(-128, 0, 127));
}

TEST(RunnerTensorProto, SaysWhatIsWrong) {
  EXPECT_THAT(getMessage(parseTensorProto("\xff\xff\xff")),
              HasSubstr("not a serialized ONNX TensorProto"));
  EXPECT_THAT(getMessage(parseTensorProto("")),
              HasSubstr("without an element type"));
  onnx::TensorProto proto;
  proto.set_data_type(onnx::TensorProto::STRING);
  EXPECT_THAT(getMessage(parseTensorProto(proto.SerializeAsString())),
              HasSubstr("got ONNX element type 8"));
  proto.set_data_type(onnx::TensorProto::FLOAT);
  proto.add_dims(3);
  proto.add_float_data(1);
  EXPECT_THAT(getMessage(parseTensorProto(proto.SerializeAsString())),
              HasSubstr("3xfloat32 needs 12 bytes of data, got 4"));
  proto.set_data_location(onnx::TensorProto::EXTERNAL);
  EXPECT_THAT(getMessage(parseTensorProto(proto.SerializeAsString())),
              HasSubstr("data in another file"));
}

} // namespace
