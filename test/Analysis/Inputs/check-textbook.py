"""Builds well-known networks, of zeros, in the current folder and compares what
cnn-report counts with the figures of the literature. Prints "ok NETWORK" for each.
"""

import json
import subprocess
import sys
from typing import Callable, NamedTuple

import onnx
from onnx import TensorProto, helper


class Network:
    """A network under construction; `value` is what the next layer reads."""

    def __init__(self, name, shape):
        self.path = name.lower().replace(" ", "-") + ".onnx"
        self.name, self.shape, self.value = name, shape, "image"
        self.nodes, self.shapes = [], []

    def add(self, kind, name, weights=(), inputs=None, **attributes):
        """A node that reads `inputs` (or the last value) and weights of these shapes."""
        operands = list(inputs or [self.value])
        for index, shape in enumerate(weights):
            operands.append(f"{name}.{index}")
            self.shapes.append((operands[-1], shape))
            self.nodes.append(helper.make_node(
                "ConstantOfShape", [operands[-1] + ".shape"], [operands[-1]]))
        self.nodes.append(helper.make_node(kind, operands, [name], name=name, **attributes))
        self.value = name
        return name

    def conv(self, name, channels, filters, size, stride=1, pad=0, groups=1, bias=True):
        weights = [(filters, channels // groups, size, size)] + [(filters,)] * bias
        return self.add("Conv", name, weights, strides=[stride] * 2, pads=[pad] * 4,
                        group=groups)

    def pool(self, name, size=3, stride=2, pad=0, **attributes):
        return self.add("MaxPool", name, kernel_shape=[size] * 2, strides=[stride] * 2,
                        pads=[pad] * 4, **attributes)

    def full(self, name, inputs, outputs):
        return self.add("Gemm", name, [(inputs, outputs), (outputs,)])

    def write(self):
        value = helper.make_tensor_value_info
        shapes = [helper.make_tensor(name + ".shape", TensorProto.INT64, [len(shape)], shape)
                  for name, shape in self.shapes]
        graph = helper.make_graph(
            self.nodes, "network", [value("image", TensorProto.FLOAT, self.shape)],
            [value(self.value, TensorProto.FLOAT, None)], shapes)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)])
        model.ir_version = 8
        onnx.save(model, self.path)

    def measure(self):
        """The layers by name, and their sum as "total"."""
        self.write()
        done = subprocess.run(["cnn-report", self.path, "--format=json", "--no-compile"],
                              check=True,
                              stdout=subprocess.PIPE, text=True)
        report = json.loads(done.stdout)
        return {row["layer"]: row for row in report["layers"] + [report["total"]]}


def expect(what, got, expected):
    if got != expected:
        sys.exit(f"{what}: expected {expected}, got {got}")


def expect_layers(rows, table, columns):
    for name, *figures in table:
        expect(name, [rows[name][column] for column in columns], figures)


def check_alexnet():
    net = Network("AlexNet", [1, 3, 227, 227])
    net.conv("conv1", 3, 96, 11, stride=4)
    net.pool("pool1")
    net.conv("conv2", 96, 256, 5, pad=2, groups=2)
    net.pool("pool2")
    net.conv("conv3", 256, 384, 3, pad=1, groups=2)
    net.conv("conv4", 384, 384, 3, pad=1, groups=2)
    net.conv("conv5", 384, 256, 3, pad=1, groups=2)
    net.pool("pool5")
    net.add("Flatten", "flat")
    net.full("fc1", 9216, 4096)
    net.full("fc2", 4096, 4096)
    net.full("fc3", 4096, 1000)
    rows = net.measure()
    # A table of these in circulation prints cells of neighbouring layers: activations of
    # conv2 as 69,984 (27x27x96), of conv3 as 43,264 and of conv5 as 64,896 (exchanged), of
    # fc1 as 9,216 (its inputs), and conv4 as if it were conv3. Its sums have that, too; that
    # of activations has the inputs of all full layers.
    expect_layers(rows, [
        ("conv1", 105415200, 34944, 290400),
        ("conv2", 223948800, 307456, 186624),
        ("conv3", 74760192, 442752, 64896),
        ("conv4", 112140288, 663936, 64896),
        ("conv5", 74760192, 442624, 43264),
        ("fc1", 37748736, 37752832, 4096),
        ("fc2", 16777216, 16781312, 4096),
        ("fc3", 4096000, 4097000, 1000)], ["macs", "parameters", "activations"])
    total = rows["total"]
    expect("AlexNet", [total["macs"], total["parameters"]], [649646624, 60522856])
    expect("AlexNet as printed",
           [total["macs"] - rows["conv4"]["macs"] + rows["conv3"]["macs"],
            total["parameters"] - rows["conv4"]["parameters"] + rows["conv3"]["parameters"]],
           [612266528, 60301672])
    layers = ["conv1", "conv2", "conv3", "conv4", "conv5", "fc1", "fc2", "fc3"]
    expect("activations of AlexNet", sum(rows[name]["activations"] for name in layers), 659272)
    expect("activations of AlexNet as printed",
           290400 + 69984 + 43264 + 64896 + 64896 + 9216 + 4096 + 4096, 550848)
    expect("field of AlexNet", rows["pool5"]["field"], [195, 195])
    return total


