# Finds what the project links: MLIR and LLVM 22 (shared libraries), protobuf,
# the ONNX schema, and the header-only libraries of the tools.

list(APPEND CMAKE_PREFIX_PATH /usr/lib/llvm-22)
find_package(MLIR 22.1 REQUIRED CONFIG)
list(APPEND CMAKE_MODULE_PATH ${MLIR_CMAKE_DIR} ${LLVM_CMAKE_DIR})
# Only for the tablegen helpers; libraries are plain targets on cnnc_mlir.
include(TableGen)
include(AddLLVM)
include(AddMLIR)

find_package(Threads REQUIRED)
find_package(Protobuf REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(GTest REQUIRED)
find_package(ZLIB REQUIRED)
find_package(Eigen3 REQUIRED NO_MODULE)
find_path(CNNC_STB_DIR stb_image.h PATH_SUFFIXES stb REQUIRED)
find_file(CNNC_ONNX_PROTO onnx/onnx.proto PATHS /usr/include REQUIRED)
find_program(CNNC_LIT NAMES lit PATHS ${LLVM_TOOLS_BINARY_DIR} NO_DEFAULT_PATH REQUIRED)

# The Python that has numpy and onnx; Debian installs them for its own interpreter.
find_program(CNNC_PYTHON NAMES python3 PATHS /usr/bin NO_DEFAULT_PATH REQUIRED)
