// Invalid requests give exit code 2, and output that cannot be written gives exit code 1.
#include <doctest/doctest.h>

#include <cstdio>
#include <filesystem>

#include "kernels/cpu_features.h"
#include "tests/tools/run_program.h"
#include "tests/tools/tiny_model.h"

namespace octet::testing {
namespace {

void CheckFails(const ProgramResult& result, int exit_code, const std::vector<std::string>& texts) {
  INFO(result.err);
  CHECK(result.exit_code == exit_code);
  for (const std::string& text : texts) {
    CHECK_MESSAGE(result.err.find(text) != std::string::npos, text);
  }
}

TEST_CASE("bert_eval refuses invalid options before it runs anything") {
  const TinyModel tiny;
  const std::string data = tiny.WriteData(3);
  const struct {
    std::vector<std::string> arguments;
    std::string text;
  } cases[] = {
      {{"--frobnicate"}, "--frobnicate"},
      {{"--batchsize", "4"}, "Did you mean --batch-size?"},
      {{"stray"}, "stray"},
      {{"--threads"}, "--threads"},
      {{"--threads", "0"}, "--threads"},
      {{"--threads", "two"}, "--threads"},
      {{"--batch-size", "0"}, "--batch-size"},
      {{"--limit", "-1"}, "--limit"},
      {{"--precision", "int4"}, "unknown precision 'int4'"},
      {{"--precision", "int8,int8"}, "'int8' twice"},
      {{"--precision", "int8,"}, "unknown precision ''"},
      {{"--task", "GLUE"}, "unknown task 'GLUE'"},
      {{"--isa", "avx9"}, "'avx9'"},
      {{"--attention", "int8"}, "unknown attention 'int8'"},
      {{"--attention", "bf16", "--isa", "reference"}, "AVX512_BF16"},
      {{"--json", "p.int8.tsv", "--predictions", "p.tsv"}, "the same file"},
      {{"--json", "d/q", "--predictions", "d/../d/q", "--precision", "int8"}, "the same file"},
      {{"--shard", "2"}, "--shard"},
      {{"--shard", "2/2"}, "--shard"},
      {{"--shard", "-1/2"}, "--shard"},
      {{"--shard", "0/0"}, "--shard"},
      {{"--shard", "45212608023797920/56515760029747400"}, "--shard"},
      {{"--limit", "99999999999999999999"}, "--limit"},
      {{"--shard", "0/4"}, "no rows"},  // 3 rows
      {{"--max-length", "3"}, "max_length"},
      {{"--max-length", "65"}, "64"},  // the positions of the model
      {{"--qconfig", "best_qconfig"}, "'best_qconfig'"},
      {{"--qconfig", tiny.Path("nowhere.json")}, "nowhere.json"},
      {{"--qconfig", tiny.Write("q1.json", "{\"\":\n null,\n}")}, "q1.json"},
      {{"--qconfig", tiny.Write("q2.json", "{\"\": \"best_qconfig\"}")}, "'best_qconfig'"},
      {{"--qconfig", tiny.Write("q3.json", "{\"bert.decoder\": null}")}, "bert.decoder"},
      {{"--qconfig", tiny.Write("q4.json", "{\"\": 1e999}")}, "number overflow"},
  };
  for (const auto& [arguments, text] : cases) {
    const ProgramResult result = BertEval(tiny.Arguments(data, arguments));
    CAPTURE(text);
    CheckFails(result, 2, {text});
    CHECK(result.out.empty());
    CHECK(result.err.find("rows in") == std::string::npos);
  }
}

TEST_CASE("an error of malformed JSON names its line") {
  const TinyModel tiny;
  const std::string qconfig = tiny.Write("q.json", "{\"\":\n null,\n}");
  for (const ProgramResult& result : {BertEval({"--model", tiny.model(), "--qconfig", qconfig}),
                                      Octet({"inspect", tiny.model(), "--qconfig", qconfig})}) {
    CheckFails(result, 2, {qconfig + ":3:", "malformed JSON"});
  }
}

TEST_CASE("octet refuses invalid options") {
  const TinyModel tiny;
  const std::string model = tiny.model();
  const std::string paths = tiny.Write("q.json", "{\"bert.decoder\": null}");
  const struct {
    std::vector<std::string> arguments;
    std::string text;
  } cases[] = {
      {{}, "subcommand"},
      {{"frobnicate"}, "frobnicate"},
      {{"inspekt", model}, "Did you mean inspect?"},
      {{"dump", model, "--stages", "core"}, "Did you mean --stage?"},
      {{"inspect"}, "give either a model or --synthetic"},
      {{"inspect", model, "--synthetic", "bert-tiny"}, "give either"},
      {{"inspect", "--synthetic", "bert-gigantic"}, "'bert-gigantic'"},
      {{"inspect", model, "--module", "bert.decoder"}, "'bert.decoder'"},
      {{"inspect", model, "--qconfig", "best_qconfig"}, "'best_qconfig'"},
      {{"inspect", model, "--qconfig", paths}, "bert.decoder"},
      {{"dump", model, "--stage", "machine"}, "machine"},
      {{"dump", model, "--stage", "quant", "--qconfig", paths}, "bert.decoder"},
      {{"dump", model, "--isa", "avx9"}, "'avx9'"},
      {{"run", model, "--inputs", "x"}, "--outputs"},
      {{"run", model, "--inputs", "x", "--outputs", "y", "--precision", "int4"}, "'int4'"},
      {{"run", model, "--inputs", "x", "--outputs", "y", "--qconfig", paths, "--precision", "int8"},
       "bert.decoder"},
      {{"bench", model, "--batch", "0"}, "--batch"},
      {{"bench", model, "--precision", "int4"}, "'int4'"},
      {{"explain", model, "--precision", "int4"}, "'int4'"},
      {{"bench", model, "--isa", "avx9"}, "'avx9'"},
      {{"bench", model, "--attention", "fp32"}, "unknown attention 'fp32'"},
      {{"bench", model, "--attention", "bf16", "--isa", "reference"}, "AVX512_BF16"},
      {{"bench", model, "--seq", "65"}, "64"},  // the model's positions
      {{"tokenize"}, "--vocab"},
      {{"run", model, "--inputs", "x", "--outputs", ""}, "argument 6 is empty"},
      {{"bench", model, "--isa="}, "'--isa=' gives no value"},
  };
  for (const auto& [arguments, text] : cases) {
    const ProgramResult result = Octet(arguments);
    CAPTURE(text);
    CheckFails(result, 2, {text});
    CHECK(result.out.empty());
  }
}

TEST_CASE("an instruction set that is unknown, or that this CPU does not have") {
  const TinyModel tiny;
  const std::vector<std::string> arguments = tiny.Arguments(tiny.WriteData(1));
  CheckFails(BertEval(arguments, {.environment = {"OCTET_ISA=avx9"}}), 2, {"OCTET_ISA", "'avx9'"});
  CheckFails(Octet({"bench", tiny.model()}, {.environment = {"OCTET_ISA=avx9"}}), 2,
             {"OCTET_ISA", "'avx9'"});
  for (int i = 0; i < kernels::kIsaCount; ++i) {
    const auto isa = static_cast<kernels::Isa>(i);
    if (kernels::CpuHasIsa(isa)) continue;
    const std::string name = kernels::IsaName(isa);
    CheckFails(BertEval(tiny.Arguments(tiny.WriteData(1), {"--isa", name})), 2,
               {"asks for " + name, "this CPU has only reference"});
  }
}

// The number of files in a folder.
int CountFiles(const std::string& folder) {
  int count = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder)) ++count;
  return count;
}

