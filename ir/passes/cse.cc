// Common subexpressions: walks the ops in order and remembers each distinct op in a hash set. Every
// op is a pure function of its operands and attributes, so the later of two equal ops can go.
#include <algorithm>
#include <bit>
#include <cstring>
#include <unordered_set>

#include "base/hash_seed.h"
#include "ir/passes/pass.h"

namespace octet::ir {
namespace {

// OpHash begins with a secret, so that the author of a file cannot choose ops that collide.
void Mix(size_t* hash, uint64_t value) { *hash = MixBits(*hash ^ value); }

// Hashes the bytes, eight at a time.
void MixBytes(size_t* hash, const char* bytes, size_t size) {
  for (; size >= sizeof(uint64_t); bytes += sizeof(uint64_t), size -= sizeof(uint64_t)) {
    uint64_t word = 0;
    std::memcpy(&word, bytes, sizeof(word));
    Mix(hash, word);
  }
  uint64_t rest = 0;
  if (size > 0) std::memcpy(&rest, bytes, size);
  Mix(hash, rest);
}

void MixText(size_t* hash, std::string_view text) {
  Mix(hash, text.size());
  MixBytes(hash, text.data(), text.size());
}

// Of a large tensor only the type and the first and last bytes are hashed: there are few large
// tensors, and fewer agree in all of these. Of a small tensor all bytes are hashed.
struct AttributeHash {
  size_t* hash;
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
    constexpr size_t kLarge = size_t{1} << 20;
    constexpr size_t kSample = 64;
    (*this)(tensor.dtype());
    (*this)(tensor.dims());
    if (!tensor.has_data()) return;
    const auto size = static_cast<size_t>(tensor.byte_size());
    const auto* bytes = tensor.as<char>();
    if (size < kLarge) return MixBytes(hash, bytes, size);
    MixBytes(hash, bytes, kSample);
    MixBytes(hash, bytes + size - kSample, kSample);
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

struct OpHash {
  size_t operator()(const Op* op) const {
    size_t hash = HashSeed() ^ static_cast<size_t>(op->kind());
    for (const Value* operand : op->operands()) Mix(&hash, reinterpret_cast<uintptr_t>(operand));
    for (const auto& [name, value] : op->attributes()) {
      MixText(&hash, name);
      std::visit(AttributeHash{&hash}, value);
    }
    return hash;
  }
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
  std::unordered_set<Op*, OpHash, OpEqual> seen;
  std::vector<Op*> ops;
  for (const auto& op : rewriter.module().ops()) ops.push_back(op.get());
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
