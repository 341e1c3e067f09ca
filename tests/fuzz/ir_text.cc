// The text form of the IR: what the parser reads prints to a text that reads back to the same, with
// and without locations.
#include "ir/text/parser.h"
#include "ir/text/printer.h"
#include "ir/verifier.h"
#include "tests/fuzz/target.h"

namespace octet::fuzz {

Status FuzzIrText(std::string_view bytes) {
  constexpr ir::ParseOptions kOptions = {.max_constant_bytes = int64_t{1} << 20};
  const Result<ir::Module> module = ir::Parse(bytes, kOptions);
  if (!module.ok()) return CheckRefusal(module.status());
  OCTET_RETURN_IF_ERROR(ir::Verify(*module));
  for (const bool locations : {true, false}) {
    const std::string text = ir::Print(*module, {.locations = locations});
    OCTET_ASSIGN_OR_RETURN(const ir::Module again, ir::Parse(text, kOptions));
    const std::string text_again = ir::Print(again, {.locations = locations});
    if (text_again != text) return Internal("print, parse, print differs:\n" + text + text_again);
  }
  return {};
}

}  // namespace octet::fuzz
