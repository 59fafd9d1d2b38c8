"""Random layers: each function adds one to a network, or returns None where it does not fit.

Values stay near 1 in size, so that one tolerance suits all, and no layer has jumps, which
would turn rounding into large differences.
"""

import numpy as np

from convolutions import (
    add_conv,
    choose_window,
    conv,
    conv_transpose,
    depthwise_conv,
    get_window_extents,
    MAX_SIZE,
    pointwise_conv,
    winograd_conv,
)


def batch_norm(network, x):
    scale = network.add_weights(x.channels, 0.5, 1.0)
    shift, mean = network.add_weights(x.channels, 0.5), network.add_weights(x.channels, 0.5)
    variance = network.add_weights(x.channels, 0.5, 1.0)
    return network.add("BatchNormalization", [x, scale, shift, mean, variance], x.shape)


ACTIVATIONS = [
    ("Relu", {}),
    ("LeakyRelu", {"alpha": 0.2}),
    ("Elu", {"alpha": 0.7}),
    ("Selu", {}),
    ("Celu", {"alpha": 1.5}),
    ("Sigmoid", {}),
    ("HardSigmoid", {}),
    ("HardSwish", {}),
    ("Tanh", {}),
    ("Softplus", {}),
    ("Softsign", {}),
    ("Erf", {}),
    ("Abs", {}),
    ("Neg", {}),
    ("Identity", {}),
    ("Dropout", {}),
]


def activation(network, x):
    # Celu is of float32 only.
    known = [entry for entry in ACTIVATIONS if entry[0] != "Celu" or network.type == np.float32]
    operator, attributes = known[int(network.random.integers(len(known)))]
    return network.add(operator, [x], x.shape, **attributes)


def relu(network, x):
    return network.add("Relu", [x], x.shape)


def swish(network, x):
    gate = network.add("Sigmoid", [x], x.shape)
    return network.add("Mul", [x, gate] if network.random.random() < 0.5 else [gate, x], x.shape)


def clip(network, x):
    low, high = network.random.choice([(0, 6), (-1, 1), (0, 1), (-0.5, 2)])
    limits = [network.add_constant(network.type.type(value)) for value in (low, high)]
    return network.add("Clip", [x, *limits], x.shape)


def prelu(network, x):
    shape = (x.channels, *[1] * len(x.extents)) if network.random.random() < 0.7 else (1,)
    return network.add("PRelu", [x, network.add_weights(shape, 0.5)], x.shape)


def arithmetic(network, x):
    """With a constant of a shape that is broadcast."""
    random = network.random
    operator = str(random.choice(["Add", "Sub", "Mul", "Min", "Max", "Div"]))
    kind = random.choice(["scalar", "channels", "any"])
    shape = ()
    if kind == "channels":
        shape = (x.channels, *[1] * len(x.extents))
    elif kind == "any":
        shape = tuple(extent if random.random() < 0.5 else 1 for extent in x.shape[1:])
    constant = network.add_weights(shape, 0.5, 1.2 if operator == "Div" else 0.3)
    swap = operator in ("Add", "Mul", "Sub") and random.random() < 0.4
    return network.add(operator, [constant, x] if swap else [x, constant], x.shape)


def find_other(network, fits):
    """A random earlier value that fits."""
    found = [value for value in network.values if fits(value)]
    return found[int(network.random.integers(len(found)))] if found else None


def residual(network, x):
    """The sum, or another combination, with an earlier value that can be broadcast."""

    def fits(value):
        return (
            value.name != x.name
            and len(value.shape) == len(x.shape)
            and value.shape[0] == x.shape[0]
            and all(one in (1, other) for one, other in zip(value.shape[1:], x.shape[1:]))
        )

    other = find_other(network, fits)
    if not other:
        return None
    operator = str(network.random.choice(["Add", "Add", "Add", "Mul", "Sub", "Max"]))
    pair = [x, other] if network.random.random() < 0.5 else [other, x]
    return network.add(operator, pair, x.shape)


