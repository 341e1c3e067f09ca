// check_symbols must refuse this: code that runs before main. It is never linked.
namespace octet::kernels {
namespace {

int Now() {
  int value = 0;
  __asm__ volatile("" : "+r"(value));
  return value;
}

[[gnu::used]] const int kEarly = Now();

}  // namespace
}  // namespace octet::kernels
