"""Random networks of bytes, which compute the same bits wherever they run.

Layers are QLinear operators, or float operators between DequantizeLinear and
QuantizeLinear. Each function adds a layer to a network, or returns None where it does not
fit.
"""

import numpy as np

from convolutions import MAX_PRODUCTS, MAX_SIZE, choose_channels, choose_window, get_window_extents
from network import Network

MICROSOFT = {"domain": "com.microsoft"}


class QuantizedNetwork(Network):
    """All bytes have one type; each value has a scale and a zero point."""

    def __init__(self, random, has_dynamic_batch):
        super().__init__(random, str(random.choice(["uint8", "int8"])), has_dynamic_batch)
        self.parameters = {}

    def add_bytes(self, shape, element=None):
        limits = np.iinfo(element or self.type)
        values = self.random.integers(limits.min, limits.max + 1, shape)
        return self.add_constant(values.astype(element or self.type))

    def choose_parameters(self, scale=None):
        """A scale and a zero point, which is often at an end or in the middle."""
        limits = np.iinfo(self.type)
        middle = (limits.min + limits.max + 1) // 2
        zero = int(self.random.choice(
            [limits.min, middle, limits.max, self.random.integers(limits.min, limits.max + 1)],
            p=[0.3, 0.2, 0.1, 0.4]))
        if scale is None:
            scale = np.exp(self.random.uniform(-5, -1))
        return np.float32(scale), self.type.type(zero)

    def quantize_as(self, parameters):
        """The names of constants for a scale and a zero point."""
        return [self.add_constant(number) for number in parameters]

    def read(self, value):
        """A value, its scale and its zero point, as operands of QLinear operators."""
        return [value, *self.quantize_as(self.parameters[value.name])]

    def add_quantized(self, operator, inputs, shape, parameters, **attributes):
        value = self.add(operator, inputs, shape, **attributes)
        self.parameters[value.name] = parameters
        return value

    def add_between(self, operator, values, shape, parameters, rest=(), **attributes):
        """A float operator of dequantized values, whose result is quantized."""
        floats = [self.add("DequantizeLinear", self.read(value), value.shape, is_hidden=True)
                  for value in values]
        result = self.add(operator, [*floats, *rest], shape, is_hidden=True, **attributes)
        return self.add_quantized(
            "QuantizeLinear", [result, *self.quantize_as(parameters)], shape, parameters)


def add_conv(network, x, outputs, groups):
    random = network.random
    window = choose_window(random, len(x.extents))
    extents = get_window_extents(x.extents, window)
    taps = int(np.prod(window["kernel_shape"]))
    inputs = x.channels // groups
    if not extents or outputs * inputs * taps * np.prod(extents) * x.shape[0] > MAX_PRODUCTS:
        return None
    # Signed weights for all; unsigned ones only for unsigned images.
    element = np.dtype(str(random.choice(["int8", network.type.name])))
    weights = network.add_bytes((outputs, inputs, *window["kernel_shape"]), element)
    per_channel = bool(random.random() < 0.7)
    count = (outputs,) if per_channel else ()
    x_scale, _ = network.parameters[x.name]
    w_scale = np.exp(random.uniform(-6, -3, count)).astype(np.float32)
    middle = 128 if element == np.uint8 else 0
    spread = 40 if random.random() < 0.3 else 0
    w_zero = random.integers(middle - spread, middle + spread + 1, count).astype(element)
    scale = x_scale * w_scale.mean() * 100 * np.sqrt(74.0 * inputs * taps)
    parameters = network.choose_parameters(scale / np.exp(random.uniform(0, 4)))
    operands = [*network.read(x), weights, network.add_constant(w_scale),
                network.add_constant(w_zero), *network.quantize_as(parameters)]
    if random.random() < 0.7:
        reach = int(random.choice([100, 100000, 1 << 26]))
        bias = random.integers(-reach, reach, outputs).astype(np.int32)
        operands.append(network.add_constant(bias))
    return network.add_quantized("QLinearConv", operands, (x.shape[0], outputs, *extents),
                                 parameters, group=groups, **window)


def conv(network, x):
    return add_conv(network, x, choose_channels(network.random), groups=1)


def depthwise_conv(network, x):
    return add_conv(network, x, x.channels, x.channels)


def find_alike(network, x):
    others = [value for value in network.values
              if value.shape == x.shape and value.name in network.parameters]
    return others[int(network.random.integers(len(others)))]


