// Common subexpressions: walks the ops in order and remembers each distinct op in a hash set. Every
// op is a pure function of its operands and attributes, so the later of two equal ops can go.
#include <algorithm>
#include <bit>
#include <cstring>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/hash_seed.h"
#include "ir/passes/pass.h"

namespace octet::ir {
namespace {

// OpHash begins with a secret, so that the author of a file cannot choose ops that collide.
void Mix(size_t* hash, uint64_t value) { *hash = MixBits(*hash ^ value); }

void MixText(size_t* hash, std::string_view text) {
  Mix(hash, text.size());
  *hash = MixBytes(*hash, text);
}

// The first and last bytes of a tensor, which tell most weights apart.
constexpr size_t kSample = 64;
// There are few tensors of so many bytes; fewer agree in their samples.
constexpr size_t kLarge = size_t{1} << 20;

// Of a tensor that is longer than its sample, the type and the sample are hashed, and all bytes
// only if `whole` and if it is not large.
struct AttributeHash {
  size_t* hash;
  bool whole;
  void operator()(int64_t value) const { Mix(hash, static_cast<uint64_t>(value)); }
  void operator()(double value) const { Mix(hash, std::bit_cast<uint64_t>(value)); }
  void operator()(const std::string& value) const { MixText(hash, value); }
  void operator()(const std::vector<int64_t>& values) const {
    for (const int64_t value : values) (*this)(value);
  }
  void operator()(const Shape& dims) const { MixText(hash, ToString(dims)); }
  void operator()(DType value) const { Mix(hash, static_cast<uint64_t>(value)); }
  void operator()(const ObserverSpec& spec) const { MixText(hash, spec.ToString()); }
  void operator()(const Tensor& tensor) const {
    (*this)(tensor.dtype());
    (*this)(tensor.dims());
    if (!tensor.has_data()) return;
    const auto size = static_cast<size_t>(tensor.byte_size());
    const std::string_view bytes(tensor.as<char>(), size);
    const bool all = size <= 2 * kSample || (whole && size < kLarge);
    *hash = MixBytes(*hash, all ? bytes : bytes.substr(0, kSample));
    if (!all) *hash = MixBytes(*hash, bytes.substr(size - kSample));
  }
};

// Tensors that are known only by a description are never considered equal.
bool Equal(const Tensor& a, const Tensor& b) {
  if (a.dtype() != b.dtype() || a.dims() != b.dims() || !a.has_data() || !b.has_data()) {
    return false;
  }
  const auto* x = a.as<char>();
  const auto* y = b.as<char>();
  const auto size = static_cast<size_t>(a.byte_size());
  return size == 0 || x == y || std::memcmp(x, y, size) == 0;
}

bool Equal(const Attribute& a, const Attribute& b) {
  if (a.index() != b.index()) return false;
  if (const auto* tensor = std::get_if<Tensor>(&a)) return Equal(*tensor, std::get<Tensor>(b));
  // Compare bits: 0.0 differs from -0.0, and a NaN equals itself.
  if (const auto* number = std::get_if<double>(&a)) {
    return std::bit_cast<uint64_t>(*number) == std::bit_cast<uint64_t>(std::get<double>(b));
  }
  return std::visit(
      [&]<typename T>(const T& value) {
        if constexpr (std::is_same_v<T, Tensor>) {
          return false;
        } else {
          return value == std::get<T>(b);
        }
      },
      a);
}

size_t HashOf(const Op& op, bool whole) {
  size_t hash = HashSeed() ^ static_cast<size_t>(op.kind());
  for (const Value* operand : op.operands()) Mix(&hash, reinterpret_cast<uintptr_t>(operand));
  for (const auto& [name, value] : op.attributes()) {
    MixText(&hash, name);
    std::visit(AttributeHash{&hash, whole}, value);
  }
  return hash;
}

// Reads a constant whole only if its sample does not tell it from all others. So it reads little of
// most models, and the author of a file cannot make many constants that collide.
class OpHash {
 public:
  explicit OpHash(const std::vector<Op*>& ops) {
    for (const Op* op : ops) {
      if (op->kind() == OpKind::kConstant) ++constants_[HashOf(*op, false)];
    }
  }

  size_t operator()(const Op* op) const {
    const size_t hash = HashOf(*op, false);
    if (op->kind() != OpKind::kConstant || constants_.at(hash) == 1) return hash;
    return HashOf(*op, true);
  }

 private:
  std::unordered_map<size_t, int> constants_;  // how many have this hash of their samples
};

struct OpEqual {
  bool operator()(const Op* a, const Op* b) const {
    return a->kind() == b->kind() && std::ranges::equal(a->operands(), b->operands()) &&
           std::ranges::equal(a->attributes(), b->attributes(), [](const auto& x, const auto& y) {
             return x.first == y.first && Equal(x.second, y.second);
           });
  }
};

}  // namespace

Status EliminateCommonSubexpressions(Rewriter& rewriter, PassContext&) {
  std::vector<Op*> ops;
  for (const auto& op : rewriter.module().ops()) ops.push_back(op.get());
  const OpHash hash(ops);
  const auto hash_of = [&hash](const Op* op) { return hash(op); };
  std::unordered_set<Op*, decltype(hash_of), OpEqual> seen(0, hash_of);
  for (Op* op : ops) {
    // A replacement changes only operands of later ops, so the hashes of the ops in the set stay
    // valid.
    const auto [it, is_new] = seen.insert(op);
    if (is_new) continue;
    std::vector<Value*> values;
    for (int i = 0; i < op->num_results(); ++i) values.push_back((*it)->result(i));
    OCTET_RETURN_IF_ERROR(rewriter.Replace(op, values));
  }
  return {};
}

}  // namespace octet::ir
