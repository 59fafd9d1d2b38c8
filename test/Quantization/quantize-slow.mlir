// RUN: rm -rf %t && split-file %s %t
// RUN: %python -c "import numpy; numpy.save('%t/x.npy', numpy.linspace(-1, 1, 1024).astype('f').reshape(1, 1, 32, 32))"
// DEFINE: %{quantize} = --calibration=%t/x.npy --remarks-filter=cnn --quantize
// RUN: cnn-opt %t/avx2.mlir %{quantize} 2>&1 | FileCheck %s --check-prefix=FLOAT
// RUN: cnn-opt %t/avx2.mlir %{quantize}=slow=integer 2>&1 | FileCheck %s --check-prefix=INTEGER
// RUN: cnn-opt %t/vnni.mlir %{quantize} 2>&1 | FileCheck %s --check-prefix=INTEGER
// RUN: cnn-opt %t/alone.mlir %{quantize} 2>&1 | FileCheck %s --check-prefix=ALONE

// One input channel is filled up to four, where a sum of two products is no
// faster than one of floats.
// FLOAT: remark: at 'first': [Missed] Quantize {{.*}}it stays in float: estimated at {{[0-9.]+}} thousand cycles in integers and at {{[0-9.]+}} in floats
// FLOAT: cnn.conv %
// FLOAT: cnn.quantize
// FLOAT: cnn.conv_integer

// INTEGER-NOT: stays in float
// INTEGER: cnn.conv_integer
// INTEGER: cnn.conv_integer

// No layer is left.
// ALONE: warning: no layer is faster in integers on this machine, and all stay in float; slow=integer of --quantize makes them integers
// ALONE-NOT: cnn.conv_integer

//--- avx2.mlir
module attributes {cnn.target = {triple = "x86_64-linux-gnu", cpu = "x86-64-v3", features = ""}} {
func.func @net(%x: tensor<1x1x32x32xf32>) -> tensor<1x64x28x28xf32> {
  %w = arith.constant dense<0.5> : tensor<64x1x7x7xf32>
  %v = arith.constant dense<0.25> : tensor<64x64x3x3xf32>
  %0 = cnn.conv %x, %w pads [1, 1, 1, 1] : tensor<1x1x32x32xf32>, tensor<64x1x7x7xf32> loc("first")
  %1 = cnn.conv %0, %v pads [1, 1, 1, 1] : tensor<1x64x28x28xf32>, tensor<64x64x3x3xf32> loc("second")
  return %1 : tensor<1x64x28x28xf32>
}
}

//--- vnni.mlir
module attributes {cnn.target = {triple = "x86_64-linux-gnu", cpu = "znver4", features = ""}} {
func.func @net(%x: tensor<1x1x32x32xf32>) -> tensor<1x64x28x28xf32> {
  %w = arith.constant dense<0.5> : tensor<64x1x7x7xf32>
  %v = arith.constant dense<0.25> : tensor<64x64x3x3xf32>
  %0 = cnn.conv %x, %w pads [1, 1, 1, 1] : tensor<1x1x32x32xf32>, tensor<64x1x7x7xf32> loc("first")
  %1 = cnn.conv %0, %v pads [1, 1, 1, 1] : tensor<1x64x28x28xf32>, tensor<64x64x3x3xf32> loc("second")
  return %1 : tensor<1x64x28x28xf32>
}
}

//--- alone.mlir
module attributes {cnn.target = {triple = "x86_64-linux-gnu", cpu = "x86-64-v3", features = ""}} {
func.func @net(%x: tensor<1x1x32x32xf32>) -> tensor<1x64x28x28xf32> {
  %w = arith.constant dense<0.5> : tensor<64x1x5x5xf32>
  %0 = cnn.conv %x, %w : tensor<1x1x32x32xf32>, tensor<64x1x5x5xf32>
  return %0 : tensor<1x64x28x28xf32>
}
}
