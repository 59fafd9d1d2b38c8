"""Writes the files the tests of cnn-run read into a folder."""

import os
import sys

import numpy
import onnx.numpy_helper

folder = sys.argv[1]
os.makedirs(folder, exist_ok=True)
os.chdir(folder)


def save_proto(path, array):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(onnx.numpy_helper.from_array(array).SerializeToString())


image = numpy.arange(6, dtype=numpy.float32).reshape(1, 1, 2, 3)
twice = (2 * image + 1).reshape(1, 6)

numpy.save("image.npy", image)
image.tofile("image.bin")
numpy.save("half.npy", image.astype(numpy.float16))
numpy.save("three.npy", numpy.concatenate([image, image + 10, image + 20]))
with open("image.npy", "rb") as file:
    content = file.read()
with open("short.npy", "wb") as file:
    file.write(content[:-1])
with open("image.txt", "w") as file:
    file.write("0 1 2")
with open("garbage.pb", "wb") as file:
    file.write(b"\xff\xff\xff")
with open("garbage.png", "wb") as file:
    file.write(b"\x89PNG")

save_proto("good/input_0.pb", image)
save_proto("good/output_0.pb", twice)
save_proto("wrong/input_0.pb", image)
save_proto("wrong/output_0.pb", twice + numpy.float32([[0, 0, 0.5, 0, 0, 0]]))
save_proto("many/input_0.pb", image)
save_proto("many/input_1.pb", image)
save_proto("many/output_0.pb", twice)

# The network's largest output is where its input is largest.
os.makedirs("set", exist_ok=True)
for label in range(3):
    numpy.save(f"set/{label}.npy", numpy.roll(image, label + 1, axis=3))
with open("set/labels.tsv", "w") as file:
    # Rolling by 1, 2 and 3 columns moves the 5 at index 5 to 3, 4 and 5.
    file.write("0.npy\t3\n1.npy\t4\n2.npy\t0\n")
os.makedirs("bad-set", exist_ok=True)
with open("bad-set/labels.tsv", "w") as file:
    file.write("0.npy 3\n")
os.makedirs("far-set", exist_ok=True)
numpy.save("far-set/0.npy", image)
with open("far-set/labels.tsv", "w") as file:
    file.write("0.npy\t6\n")
