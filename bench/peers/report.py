"""The table of one workload on one number of threads."""

import results
import workloads


def format_table(measured: list[results.Result]) -> str:
    """The best batching of each contender, compared with octet; times in milliseconds."""
    octets = results.octets(measured)
    shown = results.fastest_batchings(measured)
    with_f1 = shown[0].readings[0].f1 is not None
    first = measured[0]
    title = f"{first.workload}, {first.threads} thread{'s' if first.threads > 1 else ''}"
    head = f"{title:<42}{'best ms':>10}{'median ms':>11}{'octet is':>16}"
    if with_f1:
        head += f"  {'batching':<24}{'F1 (other batchings)':<32}{'logits by':>9}"
    lines = [head]
    for result in shown:
        line = f"{result.contender.name:<42}{result.best * 1e3:>10.2f}{result.median * 1e3:>11.2f}"
        ours = octets.get(results.RIVALS[result.contender.precision])
        if ours is None or result is ours:
            line += " " * 16
        else:
            line += f"{result.best / ours.best:>8.2f}x{result.median / ours.median:>6.2f}x"
        if with_f1:
            line += (f"  {result.batching:<24}{_f1(result, measured):<32}"
                     f"{_change(result, measured):>9.2f}")
        lines.append(line.rstrip())
    lines.extend(_summary(shown))
    return "\n".join(lines) + "\n"


def _of_all_batchings(result: results.Result,
                      measured: list[results.Result]) -> list[workloads.Reading]:
    """The first turn with each batching that the contender of this result tried."""
    return [other.readings[0] for other in measured if other.contender is result.contender]


def _f1(result: results.Result, measured: list[results.Result]) -> str:
    """F1 with the batching shown, then in brackets with other batchings, if different."""
    own = f"{result.readings[0].f1:.4f}"
    others = {f"{r.f1:.4f}" for r in _of_all_batchings(result, measured)} - {own}
    return own + (f" ({', '.join(sorted(others))})" if others else "")


def _change(result: results.Result, measured: list[results.Result]) -> float:
    """The largest change of a logit over all batchings."""
    return max(r.logit_change for r in _of_all_batchings(result, measured))


def _summary(shown: list[results.Result]) -> list[str]:
    """Compares each variant of octet with the best peer of its precision; gives the CPU's peak."""
    lines = []
    for ours in (r for r in shown if r.contender.engine == "octet"):
        peers = [r for r in shown if r.contender.engine != "octet"
                 and results.RIVALS[r.contender.precision] == ours.contender.precision]
        peak = max((r.peak_gmacs for r in ours.readings if r.peak_gmacs is not None), default=None)
        note = f" (peak of the CPU {peak:.0f} GMAC/s)" if peak else ""
        if peers:
            best = min(peers, key=lambda r: r.best)
            lines.append(
                f"{ours.contender.name} is {best.best / ours.best:.2f}x as fast as the best peer, "
                f"{best.contender.name} (median {best.median / ours.median:.2f}x){note}")
    return lines
