// octet tokenize: runs only the tokenizer, on JSON lines.
#include <fmt/format.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/line_reader.h"
#include "bert/tokenizer_loader.h"
#include "text/tokenizer_json.h"
#include "tools/cli/print.h"
#include "tools/cli/program.h"
#include "tools/commands.h"
#include "tools/model_argument.h"

namespace octet::tools {
namespace {

constexpr int64_t kDefaultMaxLength = 512;

struct TokenizeArguments {
  std::string model;
  std::string tokenizer;
  std::string vocab;
  bool cased = false;
  std::string file;
};

Result<text::Tokenizer> MakeTokenizer(const TokenizeArguments& arguments) {
  if (!arguments.model.empty()) {
    OCTET_ASSIGN_OR_RETURN(const bert::ModelFiles files, bert::FindModelFiles(arguments.model));
    return bert::LoadTokenizer(files);
  }
  if (!arguments.tokenizer.empty()) return text::LoadTokenizerJson(arguments.tokenizer);
  OCTET_ASSIGN_OR_RETURN(text::Vocabulary vocabulary, text::Vocabulary::Load(arguments.vocab));
  text::TokenizerOptions options;
  options.normalizer = text::BertNormalizer({.lowercase = !arguments.cased});
  auto tokenizer = text::Tokenizer::Create(std::move(vocabulary), options);
  if (!tokenizer.ok()) return tokenizer.status().InFile(arguments.vocab);
  return tokenizer;
}

// One line {"a", "b", "max_length", "truncation"} -> {"ids", "type_ids", "offsets"}.
Result<std::string> TokenizeLine(const text::Tokenizer& tokenizer, const std::string& line) {
  const Result<Json> parsed = ParseJsonObject(line);
  if (!parsed.ok()) {
    return InvalidArgument("the line is not a JSON object: " + parsed.status().message());
  }
  const auto string_of = [](const Json* member) { return member ? member->AsString() : nullptr; };
  const std::string* a = string_of(FindMember(*parsed, "a"));
  if (!a) return InvalidArgument("\"a\" is not a string");
  const Json* second = FindMember(*parsed, "b");
  const std::string* b = string_of(second);
  if (second && !b) return InvalidArgument("\"b\" is neither a string nor null");
  int64_t max_length = tokenizer.AtMostModelLength(kDefaultMaxLength);
  if (const Json* length = FindMember(*parsed, "max_length")) {
    if (!length->is_integer()) return InvalidArgument("\"max_length\" is not an integer");
    // A number above INT64_MAX is above the limit of any model, too.
    max_length = length->AsInteger().value_or(INT64_MAX);
  }
  auto truncation = std::optional(text::Truncation::kLongestFirst);
  if (const Json* strategy = FindMember(*parsed, "truncation")) {
    const std::string* name = strategy->AsString();
    if (name) truncation = text::ParseTruncation(*name);
    if (!name || !truncation) {
      return InvalidArgument(
          "\"truncation\" is not longest_first, only_first, only_second or do_not_truncate");
    }
  }
  OCTET_ASSIGN_OR_RETURN(
      const text::Encoding encoding,
      tokenizer.Encode(*a, b ? std::optional<std::string_view>(*b) : std::nullopt, max_length,
                       *truncation));
  std::vector<std::string> offsets;
  for (const text::TokenOffsets& of : encoding.offsets) {
    offsets.push_back(fmt::format("[{},{}]", of.begin, of.end));
  }
  return fmt::format(R"({{"ids":[{}],"type_ids":[{}],"offsets":[{}]}})",
                     fmt::join(encoding.ids, ","), fmt::join(encoding.type_ids, ","),
                     fmt::join(offsets, ","));
}

int RunTokenize(const TokenizeArguments& arguments) {
  const int sources = (arguments.model.empty() ? 0 : 1) + (arguments.tokenizer.empty() ? 0 : 1) +
                      (arguments.vocab.empty() ? 0 : 1);
  if (sources != 1) {
    return FailWith("tokenize", InvalidArgument("give one of --model, --tokenizer and --vocab"),
                    cli::kExitUsage);
  }
  const auto tokenizer = MakeTokenizer(arguments);
  if (!tokenizer.ok()) return FailWith("tokenize", tokenizer.status(), cli::kExitBadModel);
  const bool from_stdin = arguments.file.empty() || arguments.file == "-";
  Result<LineReader> reader =
      from_stdin ? LineReader::OfStandardInput() : LineReader::Open(arguments.file);
  if (!reader.ok()) return FailWith("tokenize", reader.status(), cli::kExitBadData);
  while (true) {
    const auto found = reader->Next();
    if (!found.ok()) return FailWith("tokenize", found.status(), cli::kExitBadData);
    if (!*found) break;
    const auto answer = TokenizeLine(*tokenizer, reader->line());
    if (!answer.ok()) {
      return FailWith("tokenize", reader->Here(answer.status()), cli::kExitBadData);
    }
    cli::Print(stdout, "{}\n", *answer);
    if (cli::IsOutputClosed()) break;
  }
  return cli::kExitOk;
}

}  // namespace

void AddTokenize(CLI::App* app, int* exit_code) {
  auto* command =
      app->add_subcommand("tokenize",
                          "Read lines {\"a\",\"b\",\"max_length\",\"truncation\"}, write "
                          "{\"ids\",\"type_ids\",\"offsets\"}");
  auto arguments = std::make_shared<TokenizeArguments>();
  command->add_option("--model", arguments->model, "Model folder with the tokenizer's files");
  command->add_option("--tokenizer", arguments->tokenizer, "A tokenizer.json");
  auto* vocab = command->add_option("--vocab", arguments->vocab, "Vocabulary of a BERT tokenizer");
  command->add_flag("--cased", arguments->cased, "With --vocab: keep case and accents")
      ->needs(vocab);
  command->add_option("file", arguments->file, "JSON lines (default: standard input)");
  command->callback([arguments, exit_code] { *exit_code = RunTokenize(*arguments); });
}

}  // namespace octet::tools
