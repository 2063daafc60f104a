"""Runs schedules on PyTorch's own pipelining runtime: one process a rank, gloo, real training steps.

Reads jobs as JSON lines on standard input, writes one JSON line for each. A job: csv, format, stages, microbatches, rank_of (stage to rank),
seconds (watchdog). Answers: fate (ok, refused, crash, hang, wrong gradients), what each rank ran in which order, the most activations alive
on each rank, and how far losses and gradients are from a run without a pipeline.

torch is imported once; the ranks are forked, so that a job costs little more than its steps.
"""

import contextlib
import json
import multiprocessing
import os
import sys
import tempfile
import time
import traceback

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ["TORCH_CPP_LOG_LEVEL"] = "ERROR"

import torch
import torch.distributed as dist
from torch.distributed.pipelining import PipelineStage
from torch.distributed.pipelining import schedules as torch_schedules

WIDTH = 8
ROWS = 2  # of a microbatch

torch.set_num_threads(1)
fork = multiprocessing.get_context("fork")


class Part(torch.nn.Module):
    """One stage: weights that depend on its number alone."""

    def __init__(self, stage):
        super().__init__()
        maker = torch.Generator().manual_seed(1000 + stage)
        self.linear = torch.nn.Linear(WIDTH, WIDTH)
        with torch.no_grad():
            for weight in self.linear.parameters():
                weight.copy_(torch.randn(weight.shape, generator=maker) * 0.5)

    def forward(self, x):
        return torch.tanh(self.linear(x)) + x


def data(microbatches):
    maker = torch.Generator().manual_seed(7)
    shape = (ROWS * microbatches, WIDTH)
    return torch.randn(shape, generator=maker), torch.randn(shape, generator=maker)


def loss_of(output, target):
    return torch.nn.functional.mse_loss(output, target)


def without_pipeline(stages, microbatches):
    """Losses of each microbatch and the mean gradient, stage by stage."""
    parts = [Part(stage) for stage in range(stages)]
    xs, ys = data(microbatches)
    losses = []
    for x, y in zip(xs.split(ROWS), ys.split(ROWS)):
        for part in parts:
            x = part(x)
        loss = loss_of(x, y)
        (loss / microbatches).backward()
        losses.append(loss.item())
    return losses, [[weight.grad.clone() for weight in part.parameters()] for part in parts]


class Alive:
    """How many (stage, microbatch) have a tensor saved for their backward: counted as autograd saves and frees them."""

    def __init__(self):
        self.count = {}
        self.most = 0
        self.key = None

    def hooks(self, stage, microbatch):
        key = (stage, microbatch)
        alive = self

        class Saved:
            def __init__(self, tensor):
                # Detached: a kept result that knew its own graph would keep the graph alive.
                self.tensor = tensor.detach()
                alive.count[key] = alive.count.get(key, 0) + 1
                alive.most = max(alive.most, len(alive.count))

            def __del__(self):
                alive.count[key] -= 1
                if alive.count[key] == 0:
                    del alive.count[key]

        return torch.autograd.graph.saved_tensors_hooks(Saved, lambda saved: saved.tensor)


def watched(stage, ran, alive):
    """Notes what the stage runs, and counts what its forwards keep."""
    forward, backward, weights = stage.forward_one_chunk, stage.backward_one_chunk, stage.backward_weight_one_chunk
    s = stage.stage_index

    def forward_one_chunk(microbatch, *args, **kwargs):
        ran.append(f"{s}F{microbatch}")
        with alive.hooks(s, microbatch):
            return forward(microbatch, *args, **kwargs)

    def backward_one_chunk(microbatch, *args, **kwargs):
        ran.append(f"{s}{'B' if kwargs.get('full_backward', True) else 'I'}{microbatch}")
        return backward(microbatch, *args, **kwargs)

    def backward_weight_one_chunk(microbatch, *args, **kwargs):
        ran.append(f"{s}W{microbatch}")
        return weights(microbatch, *args, **kwargs)

    stage.forward_one_chunk = forward_one_chunk
    stage.backward_one_chunk = backward_one_chunk
    stage.backward_weight_one_chunk = backward_weight_one_chunk


