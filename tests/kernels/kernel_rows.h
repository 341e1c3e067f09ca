// How a row of kernels.inc and its test find each other. A row names a test file, and the file
// claims the row:
//   OCTET_TESTS_KERNEL(gemm_u8s8)
// That defines a function whose name has both the row's field and the file's name, and
// kernel_rows_test.cc calls the function of every row. So a row whose test does not claim it does
// not link.
#ifndef OCTET_TESTS_KERNELS_KERNEL_ROWS_H_
#define OCTET_TESTS_KERNELS_KERNEL_ROWS_H_

#define OCTET_KERNEL_CLAIM(field, test) OCTET_KERNEL_CLAIM_OF(field, test)
#define OCTET_KERNEL_CLAIM_OF(field, test) Claim_##field##_in_##test

// CMake defines OCTET_TEST_FILE as the name of the source, without its extension.
#define OCTET_TESTS_KERNEL(field)                      \
  namespace octet::kernels {                           \
  void OCTET_KERNEL_CLAIM(field, OCTET_TEST_FILE)();   \
  void OCTET_KERNEL_CLAIM(field, OCTET_TEST_FILE)() {} \
  }                                                    \
  static_assert(true, "for the semicolon")

#endif  // OCTET_TESTS_KERNELS_KERNEL_ROWS_H_