def concat(network, x):
    other = find_other(
        network,
        lambda value: len(value.shape) == len(x.shape)
        and value.shape[0] == x.shape[0]
        and value.extents == x.extents
        and value.size + x.size < MAX_SIZE,
    )
    if not other:
        return None
    values = [x, other] + [x] * (network.random.random() < 0.2)
    channels = sum(value.channels for value in values)
    return network.add("Concat", values, (x.shape[0], channels, *x.extents), axis=1)


def slice_(network, x):
    random = network.random
    axis = int(random.integers(1, len(x.shape)))
    extent = x.shape[axis]
    if extent < 2:
        return None
    low = int(random.integers(0, extent - 1))
    high = int(random.integers(low + 1, extent + 1))
    step = int(random.choice([1, 1, 1, 2, -1]))
    first, last = (low, high) if step > 0 else (high - 1, low - 1 if low else -extent - 1)
    bounds = [network.add_constant(np.array([value], np.int64)) for value in (first, last, axis, step)]
    shape = list(x.shape)
    shape[axis] = -(-(high - low) // abs(step))
    return network.add("Slice", [x, *bounds], shape)


def split_parts(network, x):
    """Halves of the channels, combined as gated units do."""
    if x.channels % 2:
        return None
    half = (x.shape[0], x.channels // 2, *x.extents)
    parts = []
    for start in (0, x.channels // 2):
        bounds = [[start], [start + x.channels // 2], [1]]
        names = [network.add_constant(np.array(value, np.int64)) for value in bounds]
        parts.append(network.add("Slice", [x, *names], half))
    gate = network.add("Sigmoid", [parts[1]], half)
    return network.add("Mul", [parts[0], gate], half)


def pool(network, x):
    random = network.random
    rank = len(x.extents)
    window = choose_window(random, rank, is_pool=True)
    operator = str(random.choice(["MaxPool", "AveragePool"]))
    extents = get_window_extents(x.extents, window)
    if operator == "AveragePool":
        if window.pop("dilations") != [1] * rank:
            return None
        window["count_include_pad"] = int(random.random() < 0.5)
    if not extents:
        return None
    return network.add(operator, [x], (*x.shape[:2], *extents), **window)


def global_pool(network, x):
    operator = str(network.random.choice(["GlobalAveragePool", "GlobalMaxPool"]))
    return network.add(operator, [x], (*x.shape[:2], *[1] * len(x.extents)))


def squeeze_excite(network, x):
    pooled = global_pool(network, x)
    gate = relu(network, pointwise_conv(network, pooled))
    rank = len(x.extents)
    window = dict(
        kernel_shape=[1] * rank, strides=[1] * rank, dilations=[1] * rank, pads=None, auto_pad=None
    )
    gate = add_conv(network, gate, window, x.channels, 1)
    operator = str(network.random.choice(["Sigmoid", "HardSigmoid"]))
    gate = network.add(operator, [gate], gate.shape)
    return network.add("Mul", [x, gate], x.shape)


def channel_shuffle(network, x):
    groups = [i for i in range(2, x.channels) if x.channels % i == 0]
    if not groups:
        return None
    group = int(network.random.choice(groups))
    rank = len(x.extents)
    y = network.reshape(x, (group, x.channels // group, *x.extents))
    y = network.transpose(y, [0, 2, 1, *range(3, 3 + rank)])
    return network.reshape(y, x.shape[1:])


def pixel_shuffle(network, x):
    if len(x.extents) != 2:
        return None
    batch, channels, height, width = x.shape
    if channels % 4 == 0 and network.random.random() < 0.6:
        mode = str(network.random.choice(["DCR", "CRD"]))
        shape = (batch, channels // 4, 2 * height, 2 * width)
        return network.add("DepthToSpace", [x], shape, blocksize=2, mode=mode)
    if height % 2 or width % 2 or channels > 24:
        return None
    shape = (batch, 4 * channels, height // 2, width // 2)
    return network.add("SpaceToDepth", [x], shape, blocksize=2)


def resize(network, x):
    random = network.random
    rank = len(x.extents)
    mode = str(random.choice(["nearest", "linear", "cubic"]))
    if (mode == "cubic" and rank != 2) or (mode == "linear" and rank > 2):
        return None
    extents = [int(random.integers(1, 2 * extent + 2)) for extent in x.extents]
    if random.random() < 0.5:
        extents = [2 * extent for extent in x.extents]
    if x.shape[0] * x.channels * np.prod(extents) > MAX_SIZE:
        return None
    coordinates = str(random.choice(["half_pixel", "asymmetric", "align_corners", "pytorch_half_pixel"]))
    attributes = {"mode": mode, "coordinate_transformation_mode": coordinates}
    if mode == "nearest":
        attributes["nearest_mode"] = str(
            random.choice(["floor", "ceil", "round_prefer_floor", "round_prefer_ceil"])
        )
    # Scales, not sizes, as the batch may be unknown.
    scales = [1, 1, *(new / old for new, old in zip(extents, x.extents))]
    scales = np.array(scales, np.float32)
    shape = [int(np.floor(np.float32(extent) * scale)) for extent, scale in zip(x.shape, scales)]
    if min(shape) < 1:
        return None
    return network.add("Resize", [x, "", network.add_constant(scales)], shape, **attributes)


def pad(network, x):
    random = network.random
    mode = str(random.choice(["constant", "reflect", "edge"]))
    rank = len(x.extents)
    most = [extent - 1 if mode == "reflect" else 3 for extent in x.extents]
    low = [int(random.integers(0, min(3, size) + 1)) for size in most]
    high = [int(random.integers(0, min(3, size) + 1)) for size in most]
    if mode == "constant" and random.random() < 0.2:
        low = [-1 if extent > 3 else 0 for extent in x.extents]
    pads = network.add_constant(np.array([0, 0, *low, 0, 0, *high], np.int64))
    inputs = [x, pads]
    if mode == "constant" and random.random() < 0.5:
        inputs.append(network.add_constant(network.type.type(0.5)))
    extents = [extent + one + other for extent, one, other in zip(x.extents, low, high)]
    return network.add("Pad", inputs, (*x.shape[:2], *extents), mode=mode)


def instance_norm(network, x):
    if np.prod(x.extents) < 4:
        return None
    scale, shift = network.add_weights(x.channels, 0.5, 1.0), network.add_weights(x.channels, 0.5)
    return network.add("InstanceNormalization", [x, scale, shift], x.shape, epsilon=1e-2)


def layer_norm(network, x):
    """Over the channels, which become last and first again."""
    if x.channels < 4:
        return None
    rank = len(x.shape)
    y = network.transpose(x, [0, *range(2, rank), 1])
    scale, shift = network.add_weights(x.channels, 0.5, 1.0), network.add_weights(x.channels, 0.5)
    y = network.add("LayerNormalization", [y, scale, shift], y.shape, axis=-1, epsilon=1e-2)
    return network.transpose(y, [0, rank - 1, *range(1, rank - 1)])


def lrn(network, x):
    if len(x.extents) != 2:
        return None
    size = int(network.random.choice([1, 3, 5]))
    return network.add("LRN", [x], x.shape, size=size, alpha=0.1)


def softmax(network, x):
    axis = int(network.random.integers(1, len(x.shape)))
    operator = str(network.random.choice(["Softmax", "LogSoftmax"]))
    return network.add(operator, [x], x.shape, axis=axis)


def transposed(network, x):
    """Two of the extents exchanged."""
    if len(x.extents) < 2:
        return None
    order = [0, 1, *reversed(range(2, len(x.shape)))]
    return network.transpose(x, order)


def channels_last(network, x):
    """Something on the last axis between two transpositions, as networks from TensorFlow."""
    rank = len(x.shape)
    y = network.transpose(x, [0, *range(2, rank), 1])
    y = network.add("Add", [y, network.add_weights(x.channels, 0.5)], y.shape)
    y = network.add("Relu", [y], y.shape)
    return network.transpose(y, [0, rank - 1, *range(1, rank - 1)])


def reduce(network, x):
    axis = int(network.random.integers(1, len(x.shape)))
    shape = list(x.shape)
    shape[axis] = 1
    operator = str(network.random.choice(["ReduceMean", "ReduceMax", "ReduceMin"]))
    return network.add(operator, [x], shape, axes=[axis], keepdims=1)


def gather(network, x):
    """Channels in another order, some of them twice."""
    count = int(network.random.integers(1, x.channels + 2))
    chosen = network.random.integers(-x.channels, x.channels, count).astype(np.int64)
    shape = (x.shape[0], count, *x.extents)
    return network.add("Gather", [x, network.add_constant(chosen)], shape, axis=1)


def attention(network, x):
    """softmax(x^T x) applied to x, positions being the tokens."""
    positions = int(np.prod(x.extents))
    if positions > 64 or x.channels > 64:
        return None
    batch, channels = x.shape[:2]
    keys = network.reshape(x, (channels, positions))
    queries = network.transpose(keys, [0, 2, 1])
    scores = network.add("MatMul", [queries, keys], (batch, positions, positions))
    factor = network.add_constant(network.type.type(1 / np.sqrt(channels)))
    scores = network.add("Mul", [scores, factor], scores.shape)
    weights = network.add("Softmax", [scores], scores.shape, axis=-1)
    y = network.add("MatMul", [keys, weights], keys.shape)
    return network.reshape(y, x.shape[1:])


def head(network, x):
    """A classifier's end: a vector, then fully connected layers."""
    random = network.random
    if random.random() < 0.5:
        x = global_pool(network, x)
    y = network.add("Flatten", [x], (x.shape[0], int(np.prod(x.shape[1:]))), axis=1)
    for _ in range(int(random.integers(1, 3))):
        y = fully_connected(network, y)
        if random.random() < 0.5:
            y = relu(network, y)
    return network.add("Softmax", [y], y.shape, axis=-1) if random.random() < 0.3 else y


def fully_connected(network, x):
    random = network.random
    rows, depth = x.shape
    columns = int(random.integers(1, 70))
    scale = 1.5 / np.sqrt(depth)
    if random.random() < 0.3:
        y = network.add("MatMul", [x, network.add_matrix((depth, columns), scale)], (rows, columns))
        return network.add("Add", [y, network.add_weights(columns, 0.5)], y.shape)
    transposed_weights = int(random.random() < 0.5)
    shape = (columns, depth) if transposed_weights else (depth, columns)
    inputs = [x, network.add_matrix(shape, scale)]
    if random.random() < 0.7:
        inputs.append(network.add_weights(columns if random.random() < 0.8 else (1, 1), 0.5))
    attributes = {"transB": transposed_weights}
    if random.random() < 0.2:
        attributes["alpha"], attributes["beta"] = 0.5, 2.0
    return network.add("Gemm", inputs, (rows, columns), **attributes)


# How often each is chosen, in proportion.
LAYERS = {
    conv: 10,
    pointwise_conv: 4,
    depthwise_conv: 4,
    winograd_conv: 6,
    conv_transpose: 3,
    batch_norm: 5,
    relu: 4,
    activation: 6,
    swish: 2,
    clip: 2,
    prelu: 1,
    arithmetic: 4,
    residual: 6,
    concat: 4,
    slice_: 3,
    split_parts: 1,
    pool: 4,
    global_pool: 1,
    squeeze_excite: 2,
    channel_shuffle: 2,
    pixel_shuffle: 2,
    resize: 3,
    pad: 3,
    instance_norm: 1,
    layer_norm: 1,
    lrn: 1,
    softmax: 1,
    transposed: 1,
    channels_last: 1,
    reduce: 1,
    gather: 1,
    attention: 1,
}
