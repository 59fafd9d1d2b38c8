"""Small modules with random weights that between them have the layers of many networks.

Each is a module, the shapes of its inputs, and the first opset it can be exported in.
"""

import torch
import torch.nn.functional as F
from torch import nn


class Apply(nn.Module):
    """A function of layers, which become parameters of the module."""

    def __init__(self, function, *layers):
        super().__init__()
        self.function = function
        self.layers = nn.ModuleList(layers)

    def forward(self, *inputs):
        return self.function(*self.layers, *inputs)


def make_convolutions():
    return nn.Sequential(
        nn.Conv2d(5, 12, 3, padding=1),
        nn.ReLU(),
        nn.Conv2d(12, 12, 3, stride=2, groups=12, bias=False),
        nn.BatchNorm2d(12),
        nn.ReLU6(),
        nn.Conv2d(12, 24, 1),
        nn.LeakyReLU(0.1),
        nn.Conv2d(24, 16, (1, 5), padding=(0, 2), dilation=(1, 1)),
        nn.Conv2d(16, 8, 3, dilation=2, groups=4),
    )


def make_line_and_cube():
    line = nn.Sequential(nn.Conv1d(3, 8, 5, stride=2, padding=2), nn.ReLU(), nn.MaxPool1d(2))
    cube = nn.Sequential(nn.Conv3d(2, 6, 3, padding=1), nn.ReLU(), nn.AvgPool3d(2))
    return Apply(lambda line, cube, x, y: line(x).mean() + cube(y), line, cube)


def make_transposed():
    return nn.Sequential(
        nn.ConvTranspose2d(6, 8, 2, stride=2),
        nn.ELU(),
        nn.ConvTranspose2d(8, 8, 3, stride=2, padding=1, output_padding=1, groups=4),
        nn.Tanh(),
        nn.ConvTranspose2d(8, 3, 4, stride=1, dilation=2, bias=False),
    )


def make_pools():
    def pool(x):
        parts = [
            F.max_pool2d(x, 3, 2, 1),
            F.avg_pool2d(x, 3, 2, 1),
            F.avg_pool2d(x, 3, 2, 1, count_include_pad=False),
            F.adaptive_avg_pool2d(x, 6),
            F.adaptive_max_pool2d(x, 6),
        ]
        return torch.cat(parts, 1), F.adaptive_avg_pool2d(x, 1), F.lp_pool2d(x.abs(), 2, 2)

    return Apply(pool)


