"""Exports small networks of a convolution and transformer layers, with their answers.

make-transformer.py FOLDER

Writes FOLDER/NAME-OPSET for two networks and the opsets 13 and 17: model.onnx with a
dynamic batch, and test_data_set_N with what PyTorch computes for a batch of N. "torch" has
PyTorch's own layers, which put the batch behind the sequence; "images" keeps it in front.
"""

import os
import sys
import warnings

import torch
from onnx import numpy_helper

WIDTH, HEADS, PATCHES = 24, 3, 16


class Attention(torch.nn.Module):
    """Self-attention whose queries, keys and values are one product."""

    def __init__(self):
        super().__init__()
        self.inputs = torch.nn.Linear(WIDTH, 3 * WIDTH)
        self.output = torch.nn.Linear(WIDTH, WIDTH)

    def forward(self, x):
        n, length, _ = x.shape
        parts = self.inputs(x).reshape(n, length, 3, HEADS, WIDTH // HEADS)
        query, key, value = (part.squeeze(2).transpose(1, 2) for part in parts.split(1, dim=2))
        scores = (query @ key.transpose(-2, -1)) * (WIDTH // HEADS) ** -0.5
        x = (scores.softmax(dim=-1) @ value).transpose(1, 2)
        return self.output(x.reshape(n, length, WIDTH))


class Layer(torch.nn.Module):
    def __init__(self):
        super().__init__()
        nn = torch.nn
        self.attention, self.norms = Attention(), nn.ModuleList([nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)])
        self.mlp = nn.Sequential(nn.Linear(WIDTH, 2 * WIDTH), nn.GELU(), nn.Linear(2 * WIDTH, WIDTH))

    def forward(self, x):
        x = x + self.attention(self.norms[0](x))
        return x + self.mlp(self.norms[1](x))


def make_torch_layer(first):
    return torch.nn.TransformerEncoderLayer(
        WIDTH, HEADS, 2 * WIDTH, activation="gelu", batch_first=True, norm_first=first
    )


class Transformer(torch.nn.Module):
    """Patches, a class token, positions and `layers`."""

    def __init__(self, layers):
        super().__init__()
        nn = torch.nn
        self.stem = nn.Sequential(
            nn.Conv2d(3, 8, 3, stride=2, padding=1), nn.BatchNorm2d(8), nn.GELU(),
            nn.Conv2d(8, WIDTH, 4, stride=4),
        )
        self.token = nn.Parameter(torch.randn(1, 1, WIDTH))
        self.positions = nn.Parameter(torch.randn(1, PATCHES + 1, WIDTH))
        self.layers = nn.Sequential(*layers)
        self.norm, self.head = nn.LayerNorm(WIDTH), nn.Linear(WIDTH, 10)

    def forward(self, image):
        patches = self.stem(image).flatten(2).transpose(1, 2)
        token = self.token.expand(patches.shape[0], -1, -1)
        x = torch.cat([token, patches], dim=1) + self.positions
        return self.head(self.norm(self.layers(x))[:, 0])


def write(path, tensor, name):
    with open(path, "wb") as file:
        file.write(numpy_helper.from_array(tensor.detach().numpy(), name).SerializeToString())


def export(model, folder, opset):
    os.makedirs(folder, exist_ok=True)
    torch.onnx.export(
        model, torch.randn(2, 3, 32, 32), os.path.join(folder, "model.onnx"),
        opset_version=opset, input_names=["image"], output_names=["classes"],
        dynamic_axes={"image": {0: "batch"}, "classes": {0: "batch"}},
    )
    for batch in (1, 3):
        data = os.path.join(folder, f"test_data_set_{batch}")
        os.makedirs(data, exist_ok=True)
        image = torch.randn(batch, 3, 32, 32)
        write(os.path.join(data, "input_0.pb"), image, "image")
        write(os.path.join(data, "output_0.pb"), model(image), "classes")


def main(folder):
    warnings.filterwarnings("ignore")
    torch.manual_seed(1)
    models = {
        "torch": Transformer([make_torch_layer(True), make_torch_layer(False)]),
        "images": Transformer([Layer(), Layer()]),
    }
    for name, model in models.items():
        for opset in (13, 17):
            export(model.eval(), os.path.join(folder, f"{name}-{opset}"), opset)


main(sys.argv[1])
