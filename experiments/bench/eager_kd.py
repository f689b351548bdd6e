"""The yardstick: the distillation step as one writes it in eager PyTorch.

    python eager_kd.py --network mlp|resnet|transformer --steps 200 --repeats 3

A teacher is forwarded each step without gradients, a student learns from it: 0.9 T^2 KL(teacher || student)
at T = 4 plus 0.1 cross-entropy, data in memory, gathered at random. With --cached the teacher's logits are
computed once beforehand.

  mlp          784-1200-1200-10 teaches 784-800-800-10, batch 128, Adam
  resnet       ResNet-20 teaches ResNet-8 (identity shortcuts) on 3x32x32, batch 128, SGD with momentum
  transformer  BERT 6x384 teaches 4x312, 12 heads, 64 tokens of 30522, batch 32, Adam, dropout 0.1 in the student;
               attention as BERT's own code has it, or torch's fused function with --attention sdpa

Threads: --threads, default 1. Prints lines of key=value; rates are steps per second.
"""
import argparse
import math
import statistics
import time

import torch
from torch import nn
from torch.nn import functional as F

TEMPERATURE = 4.0


def mlp(hidden):
    return nn.Sequential(
        nn.Linear(784, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU(), nn.Linear(hidden, 10)
    )


class Residual(nn.Module):
    def __init__(self, before, channels, stride):
        super().__init__()
        self.first = nn.Conv2d(before, channels, 3, stride, 1, bias=False)
        self.norm1 = nn.BatchNorm2d(channels)
        self.second = nn.Conv2d(channels, channels, 3, 1, 1, bias=False)
        self.norm2 = nn.BatchNorm2d(channels)
        self.stride, self.more = stride, channels - before

    def forward(self, x):
        y = self.norm2(self.second(F.relu(self.norm1(self.first(x)))))
        if self.stride > 1:
            x = F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, self.more // 2, self.more - self.more // 2))
        return F.relu(x + y)


def resnet(layers):
    blocks, before = [nn.Conv2d(3, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU()], 16
    for stage, channels in enumerate((16, 32, 64)):
        for block in range((layers - 2) // 6):
            blocks.append(Residual(before, channels, 2 if stage > 0 and block == 0 else 1))
            before = channels
    return nn.Sequential(*blocks, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10))


class EncoderLayer(nn.Module):
    def __init__(self, width, heads, dropout, fused):
        super().__init__()
        self.heads, self.fused, self.rate = heads, fused, dropout
        self.query, self.key, self.value = (nn.Linear(width, width) for _ in range(3))
        self.output, self.attended = nn.Linear(width, width), nn.LayerNorm(width, 1e-12)
        self.inner, self.outer = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)
        self.norm, self.dropout = nn.LayerNorm(width, 1e-12), nn.Dropout(dropout)

    def split(self, x):
        return x.view(x.shape[0], x.shape[1], self.heads, -1).transpose(1, 2)

    def forward(self, x, mask):
        q, k, v = self.split(self.query(x)), self.split(self.key(x)), self.split(self.value(x))
        if self.fused:
            rate = self.rate if self.training else 0.0
            context = F.scaled_dot_product_attention(q, k, v, attn_mask=mask, dropout_p=rate)
        else:
            scores = q @ k.transpose(-1, -2) / math.sqrt(q.shape[-1]) + mask
            context = self.dropout(scores.softmax(-1)) @ v
        context = context.transpose(1, 2).reshape(x.shape)
        x = self.attended(self.dropout(self.output(context)) + x)
        return self.norm(self.dropout(self.outer(F.gelu(self.inner(x)))) + x)


class Encoder(nn.Module):
    def __init__(self, layers, width, heads=12, dropout=0.1, fused=False):
        super().__init__()
        self.tokens, self.positions = nn.Embedding(30522, width), nn.Embedding(64, width)
        self.segments, self.norm = nn.Embedding(2, width), nn.LayerNorm(width, 1e-12)
        self.layers = nn.ModuleList(EncoderLayer(width, heads, dropout, fused) for _ in range(layers))
        self.pooler, self.classifier = nn.Linear(width, width), nn.Linear(width, 2)
        self.dropout = nn.Dropout(dropout)

    def forward(self, text):
        ids, mask, segments = text.unbind(1)
        places = torch.arange(ids.shape[1])
        x = self.norm(self.tokens(ids) + self.segments(segments) + self.positions(places))
        x, mask = self.dropout(x), (1.0 - mask[:, None, None, :].float()) * -1e4
        for layer in self.layers:
            x = layer(x, mask)
        return self.classifier(self.dropout(torch.tanh(self.pooler(x[:, 0]))))


def case(options):
    """Teacher, student, inputs, classes, batch and optimiser."""
    if options.network == "mlp":
        student = mlp(800)
        return mlp(1200), student, torch.randn(10_000, 784), 10, 128, torch.optim.Adam(student.parameters(), lr=1e-3)
    if options.network == "resnet":
        student = resnet(8)
        optimizer = torch.optim.SGD(student.parameters(), lr=0.05, momentum=0.9)
        return resnet(20), student, torch.randn(1024, 3, 32, 32), 10, 128, optimizer
    fused = options.attention == "sdpa"
    student = Encoder(4, 312, fused=fused)
    ids = torch.randint(1, 30522, (128, 64))
    texts = torch.stack([ids, torch.ones_like(ids), torch.zeros_like(ids)], 1)
    return Encoder(6, 384, fused=fused), student, texts, 2, 32, torch.optim.Adam(student.parameters(), lr=1e-4)


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
    parser.add_argument("--network", choices=["mlp", "resnet", "transformer"], default="mlp")
    parser.add_argument("--attention", choices=["explicit", "sdpa"], default="explicit")
    parser.add_argument("--steps", type=int, default=200, help="steps of one measurement")
    parser.add_argument("--warmup", type=int, default=30, help="steps before the first measurement")
    parser.add_argument("--repeats", type=int, default=3, help="measurements")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--cached", action="store_true", help="teacher logits computed once beforehand")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)

    teacher, student, data, classes, batch, optimizer = case(options)
    labels = torch.randint(0, classes, (len(data),))
    teacher, student = teacher.eval(), student.train()
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
            for rows in torch.randperm(len(data)).split(batch):
                if len(rows) == batch and done < steps:
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
    print("steps_per_second=" + " ".join(f"{rate:.3f}" for rate in rates))
    print(f"median={statistics.median(rates):.3f}")


if __name__ == "__main__":
    main()
