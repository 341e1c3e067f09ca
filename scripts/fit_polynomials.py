#!/usr/bin/env python3
"""Derives kernels/generic/coefficients-inl.h: the polynomials behind exp, erf, tanh and GELU.

Every polynomial is a weighted minimax fit (the Remez exchange algorithm on a dense grid, in 40
decimal digits), its coefficients rounded to float. Needs mpmath. Run from the repository root:

    python3 scripts/fit_polynomials.py > kernels/generic/coefficients-inl.h

The errors it prints to stderr are those of the rounded polynomials in exact arithmetic;
docs/numerics.md has the errors of the kernels, rounding included.
"""

import struct
import sys

import mpmath as mp

mp.mp.dps = 40
GRID = 1200


def minimax(f, powers, low, high, weight):
    """Coefficients c that minimize max |weight(x) * (f(x) - sum c[i] * x**powers[i])|."""
    low, high = mp.mpf(low), mp.mpf(high)
    # Chebyshev points cluster at the ends of the interval, where the extrema are dense.
    grid = [(low + high) / 2 - (high - low) / 2 * mp.cos(mp.pi * i / GRID)
            for i in range(GRID + 1)]
    values = [f(x) for x in grid]
    weights = [weight(x) for x in grid]
    count = len(powers)
    points = [round(i * GRID / count) for i in range(count + 1)]
    coefficients = None
    for _ in range(30):
        # Solves for an error of equal size and alternating sign at the reference points.
        matrix = mp.matrix(count + 1, count + 1)
        target = mp.matrix(count + 1, 1)
        for row, i in enumerate(points):
            for column, power in enumerate(powers):
                matrix[row, column] = grid[i]**power
            matrix[row, count] = (-1)**row / weights[i]
            target[row] = values[i]
        solution = mp.lu_solve(matrix, target)
        coefficients = [solution[i] for i in range(count)]
        error = [w * (v - sum(c * x**p for c, p in zip(coefficients, powers)))
                 for x, v, w in zip(grid, values, weights)]
        # The new reference points: where the error is largest between two changes of its sign.
        peaks = [0]
        for i in range(1, GRID + 1):
            if (error[i] > 0) != (error[peaks[-1]] > 0):
                peaks.append(i)
            elif abs(error[i]) > abs(error[peaks[-1]]):
                peaks[-1] = i
        while len(peaks) > count + 1:
            peaks.pop(0 if abs(error[peaks[0]]) < abs(error[peaks[-1]]) else -1)
        if len(peaks) < count + 1:
            raise RuntimeError(f"only {len(peaks)} alternations for {count} coefficients")
        if abs(error[peaks[0]]) and max(abs(error[i]) for i in peaks) < \
                mp.mpf("1.0001") * min(abs(error[i]) for i in peaks):
            break
        points = peaks
    return coefficients


def to_float(x):
    return struct.unpack("f", struct.pack("f", float(x)))[0]


def literal(x):
    x = to_float(x)
    mantissa, exponent = x.hex().split("p")
    return f"{mantissa.rstrip('0').replace('x1.p', 'x1.0p')}p{exponent}f" if x else "0.0f"


def report(name, f, evaluate, low, high, weight):
    worst = max(abs(weight(x) * (f(x) - evaluate(x)))
                for x in mp.linspace(low, high, 2001))
    print(f"{name}: {mp.nstr(worst, 3)}", file=sys.stderr)


def polynomial(coefficients, powers):
    rounded = [mp.mpf(to_float(c)) for c in coefficients]
    return lambda x: sum(c * x**p for c, p in zip(rounded, powers))


def emit(comment, name, coefficients):
    print()
    for line in comment.split("\n"):
        print(f"// {line}")
    print(f"inline constexpr float {name}[] = {{")
    for c in coefficients:
        print(f"    {literal(c)},")
    print("};")


def fit_exp():
    high = mp.log(2) / 2
    powers = range(2, 7)
    weight = lambda x: mp.exp(-x)
    tail = lambda x: mp.exp(x) - 1 - x
    c = minimax(tail, powers, -high, high, weight)
    report("exp, relative", tail, polynomial(c, powers), -high, high, weight)
    emit("e^r = 1 + r + r^2 (c[0] + c[1] r + ...) for |r| <= ln(2) / 2.", "kExpPolynomial", c)
    ln2_high = mp.mpf(to_float(mp.log(2)))
    print(f"""
// ln(2) as the sum of two floats, and 1 / ln(2).
inline constexpr float kLn2High = {literal(ln2_high)};
inline constexpr float kLn2Low = {literal(mp.log(2) - ln2_high)};
inline constexpr float kLog2E = {literal(1 / mp.log(2))};""")


