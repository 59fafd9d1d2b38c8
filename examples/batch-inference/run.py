#!/usr/bin/env python3
"""Runs a network on many images, on this machine or on a Dask cluster.

Compiles MODEL (.onnx, .mlir or .mlirbc), or takes a compiled one (.so), runs it on all images and
writes the array of its first output, one row for each image and in the order of the images.

IMAGES is an .npy file with an array of shape (images, channels, rows, columns), in the type that the
network takes, or a folder of .npy files with an image each, in the order of their names. All workers
read the folder, which is faster than sending images to them.

Examples:
  run.py model.onnx images.npy -o scores.npy
  run.py model.onnx folder -o scores.npy --batch=64 --workers=4
  run.py model.onnx folder -o scores.npy --scheduler=tcp://10.0.0.1:8786 --cpu=x86-64-v3

A cluster is started with `dask-scheduler` on one machine and `dask-worker ADDRESS` on the others; all
need cnnc. A worker may join, or be lost, at any time.
"""

import argparse
import os
import sys

import numpy

import cnnc
import cnnc.distributed


def parse_arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("model", metavar="MODEL")
    parser.add_argument("images", metavar="IMAGES")
    parser.add_argument("-o", "--output", required=True, metavar="FILE", help="an .npy file")
    parser.add_argument(
        "--scheduler", metavar="ADDRESS", help="of a Dask scheduler; without it, this machine"
    )
    parser.add_argument(
        "--workers", type=int, metavar="N", help="processes on this machine (default: its processors)"
    )
    parser.add_argument(
        "--batch", type=int, default=16, metavar="N", help="images that a worker gets at a time (16)"
    )
    parser.add_argument(
        "--cpu", default="", help="the processor that all workers have (default: that of this machine)"
    )
    return parser.parse_args()


def find_images(path):
    """What `map_images` takes: an array, or paths and the function that reads one."""
    if os.path.isdir(path):
        names = sorted(name for name in os.listdir(path) if name.endswith(".npy"))
        return [os.path.abspath(os.path.join(path, name)) for name in names], numpy.load
    # Parts of the file are read when they are needed.
    return numpy.load(path, mmap_mode="r"), None


def main():
    arguments = parse_arguments()
    if arguments.model.endswith(".so"):
        network = cnnc.load_network(arguments.model)
    else:
        network = cnnc.load(arguments.model).compile(cpu=arguments.cpu)
    images, load = find_images(arguments.images)
    results = cnnc.distributed.map_images(
        network,
        images,
        scheduler=arguments.scheduler,
        batch=arguments.batch,
        workers=arguments.workers,
        load=load,
    )
    numpy.save(arguments.output, results[0] if isinstance(results, cnnc.Outputs) else results)


# Dask starts processes that read this file again.
if __name__ == "__main__":
    try:
        main()
    except (cnnc.Error, OSError, ValueError, TypeError) as error:
        sys.exit(f"error: {error}")
