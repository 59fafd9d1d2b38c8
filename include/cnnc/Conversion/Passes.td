//===- Passes.td - Passes from cnn to the LLVM dialect -----*- tablegen -*-===//
//
// In the order in which the pipeline runs them.
//
//===----------------------------------------------------------------------===//

#ifndef CNNC_CONVERSION_PASSES
#define CNNC_CONVERSION_PASSES

include "mlir/Pass/PassBase.td"

def RecordInterface : Pass<"record-interface", "ModuleOp"> {
  let summary = "Write down what callers of the compiled model need to know";
  let description = [{
    Later passes change the entry's signature; this one keeps the original in
    attributes of the entry, the only public function with a body:

    ```
    cnn.inputs = [ {name = "data", type = tensor<?x3x224x224xf32>} ]
    cnn.outputs = [ {name = "prob", type = tensor<?x1000xf32>} ]
    ```
    It also marks the arguments as read-only, since a caller's inputs are
    `const`. Does nothing where the attributes exist.
  }];
}

def SpecializeBatch : Pass<"specialize-batch", "ModuleOp"> {
  let summary = "Compile a network of dynamic batch for one image";
  let description = [{
    Every `?` in dimension 0 becomes 1: argument types are set, and operations
    infer their result types anew. The function gets the unit attribute
    `cnn.dynamic_batch`; the emitted function then runs it once per image.
    A `?` in another dimension is refused.
  }];
}

def ConvertCNNToKernel : Pass<"convert-cnn-to-kernel", "::mlir::func::FuncOp"> {
  let summary = "Choose a kernel for every layer";
  let description = [{
    Layers become `kernel` ops where there is one, and linalg and tensor ops in
    destination style elsewhere; no `cnn` op is left. Filters are packed here
    into the order in which the kernels read them. A kernel on blocked images
    stands between a `kernel.pack` and a `kernel.unpack`, which
    `--propagate-layout` removes:

    ```
    conv(x)  -->  unpack(direct_conv(pack(x)))
    ```
    The lanes of a channel block are those of the machine's vectors. All shapes
    must be static. Results change only by rounding.

    A `cnn.conv_integer` of stride 1 with up to 3x3 taps is computed by Winograd's
    algorithm, F(2, 3) or F(4, 3), where the cost model expects that to
    be faster and it is proven from the weights that no sum overflows. It is exact
    on integers, which is why kernels may choose it.

    Float32 convolutions of one tap and of stride 1, and matrix products with a
    constant, whose weights are zeros to a large part become kernels that skip
    them, with `sparse=auto` where the cost model says that they are faster
    (`Support/CostModel.h`); a remark has both predicted times, whatever was
    decided. A zero that is skipped does not make NaN of what is infinite.
  }];
  let options = [
    Option<"chunks", "chunks", "int64_t", "1",
           "Parts of a Winograd or sparse convolution that may run in "
           "parallel; each has scratch memory of its own">,
    Option<"integerWinograd", "integer-winograd", "::mlir::cnn::IntegerTile",
           "::mlir::cnn::IntegerTile::automatic",
           "outputs per Winograd tile and dimension of integers: auto, off, 2 or "
           "4",
           [{::llvm::cl::values(
              clEnumValN(::mlir::cnn::IntegerTile::automatic, "auto",
                         "what the cost model prefers, layer by layer"),
              clEnumValN(::mlir::cnn::IntegerTile::none, "off",
                         "no layer of integers is computed by the algorithm"),
              clEnumValN(::mlir::cnn::IntegerTile::two, "2",
                         "F(2, 3) wherever it is exact"),
              clEnumValN(::mlir::cnn::IntegerTile::four, "4",
                         "F(4, 3) wherever it is exact"))}]>,
    Option<"sparse", "sparse", "::mlir::cnn::SparseChoice",
           "::mlir::cnn::SparseChoice::automatic",
           "where kernels skip zeros of filters: auto, on or off",
           [{::llvm::cl::values(
              clEnumValN(::mlir::cnn::SparseChoice::automatic, "auto",
                         "where it is faster"),
              clEnumValN(::mlir::cnn::SparseChoice::always, "on",
                         "wherever it is possible"),
              clEnumValN(::mlir::cnn::SparseChoice::never, "off",
                         "nowhere"))}]>
  ];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::kernel::KernelDialect",
                           "::mlir::linalg::LinalgDialect",
                           "::mlir::math::MathDialect",
                           "::mlir::scf::SCFDialect",
                           "::mlir::tensor::TensorDialect"];
}

