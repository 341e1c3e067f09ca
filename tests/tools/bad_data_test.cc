// Data that cannot be used give exit code 3, and a message with file and line.
#include <doctest/doctest.h>

#include "base/line_reader.h"
#include "tests/tools/run_program.h"
#include "tests/tools/tiny_model.h"

namespace octet::testing {
namespace {

void CheckRefused(const ProgramResult& result, const std::vector<std::string>& texts) {
  INFO(result.err);
  CHECK(result.exit_code == 3);
  CHECK(Lines(result.err).size() == 1);
  for (const std::string& text : texts) {
    CHECK_MESSAGE(result.err.find(text) != std::string::npos, text);
  }
}

TEST_CASE("bert_eval names the file and the line of bad data") {
  const TinyModel tiny;
  const std::string header(kMrpcHeader);
  const std::string good = "1\t1\t2\ta\tb\n";
  const struct {
    std::string bytes, place, text;
  } files[] = {
      {"", "", "empty"},
      {header, "", "no rows"},
      {"Quality\t#1 String\n1\ta\n", ":1:", "#2 String"},
      {header + good + "1\t1\t2\ta\n", ":3:", "4 columns, expected 5"},
      {header + good + good + "1\t1\t2\ta\tb\tc\n", ":4:", "6 columns"},
      {header + "2\t1\t2\ta\tb\n", ":2:", "label '2'"},
      {header + good + "1 \t1\t2\ta\tb\n", ":3:", "label '1 '"},
      {header + good + std::string("1\t1\t2\ta\0\tb\n", 11), ":3:", "NUL"},
  };
  for (const auto& [bytes, place, text] : files) {
    const std::string data = tiny.Write("bad.tsv", bytes);
    const ProgramResult result = BertEval(tiny.Arguments(data));
    CHECK(result.out.empty());
    CheckRefused(result, {data + place, text});
  }
  CheckRefused(BertEval(tiny.Arguments(tiny.Path("nowhere.tsv"))), {tiny.Path("nowhere.tsv")});
  CheckRefused(BertEval(tiny.Arguments(tiny.model())), {tiny.model()});
  // This file can be opened, but cannot be read at its beginning.
  CheckRefused(BertEval(tiny.Arguments("/proc/self/mem")), {"/proc/self/mem:1:", "cannot be read"});
}

TEST_CASE("octet tokenize names the line of a bad request") {
  const TinyModel tiny;
  const std::string vocab = tiny.Path("model/vocab.txt");
  const std::pair<const char*, const char*> lines[] = {
      {"{\"a\": ", "not a JSON object"},
      {"[1]", "not a JSON object"},
      {"{\"b\": \"x\"}", "\"a\" is not a string"},
      {"{\"a\": \"x\", \"b\": 1}", "\"b\" is neither"},
      {"{\"a\": \"x\", \"max_length\": \"9\"}", "\"max_length\" is not an integer"},
      {"{\"a\": \"x\", \"max_length\": 2}", "max_length"},
  };
  for (const auto& [line, text] : lines) {
    const ProgramResult result = Octet({"tokenize", "--vocab", vocab},
                                       {.stdin_text = "{\"a\":\"x\"}\n" + std::string(line)});
    CheckRefused(result, {"standard input:2:", text});
    CHECK(Lines(result.out).size() == 1);
  }
  CheckRefused(Octet({"tokenize", "--vocab", vocab, tiny.Path("none.jsonl")}),
               {tiny.Path("none.jsonl")});
  CheckRefused(Octet({"tokenize", "--vocab", vocab, "/dev/zero"}), {"/dev/zero:1:", "NUL"});
  const std::string longer(LineReader::kMaxLineBytes + 1, ' ');
  CheckRefused(Octet({"tokenize", "--vocab", vocab}, {.stdin_text = longer}),
               {"standard input:1:", "line longer"});
  const auto from_folder = RunProgram(
      {"/bin/sh", "-c", "exec \"$@\" < /", "sh", OctetPath(), "tokenize", "--vocab", vocab});
  CheckRefused(from_folder, {"standard input:1:", "Is a directory"});
}

TEST_CASE("octet run names the tensor file that it cannot use") {
  const TinyModel tiny;
  const auto run = [&](const std::string& inputs) {
    return Octet({"run", tiny.model(), "--inputs", inputs, "--outputs", tiny.Path("out")});
  };
  CheckRefused(run(tiny.Path("nowhere")), {"nowhere/input_0.pb"});
  const std::string set = std::string(kTinyExports) + kTinyExport + "/test_data_set_0/input_";
  for (const char* input : {"0", "1", "2"}) {
    tiny.Write("in/input_" + std::string(input) + ".pb", ReadText(set + input + ".pb"));
  }
  tiny.Write("in/input_1.pb", "no tensor");
  CheckRefused(run(tiny.Path("in")), {"in/input_1.pb"});
  // The model does not accept this tensor: logits as the mask.
  tiny.Write("in/input_1.pb",
             ReadText(std::string(kTinyExports) + kTinyExport + "/test_data_set_0/output_0.pb"));
  CheckRefused(run(tiny.Path("in")), {"attention_mask"});
}

TEST_CASE("octet bench names the line of a bad length") {
  const TinyModel tiny;
  const auto bench = [&](const std::string& lengths) {
    return Octet({"bench", tiny.model(), "--lengths", lengths});
  };
  const std::string file = tiny.Write("lengths.txt", "7\n0\n");
  CheckRefused(bench(file), {file + ":2:", "'0' is not a length"});
  tiny.Write("lengths.txt", "7\nx\n");
  CheckRefused(bench(file), {file + ":2:", "'x' is not a length"});
  tiny.Write("lengths.txt", "900000000000\n");
  CheckRefused(bench(file), {file + ":1", "from 1 to 65536"});
  std::string many;
  for (int i = 0; i < 4097; ++i) many += "1\n";
  tiny.Write("lengths.txt", many);
  CheckRefused(bench(file), {file + ":4097", "more than 4096"});
  tiny.Write("lengths.txt", "");
  CheckRefused(bench(file), {file, "no lengths"});
  CheckRefused(bench(tiny.Path("nowhere")), {"nowhere"});
  CheckRefused(bench(tiny.model()), {tiny.model(), "directory"});
  CheckRefused(Octet({"bench", tiny.model(), "--lengths=nowhere="}), {"nowhere="});
}

}  // namespace
}  // namespace octet::testing
