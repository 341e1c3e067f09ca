// A user's source. Octet's own flags would refuse its unused variable and its conversion that loses
// bits.
#include "octet/octet.h"

#if __has_include("ir/graph.h") || __has_include("bert/engine.h")
#error "octet::octet shows octet's own folders"
#endif

short Shorter(long value) {
  int unused = 0;
  return value;
}

octet::Result<octet::Model> Load() { return octet::Model::Load("models/minilm_l6_mrpc"); }
