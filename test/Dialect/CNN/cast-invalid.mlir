// RUN: cnn-opt %s --split-input-file --verify-diagnostics

func.func @type(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
  // expected-error@+1 {{cast expects a float or integer type, got 'index'}}
  %0 = cnn.cast %x to index : tensor<?x8xf32>
  return %0 : tensor<?x8xf32>
}
