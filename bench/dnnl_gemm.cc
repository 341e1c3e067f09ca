#include "bench/dnnl_gemm.h"

#include <dnnl.hpp>
#include <unordered_map>

// A function of the OpenMP runtime that oneDNN is linked with. Declared here because <omp.h> comes
// with a compiler and not with the runtime.
extern "C" void omp_set_num_threads(int threads);

namespace octet::bench {
namespace {

using dnnl::memory;
using Tag = memory::format_tag;
using Type = memory::data_type;
using Arguments = std::unordered_map<int, memory>;

// oneDNN takes void*, even for data that it only reads.
memory Wrap(const memory::desc& desc, const dnnl::engine& engine, const void* data) {
  return memory(desc, engine, const_cast<void*>(data));
}

struct State {
  dnnl::engine engine{dnnl::engine::kind::cpu, 0};
  dnnl::stream stream{engine};
  dnnl::matmul matmul;
  std::vector<Arguments> arguments;  // one for each weight matrix
  std::shared_ptr<AlignedVector<float>> c;
};

// Reorders b[k, n] once for each weight matrix. `arguments` has everything but weights and output.
Product Prepare(const std::shared_ptr<State>& state, const dnnl::matmul::desc& desc,
                const dnnl::primitive_attr& attributes, const GemmShape& s, Type type,
                const void* b, Arguments arguments) {
  const dnnl::matmul::primitive_desc primitive(desc, attributes, state->engine);
  state->matmul = dnnl::matmul(primitive);
  state->c = std::make_shared<AlignedVector<float>>(static_cast<size_t>(s.m * s.n));
  arguments[DNNL_ARG_DST] = Wrap(primitive.dst_desc(), state->engine, state->c->data());
  memory plain = Wrap({{s.k, s.n}, type, Tag::ab}, state->engine, b);
  for (int64_t i = 0; i < kMatrices; ++i) {
    memory packed(primitive.weights_desc(), state->engine);
    dnnl::reorder(plain, packed).execute(state->stream, plain, packed);
    arguments[DNNL_ARG_WEIGHTS] = packed;
    state->arguments.push_back(arguments);
  }
  state->stream.wait();
  const auto run = [state](int64_t iteration) {
    omp_set_num_threads(1);
    state->matmul.execute(state->stream,
                          state->arguments[static_cast<size_t>(iteration % kMatrices)]);
    state->stream.wait();
  };
  run(0);
  return {run, state->c};
}

Product MakeU8S8(const GemmU8S8Inputs& inputs, Epilogue epilogue) {
  // oneDNN makes the primitive for the number of threads that is set at that time.
  omp_set_num_threads(1);
  const GemmShape& s = inputs.shape;
  const auto state = std::make_shared<State>();
  const memory::desc a({s.m, s.k}, Type::u8, Tag::ab);
  const memory::desc b({s.k, s.n}, Type::s8, Tag::any);
  const memory::desc c({s.m, s.n}, Type::f32, Tag::ab);
  const memory::desc bias_desc({1, s.n}, Type::f32, Tag::ab);
  Arguments arguments = {{DNNL_ARG_SRC, Wrap(a, state->engine, inputs.a.data())}};

  std::vector<float> scales;
  for (const float b_scale : inputs.b_scale) scales.push_back(inputs.a_scale[0] * b_scale);
  dnnl::primitive_attr attributes;
  constexpr int kPerColumn = 1 << 1;
  attributes.set_output_scales(kPerColumn, scales);
  attributes.set_zero_points(DNNL_ARG_SRC, 0, {inputs.a_zero_point[0]});
  dnnl::post_ops post_ops;
  if (epilogue == Epilogue::kBiasGelu) {
    post_ops.append_eltwise(1.0f, dnnl::algorithm::eltwise_gelu_erf, 0.0f, 0.0f);
  } else if (epilogue == Epilogue::kBiasResidual) {
    post_ops.append_binary(dnnl::algorithm::binary_add, c);
    arguments[DNNL_ARG_ATTR_MULTIPLE_POST_OP(0) | DNNL_ARG_SRC_1] =
        Wrap(c, state->engine, inputs.residual.data());
  }
  attributes.set_post_ops(post_ops);

  if (epilogue == Epilogue::kBare) {
    return Prepare(state, {a, b, c}, attributes, s, Type::s8, inputs.b.data(), arguments);
  }
  // oneDNN adds the bias before it scales.
  memory bias(bias_desc, state->engine);
  auto* values = static_cast<float*>(bias.get_data_handle());
  for (size_t j = 0; j < scales.size(); ++j) values[j] = inputs.bias[j] / scales[j];
  arguments[DNNL_ARG_BIAS] = bias;
  return Prepare(state, {a, b, bias_desc, c}, attributes, s, Type::s8, inputs.b.data(), arguments);
}

Product MakeF32(const GemmF32Inputs& inputs) {
  omp_set_num_threads(1);
  const GemmShape& s = inputs.shape;
  const auto state = std::make_shared<State>();
  const memory::desc a({s.m, s.k}, Type::f32, Tag::ab);
  const memory::desc b({s.k, s.n}, Type::f32, Tag::any);
  const memory::desc c({s.m, s.n}, Type::f32, Tag::ab);
  return Prepare(state, {a, b, c}, {}, s, Type::f32, inputs.b.data(),
                 {{DNNL_ARG_SRC, Wrap(a, state->engine, inputs.a.data())}});
}

// make()'s product; if oneDNN throws an error, returns it as a status.
template <typename Make>
Result<Product> Catch(const GemmShape& shape, const Make& make) {
  try {
    return make();
  } catch (const dnnl::error& error) {
    return Unsupported("oneDNN, " + shape.text() + ": " + error.what());
  }
}

}  // namespace

Result<Product> DnnlGemmU8S8(const GemmU8S8Inputs& inputs, Epilogue epilogue) {
  return Catch(inputs.shape, [&] { return MakeU8S8(inputs, epilogue); });
}

Result<Product> DnnlGemmF32(const GemmF32Inputs& inputs) {
  return Catch(inputs.shape, [&] { return MakeF32(inputs); });
}

}  // namespace octet::bench
