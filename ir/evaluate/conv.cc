// Evaluation of convolution. Each output is a sum in a fixed order: over the channels of its group,
// in each channel over the elements of the window, with a multiplication and an addition for each;
// then the bias. Elements in the padding are left out. The inner loop runs along the last axis, so
// that it vectorizes.
#include <algorithm>
#include <vector>

#include "ir/evaluate/index.h"
#include "ir/evaluate/internal.h"
#include "ir/evaluate/strided.h"

namespace octet::ir {
namespace {

using Ints = std::vector<int64_t>;

// Advances `index` to the next element of `dims`, the last axis fastest; false after the last
// element.
bool Next(const Ints& dims, Ints* index) {
  for (size_t a = dims.size(); a-- > 0;) {
    if (++(*index)[a] < dims[a]) return true;
    (*index)[a] = 0;
  }
  return false;
}

// One axis after the channels.
struct Axis {
  int64_t in;   // elements of x
  int64_t out;  // elements of the result
  int64_t stride;
  int64_t dilation;
  int64_t pad;  // before the first

  // The position in x of tap `tap` of the window at `place`.
  int64_t At(int64_t place, int64_t tap) const { return place * stride - pad + tap * dilation; }
};

// A run of outputs along the last axis to which one tap contributes.
struct Run {
  int64_t in;   // the first element of x, in its channel
  int64_t out;  // the first output, in its channel
  int64_t size;
};

// The runs of each tap, which are the same in every channel.
class Windows {
 public:
  explicit Windows(const EvalContext& context) : taps_(Tail(context.inputs[1].dims)) {
    const Ints& pads = context.op.ints_attr("pads");
    const Ints in = Tail(context.inputs[0].dims);
    const Ints out = Tail(context.output.dims);
    for (size_t i = 0; i < in.size(); ++i) {
      axes_.push_back({in[i], out[i], context.op.ints_attr("strides")[i],
                       context.op.ints_attr("dilations")[i], pads[i]});
    }
    Ints tap(taps_.size());
    do {
      runs_.push_back(RunsOf(tap));
    } while (Next(taps_, &tap));
  }

  const std::vector<std::vector<Run>>& runs() const { return runs_; }
  int64_t step() const { return axes_.back().stride; }  // in x, from one output to the next

 private:
  static Ints Tail(const Ints& dims) { return {dims.begin() + 2, dims.end()}; }

  std::vector<Run> RunsOf(const Ints& tap) const {
    const Axis& last = axes_.back();
    // The outputs for which the tap lies inside the last axis.
    const int64_t shift = last.At(0, tap.back());
    const int64_t begin = shift < 0 ? (-shift + last.stride - 1) / last.stride : 0;
    const int64_t end =
        shift >= last.in ? 0 : std::min(last.out, (last.in - 1 - shift) / last.stride + 1);
    std::vector<Run> runs;
    if (begin >= end) return runs;
    Ints outer;  // the places of all axes but the last
    for (size_t a = 0; a + 1 < axes_.size(); ++a) outer.push_back(axes_[a].out);
    Ints place(outer.size());
    do {
      int64_t in = 0;
      int64_t out = 0;
      bool inside = true;
      for (size_t a = 0; a < place.size(); ++a) {
        const int64_t at = axes_[a].At(place[a], tap[a]);
        inside = inside && at >= 0 && at < axes_[a].in;
        in = in * axes_[a].in + at;
        out = out * axes_[a].out + place[a];
      }
      if (inside) {
        runs.push_back(
            {in * last.in + last.At(begin, tap.back()), out * last.out + begin, end - begin});
      }
    } while (Next(outer, &place));
    return runs;
  }

  Ints taps_;
  std::vector<Axis> axes_;
  std::vector<std::vector<Run>> runs_;
};

// Windows keeps a run for each tap and each place but for the last axis: 16 x 16 taps on an image
// of 1024 x 1024 have 2^18.
constexpr int64_t kMaxRuns = int64_t{1} << 22;

Status CheckWindows(const EvalContext& context) {
  const Ints& weight = context.inputs[1].dims;
  const Ints& out = context.output.dims;
  Ints runs(weight.begin() + 2, weight.end());
  runs.insert(runs.end(), out.begin() + 2, out.end() - 1);
  const auto count = CheckedNumElements(runs);
  if (count.ok() && *count <= kMaxRuns) return {};
  return ResourceLimit("a convolution of more than " + std::to_string(kMaxRuns) +
                       " taps times rows of its result");
}

template <typename T>
void AddRun(const T* x, int64_t step, T factor, T* out, int64_t n) {
  if (step == 1) {
    for (int64_t i = 0; i < n; ++i) out[i] += factor * x[i];
  } else {
    for (int64_t i = 0; i < n; ++i) out[i] += factor * x[i * step];
  }
}

template <typename T>
void Convolve(const EvalContext& context) {
  const TensorView& x = context.inputs[0];
  const TensorView& weight = context.inputs[1];
  const MutableTensorView& out = context.output;
  const T* bias = context.inputs.size() > 2 ? context.inputs[2].as<T>() : nullptr;
  const int64_t channels = weight.dims[1];  // of one group
  const int64_t outputs = out.dims[1];
  const int64_t outputs_of_group = outputs / context.op.int_attr("group");
  const int64_t x_size = ProductOf(x.dims, 2, x.dims.size());
  const int64_t places = ProductOf(out.dims, 2, out.dims.size());
  const Windows windows(context);
  const auto taps = static_cast<int64_t>(windows.runs().size());
  for (int64_t row = 0; row < out.dims[0] * outputs; ++row) {
    const int64_t m = row % outputs;
    const int64_t first = row / outputs * x.dims[1] + m / outputs_of_group * channels;
    T* sums = out.as<T>() + row * places;
    std::fill_n(sums, places, T{0});
    for (int64_t c = 0; c < channels; ++c) {
      const T* values = x.as<T>() + (first + c) * x_size;
      const T* factors = weight.as<T>() + (m * channels + c) * taps;
      for (size_t tap = 0; tap < windows.runs().size(); ++tap) {
        for (const Run& run : windows.runs()[tap]) {
          AddRun(values + run.in, windows.step(), factors[tap], sums + run.out, run.size);
        }
      }
    }
    if (bias == nullptr) continue;
    for (int64_t p = 0; p < places; ++p) sums[p] += bias[m];
  }
}

}  // namespace

Status EvaluateConv(const EvalContext& context) {
  if (context.output.num_elements() == 0) return {};
  OCTET_RETURN_IF_ERROR(CheckWindows(context));
  if (context.output.dtype == DType::kF64) {
    Convolve<double>(context);
  } else {
    Convolve<float>(context);
  }
  return {};
}

}  // namespace octet::ir