def check_vgg():
    net = Network("VGG-16", [1, 3, 224, 224])
    channels, weights = 3, []
    for stage, filters in enumerate([64, 128, 256, 512, 512]):
        for layer in range(2 if stage < 2 else 3):
            weights.append(net.conv(f"conv{stage}.{layer}", channels, filters, 3, pad=1))
            channels = filters
        net.pool(f"pool{stage}", size=2)
    net.add("Flatten", "flat")
    for index, (inputs, outputs) in enumerate([(25088, 4096), (4096, 4096), (4096, 1000)]):
        weights.append(net.full(f"fc{index}", inputs, outputs))
    rows = net.measure()
    expect("parameters of VGG-16 without biases",
           [rows[name]["parameters"] - rows[name]["output"][0][1] for name in weights],
           [1728, 36864, 73728, 147456, 294912, 589824, 589824, 1179648]
           + [2359296] * 5 + [102760448, 16777216, 4096000])
    expect("activations of VGG-16", [rows[name]["activations"] for name in weights[:13]],
           [3211264] * 2 + [1605632] * 2 + [802816] * 3 + [401408] * 3 + [100352] * 3)
    expect("VGG-16", [rows["total"]["macs"], rows["total"]["parameters"]],
           [15470264320, 138357544])
    expect("field of VGG-16", rows["pool4"]["field"], [212, 212])


def check_inception():
    net = Network("Inception 3a", [1, 192, 28, 28])
    net.conv("plain", 192, 32, 5, pad=2, bias=False)
    plain = net.measure()
    expect_layers(plain, [("plain", 120422400, 153600)], ["macs", "parameters"])
    net = Network("Inception 3a reduced", [1, 192, 28, 28])
    net.conv("reduce", 192, 16, 1, bias=False)
    net.conv("conv", 16, 32, 5, pad=2, bias=False)
    expect_layers(net.measure(), [("reduce", 2408448, 3072), ("conv", 10035200, 12800)],
                  ["macs", "parameters"])


def add_conv(net, name, *shape, **attributes):
    """A convolution and its batch normalization."""
    net.conv(name, *shape, bias=False, **attributes)
    return net.add("BatchNormalization", f"{name}.norm", [(shape[1],)] * 4)


def add_sum(net, name, end, start, channels, outer, stride):
    """Adds what the block `name` read, projected if it has another shape."""
    if channels != outer or stride != 1:
        net.value = start
        start = add_conv(net, f"{name}.project", channels, outer, 1, stride=stride)
    net.add("Add", f"{name}.add", inputs=[start, end])
    net.add("Relu", f"{name}.relu3")


def add_bottleneck(net, name, channels, outer, stride, kind):
    inner = kind.width * outer // 256
    start = net.value
    early = stride if kind.strides_early else 1
    add_conv(net, f"{name}.reduce", channels, inner, 1, stride=early)
    net.add("Relu", f"{name}.relu1")
    add_conv(net, f"{name}.conv", inner, inner, 3, stride=stride // early, pad=1,
             groups=kind.groups)
    net.add("Relu", f"{name}.relu2")
    end = add_conv(net, f"{name}.expand", inner, outer, 1)
    add_sum(net, name, end, start, channels, outer, stride)


def add_basic(net, name, channels, outer, stride, _):
    start = net.value
    add_conv(net, f"{name}.first", channels, outer, 3, stride=stride, pad=1)
    net.add("Relu", f"{name}.relu1")
    end = add_conv(net, f"{name}.second", outer, outer, 3, pad=1)
    add_sum(net, name, end, start, channels, outer, stride)


class ResNetKind(NamedTuple):
    blocks: tuple
    add_block: Callable = add_bottleneck
    outer: int = 256
    width: int = 64
    groups: int = 1
    # Bottlenecks of the paper stride in the 1x1, those of today in the 3x3.
    strides_early: bool = False


