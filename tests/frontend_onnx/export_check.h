// Runs a module on the data sets beside an exported model and compares the outputs.
#ifndef OCTET_TESTS_FRONTEND_ONNX_EXPORT_CHECK_H_
#define OCTET_TESTS_FRONTEND_ONNX_EXPORT_CHECK_H_

#include <string>
#include <vector>

#include "ir/graph.h"
#include "ir/tensor.h"

namespace octet::frontend_onnx {

// One test_data_set_K folder: tensors in the order of the graph's inputs and outputs.
struct DataSet {
  std::string folder;
  std::vector<ir::Tensor> inputs;
  std::vector<ir::Tensor> outputs;
};

// The data sets test_data_set_0, test_data_set_1 ... of a model's folder. Fails the running test if
// a file cannot be read.
std::vector<DataSet> LoadDataSets(const std::string& model_folder);

// Compiles `module` and runs it on each data set with the kernels of this CPU. Returns the outputs
// of each data set. Fails the running test on an error.
std::vector<std::vector<ir::Tensor>> RunDataSets(const ir::Module& module,
                                                 const std::vector<DataSet>& sets);

// Runs `module` on every data set of the folder, and checks shapes and
// |a - b| <= tolerance + tolerance * |b| for every output element.
void CheckDataSets(const ir::Module& module, const std::string& model_folder, double tolerance);

}  // namespace octet::frontend_onnx

#endif  // OCTET_TESTS_FRONTEND_ONNX_EXPORT_CHECK_H_
