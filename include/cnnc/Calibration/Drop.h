//===- Drop.h - How much a network loses ------------------------*- C++ -*-===//

#ifndef CNNC_CALIBRATION_DROP_H
#define CNNC_CALIBRATION_DROP_H

#include "cnnc/Support/Tensor.h"

namespace mlir::cnn {

/// How far one output of a changed network is from that of the original, in
/// percent. No labels are needed.
///
/// Of an output of classes, [N, K] with K > 1 besides extents of 1, it is the
/// share of images whose largest number, the first of several, is that of
/// another class: 100 minus the top-1 agreement. Of any other output it is the
/// power of the difference relative to that of the float output,
/// 100 * sum((y - x)^2) / sum(x^2); 1 percent is a signal-to-noise ratio of 20
/// dB.
class Drop {
public:
  /// Adds the outputs of one run, which have the same shape.
  void add(const Tensor &expected, const Tensor &actual);

  /// The outputs added are of classes.
  bool isOfClasses() const { return hasClasses; }

  /// 0 before the first run. Not finite if the numbers are not.
  double getPercent() const;

  /// The power of the difference in percent, whatever the output is of.
  double getNoisePercent() const;

private:
  void addClasses(llvm::ArrayRef<double> expected,
                  llvm::ArrayRef<double> actual);

  bool hasClasses = false;
  double images = 0, others = 0;
  double signal = 0, noise = 0;
};

/// The ratio of two powers in dB; infinite without noise.
double getDecibels(double signal, double noise);

} // namespace mlir::cnn

#endif // CNNC_CALIBRATION_DROP_H