def fit_tanh():
    high = mp.mpf("0.625")
    powers = range(5)
    f = lambda u: (mp.tanh(mp.sqrt(u)) / mp.sqrt(u) - 1) / u if u else mp.mpf(-1) / 3
    # The error of x + x^3 p(x^2), relative to tanh x.
    weight = lambda u: u * mp.sqrt(u) / mp.tanh(mp.sqrt(u)) if u else mp.mpf("1e-12")
    c = minimax(f, powers, mp.mpf("1e-6"), high**2, weight)
    report("tanh, relative", f, polynomial(c, powers), mp.mpf("1e-6"), high**2, weight)
    emit("tanh x = x + x^3 (c[0] + c[1] x^2 + ...) for |x| < kTanhSmall.", "kTanhPolynomial", c)
    print(f"inline constexpr float kTanhSmall = {literal(high)};")


def fit_erf():
    split = mp.mpf(1)
    powers = range(7)
    f = lambda u: mp.erf(mp.sqrt(u)) / mp.sqrt(u) - 1 if u else 2 / mp.sqrt(mp.pi) - 1
    # The error of x + x p(x^2), relative to erf x.
    weight = lambda u: mp.sqrt(u) / mp.erf(mp.sqrt(u)) if u else mp.sqrt(mp.pi) / 2
    c = minimax(f, powers, 0, split**2, weight)
    report("erf small, relative", f, polynomial(c, powers), 0, split**2, weight)
    emit("erf x = x + x (c[0] + c[1] x^2 + ...) for |x| < kErfSmall.", "kErfSmallPolynomial", c)
    print(f"inline constexpr float kErfSmall = {literal(split)};")

    # From 3.8325 on, erf rounds to 1.
    high = mp.mpf(4)
    powers = range(8)
    f = lambda t: mp.log(mp.erfc(t))
    # An error dp of p changes exp(p), and so erf, by exp(p) dp.
    weight = lambda t: mp.erfc(t)
    c = minimax(f, powers, split, high, weight)
    report("erf large, absolute", f, polynomial(c, powers), split, high, weight)
    emit("erf t = 1 - e^(c[0] + c[1] t + ...) for kErfSmall <= t <= kErfLarge; 1 beyond.",
         "kErfLargePolynomial", c)
    print(f"inline constexpr float kErfLarge = {literal(high)};")


def fit_gelu():
    step = mp.mpf("0.375")
    segments = 16
    half_erf = lambda t: mp.erf(t / mp.sqrt(2)) / 2
    columns = [[mp.mpf(0)] * segments for _ in range(5)]
    worst = 0
    for segment in range(segments - 1):
        centre = segment * step
        f = lambda r: half_erf(centre + r)
        if segment == 0:
            # An odd polynomial, which is exactly 0 at 0.
            powers = (1, 3)
            g = lambda u: f(mp.sqrt(u)) / mp.sqrt(u) if u else 1 / mp.sqrt(2 * mp.pi)
            c = minimax(g, (0, 1), 0, (step / 2)**2, lambda u: mp.mpf(1))
        else:
            powers = range(5)
            c = minimax(f, powers, -step / 2, step / 2, lambda r: mp.mpf(1))
        for power, value in zip(powers, c):
            columns[power][segment] = value
        p = polynomial(c, powers)
        worst = max([worst] + [(centre + r) * abs(f(r) - p(r))
                               for r in mp.linspace(0 if segment == 0 else -step / 2, step / 2, 201)])
    columns[0][segments - 1] = mp.mpf("0.5")
    print(f"gelu, absolute: {mp.nstr(worst, 3)}", file=sys.stderr)
    print(f"""
// erf(t / sqrt(2)) / 2 = c[0][i] + c[1][i] r + ... + c[4][i] r^4 with i the multiple of kGeluStep
// that is nearest to t and r = t - i kGeluStep. The last segment is the constant 1/2: from
// 14.5 kGeluStep on, t (1/2 - erf(t / sqrt(2)) / 2) is below 1.5e-7.
inline constexpr float kGeluStep = {literal(step)};
inline constexpr float kGeluInverseStep = {literal(1 / step)};
inline constexpr float kGeluLast = {literal((segments - 1) * step)};
alignas(64) inline constexpr float kGeluTable[5][16] = {{""")
    for column in columns:
        print("    {" + ", ".join(literal(c) for c in column) + "},")
    print("};")


def main():
    print("""// Generated by scripts/fit_polynomials.py, which says how; do not edit. Lowest power first.
#ifndef OCTET_KERNELS_GENERIC_COEFFICIENTS_INL_H_
#define OCTET_KERNELS_GENERIC_COEFFICIENTS_INL_H_

namespace octet::kernels {
namespace {

// clang-format off""")
    fit_exp()
    fit_tanh()
    fit_erf()
    fit_gelu()
    print("""
// clang-format on

}  // namespace
}  // namespace octet::kernels

#endif  // OCTET_KERNELS_GENERIC_COEFFICIENTS_INL_H_""")


if __name__ == "__main__":
    main()
