//===- CNNOps.td - All ops of the cnn dialect ---------------------------===//

#ifndef CNNC_DIALECT_CNN_CNNOPS
#define CNNC_DIALECT_CNN_CNNOPS

include "cnnc/Dialect/CNN/CNNElementwise.td"
include "cnnc/Dialect/CNN/CNNIndexing.td"
include "cnnc/Dialect/CNN/CNNLayers.td"
include "cnnc/Dialect/CNN/CNNQuantization.td"
include "cnnc/Dialect/CNN/CNNSampling.td"
include "cnnc/Dialect/CNN/CNNShapeOps.td"

#endif // CNNC_DIALECT_CNN_CNNOPS