def measure_resnet(name, kind):
    net = Network(name, [1, 3, 224, 224])
    net.conv("conv1", 3, 64, 7, stride=2, pad=3, bias=False)
    net.add("BatchNormalization", "norm1", [(64,)] * 4)
    net.add("Relu", "relu1")
    net.pool("pool1", pad=1)
    channels = 64
    for stage, blocks in enumerate(kind.blocks):
        for block in range(blocks):
            kind.add_block(net, f"stage{stage}.{block}", channels, kind.outer << stage,
                           2 if stage > 0 and block == 0 else 1, kind)
            channels = kind.outer << stage
    net.add("GlobalAveragePool", "mean")
    net.add("Flatten", "flat")
    net.full("fc", channels, 1000)
    return net.measure()


def check_resnets():
    rows = measure_resnet("ResNet-34", ResNetKind((3, 4, 6, 3), add_basic, outer=64))
    expect("ResNet-34", [rows["total"]["macs"], rows["total"]["parameters"]],
           [3663761408, 21797672])
    print("ok ResNet-34")
    # He et al. 2015 print 3.6, 3.8 and 11.3 "GFLOPs": multiply-adds, rounded down.
    for depth, blocks, macs in [(50, (3, 4, 6, 3), 3857973248), (152, (3, 8, 36, 3), 11282415616)]:
        rows = measure_resnet(f"ResNet-{depth} of 2015", ResNetKind(blocks, strides_early=True))
        expect(f"ResNet-{depth} of 2015", rows["total"]["macs"], macs)
    print("ok ResNets of 2015")
    rows = measure_resnet("ResNet-152", ResNetKind((3, 8, 36, 3)))
    expect("ResNet-152", [rows["total"]["macs"], rows["total"]["parameters"]],
           [11513626624, 60192808])
    print("ok ResNet-152")
    rows = measure_resnet("ResNet-50", ResNetKind((3, 4, 6, 3)))
    expect("ResNet-50", [rows["total"]["macs"], rows["total"]["parameters"]],
           [4089184256, 25557032])
    expect("field of ResNet-50", rows["stage3.2.add"]["field"], [427, 427])
    print("ok ResNet-50")
    rows = measure_resnet("ResNeXt-50", ResNetKind((3, 4, 6, 3), width=128, groups=32))
    expect("ResNeXt-50", [rows["total"]["macs"], rows["total"]["parameters"]],
           [4230479872, 25028904])
    print("ok ResNeXt-50")


def check_d2l():
    """LeNet and AlexNet as "Dive into Deep Learning" has them, without biases. Its lecture
    counts multiply-adds as FLOP, leaves out the last layer of AlexNet (46 M parameters, 1 G), and
    prints ten times what LeNet has: 0.6 M parameters, 4 M."""
    net = Network("d2l AlexNet", [1, 3, 224, 224])
    net.conv("conv1", 3, 96, 11, stride=4, pad=1, bias=False)
    net.pool("pool1")
    net.conv("conv2", 96, 256, 5, pad=2, bias=False)
    net.pool("pool2")
    for index, (inputs, outputs) in enumerate([(256, 384), (384, 384), (384, 256)], 3):
        net.conv(f"conv{index}", inputs, outputs, 3, pad=1, bias=False)
    net.pool("pool5")
    net.add("Flatten", "flat")
    net.add("MatMul", "fc1", [(6400, 4096)])
    net.add("MatMul", "fc2", [(4096, 4096)])
    rows = net.measure()
    expect_layers(rows, [("conv1", 101616768, 34848), ("conv2", 415334400, 614400),
                         ("fc1", 26214400, 26214400), ("fc2", 16777216, 16777216),
                         ("total", 1005849728, 46737440)], ["macs", "parameters"])
    net = Network("LeNet", [1, 1, 28, 28])
    net.conv("conv1", 1, 6, 5, pad=2, bias=False)
    net.pool("pool1", size=2)
    net.conv("conv2", 6, 16, 5, bias=False)
    net.pool("pool2", size=2)
    net.add("Flatten", "flat")
    for index, shape in enumerate([(400, 120), (120, 84), (84, 10)], 1):
        net.add("MatMul", f"fc{index}", [shape])
    expect_layers(net.measure(), [
        ("conv1", 117600, 150), ("conv2", 240000, 2400), ("fc1", 48000, 48000),
        ("fc2", 10080, 10080), ("total", 416520, 61470)], ["macs", "parameters"])


