"""The yardstick for accuracies: what `kd compare --data mnist` trains, as one writes it in eager PyTorch.

    python eager_mnist.py MNIST_DIR --student 200-200 --epochs 20 --seeds 3 --temperatures 2,4,8

5,000 of the first 50,000 training images, drawn anew for each seed, teach a 400-400 network (dropout 0.3, images
shifted by up to 2 pixels, 40 epochs); the student sees neither: alone, and by 0.9 T^2 KL(teacher || student) plus
0.1 cross-entropy. Adam at 1e-3, cosine, batches of 128, PyTorch's own first weights, one thread. Prints the accuracy
on all 10,000 test images, seed by seed and their mean.
"""
import argparse
import gzip
import math
import pathlib

import numpy
import torch
from torch import nn
from torch.nn import functional as F

BATCH, RATE = 128, 1e-3


def read(folder, name, header):
    file = next(f for f in sorted(pathlib.Path(folder).iterdir()) if f.name.startswith(name))
    opened = gzip.open(file) if file.suffix == ".gz" else open(file, "rb")
    with opened as stream:
        return numpy.frombuffer(stream.read(), numpy.uint8, offset=header)


def images(folder, name):
    return torch.tensor(read(folder, name, 16).reshape(-1, 784) / 255.0, dtype=torch.float32)


def labels(folder, name):
    return torch.tensor(read(folder, name, 8).astype(numpy.int64))


def network(hidden, dropout=0.0):
    layers, before = [], 784
    for units in hidden:
        layers += [nn.Linear(before, units), nn.ReLU(), nn.Dropout(dropout)]
        before = units
    return nn.Sequential(*layers, nn.Linear(before, 10))


def shifted(x):
    padded = F.pad(x.view(-1, 28, 28), (2, 2, 2, 2))
    moved = [p[dy:dy + 28, dx:dx + 28] for p, (dy, dx) in zip(padded, torch.randint(0, 5, (len(x), 2)).tolist())]
    return torch.stack(moved).view(-1, 784)


def train(net, x, y, epochs, shift=False, temperature=None, taught=None):
    optimizer = torch.optim.Adam(net.parameters(), RATE)
    steps, step = epochs * math.ceil(len(x) / BATCH), 0
    net.train()
    for _ in range(epochs):
        for rows in torch.randperm(len(x)).split(BATCH):
            optimizer.param_groups[0]["lr"] = RATE * 0.5 * (1 + math.cos(math.pi * step / steps))
            logits = net(shifted(x[rows]) if shift else x[rows])
            loss = F.cross_entropy(logits, y[rows])
            if temperature:
                ours = F.log_softmax(logits / temperature, 1)
                theirs = F.log_softmax(taught[rows] / temperature, 1)
                soft = F.kl_div(ours, theirs, reduction="batchmean", log_target=True)
                loss = 0.1 * loss + 0.9 * temperature**2 * soft
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            step += 1
    return net.eval()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--student", default="200-200")
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--temperatures", default="2,4,8")
    asked = parser.parse_args()
    torch.set_num_threads(1)
    hidden = [int(units) for units in asked.student.split("-")]
    temperatures = [float(t) for t in asked.temperatures.split(",")]
    x_all, y_all = images(asked.folder, "train-images"), labels(asked.folder, "train-labels")
    x_test, y_test = images(asked.folder, "t10k-images"), labels(asked.folder, "t10k-labels")

    def accuracy(net):
        with torch.no_grad():
            return 100 * (net(x_test).argmax(1) == y_test).double().mean().item()

    results = []
    for seed in range(1, asked.seeds + 1):
        torch.manual_seed(seed)
        rows = torch.randperm(50_000)[:5_000]
        x, y = x_all[rows], y_all[rows]
        teacher = train(network([400, 400], 0.3), x, y, 40, shift=True)
        with torch.no_grad():
            taught = teacher(x)
        found = {"teacher": accuracy(teacher)}
        for temperature in [None] + temperatures:
            torch.manual_seed(1_000 + seed)
            student = train(network(hidden), x, y, asked.epochs, temperature=temperature, taught=taught)
            found["scratch" if temperature is None else f"T={temperature:g}"] = accuracy(student)
        results.append(found)
        print(f"seed {seed}", *(f"{name}={value:.2f}" for name, value in found.items()), flush=True)
    print("mean  ", *(f"{name}={sum(r[name] for r in results) / len(results):.2f}" for name in results[0]))


if __name__ == "__main__":
    main()
