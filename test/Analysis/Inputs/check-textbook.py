"""Builds well-known networks, of zeros, in the current folder and compares what
cnn-report counts with the figures of the literature. Prints "ok NETWORK" for each.
"""

import json
import subprocess
import sys

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
        done = subprocess.run(["cnn-report", self.path, "--format=json"], check=True,
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
    # fc1 as 9,216 (its inputs), and conv4 as if it were conv3. Its sums have that, too.
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


def add_bottleneck(net, name, channels, inner, outer, stride, groups):
    def conv(part, *shape, **attributes):
        net.conv(f"{name}.{part}", *shape, bias=False, **attributes)
        filters = shape[1]
        return net.add("BatchNormalization", f"{name}.{part}.norm", [(filters,)] * 4)

    start = net.value
    conv("reduce", channels, inner, 1)
    net.add("Relu", f"{name}.relu1")
    conv("conv", inner, inner, 3, stride=stride, pad=1, groups=groups)
    net.add("Relu", f"{name}.relu2")
    end = conv("expand", inner, outer, 1)
    if channels != outer:
        net.value = start
        start = conv("project", channels, outer, 1, stride=stride)
    net.add("Add", f"{name}.add", inputs=[start, end])
    net.add("Relu", f"{name}.relu3")


def measure_resnet(name, width, groups):
    net = Network(name, [1, 3, 224, 224])
    net.conv("conv1", 3, 64, 7, stride=2, pad=3, bias=False)
    net.add("BatchNormalization", "norm1", [(64,)] * 4)
    net.add("Relu", "relu1")
    net.pool("pool1", pad=1)
    channels = 64
    for stage, blocks in enumerate([3, 4, 6, 3]):
        for block in range(blocks):
            add_bottleneck(net, f"stage{stage}.{block}", channels, width << stage, 256 << stage,
                           2 if stage > 0 and block == 0 else 1, groups)
            channels = 256 << stage
    net.add("GlobalAveragePool", "mean")
    net.add("Flatten", "flat")
    net.full("fc", 2048, 1000)
    return net.measure()


def check_resnets():
    rows = measure_resnet("ResNet-50", 64, 1)
    expect("ResNet-50", [rows["total"]["macs"], rows["total"]["parameters"]],
           [4089184256, 25557032])
    expect("field of ResNet-50", rows["stage3.2.add"]["field"], [427, 427])
    print("ok ResNet-50")
    rows = measure_resnet("ResNeXt-50", 128, 32)
    expect("ResNeXt-50", [rows["total"]["macs"], rows["total"]["parameters"]],
           [4230479872, 25028904])
    print("ok ResNeXt-50")


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
    check_depthwise()
    print("ok depthwise")
    check_open_extents()
    print("ok open extents")


if __name__ == "__main__":
    main()