def residual(network, x):
    random = network.random
    operands = [x, find_alike(network, x)]
    if random.random() < 0.5:
        operands.reverse()
    parameters = network.choose_parameters()
    kind = str(random.choice(["Add", "Mul"], p=[0.8, 0.2]))
    if random.random() < 0.5:
        return network.add_between(kind, operands, x.shape, parameters)
    inputs = [*network.read(operands[0]), *network.read(operands[1])]
    return network.add_quantized(f"QLinear{kind}", [*inputs, *network.quantize_as(parameters)],
                                 x.shape, parameters, **MICROSOFT)


def concat(network, x):
    random = network.random
    others = [value for value in network.values if value.name in network.parameters
              and value.shape[:1] == x.shape[:1] and value.extents == x.extents]
    parts = [x] + [others[int(random.integers(len(others)))] for _ in range(random.integers(1, 3))]
    channels = sum(part.channels for part in parts)
    # Those of a part, so that its bytes stay what they are, or others.
    parameters = network.parameters[parts[-1].name]
    if random.random() < 0.5:
        parameters = network.choose_parameters()
    shape = (x.shape[0], channels, *x.extents)
    if random.random() < 0.5:
        return network.add_between("Concat", parts, shape, parameters, axis=1)
    operands = network.quantize_as(parameters)
    for part in parts:
        operands += network.read(part)
    return network.add_quantized("QLinearConcat", operands, shape, parameters, axis=1, **MICROSOFT)


def max_pool(network, x):
    window = choose_window(network.random, len(x.extents), is_pool=True)
    extents = get_window_extents(x.extents, window)
    if not extents:
        return None
    shape = (x.shape[0], x.channels, *extents)
    if network.random.random() < 0.5:
        return network.add_between("MaxPool", [x], shape, network.parameters[x.name], **window)
    return network.add_quantized("MaxPool", [x], shape, network.parameters[x.name], **window)


def average_pool(network, x):
    window = choose_window(network.random, len(x.extents), is_pool=True)
    window["dilations"] = [1] * len(x.extents)
    extents = get_window_extents(x.extents, window)
    if not extents:
        return None
    del window["dilations"]
    parameters = network.choose_parameters(network.parameters[x.name][0])
    return network.add_quantized(
        "QLinearAveragePool", [*network.read(x), *network.quantize_as(parameters)],
        (x.shape[0], x.channels, *extents), parameters,
        count_include_pad=int(network.random.integers(2)), **window, **MICROSOFT)


def global_pool(network, x):
    parameters = network.choose_parameters(network.parameters[x.name][0])
    shape = (x.shape[0], x.channels, *[1] * len(x.extents))
    if network.random.random() < 0.5:
        return network.add_between("GlobalAveragePool", [x], shape, parameters)
    operands = [*network.read(x), *network.quantize_as(parameters)]
    return network.add_quantized("QLinearGlobalAveragePool", operands, shape, parameters,
                                 **MICROSOFT)


def activation(network, x):
    """Functions of a few exact operations, in whose results all agree."""
    parameters = network.choose_parameters(network.parameters[x.name][0])
    if network.random.random() < 0.3:
        operands = [*network.read(x), *network.quantize_as(parameters)]
        return network.add_quantized("QLinearLeakyRelu", operands, x.shape, parameters, alpha=0.1,
                                     **MICROSOFT)
    if network.random.random() < 0.5:
        return network.add_between("Relu", [x], x.shape, parameters)
    limits = [network.add_constant(np.float32(limit)) for limit in (0, 6)]
    return network.add_between("Clip", [x], x.shape, parameters, limits)


LAYERS = {
    conv: 6, depthwise_conv: 8, residual: 6, concat: 3, max_pool: 3, average_pool: 2,
    global_pool: 1, activation: 2,
}


def build(random):
    """A network and its outputs."""
    network = QuantizedNetwork(random, bool(random.random() < 0.2))
    rank = int(random.choice([1, 2], p=[0.2, 0.8]))
    shape = (int(random.choice([1, 1, 2])), choose_channels(random),
             *random.integers(1, 20, rank).tolist())
    x = network.add_input(shape)
    network.parameters[x.name] = network.choose_parameters()
    choices, weights = list(LAYERS), np.array(list(LAYERS.values()), float)
    for _ in range(int(random.integers(2, 10))):
        layer = choices[int(random.choice(len(choices), p=weights / weights.sum()))]
        y = layer(network, x)
        if y and y.size <= MAX_SIZE:
            x = y
    results = [value for value in network.values if value.name in network.parameters]
    if len(results) == 1:
        results.append(activation(network, x))
    return network, [results[-1]]
