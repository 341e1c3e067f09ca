// Classifies a pair of texts and prints the label and the logits: classify FOLDER TEXT_A TEXT_B.
// With the bundled model, the label says whether two sentences mean the same.
#include <cstdio>
#include <vector>

#include "octet/octet.h"

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "usage: %s FOLDER TEXT_A TEXT_B\n", argv[0]);
    return 2;
  }
  auto classifier = octet::TextClassifier::Load(argv[1]);
  if (!classifier.ok()) {
    std::fprintf(stderr, "%s\n", classifier.status().ToString().c_str());
    return 1;
  }
  const std::vector<octet::TextInput> texts = {{argv[2], argv[3]}};
  const auto results = classifier->Classify(texts);
  if (!results.ok()) {
    std::fprintf(stderr, "%s\n", results.status().ToString().c_str());
    return 1;
  }
  const octet::Classification& result = results->front();
  std::printf("%s", result.label_name.c_str());
  for (const float logit : result.logits) std::printf("\t%g", static_cast<double>(logit));
  std::printf("\n");
  return 0;
}
