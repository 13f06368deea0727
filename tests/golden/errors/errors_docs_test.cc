#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "errors/replies.h"
#include "gateway/outcome.h"
#include "health/book.h"
#include "health/breaker.h"
#include "routing/retry.h"
#include "support/small_fleet.h"
#include "wire/codec.h"

// The tables of docs/operate/errors.md are printed by the code that they describe. Between
// `<!-- name -->` and `<!-- end -->` the page holds what a function here returns;
// MERIDIAN_UPDATE_GOLDEN=1 writes it anew.
namespace meridian {

namespace {

namespace fs = std::filesystem;

constexpr const char* kPage = "docs/operate/errors.md";

constexpr std::array kKinds{FailureKind::ConnectFailed,
                            FailureKind::TimedOut,
                            FailureKind::ServerError,
                            FailureKind::RateLimited,
                            FailureKind::AccountBlocked,
                            FailureKind::Misconfigured,
                            FailureKind::BadRequest,
                            FailureKind::ContextWindow,
                            FailureKind::ContentPolicy,
                            FailureKind::CutShort,
                            FailureKind::ClientLeft};

std::string read(const fs::path& path) {
  const std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string_view step_words(FailureKind kind) {
  switch (after(kind)) {
    case NextStep::OtherEndpoint:
      return "another endpoint";
    case NextStep::OtherDeployment:
      return "another deployment";
    case NextStep::OtherAccount:
      return "another account";
    case NextStep::ReturnIt:
      return "tell the client";
    case NextStep::RefusalFallback:
      return "the fallbacks for it, else tell the client";
    case NextStep::Stop:
      return "nothing";
  }
  return "";
}

// What one failure after the other does to a deployment under the default rules.
std::string health_words(FailureKind kind) {
  test::SmallFleet small;
  small.add({});
  const auto fleet = small.build();
  Board board(1);
  const TimePoint now{std::chrono::seconds(1'000)};
  HealthBook book(fleet, {HealthRules{}}, board, now);
  Rng rng(1);
  for (int failures = 1; failures <= 10; ++failures) {
    book.apply({.kind = Fact::Kind::Failed,
                .deployment = DeploymentId{0},
                .failure = kind,
                .elapsed = std::chrono::seconds(1)},
               now,
               rng);
    switch (board.view(DeploymentId{0}, now).standing) {
      case Standing::Ready:
        break;
      case Standing::Resting:
        return fmt::format("rests at {} in a row", failures);
      case Standing::QuotaBlocked:
        return "blocked until `Retry-After`";
      case Standing::AccountBlocked:
        return "the account is blocked";
      case Standing::Misconfigured:
        return "blocked as misconfigured";
      case Standing::TrialDue:
      case Standing::Draining:
        return "?";
    }
  }
  return "nothing";
}

// The value of the last "type" or of "code" in an error body.
std::string field(const std::string& body, std::string_view name) {
  const auto start = "\"" + std::string(name) + "\":\"";
  const auto found = body.rfind(start);
  if (found == std::string::npos) {
    return "";
  }
  const auto value = found + start.size();
  return body.substr(value, body.find('"', value) - value);
}

struct Told {
  int status = 0;
  std::string openai;
  std::string anthropic;
};

Told told(Failure failure) {
  failure = for_client(std::move(failure));
  const auto openai = write_error(Dialect::OpenAiChat, failure, "");
  return {.status = status_of(failure),
          .openai = fmt::format("`{}`, `{}`", field(openai, "type"), field(openai, "code")),
          .anthropic = fmt::format(
              "`{}`", field(write_error(Dialect::AnthropicMessages, failure, ""), "type"))};
}

std::string kinds() {
  std::string table =
      "| kind | before the first content | health, by default | status | OpenAI's `type`, `code` | "
      "Anthropic's `type` |\n|---|---|---|---|---|---|\n";
  for (const auto kind : kKinds) {
    const auto client = told({.kind = kind});
    table += fmt::format("| {} | {} | {} | {} | {} | {} |\n",
                         words_for(kind),
                         step_words(kind),
                         health_words(kind),
                         client.status,
                         client.openai,
                         client.anthropic);
  }
  return table;
}

std::string_view title_of(Provider provider) {
  switch (provider) {
    case Provider::Bedrock:
      return "Bedrock";
    case Provider::Vertex:
    case Provider::Gemini:
      return "Vertex AI, Gemini";
    case Provider::Anthropic:
      return "Anthropic; Claude on Vertex AI";
    case Provider::OpenAi:
      return "OpenAI and compatible servers";
    case Provider::Azure:
      return "Azure, besides OpenAI's";
    case Provider::Compatible:
      return "any provider, by the status alone";
  }
  return "";
}

std::string replies() {
  std::string table = "| provider | reply | kind | status for the client |\n|---|---|---|---|\n";
  for (const auto& line : all_replies()) {
    const auto failures = classified(line);
    table += fmt::format("| {} | {} | {} | {} |\n",
                         title_of(line.provider),
                         words_of(line),
                         words_for(failures.front().kind),
                         told(failures.front()).status);
  }
  return table;
}

// Puts `table` between the page's marks for it.
std::string with_table(std::string page, std::string_view name, const std::string& table) {
  const auto mark = fmt::format("<!-- {} -->\n", name);
  const auto start = page.find(mark);
  const auto end = page.find("<!-- end -->", start);
  if (start == std::string::npos || end == std::string::npos) {
    ADD_FAILURE() << kPage << " has no place for " << name;
    return page;
  }
  return page.replace(start + mark.size(), end - start - mark.size(), "\n" + table + "\n");
}

TEST(ErrorsPage, HasTheTablesThatTheCodePrints) {
  const auto page = read(kPage);
  const auto right = with_table(with_table(page, "kinds", kinds()), "replies", replies());
  if (std::getenv("MERIDIAN_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(kPage, std::ios::binary) << right;
  } else {
    // Not EXPECT_EQ: the whole page twice explains nothing.
    EXPECT_TRUE(page == right) << "run with MERIDIAN_UPDATE_GOLDEN=1 and commit " << kPage;
  }
}

TEST(ErrorsPage, PutsOnlyRepliesOfOneMeaningOnALine) {
  for (const auto& line : all_replies()) {
    const auto failures = classified(line);
    for (const auto& failure : failures) {
      EXPECT_EQ(failure.kind, failures.front().kind) << words_of(line) << ": " << failure.code;
    }
  }
}

// All that `pattern` finds in a file, by its first group.
std::vector<std::string> found_in(const fs::path& path, const std::string& pattern) {
  const auto text = std::regex_replace(read(path), std::regex("//[^\n]*"), "");
  const std::regex regex(pattern);
  std::vector<std::string> found;
  for (auto at = std::sregex_iterator(text.begin(), text.end(), regex);
       at != std::sregex_iterator();
       ++at) {
    found.push_back((*at)[1]);
  }
  return found;
}

TEST(ErrorsPage, NamesEveryWordThatAProvidersReplyIsJudgedBy) {
  const auto page = read(kPage);
  int words = 0;
  for (const auto& entry : fs::recursive_directory_iterator("src/providers")) {
    if (entry.path().filename() != "kind.cc") {
      continue;
    }
    for (const auto& word : found_in(entry.path(), "[^#a-z] *\"([^\"\n]+)\"")) {
      if (!word.ends_with(".h") && word != "ABCDEFGHIJKLMNOPQRSTUVWXYZ_") {
        EXPECT_TRUE(page.contains(word)) << word << " of " << entry.path();
        ++words;
      }
    }
  }
  EXPECT_GT(words, 60);  // Else the pattern has lost its files.
}

TEST(ErrorsPage, NamesEveryCodeThatTheGatewayGivesItself) {
  const auto page = read(kPage);
  int codes = 0;
  for (const auto& entry : fs::directory_iterator("src/gateway")) {
    if (entry.path().stem().string().ends_with("_test")) {
      continue;
    }
    for (const auto& code :
         found_in(entry.path(), "(?:code = |Refusal\\{[0-9]+,[^}]*)\"([a-z_]+)\"")) {
      EXPECT_TRUE(page.contains("`" + code + "`")) << code << " of " << entry.path();
      ++codes;
    }
  }
  EXPECT_GT(codes, 10);
}

}  // namespace

}  // namespace meridian
