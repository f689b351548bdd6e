"""The yardstick: the distillation step as one writes it in eager PyTorch.

    python eager_kd.py --steps 200 --repeats 3

A teacher 784-1200-1200-10 is forwarded each step without gradients, a student 784-800-800-10 learns
from it: 0.9 T^2 KL(teacher || student) at T = 4 plus 0.1 cross-entropy, batch 128, Adam, no dropout,
data in memory, gathered at random. With --cached the teacher's logits are computed once beforehand.
Threads: --threads, default 1. Prints lines of key=value; rates are steps per second.
"""
import argparse
import statistics
import time

import torch
from torch import nn
from torch.nn import functional as F

SAMPLES, BATCH, TEMPERATURE = 10_000, 128, 4.0


def mlp(hidden):
    return nn.Sequential(
        nn.Linear(784, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU(), nn.Linear(hidden, 10)
    )


def gemm_rate(m=128, k=800, n=800, seconds=0.3):
    a, b = torch.randn(m, k), torch.randn(k, n)
    for _ in range(10):
        a @ b
    count, begun = 0, time.perf_counter()
    while time.perf_counter() - begun < seconds:
        for _ in range(20):
            a @ b
        count += 20
    return 2e-9 * m * k * n * count / (time.perf_counter() - begun)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--steps", type=int, default=200, help="steps of one measurement")
    parser.add_argument("--warmup", type=int, default=30, help="steps before the first measurement")
    parser.add_argument("--repeats", type=int, default=3, help="measurements")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--cached", action="store_true", help="teacher logits computed once beforehand")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)

    data = torch.randn(SAMPLES, 784)
    labels = torch.randint(0, 10, (SAMPLES,))
    teacher, student = mlp(1200).eval(), mlp(800).train()
    optimizer = torch.optim.Adam(student.parameters(), lr=1e-3)
    known = None
    if options.cached:
        with torch.no_grad():
            known = torch.cat([teacher(part) for part in data.split(1000)])

    def step(rows):
        x, y = data[rows], labels[rows]
        if known is None:
            with torch.no_grad():
                guide = teacher(x)
        else:
            guide = known[rows]
        logits = student(x)
        soft = F.kl_div(
            F.log_softmax(logits / TEMPERATURE, 1), F.softmax(guide / TEMPERATURE, 1), reduction="batchmean"
        )
        loss = 0.9 * TEMPERATURE**2 * soft + 0.1 * F.cross_entropy(logits, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    def run(steps):
        done = 0
        while done < steps:
            for rows in torch.randperm(SAMPLES).split(BATCH):
                if len(rows) == BATCH and done < steps:
                    step(rows)
                    done += 1

    run(options.warmup)
    rates = []
    for _ in range(options.repeats):
        begun = time.perf_counter()
        run(options.steps)
        rates.append(options.steps / (time.perf_counter() - begun))
    print(f"torch={torch.__version__}")
    print(f"threads={torch.get_num_threads()}")
    print(f"gemm_gflops={gemm_rate():.1f}")
    print("steps_per_second=" + " ".join(f"{rate:.2f}" for rate in rates))
    print(f"median={statistics.median(rates):.2f}")


if __name__ == "__main__":
    main()