def DropSigns : Pass<"drop-signs", "::mlir::func::FuncOp"> {
  let summary = "Make all integers signless";
  let description = [{
    Once layers are kernels and arithmetic, operations say whether a number has
    a sign, and types do not:

    ```
    %0 = builtin.unrealized_conversion_cast %x : ui8 to i8
    %1 = arith.extui %0 : i8 to i32    -->  %1 = arith.extui %x : i8 to i32
    ```
    Arguments and results of the function change their types, too. Exact.
  }];
}

def PropagateLayout : Pass<"propagate-layout", "::mlir::func::FuncOp"> {
  let summary = "Keep images in blocked layout between kernels";
  let description = [{
    ```
    pack(unpack(x))               -->  x
    map(unpack(x), unpack(y))     -->  unpack(map(x, y))
    slice(unpack(x))              -->  unpack(slice(x))
    concat(unpack(x), y)          -->  unpack(concat(x, pack(y)))
    transpose(unpack(x))          -->  reshape(transpose(x))             NCHW to NHWC
    transpose(y)                  -->  unpack(transpose(reshape(y)))     NHWC to NCHW, where it is packed later
    ```
    A map is a linalg.generic that computes an image element by element; operands
    that vary by channel only are packed. Slices and concatenations must cut
    channels between blocks. Maps run on lanes beyond the last channel, too, if
    what they compute stays finite there; bytes always do. Packed constants become constants, and
    packing an image of one pixel becomes a reshape. Exact.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::kernel::KernelDialect",
                           "::mlir::linalg::LinalgDialect",
                           "::mlir::tensor::TensorDialect"];
}

def MergeInsertions : Pass<"merge-insertions", "::mlir::func::FuncOp"> {
  let summary = "Insert neighbouring pieces of an image as one";
  let description = [{
    A concatenation of pieces of one image that stay neighbours, as where a
    network splits channels and concatenates all it made of them, inserts what
    the pieces are of. Often that is a whole image, which its producer can write
    in place:

    ```
    concat(slice(x, 0, 16), slice(x, 16, 16), y)  -->  concat(x, y)
    ```
    So does one of pieces that were concatenated before, as in a dense block, whose
    concatenations then are parts of one buffer:

    ```
    a = concat(x, y); b = concat(x, y, z)  -->  a = concat(x, y); b = concat(a, z)
    ```
    Exact.
  }];
  let dependentDialects = ["::mlir::tensor::TensorDialect"];
}

def FuseElementwise : Pass<"fuse-elementwise", "::mlir::func::FuncOp"> {
  let summary = "Compute chains of elementwise maps, and what they end in, at once";
  let description = [{
    ```
    t = map(x, y); u = map(t, z)  -->  u = map(x, y, z)
    t = map(x); u = reduce(t)     -->  u = reduce(map(x))
    ```
    where t has no other user, and u uses each of its elements once. Memory is read
    and written once instead of once an operation. Exact: products and sums that
    meet are not contracted.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::linalg::LinalgDialect",
                           "::mlir::tensor::TensorDialect"];
}

def FuseDepthwise : Pass<"fuse-depthwise", "::mlir::func::FuncOp"> {
  let summary = "Compute pointwise expansions as rows that depthwise convolutions read at once";
  let description = [{
    ```
    depthwise_conv(direct_conv(x))  -->  expanded_depthwise_conv(x)
    ```
    where the direct convolution has one tap, no groups and no residual, and no
    other user, and the depthwise one has no residual. The expanded image is
    never whole in memory: a few of its rows are, in a ring.

    With `auto` this is done where the expanded image would not stay in the
    second cache and the ring does (`Support/RowRing.h`). With `always` it is done
    wherever it can be. A remark says what was decided. Exact.
  }];
  let options = [
    Option<"when", "when", "::mlir::cnn::FusionChoice",
           "::mlir::cnn::FusionChoice::automatic",
           "which convolutions to fuse: auto, always or never",
           [{::llvm::cl::values(
              clEnumValN(::mlir::cnn::FusionChoice::automatic, "auto",
                         "those whose expanded image leaves the second cache"),
              clEnumValN(::mlir::cnn::FusionChoice::always, "always",
                         "all that can be"),
              clEnumValN(::mlir::cnn::FusionChoice::never, "never", "none"))}]>,
    Option<"chunks", "chunks", "int64_t", "1",
           "Parts of a convolution that may run in parallel; each has a ring of "
           "its own">
  ];
  let dependentDialects = ["::mlir::kernel::KernelDialect",
                           "::mlir::tensor::TensorDialect"];
}

def DropEmptyBuffers : Pass<"drop-empty-buffers", "::mlir::func::FuncOp"> {
  let summary = "Forget buffers without elements";
  let description = [{
    Copies and linalg ops with an operand of extent 0 do nothing and are erased:
    a sum of nothing leaves its initial value. Arguments without elements, which
    then nobody reads, become `memref<0xi8>`, since upstream converts no strides
    of 0 to LLVM. Exact.
  }];
}

def SeparateResults : Pass<"separate-results", "::mlir::func::FuncOp"> {
  let summary = "Give every result of the network a buffer of its own";
  let description = [{
    A result that is an earlier one, or a view of its buffer, is copied, since
    callers give each output memory of its own:

    ```
    return %a, %a  -->  %b = memref.alloc
                        memref.copy %a, %b
                        return %a, %b
    ```
    Exact.
  }];
  let dependentDialects = ["::mlir::memref::MemRefDialect"];
}

def CopyStridedOperands
    : Pass<"copy-strided-operands", "::mlir::func::FuncOp"> {
  let summary = "Copy what kernels read from rows with gaps";
  let description = [{
    Kernels load vectors from rows whose elements are neighbours. A slice of
    every other column is not such a row, nor is a column that was reshaped to a
    row; they are copied to a buffer of their own. Exact.
  }];
  let dependentDialects = ["::mlir::memref::MemRefDialect"];
}

def ElideCopies : Pass<"elide-copies", "::mlir::func::FuncOp"> {
  let summary = "Let producers write where their result is copied";
  let description = [{
    ```
    %a = memref.alloc          produce(%box); use(%box)
    produce(%a); use(%a)  -->
    memref.copy %a, %box
    ```
    where `%box` is a part of another buffer, for example of a concatenation or
    of an output. Nothing but the copy may write what overlaps the box, nothing
    may read it before the copy, and nothing may write `%a` after it.
    Bufferization does the same for tensors that are used nowhere else. Exact.
  }];
  let dependentDialects = ["::mlir::memref::MemRefDialect"];
}

def ExternalizeWeights : Pass<"externalize-weights", "ModuleOp"> {
  let summary = "Move constant memrefs into one block of bytes";
  let description = [{
    Each constant `memref.global` gets an offset, a multiple of 64 bytes, in one
    block; equal data share it. The entry function gets a last argument, the
    block, and reads constants as views of it:

    ```mlir
    %0 = memref.get_global @weight : memref<16xf32>
    // becomes, with module attribute cnn.weights = [dense<...> : tensor<16xf32>]
    %0 = memref.view %weights[%c0][] : memref<64xi8> to memref<16xf32>
    ```
    `cnn.weights` lists the data in the order of their offsets. The data stay
    where they are: nothing is copied.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::memref::MemRefDialect"];
}

def CompressWeights : Pass<"compress-weights", "ModuleOp"> {
  let summary = "Store the block of constants in compressed form";
  let description = [{
    The data of `cnn.weights`, in the layouts that kernels read, become one
    constant of bytes: the block of `Support/WeightsDecoder.h`, in which each of
    them is sparse, has shared values and is a Huffman code as far as that gains.
    The entry function gets the attribute `cnn.decoded_weights`, the bytes of the
    block that its argument still is. `--emit-entry-points` adds the function
    that decodes it.

    Decoding gives the same bits, so results do not change. Without constants
    nothing happens.
  }];
}

def PlanMemory : Pass<"plan-memory", "::mlir::func::FuncOp"> {
  let summary = "Give every buffer an offset in one arena";
  let description = [{
    Each `memref.alloc` of the function becomes a `memref.view` of a new last
    argument, the arena. Two buffers share bytes where their lives do not
    overlap; an operation with regions counts as one point in time. Elementwise
    results are written over an input that is not needed any more, and
    convolutions over their residual. Offsets are multiples of 64 bytes. The size
    is recorded as `cnn.arena_size`, and the most bytes that live at one time, less
    than which no plan takes, as `cnn.arena_lower_bound`; a remark says both, and
    others where each buffer is and which steps of the network use it.

    A buffer of dynamic size, and a buffer that is returned, are refused.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::memref::MemRefDialect"];
}

def OutlineKernels : Pass<"outline-kernels", "ModuleOp"> {
  let summary = "Turn each distinct kernel into one function";
  let description = [{
    Every operation of the entry that writes memory moves to a private function
    of its own, whose arguments are the buffers it uses. Operations that are
    equal but for their operands share a function, so that a network of repeated
    layers compiles once per distinct layer. What uses the results of such an
    operation goes with it. Arguments whose buffers are
    disjoint from all others of the call are `llvm.noalias`; buffers in the
    arena and in the weights are aligned to 64 bytes.

    With `describe`, calls say what they compute in an attribute `cnn.kernel`:
    the ONNX node, the algorithm, the shape of its output, operations, bytes and
    the time that the cost model expects.
  }];
  let options = [Option<"describe", "describe", "bool", "false",
                        "Keep what a profile says of each kernel">];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::func::FuncDialect",
                           "::mlir::memref::MemRefDialect",
                           "::mlir::scf::SCFDialect",
                           "::mlir::LLVM::LLVMDialect"];
}

def ConvertKernelToLoops
    : Pass<"convert-kernel-to-loops", "::mlir::func::FuncOp"> {
  let summary = "Write the loop nest of each kernel";
  let description = [{
    Each `kernel` op on memrefs becomes an `scf.forall` over independent parts of
    its output. Inside, a tile of output columns times output channel blocks is
    held in vector registers; how many fit is a question to the Machine. Padding
    is not read: borders have tiles of their own, which leave out the taps outside
    the input. Changes results only by rounding.

    An op on tensors, of elements its kernel does not know, or on memrefs whose strides
    are not static, is refused.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::LLVM::LLVMDialect",
                           "::mlir::math::MathDialect",
                           "::mlir::memref::MemRefDialect",
                           "::mlir::scf::SCFDialect",
                           "::mlir::vector::VectorDialect"];
}

def LowerLinalg : Pass<"lower-linalg", "::mlir::func::FuncOp"> {
  let summary = "Lower structured operations on buffers to loops";
  let description = [{
    The long tail of operations has no kernel of its own. Each `linalg`
    operation becomes a loop nest: leading parallel loops are an `scf.forall`,
    the rest `scf.for`, with the last parallel loop innermost where the output
    is contiguous along it, so that LLVM's loop vectoriser takes it.
    `memref.copy` becomes such a nest too.

    A sum over an innermost reduction loop is marked `reassoc`, since the
    vectoriser must reorder it; the order is fixed at compile time. Changes
    results only by rounding.
  }];
  let dependentDialects = ["::mlir::affine::AffineDialect",
                           "::mlir::arith::ArithDialect",
                           "::mlir::linalg::LinalgDialect",
                           "::mlir::memref::MemRefDialect",
                           "::mlir::scf::SCFDialect"];
}

def DistributeThreads : Pass<"distribute-threads", "ModuleOp"> {
  let summary = "Split parallel loops evenly among threads";
  let description = [{
    Without `threads`, each `scf.forall` becomes a nest of `scf.for`.

    With `threads`, every function gets two last arguments, the thread's number
    and the number of threads; a forall of n iterations runs those from
    `n * number / count` up to `n * (number + 1) / count`. Code that writes
    memory outside of a forall runs on one thread. A call to `GOMP_barrier`
    separates kernels of which one uses memory that the other writes, and those
    that will be timed. Kernels without a barrier between them take turns in
    giving the first and the last threads the larger shares. A forall marked `cnn.independent` needs no barrier
    after the one before it. Every iteration computes the same bits whichever
    thread runs it.
  }];
  let options = [Option<"threads", "threads", "bool", "false",
                        "Split among the threads of an OpenMP team">];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::func::FuncDialect",
                           "::mlir::memref::MemRefDialect",
                           "::mlir::scf::SCFDialect"];
}

def ProfileKernels : Pass<"profile-kernels", "ModuleOp"> {
  let summary = "Count ticks between kernels";
  let description = [{
    The arena grows by a table of int64: the processor's counter before the
    first kernel, and after each call that has `cnn.kernel`, which
    `--outline-kernels=describe` adds. Between threads the first one writes it,
    after the barrier. The descriptions and the place of the table become
    attributes of the entry, which NAME_info prints:

    ```
    cnn.kernels = [ {layer = "conv1", kernel = "direct_conv", ...} ]
    cnn.ticks_offset = 4096
    ```
    A machine without a counter that programs may read is refused. Exact.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::func::FuncDialect",
                           "::mlir::LLVM::LLVMDialect",
                           "::mlir::memref::MemRefDialect",
                           "::mlir::scf::SCFDialect"];
}

def ApproximateMath : Pass<"approximate-math", "ModuleOp"> {
  let summary = "Compute elementary functions without a mathematical library";
  let description = [{
    exp, log, tanh, erf and their relatives become polynomials, which LLVM
    vectorises, of float32 and float64; remainders become long divisions. What the
    machine has no instruction for (fused multiply-add, float16 conversion) becomes
    integer or plain float arithmetic. Multiplication and addition may be contracted
    afterwards. Of float32 accurate to 2 units in the last place or a relative error
    of 1e-6, whichever is larger; powers x^y to as much times |y log x|. Sines of
    numbers above a million lose digits.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::math::MathDialect",
                           "::mlir::scf::SCFDialect",
                           "::mlir::vector::VectorDialect"];
}

def LowerVectors : Pass<"lower-vectors", "::mlir::func::FuncOp"> {
  let summary = "Convert operations on vectors to the LLVM dialect";
  let description = [{
    What upstream's `--convert-vector-to-llvm` does, but an index has the given
    width instead of 64 bits, as the other conversions to the LLVM dialect let
    one choose. With two widths for the same address, the casts between them
    would remain. Exact.
  }];
  let options = [Option<"indexBitwidth", "index-bitwidth", "unsigned", "64",
                        "Bits of an address: 32 or 64">];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::LLVM::LLVMDialect",
                           "::mlir::memref::MemRefDialect",
                           "::mlir::vector::VectorDialect"];
}

def EmitEntryPoints : Pass<"emit-entry-points", "ModuleOp"> {
  let summary = "Write the C interface of the compiled model";
  let description = [{
    Works on the LLVM dialect. Adds `NAME_run`, `NAME_arena_size` and
    `NAME_info` around the lowered entry, and declares `NAME_weights`, whose
    bytes lib/Target writes. A network that was distributed among threads is run
    in a parallel region.
  }];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect"];
}

#endif // CNNC_CONVERSION_PASSES
