"""Fifty steps of PyTorch's optimisers on made-up gradients: python optimizer_reference.py > optimizer_reference.txt

Starts and gradients are small fractions, exact in any arithmetic, so that Java can make the same.
"""
import torch

N, STEPS = 29, 50


def start():
    return torch.tensor([((7 * i) % 31 - 15) / 16 for i in range(N)])


def gradient(step):
    return torch.tensor([((13 * i + 29 * step + i * step) % 97 - 48) / 64 for i in range(N)])


def trajectory(make, clip=None):
    w = start().requires_grad_(True)
    optimizer = make([w])
    for step in range(1, STEPS + 1):
        w.grad = gradient(step)
        if clip:
            torch.nn.utils.clip_grad_norm_([w], clip)
        optimizer.step()
    return w.detach()


def show(name, values):
    print(name, " ".join(f"{v:.9g}" for v in values.tolist()))


print("#", "torch", torch.__version__)
O = torch.optim
show("adam", trajectory(lambda p: O.Adam(p, lr=1e-3)))
show("adam-penalty", trajectory(lambda p: O.Adam(p, lr=1e-2, betas=(0.8, 0.95), eps=1e-3, weight_decay=0.01)))
show("adamw", trajectory(lambda p: O.AdamW(p, lr=1e-3, weight_decay=0.01)))
show("sgd", trajectory(lambda p: O.SGD(p, lr=0.05)))
show("sgd-momentum", trajectory(lambda p: O.SGD(p, lr=0.05, momentum=0.9)))
show("sgd-nesterov", trajectory(lambda p: O.SGD(p, lr=0.05, momentum=0.9, nesterov=True, weight_decay=5e-4)))
show("sgd-clipped", trajectory(lambda p: O.SGD(p, lr=0.05, momentum=0.9), clip=1.5))
