#include "ir/evaluate/strided.h"

#include <algorithm>
#include <cstring>

#include "ir/evaluate/dispatch.h"

namespace octet::ir {
namespace {

struct Axis {
  int64_t size;
  int64_t in;   // stride in the input
  int64_t out;  // stride in the output
};

// The axes without those of size 1. Axes that are contiguous in both tensors are merged. Innermost
// first.
std::vector<Axis> MergeAxes(std::span<const int64_t> dims, std::span<const int64_t> strides) {
  std::vector<Axis> axes;
  int64_t out = 1;
  for (size_t i = dims.size(); i-- > 0;) {
    if (dims[i] != 1) {
      if (!axes.empty() && strides[i] == axes.back().in * axes.back().size) {
        axes.back().size *= dims[i];
      } else {
        axes.push_back({dims[i], strides[i], out});
      }
    }
    out *= dims[i];
  }
  if (axes.empty()) axes.push_back({1, 1, 1});
  return axes;
}

template <typename T>
void CopyRow(const T* in, const Axis& axis, T* out) {
  if (axis.in == 1) {
    std::memcpy(out, in, static_cast<size_t>(axis.size) * sizeof(T));
  } else if (axis.in == 0) {
    std::fill_n(out, axis.size, *in);
  } else {
    for (int64_t i = 0; i < axis.size; ++i) out[i] = in[i * axis.in];
  }
}

// Copies a 2-D block whose `row` axis is dense in the output and whose `column` axis is dense in
// the input. Each tile goes through a small buffer, so that every cache line of either side is
// touched once: rows that are 4 KiB apart share one set of the L1 cache and would evict each other.
// 32 elements of 4 bytes are two whole lines.
template <typename T>
void TransposeBlock(const T* in, const Axis& row, const Axis& column, T* out) {
  constexpr int64_t kTile = 32;
  T tile[kTile][kTile + 1];  // the odd width spreads a column over the sets
  for (int64_t c0 = 0; c0 < column.size; c0 += kTile) {
    const int64_t columns = std::min(kTile, column.size - c0);
    for (int64_t r0 = 0; r0 < row.size; r0 += kTile) {
      const int64_t rows = std::min(kTile, row.size - r0);
      for (int64_t r = 0; r < rows; ++r) {
        const T* from = in + (r0 + r) * row.in + c0;
        for (int64_t c = 0; c < columns; ++c) tile[c][r] = from[c];
      }
      for (int64_t c = 0; c < columns; ++c) {
        std::memcpy(out + (c0 + c) * column.out + r0, tile[c],
                    static_cast<size_t>(rows) * sizeof(T));
      }
    }
  }
}

template <typename T>
void Copy(const T* in, std::vector<Axis> axes, T* out) {
  const Axis row = axes.front();
  axes.erase(axes.begin());
  // A transpose: the inner axis is not dense in the input, but some outer axis is.
  auto column = axes.end();
  if (row.in != 1 && row.in != 0) {
    column = std::find_if(axes.begin(), axes.end(), [](const Axis& a) { return a.in == 1; });
  }
  const bool tiled = column != axes.end();
  const Axis tile = tiled ? *column : Axis{1, 0, 0};
  if (tiled) axes.erase(column);

  std::vector<int64_t> index(axes.size());
  while (true) {
    if (tiled) {
      TransposeBlock(in, row, tile, out);
    } else {
      CopyRow(in, row, out);
    }
    size_t a = 0;
    for (; a < axes.size(); ++a) {
      in += axes[a].in;
      out += axes[a].out;
      if (++index[a] < axes[a].size) break;
      in -= axes[a].in * axes[a].size;
      out -= axes[a].out * axes[a].size;
      index[a] = 0;
    }
    if (a == axes.size()) return;
  }
}

}  // namespace

std::vector<int64_t> DenseStrides(std::span<const int64_t> dims) {
  std::vector<int64_t> strides(dims.size());
  int64_t stride = 1;
  for (size_t i = dims.size(); i-- > 0;) {
    strides[i] = stride;
    stride *= dims[i];
  }
  return strides;
}

void StridedCopy(DType dtype, const void* in, std::span<const int64_t> dims,
                 std::span<const int64_t> strides, void* out) {
  if (std::find(dims.begin(), dims.end(), 0) != dims.end()) return;
  std::vector<Axis> axes = MergeAxes(dims, strides);
  VisitElementSize(dtype, [&]<typename T>(std::type_identity<T>) {
    Copy(static_cast<const T*>(in), std::move(axes), static_cast<T*>(out));
  });
}

BroadcastRuns::BroadcastRuns(std::span<const TensorView> operands, std::span<const int64_t> dims) {
  Offsets strides;
  strides.fill(1);
  std::vector<Axis> axes;
  for (size_t i = 0; i < dims.size(); ++i) {  // axes from the right
    const int64_t size = dims[dims.size() - 1 - i];
    Axis axis{size, {}};
    for (size_t k = 0; k < operands.size(); ++k) {
      const std::vector<int64_t>& own = operands[k].dims;
      const int64_t own_size = i < own.size() ? own[own.size() - 1 - i] : 1;
      axis.strides[k] = own_size == 1 ? 0 : strides[k];
      strides[k] *= own_size;
    }
    if (size == 0) count_ = 0;
    if (size == 1) continue;
    const auto continues = [&](const Axis& inner) {
      for (size_t k = 0; k < operands.size(); ++k) {
        if (axis.strides[k] != inner.strides[k] * inner.size) return false;
      }
      return true;
    };
    if (!axes.empty() && continues(axes.back())) {
      axes.back().size *= size;
    } else {
      axes.push_back(axis);
    }
  }
  if (axes.empty()) axes.push_back({1, {}});
  length_ = axes.front().size;
  steps_ = axes.front().strides;
  axes_.assign(axes.begin() + 1, axes.end());
  for (const Axis& axis : axes_) count_ *= axis.size;
}

}  // namespace octet::ir