def run_rank(rank, job, store, answers):
    try:
        # What torch logs about a schedule that fails is long; the answer says what matters.
        devnull = os.open(os.devnull, os.O_WRONLY)
        os.dup2(devnull, 1)
        os.dup2(devnull, 2)
        ranks, stages, microbatches = job["ranks"], job["stages"], job["microbatches"]
        dist.init_process_group("gloo", init_method=f"file://{store}", rank=rank, world_size=ranks)
        own = [s for s in range(stages) if job["rank_of"][s] == rank]
        parts = {s: Part(s) for s in own}
        pipeline = [PipelineStage(parts[s], s, stages, torch.device("cpu")) for s in own]
        try:
            runtime = torch_schedules._PipelineScheduleRuntime(pipeline, microbatches, loss_fn=loss_of)
            runtime._load_csv(job["csv"], format=job["format"])
        except Exception as problem:  # noqa: BLE001
            answers.put((rank, {"fate": "refused", "why": f"{type(problem).__name__}: {problem}"[:300]}))
            return
        ran, alive = [], Alive()
        xs, ys = data(microbatches)
        losses = []
        steps = []
        for _ in range(job.get("steps", 2)):
            for stage in pipeline:
                if not hasattr(stage, "_watched"):
                    watched(stage, ran, alive)
                    stage._watched = True
            ran.clear()
            losses.clear()
            for part in parts.values():
                part.zero_grad(set_to_none=True)
            first = 0 in own
            last = stages - 1 in own
            runtime.step(*([xs] if first else []), target=ys if last else None, losses=losses if last else None, return_outputs=False)
            steps.append(list(ran))
        wanted_losses, wanted = without_pipeline(stages, microbatches)
        off = 0.0
        for s in own:
            for weight, gradient in zip(parts[s].parameters(), wanted[s]):
                if weight.grad is None:
                    off = float("inf")
                else:
                    off = max(off, (weight.grad - gradient).abs().max().item())
        if stages - 1 in own:
            got = [loss.item() for loss in losses]
            off_losses = max((abs(a - b) for a, b in zip(got, wanted_losses)), default=0.0) if len(got) == len(wanted_losses) else float("inf")
        else:
            off_losses = 0.0
        answers.put((rank, {"fate": "ok", "ran": steps[-1], "alive": alive.most, "off": min(off, 1e9), "off_losses": min(off_losses, 1e9)}))
    except Exception as problem:  # noqa: BLE001
        answers.put((rank, {"fate": "crash", "why": traceback.format_exception_only(problem)[-1][:300]}))
    finally:
        answers.close()
        answers.join_thread()
        os._exit(0)


def run(job):
    ranks = job["ranks"]
    answers = fork.Queue()
    with tempfile.TemporaryDirectory() as folder:
        store = os.path.join(folder, "store")
        workers = [fork.Process(target=run_rank, args=(rank, job, store, answers)) for rank in range(ranks)]
        for worker in workers:
            worker.start()
        found = {}
        deadline = time.monotonic() + job.get("seconds", 20)
        while len(found) < ranks and time.monotonic() < deadline:
            with contextlib.suppress(Exception):
                rank, answer = answers.get(timeout=0.2)
                found[rank] = answer
                # The others wait for one that has failed: no need to wait with them for long.
                if answer["fate"] != "ok":
                    deadline = min(deadline, time.monotonic() + 1.0)
        for worker in workers:
            if worker.is_alive() and len(found) < ranks:
                worker.kill()
            worker.join(5)
            if worker.is_alive():
                worker.kill()
    fates = [answer["fate"] for answer in found.values()]
    if "crash" in fates and not all(fate == "refused" for fate in fates):
        fate = "crash"
    elif "refused" in fates:
        fate = "refused"
    elif len(found) < ranks:
        fate = "hang"
    else:
        off = max(max(answer["off"], answer["off_losses"]) for answer in found.values())
        fate = "ok" if off < 1e-5 else "wrong gradients"
    listed = [found.get(rank, {"fate": "hang"}) for rank in range(ranks)]
    return {"fate": fate, "ranks": listed}


class Shown:
    """As much of a stage as a schedule's constructor and loader look at."""

    def __init__(self, index, stages, ranks):
        self.stage_index = index
        self.num_stages = stages
        self.group_size = ranks
        self.group_rank = 0
        self.is_first = index == 0
        self.is_last = index == stages - 1
        self.has_backward = True
        self.submod = torch.nn.Identity()
        self.stage_index_to_group_rank = None


def refusal(problem):
    return {"fate": "refused", "why": f"{type(problem).__name__}: {problem}"[:300]}


def dump(job):
    """What torch's own schedule class writes, in both forms."""
    ranks, microbatches, per = job["ranks"], job["microbatches"], job["per_rank"]
    kind = torch_schedules.get_schedule_class(job["class"])
    own = [0, 2 * ranks - 1] if job["class"] in ("ZBVZeroBubble", "DualPipeV") else [ranks * c for c in range(per)]
    try:
        made = kind([Shown(index, ranks * per, ranks) for index in own], microbatches, loss_fn=loss_of)
        made._dump_csv(job["compute"], format="compute_only")
        made._dump_csv(job["comms"], format="compute_comms")
    except Exception as problem:  # noqa: BLE001
        return refusal(problem)
    return {"fate": "ok"}


def load(job):
    """What its loader says, and its simulation of the communication."""
    stages = [Shown(stage, job["stages"], job["ranks"]) for stage in range(job["stages"]) if job["rank_of"][stage] == 0]
    try:
        runtime = torch_schedules._PipelineScheduleRuntime(stages or [Shown(0, job["stages"], job["ranks"])], job["microbatches"], loss_fn=loss_of)
        runtime._load_csv(job["csv"], format=job["format"])
    except Exception as problem:  # noqa: BLE001
        return refusal(problem)
    return {"fate": "ok"}


def main():
    print(json.dumps({"torch": torch.__version__, "gloo": dist.is_gloo_available()}), flush=True)
    for line in sys.stdin:
        job = json.loads(line)
        answer = {"dump": dump, "load": load, "run": run}[job.get("do", "run")](job)
        print(json.dumps({"id": job.get("id"), **answer}), flush=True)


if __name__ == "__main__":
    main()
