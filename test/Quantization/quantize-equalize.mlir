// RUN: rm -rf %t && mkdir %t
// RUN: %python -c "import numpy; numpy.save('%t/x.npy', numpy.full([1, 1, 1, 1], 255, 'f'))"
// RUN: cnn-opt %s --quantize=slow=integer,equalize=on,range=minmax --calibration=%t/x.npy | FileCheck %s
// RUN: cnn-opt %s --quantize=slow=integer,range=minmax --calibration=%t/x.npy | FileCheck %s --check-prefix=OFF

// Weights 16 and 1 before, 1 and 4 behind: s = 4 and 1/2, so that both layers
// have 4 and 2, and the bias 8 becomes 2. Scales 4/127 and 2/127, and 4/127.
// CHECK-LABEL: func @pair
//   CHECK-DAG:   arith.constant dense<[{{\[\[}}0.0314960{{.*}}]], {{\[\[}}0.0157480{{.*}}> : tensor<2x1x1xf32>
//   CHECK-DAG:   arith.constant dense<[{{\[\[}}[127]], {{\[\[}}64]]]]> : tensor<1x2x1x1xi8>

// OFF-LABEL: func @pair
//   OFF-DAG:   arith.constant dense<[{{\[\[}}[32]], {{\[\[}}127]]]]> : tensor<1x2x1x1xi8>
func.func @pair(%x: tensor<1x1x1x1xf32>) -> tensor<1x1x1x1xf32> {
  %w = arith.constant dense<[[[[16.0]]], [[[1.0]]]]> : tensor<2x1x1x1xf32>
  %b = arith.constant dense<[8.0, 0.0]> : tensor<2xf32>
  %v = arith.constant dense<[[[[1.0]], [[4.0]]]]> : tensor<1x2x1x1xf32>
  %0 = cnn.conv %x, %w bias %b : tensor<2xf32> : tensor<1x1x1x1xf32>, tensor<2x1x1x1xf32>
  %1 = cnn.unary <relu> %0 : tensor<1x2x1x1xf32>
  %2 = cnn.conv %1, %v : tensor<1x2x1x1xf32>, tensor<1x2x1x1xf32>
  return %2 : tensor<1x1x1x1xf32>
}
