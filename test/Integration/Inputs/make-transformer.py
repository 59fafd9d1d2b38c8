"""Exports a small network of a convolution and two transformer layers, with its answers.

make-transformer.py FOLDER

Writes FOLDER/opset13 and FOLDER/opset17: model.onnx with a dynamic batch, and
test_data_set_N with what PyTorch computes for a batch of N + 1.
"""

import os
import sys
import warnings

import torch
from onnx import numpy_helper


class Transformer(torch.nn.Module):
    """Patches, a class token and positions, layers with either order of norms."""

    def __init__(self, width=24, heads=3, patches=16):
        super().__init__()
        nn = torch.nn
        self.stem = nn.Sequential(
            nn.Conv2d(3, 8, 3, stride=2, padding=1), nn.BatchNorm2d(8), nn.GELU(),
            nn.Conv2d(8, width, 4, stride=4),
        )
        self.token = nn.Parameter(torch.randn(1, 1, width))
        self.positions = nn.Parameter(torch.randn(1, patches + 1, width))
        self.layers = nn.ModuleList(
            nn.TransformerEncoderLayer(
                width, heads, 2 * width, activation="gelu", batch_first=True, norm_first=first
            )
            for first in (True, False)
        )
        self.attention = nn.MultiheadAttention(width, heads, batch_first=True)
        self.norm = nn.LayerNorm(width)
        self.head = nn.Linear(width, 10)

    def forward(self, image):
        patches = self.stem(image).flatten(2).transpose(1, 2)
        token = self.token.expand(patches.shape[0], -1, -1)
        x = torch.cat([token, patches], dim=1) + self.positions
        for layer in self.layers:
            x = layer(x)
        x = x + self.attention(x, x, x, need_weights=False)[0]
        return self.head(self.norm(x)[:, 0])


def write(path, tensor, name):
    with open(path, "wb") as file:
        file.write(numpy_helper.from_array(tensor.detach().numpy(), name).SerializeToString())


def main(folder):
    warnings.filterwarnings("ignore")
    torch.manual_seed(1)
    model = Transformer().eval()
    for opset in (13, 17):
        target = os.path.join(folder, f"opset{opset}")
        os.makedirs(target, exist_ok=True)
        torch.onnx.export(
            model, torch.randn(2, 3, 32, 32), os.path.join(target, "model.onnx"),
            opset_version=opset, input_names=["image"], output_names=["classes"],
            dynamic_axes={"image": {0: "batch"}, "classes": {0: "batch"}},
        )
        for batch in (1, 3):
            data = os.path.join(target, f"test_data_set_{batch}")
            os.makedirs(data, exist_ok=True)
            image = torch.randn(batch, 3, 32, 32)
            write(os.path.join(data, "input_0.pb"), image, "image")
            write(os.path.join(data, "output_0.pb"), model(image), "classes")


main(sys.argv[1])
