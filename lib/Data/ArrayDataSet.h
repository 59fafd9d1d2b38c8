//===- ArrayDataSet.h - Images in numpy's files -----------------*- C++ -*-===//

#ifndef CNNC_LIB_DATA_ARRAYDATASET_H
#define CNNC_LIB_DATA_ARRAYDATASET_H

#include "cnnc/Data/DataSet.h"

namespace mlir::cnn {

/// Opens an .npz or .npy file, as `openDataSet` says; `image` has a batch of 1.
llvm::Expected<std::unique_ptr<DataSet>> openArrays(llvm::StringRef path,
                                                    const TensorInfo &image,
                                                    const DataOptions &options,
                                                    DataPurpose purpose);

} // namespace mlir::cnn

#endif // CNNC_LIB_DATA_ARRAYDATASET_H