def check_squeezenet(alexnet):
    net = Network("SqueezeNet", [1, 3, 224, 224])
    net.conv("conv1", 3, 96, 7, stride=2)
    net.pool("pool1", ceil_mode=1)
    channels = 96
    for index, squeezed in enumerate([16, 16, 32, 32, 48, 48, 64, 64], 2):
        source = net.conv(f"fire{index}.squeeze", channels, squeezed, 1)
        narrow = net.conv(f"fire{index}.1x1", squeezed, 4 * squeezed, 1)
        net.value = source
        wide = net.conv(f"fire{index}.3x3", squeezed, 4 * squeezed, 3, pad=1)
        net.add("Concat", f"fire{index}", inputs=[narrow, wide], axis=1)
        channels = 8 * squeezed
        if index in (4, 8):
            net.pool(f"pool{index}", ceil_mode=1)
    net.conv("conv10", 512, 1000, 1)
    net.add("GlobalAveragePool", "mean")
    total = net.measure()["total"]
    expect("SqueezeNet", [total["parameters"], total["weight_bytes"]], [1248424, 4993696])
    # "50 times fewer", "4.8 MB", of 2^20 bytes (Iandola et al. 2016).
    expect("SqueezeNet against AlexNet", round(alexnet["parameters"] / total["parameters"]), 48)
    expect("megabytes", round(total["weight_bytes"] / 2**20, 1), 4.8)


def check_depthwise():
    """Groups divide weights and products of 3x3 windows of 64 channels at 14x14."""
    for groups in (1, 4, 64):
        net = Network(f"groups of {groups}", [1, 64, 14, 14])
        net.conv("conv", 64, 64, 3, pad=1, groups=groups)
        weights = 3 * 3 * 64 * 64 // groups
        expect_layers(net.measure(),
                      [("conv", 14 * 14 * weights, weights + 64, 14 * 14 * 64)],
                      ["macs", "parameters", "activations"])


def check_inverted_residual():
    """An inverted residual with expansion q costs q(2C^2 + 9C) for each pixel, a plain 3x3
    9C^2: as much at q = 9C / (2C + 9), which is 3 for 9 channels and 4.2 for 64."""
    def measure(channels, expansion):
        inner = expansion * channels
        net = Network(f"expanded {channels} {expansion}", [1, channels, 8, 8])
        net.conv("expand", channels, inner, 1, bias=False)
        net.conv("depthwise", inner, inner, 3, pad=1, groups=inner, bias=False)
        net.conv("project", inner, channels, 1, bias=False)
        return net.measure()["total"]["macs"]

    def measure_plain(channels):
        net = Network(f"plain {channels}", [1, channels, 8, 8])
        net.conv("plain", channels, channels, 3, pad=1, bias=False)
        return net.measure()["total"]["macs"]

    expect("break-even of 9 channels", measure(9, 3), measure_plain(9))
    plain = measure_plain(64)
    expect("64 channels", [measure(64, q) > plain for q in (4, 5, 6)], [False, True, True])


def check_stride_one_field():
    """The field of L layers of KxK with steps of 1 is L(K - 1) + 1."""
    net = Network("stride one", [1, 2, 32, 32])
    for index in range(5):
        net.conv(f"conv{index}", 2, 2, 3)
    rows = net.measure()
    expect("fields", [rows[f"conv{index}"]["field"][0] for index in range(5)], [3, 5, 7, 9, 11])


def check_open_extents():
    net = Network("open extents", [1, 3, "height", "width"])
    net.conv("conv", 3, 8, 3)
    net.write()
    done = subprocess.run(["cnn-report", net.path], capture_output=True, text=True)
    if done.returncode != 1 or "give it with --input-shape=image:" not in done.stderr:
        sys.exit(f"expected to be told of --input-shape, got: {done.stderr}")
    subprocess.run(["cnn-report", net.path, "--input-shape=image:1x3x8x8"], check=True,
                   stdout=subprocess.DEVNULL)


def main():
    alexnet = check_alexnet()
    print("ok AlexNet")
    check_vgg()
    print("ok VGG-16")
    check_inception()
    print("ok Inception 3a")
    check_resnets()
    check_squeezenet(alexnet)
    print("ok SqueezeNet")
    check_d2l()
    print("ok d2l")
    check_depthwise()
    print("ok depthwise")
    check_inverted_residual()
    print("ok inverted residual")
    check_stride_one_field()
    print("ok stride one")
    check_open_extents()
    print("ok open extents")


if __name__ == "__main__":
    main()
