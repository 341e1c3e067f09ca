// The kernels of every instruction set that this CPU can run, for the tests and benchmarks that
// loop over them.
#ifndef OCTET_KERNELS_TESTING_ISA_TABLES_H_
#define OCTET_KERNELS_TESTING_ISA_TABLES_H_

#include "kernels/cpu_features.h"
#include "kernels/kernel_table.h"

namespace octet::kernels {

struct IsaTable {
  const char* name;
  Isa isa;
  KernelTable own;    // the kernels that the row itself installs; the other fields are null
  KernelTable table;  // what a user gets who asks for the row
};

class IsaTableList {
 public:
  const IsaTable* begin() const { return tables_; }
  const IsaTable* end() const { return tables_ + size_; }
  const IsaTable& front() const { return tables_[0]; }
  const IsaTable& back() const { return tables_[size_ - 1]; }
  const IsaTable& operator[](int i) const { return tables_[i]; }
  int size() const { return size_; }
  void Add(const IsaTable& table) { tables_[size_++] = table; }

 private:
  // Rows, and those that stand in for rows of other CPUs.
  IsaTable tables_[kIsaCount + 1] = {};
  int size_ = 0;
};

// The rows of isas.inc that this CPU can run, in their order: the first is the reference, the last
// is the table that the CPU gets by default. A CPU with AVX-512 VNNI also has "avx_vnni_evex", the
// source of the AVX-VNNI kernels compiled for AVX-512's encoding of the same instruction: so their
// loops are tested on CPUs that do not have AVX-VNNI.
const IsaTableList& IsaTables();

// Those of IsaTables() that have a kernel of their own in `field`: a test of one kernel loops over
// these, since the others repeat one of them.
template <class Field>
IsaTableList IsasWith(Field KernelTable::*field) {
  IsaTableList list;
  for (const IsaTable& isa : IsaTables()) {
    if (isa.own.*field != nullptr) list.Add(isa);
  }
  return list;
}

}  // namespace octet::kernels

#endif  // OCTET_KERNELS_TESTING_ISA_TABLES_H_
