"""Random convolutions; layers.py says what a layer is."""

import numpy as np

MAX_SIZE = 1 << 15  # elements of a tensor
MAX_PRODUCTS = 3 << 20  # of a layer, which the interpreter computes one by one


def get_window_extents(extents, window):
    """The extents of the result of a convolution or a pool; None if one is empty."""
    result = []
    for i, extent in enumerate(extents):
        reach = (window["kernel_shape"][i] - 1) * window["dilations"][i] + 1
        stride = window["strides"][i]
        auto_pad = window["auto_pad"]
        if auto_pad and auto_pad.startswith("SAME"):
            result.append(-(-extent // stride))
            continue
        pads = window["pads"] or [0] * (2 * len(extents))
        padded = extent + pads[i] + pads[i + len(extents)]
        result.append((padded - reach) // stride + 1)
    return result if min(result) > 0 else None


def choose_window(random, rank, is_pool=False):
    """Attributes of a window, odd ones included."""
    kernel = [int(random.choice([1, 2, 3, 3, 3, 5, 7])) for _ in range(rank)]
    if random.random() < 0.7:
        kernel = [kernel[0]] * rank
    strides = [int(random.choice([1, 1, 1, 2, 2, 3])) for _ in range(rank)]
    if random.random() < 0.7:
        strides = [strides[0]] * rank
    dilations = [1] * rank
    if random.random() < 0.15:
        dilations = [int(random.integers(1, 4)) for _ in range(rank)]
    # A pool's window must not lie in the padding whole.
    most = [size - 1 if is_pool else size for size in kernel]
    kind = random.choice(["none", "same", "symmetric", "any", "auto"], p=[0.2, 0.4, 0.1, 0.2, 0.1])
    pads = auto_pad = None
    if kind == "same":
        pads = [(size - 1) * step // 2 for size, step in zip(kernel, dilations)] * 2
    elif kind == "symmetric":
        pads = [int(random.integers(0, size + 1)) for size in most] * 2
    elif kind == "any":
        pads = [int(random.integers(0, size + 1)) for size in most * 2]
    elif kind == "auto":
        auto_pad = str(random.choice(["SAME_UPPER", "SAME_LOWER", "VALID"]))
    return {
        "kernel_shape": kernel,
        "strides": strides,
        "dilations": dilations,
        "pads": pads,
        "auto_pad": auto_pad,
    }


def choose_channels(random):
    if random.random() < 0.3:
        return int(random.integers(1, 8))
    return int(random.choice([8, 16, 16, 24, 32, 33, 40, 48, 64]))


def add_conv(network, x, window, channels, groups):
    extents = get_window_extents(x.extents, window)
    filter_shape = (channels, x.channels // groups, *window["kernel_shape"])
    taps = int(np.prod(filter_shape[1:]))
    if not extents or channels * int(np.prod(extents)) * taps > MAX_PRODUCTS:
        return None
    is_pointwise = max(window["kernel_shape"]) == 1
    add_filter = network.add_matrix if is_pointwise else network.add_weights
    inputs = [x, add_filter(filter_shape, 1.5 / np.sqrt(taps))]
    if network.random.random() < 0.6:
        inputs.append(network.add_weights(channels, 0.5))
    return network.add("Conv", inputs, (x.shape[0], channels, *extents), group=groups, **window)


def conv(network, x):
    random = network.random
    channels, groups = choose_channels(random), 1
    if random.random() < 0.25:
        divisors = [i for i in range(2, x.channels + 1) if x.channels % i == 0]
        if divisors:
            groups = int(random.choice(divisors))
            channels = groups * int(random.integers(1, max(2, 48 // groups)))
            if random.random() < 0.5:
                channels = x.channels
    return add_conv(network, x, choose_window(random, len(x.extents)), channels, groups)


def pointwise_conv(network, x):
    rank = len(x.extents)
    window = dict(
        kernel_shape=[1] * rank, strides=[1] * rank, dilations=[1] * rank, pads=None, auto_pad=None
    )
    return add_conv(network, x, window, choose_channels(network.random), 1)


def depthwise_conv(network, x):
    random = network.random
    multiplier = int(random.choice([1, 1, 1, 2, 3]))
    window = choose_window(random, len(x.extents))
    return add_conv(network, x, window, x.channels * multiplier, x.channels)


def winograd_conv(network, x):
    """A convolution that Winograd's algorithm can compute."""
    if len(x.extents) != 2:
        return None
    random = network.random
    window = choose_window(random, 2)
    window.update(kernel_shape=[3, 3], strides=[1, 1], dilations=[1, 1], auto_pad=None)
    window["pads"] = [int(random.integers(0, 3)) for _ in range(4)]
    if random.random() < 0.7:
        window["pads"] = [1] * 4
    return add_conv(network, x, window, choose_channels(random), 1)


def conv_transpose(network, x):
    random = network.random
    rank = len(x.extents)
    kernel = [int(random.integers(1, 5)) for _ in range(rank)]
    strides = [int(random.integers(1, 4)) for _ in range(rank)]
    dilations = [int(random.choice([1, 1, 1, 2])) for _ in range(rank)]
    reach = [(size - 1) * step + 1 for size, step in zip(kernel, dilations)]
    pads = [int(random.integers(0, size)) for size in reach * 2]
    if random.random() < 0.5:
        pads = [0] * (2 * rank)
    added = [int(random.integers(0, stride)) if random.random() < 0.3 else 0 for stride in strides]
    extents = [
        stride * (extent - 1) + more + size - low - high
        for stride, extent, more, size, low, high in zip(
            strides, x.extents, added, reach, pads[:rank], pads[rank:]
        )
    ]
    groups = x.channels if random.random() < 0.1 else 2 if x.channels % 2 == 0 and random.random() < 0.2 else 1
    channels = groups * int(random.integers(1, max(2, 24 // groups)))
    taps = int(np.prod(kernel)) * x.channels // groups
    products = channels * int(np.prod(x.extents)) * taps
    if min(extents) < 1 or products > MAX_PRODUCTS or channels * np.prod(extents) > MAX_SIZE:
        return None
    weights = network.add_weights((x.channels, channels // groups, *kernel), 1.5 / np.sqrt(taps))
    inputs = [x, weights] + [network.add_weights(channels, 0.5)] * (random.random() < 0.5)
    return network.add(
        "ConvTranspose",
        inputs,
        (x.shape[0], channels, *extents),
        kernel_shape=kernel,
        strides=strides,
        dilations=dilations,
        pads=pads,
        output_padding=added,
        group=groups,
    )