def make_norms():
    def normalize(instance, group, layer, x):
        y = group(instance(x))
        y = y + F.local_response_norm(x, 5)
        y = layer(y.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
        return y + F.normalize(x, dim=1)

    return Apply(normalize, nn.InstanceNorm2d(8, affine=True), nn.GroupNorm(4, 8), nn.LayerNorm(8))


def make_activations():
    names = "CELU ELU GELU Hardtanh LeakyReLU LogSigmoid ReLU6 SELU SiLU Sigmoid"
    names += " Softplus Softsign Tanh Hardsigmoid Softshrink Tanhshrink"
    layers = [getattr(nn, name)() for name in names.split()]
    layers += [nn.PReLU(4), nn.Softmax(1), nn.LogSoftmax(1)]
    return Apply(lambda *parts: torch.cat([layer(parts[-1]) for layer in parts[:-1]], 1), *layers)


def make_upsampling():
    def upsample(x):
        return (
            F.interpolate(x, scale_factor=2, mode="nearest"),
            F.interpolate(x, size=(9, 11), mode="bilinear", align_corners=False),
            F.interpolate(x, scale_factor=1.5, mode="bilinear", align_corners=True),
            F.interpolate(x, scale_factor=2, mode="bicubic", align_corners=False),
        )

    return Apply(upsample)


def make_shuffles():
    def shuffle(conv, x):
        y = conv(x)
        batch, channels, height, width = y.shape
        y = y.view(batch, 4, channels // 4, height, width).transpose(1, 2).reshape(y.shape)
        first, second = y.chunk(2, 1)
        return F.pixel_shuffle(torch.cat([second, first], 1), 2)

    return Apply(shuffle, nn.Conv2d(3, 16, 3, padding=1))


def make_squeeze_excite():
    def excite(conv, down, up, x):
        y = F.hardswish(conv(x))
        gate = y.mean((2, 3), keepdim=True)
        return y * F.hardsigmoid(up(F.relu(down(gate)))) + y

    return Apply(excite, nn.Conv2d(3, 16, 3, stride=2), nn.Conv2d(16, 4, 1), nn.Conv2d(4, 16, 1))


def make_pads():
    def pad(x):
        return (
            F.pad(x, (1, 2, 3, 0)),
            F.pad(x, (1, 2, 3, 0), mode="reflect"),
            F.pad(x, (1, 2, 3, 0), mode="replicate"),
            F.pad(x, (-1, 2, 0, 1), value=0.5),
        )

    return Apply(pad)


def make_selections():
    def select(x):
        values, indices = x.topk(3, 1)
        flipped = x[:, [3, 1, 2, 1]][..., 1:-1:2]
        where = torch.where(x > 0.2, x, torch.zeros_like(x))
        return values, indices.float(), flipped, where, x.argmax(1).float(), x.cumsum(2)

    return Apply(select)


class Attention(nn.Module):
    def __init__(self, channels, heads):
        super().__init__()
        self.heads = heads
        self.norm = nn.LayerNorm(channels)
        self.inputs = nn.Linear(channels, 3 * channels)
        self.output = nn.Linear(channels, channels)

    def forward(self, x):
        batch, tokens, channels = x.shape
        y = self.inputs(self.norm(x))
        y = y.reshape(batch, tokens, 3, self.heads, channels // self.heads).permute(2, 0, 3, 1, 4)
        scores = y[0] @ y[1].transpose(-2, -1) * (channels // self.heads) ** -0.5
        y = (scores.softmax(-1) @ y[2]).transpose(1, 2).reshape(x.shape)
        return x + self.output(y)


def make_patches():
    def embed(patches, attention, head, x):
        y = attention(patches(x).flatten(2).transpose(1, 2))
        return head(F.gelu(y)).mean(1)

    return Apply(embed, nn.Conv2d(3, 16, 4, stride=4), Attention(16, 2), nn.Linear(16, 5))


def make_recurrent():
    def recur(lstm, gru, x):
        y, _ = lstm(x)
        z, _ = gru(y)
        return z

    lstm = nn.LSTM(6, 5, num_layers=2, bidirectional=True)
    return Apply(recur, lstm, nn.GRU(10, 4))


def make_grid_sample():
    return Apply(lambda x, grid: F.grid_sample(x, grid, align_corners=False))


def make_reductions():
    def reduce(x):
        return (
            x.sum(1),
            x.amax((2, 3)),
            x.amin(1, keepdim=True),
            x.norm(dim=1),
            x.std(1, unbiased=False),
            x.logsumexp(1),
            x.prod(3),
        )

    return Apply(reduce)


IMAGE = (2, 4, 10, 12)
MODULES = {
    "convolutions": (make_convolutions, [(2, 5, 20, 22)], 9),
    "line-and-cube": (make_line_and_cube, [(1, 3, 30), (1, 2, 6, 6, 6)], 9),
    "transposed": (make_transposed, [(1, 6, 5, 7)], 9),
    "pools": (make_pools, [(1, 4, 12, 12)], 9),
    "norms": (make_norms, [(2, 8, 6, 5)], 9),
    "activations": (make_activations, [IMAGE], 13),
    "upsampling": (make_upsampling, [(1, 3, 6, 8)], 11),
    "shuffles": (make_shuffles, [(1, 3, 8, 6)], 9),
    "squeeze-excite": (make_squeeze_excite, [(1, 3, 9, 9)], 9),
    "pads": (make_pads, [IMAGE], 11),
    "selections": (make_selections, [IMAGE], 11),
    "patches": (make_patches, [(1, 3, 16, 16)], 9),
    "recurrent": (make_recurrent, [(4, 1, 6)], 9),
    "einsum": (lambda: Apply(lambda x, y: torch.einsum("nchw,ndhw->ncd", x, y)), [IMAGE, IMAGE], 13),
    "grid-sample": (make_grid_sample, [(1, 3, 6, 7), (1, 4, 5, 2)], 16),
    "reductions": (make_reductions, [IMAGE], 9),
}