TEST_CASE("if a result file cannot be written, the table is printed and the old file stays") {
  const TinyModel tiny;
  const std::string data = tiny.WriteData(2);
  for (const std::string option : {"--json", "--predictions"}) {
    CAPTURE(option);
    const auto run = [&](const std::string& path) {
      return tiny.Arguments(data, {"--precision", "int8", option, path});
    };
    ProgramResult result = BertEval(run(tiny.Path("nowhere/r")));
    CheckFails(result, 1, {tiny.Path("nowhere/r"), "No such file"});
    CHECK(result.out.find("F1") != std::string::npos);
    CheckFails(BertEval(run(tiny.model())), 1, {tiny.model(), "directory"});
    CheckFails(BertEval(run("/dev/full")), 1, {"/dev/full", "No space left"});

    // A limit on the size of files acts like a full disk.
    const std::string old = tiny.Write("results/r", "old");
    std::vector<std::string> limited = {"/bin/sh", "-c", "ulimit -f 0; exec \"$@\"", "sh",
                                        BertEvalPath()};
    const std::vector<std::string> arguments = run(old);
    limited.insert(limited.end(), arguments.begin(), arguments.end());
    CheckFails(RunProgram(limited), 1, {old, "File too large"});
    CHECK(ReadText(old) == "old");
    CHECK(CountFiles(tiny.Path("results")) == 1);
  }
}

TEST_CASE("a stdout that cannot be written is an error, not a crash") {
  const TinyModel tiny;
  const std::vector<std::string> eval = tiny.Arguments(tiny.WriteData(2));
  const std::string message = "standard output could not be written";
  for (const ProgramOptions& options :
       {ProgramOptions{.stdout_path = "/dev/full"}, ProgramOptions{.close_stdout = true}}) {
    CheckFails(BertEval(eval, options), 1, {message});
    CheckFails(Octet({"inspect", tiny.model(), "--json"}, options), 1, {message});
    CheckFails(Octet({"dump", tiny.model(), "--stage", "import"}, options), 1, {message});
    CheckFails(Octet({"explain", tiny.model()}, options), 1, {message});
    CheckFails(Octet({"--help"}, options), 1, {message});
  }
}

TEST_CASE("a stderr that cannot be written does not end a run") {
  const TinyModel tiny;
  std::vector<std::string> command = {"/bin/sh", "-c", "exec \"$@\" 2>/dev/full", "sh",
                                      BertEvalPath()};
  const auto arguments = tiny.Arguments(tiny.WriteData(2));
  command.insert(command.end(), arguments.begin(), arguments.end());
  const ProgramResult result = RunProgram(command);
  CHECK(result.exit_code == 0);
  CHECK(result.out.find("F1") != std::string::npos);
}

TEST_CASE("an interrupt ends the run with exit code 130, and a file is not written") {
  const TinyModel tiny;
  // The interrupt comes after the first precision's line on stderr, before the others have run.
  const auto arguments = tiny.Arguments(
      tiny.WriteData(800),
      {"--batch-size", "1", "--isa", "reference", "--threads", "1", "--json", tiny.Path("r.json")});
  const ProgramResult result = BertEval(arguments, {.interrupt_on_stderr = true});
  CheckFails(result, 130, {"fp32", "interrupted after"});
  CHECK(result.out.empty());
  CHECK(!std::filesystem::exists(tiny.Path("r.json")));
}

}  // namespace
}  // namespace octet::testing
