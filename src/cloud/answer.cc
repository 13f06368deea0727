#include "cloud/answer.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "base/rng.h"
#include "cloud/schema_example.h"

namespace meridian {
namespace {

constexpr std::int64_t kTokensMax = 8192;

constexpr std::array<std::string_view, 12> kSubjects = {"The nearest region",
                                                        "A quiet cable",
                                                        "Every packet",
                                                        "The second replica",
                                                        "This model",
                                                        "A patient client",
                                                        "The morning shift",
                                                        "One open connection",
                                                        "The longer route",
                                                        "A small cache",
                                                        "The last region",
                                                        "Half of the fleet"};

constexpr std::array<std::string_view, 12> kVerbs = {"answers",
                                                     "keeps",
                                                     "follows",
                                                     "remembers",
                                                     "carries",
                                                     "finds",
                                                     "measures",
                                                     "prefers",
                                                     "passes",
                                                     "repeats",
                                                     "balances",
                                                     "returns"};

constexpr std::array<std::string_view, 12> kObjects = {"the question",
                                                       "a shorter path",
                                                       "its own pace",
                                                       "the whole story",
                                                       "one word at a time",
                                                       "what was asked",
                                                       "the same promise",
                                                       "a steady rhythm",
                                                       "the first token",
                                                       "a fair share",
                                                       "the evening load",
                                                       "another continent"};

void add_words(std::vector<std::string>& pieces, std::string_view sentence) {
  while (!sentence.empty()) {
    const auto end = std::min(sentence.find(' '), sentence.size());
    pieces.emplace_back(fmt::format("{}{}", pieces.empty() ? "" : " ", sentence.substr(0, end)));
    sentence.remove_prefix(std::min(end + 1, sentence.size()));
  }
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](unsigned char c) { return std::tolower(c); });
  return out;
}

// "in 200 words", "50 tokens": the number before the unit.
std::optional<std::int64_t> length_asked(std::string_view words) {
  for (const std::string_view unit : {" words", " tokens"}) {
    const auto at = words.find(unit);
    if (at == std::string_view::npos) {
      continue;
    }
    auto begin = at;
    while (begin > 0 && std::isdigit(static_cast<unsigned char>(words[begin - 1])) != 0) {
      --begin;
    }
    std::int64_t count = 0;
    const auto [stop, failed] = std::from_chars(words.data() + begin, words.data() + at, count);
    if (failed == std::errc() && count > 0) {
      return std::min(count, kTokensMax);
    }
  }
  return std::nullopt;
}

std::vector<std::string> prose(const CloudAsk& ask,
                               std::string_view region,
                               std::int64_t length,
                               Rng& rng) {
  std::vector<std::string> pieces;
  add_words(pieces, fmt::format("Hello from {}.", region));
  if (ask.after_tool) {
    add_words(pieces, "The tool has answered, and this is what follows from it.");
  }
  while (std::cmp_less(pieces.size(), length)) {
    add_words(pieces,
              fmt::format("{} {} {}.",
                          kSubjects[rng.below(kSubjects.size())],
                          kVerbs[rng.below(kVerbs.size())],
                          kObjects[rng.below(kObjects.size())]));
  }
  return pieces;
}

// JSON in bites of about a token each.
std::vector<std::string> bites(std::string_view text) {
  std::vector<std::string> pieces;
  for (std::size_t at = 0; at < text.size();) {
    auto end = std::min(at + 6, text.size());
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) {
      ++end;  // Not inside a character.
    }
    pieces.emplace_back(text.substr(at, end - at));
    at = end;
  }
  return pieces;
}

const CloudTool* tool_to_call(const CloudAsk& ask) {
  if (ask.tools.empty() || ask.wish == ToolWish::None) {
    return nullptr;
  }
  if (ask.wish == ToolWish::Named) {
    const auto found = std::ranges::find(ask.tools, ask.wished_tool, &CloudTool::name);
    return found == ask.tools.end() ? nullptr : &*found;
  }
  const auto words = lower(ask.last_words);
  const bool asked =
      !ask.after_tool && (words.contains("use the tool") || words.contains("call the tool"));
  return ask.wish == ToolWish::Any || asked ? &ask.tools.front() : nullptr;
}

}  // namespace

std::int64_t tokens_of(std::size_t bytes) {
  return static_cast<std::int64_t>((bytes + 3) / 4);
}

CloudAnswer make_answer(const CloudAsk& ask, std::string_view region, std::uint64_t request_hash) {
  Rng rng(request_hash);
  CloudAnswer answer;
  answer.id = fmt::format("{:016x}{:08x}", rng.next(), rng.next() >> 32U);
  answer.tokens_in = tokens_of(ask.prompt_bytes) + 3 * static_cast<std::int64_t>(ask.messages);
  if (const auto* tool = tool_to_call(ask)) {
    answer.call = CloudToolCall{.name = tool->name, .arguments = schema_example(tool->schema)};
    answer.stop = StopCause::ToolCall;
    answer.tokens_out = 8 + tokens_of(answer.call->arguments.size());
    return answer;
  }
  if (ask.wants_json) {
    answer.pieces =
        bites(ask.json_schema.is_null() ? fmt::format(R"({{"answer":"Hello from {}."}})", region)
                                        : schema_example(ask.json_schema));
  } else {
    const auto usual = 24 + static_cast<std::int64_t>(rng.below(33));
    const auto asked = length_asked(lower(ask.last_words));
    answer.pieces = prose(ask, region, asked.value_or(usual), rng);
    if (asked && std::cmp_greater(answer.pieces.size(), *asked)) {
      answer.pieces.resize(static_cast<std::size_t>(*asked));
    }
  }
  if (ask.tokens_max && std::cmp_greater(answer.pieces.size(), *ask.tokens_max)) {
    answer.pieces.resize(static_cast<std::size_t>(*ask.tokens_max));
    answer.stop = StopCause::Length;
  }
  answer.tokens_out = static_cast<std::int64_t>(answer.pieces.size());
  return answer;
}

}  // namespace meridian
