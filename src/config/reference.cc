#include <algorithm>
#include <array>
#include <string>

#include <fmt/format.h>

#include "config/key_table.h"
#include "config/load.h"

namespace meridian {

namespace {

struct Chapter {
  Section section;
  std::string_view title;
  std::string_view intro;
};

constexpr auto kChapters = std::to_array<Chapter>({
    {Section::Top, "The file", "Sections, and what else may stand at the top."},
    {Section::Entry, "`model_list[]`", "One entry is one deployment: a model in a region."},
    {Section::Params,
     "`litellm_params`",
     "How a deployment is reached. A key that is not listed is forwarded to the provider, with a "
     "warning."},
    {Section::Metadata, "`litellm_params.metadata`", "Free, but for these."},
    {Section::Info, "`model_info`", "Free, but for these."},
    {Section::Router, "`router_settings`", "How requests are spread, retried and moved."},
    {Section::StrategyArgs,
     "`router_settings.routing_strategy_args`",
     "Fine tuning of a strategy."},
    {Section::Retries,
     "`router_settings.retry_policy`",
     "Further attempts by kind of failure; also by group in `model_group_retry_policy`."},
    {Section::Fails,
     "`router_settings.allowed_fails_policy`",
     "At how many in a row a deployment rests, by kind of failure."},
    {Section::Litellm, "`litellm_settings`", "Settings of LiteLLM's library."},
    {Section::General, "`general_settings`", "Who may use the gateway, and how it runs."},
    {Section::UserLocation, "`general_settings.user_location`", "How the user's place is learnt."},
});

constexpr auto kSections = std::to_array<Section>({Section::Top,
                                                   Section::Entry,
                                                   Section::Params,
                                                   Section::Info,
                                                   Section::Router,
                                                   Section::Litellm,
                                                   Section::General});

std::string_view name_of(KeyType type) {
  switch (type) {
    case KeyType::Text:
      return "text";
    case KeyType::Secret:
      return "secret";
    case KeyType::Whole:
      return "whole number";
    case KeyType::Number:
      return "number";
    case KeyType::Seconds:
      return "seconds";
    case KeyType::Flag:
      return "true/false";
    case KeyType::Texts:
      return "list of texts";
    case KeyType::List:
      return "list";
    case KeyType::Map:
      return "map";
    case KeyType::Any:
      return "any";
  }
  return "";
}

std::string in_cell(std::string_view text) {
  std::string cell;
  for (const char c : text) {
    cell += c == '|' ? std::string("\\|") : std::string(1, c);
  }
  return cell;
}

std::string key_cell(const KeyRow& row) {
  std::string cell = fmt::format("`{}`", row.name);
  if (!row.alias.empty()) {
    cell += fmt::format(", `{}`", row.alias);
  }
  std::string others;
  for (const auto section : kSections) {
    if ((row.also & static_cast<std::uint16_t>(section)) != 0) {
      others += fmt::format("{}{}", others.empty() ? "" : ", ", meridian::name_of(section));
    }
  }
  if (!others.empty()) {
    cell += fmt::format(" (also in {})", others);
  }
  return cell;
}

bool in_chapter(const KeyRow& row, Section section, KeyFate fate) {
  return row.section == section && row.fate == fate;
}

std::string table(Section section, KeyFate fate, std::string_view head) {
  std::string lines;
  for (const auto& row : key_rows()) {
    if (!in_chapter(row, section, fate)) {
      continue;
    }
    if (fate == KeyFate::Used) {
      lines += fmt::format("| {} | {} | {} | {} |\n",
                           key_cell(row),
                           name_of(row.type),
                           in_cell(row.meaning),
                           in_cell(row.litellm));
    } else {
      lines += fmt::format(
          "| {} | {} | {} |\n", key_cell(row), in_cell(row.meaning), in_cell(row.litellm));
    }
  }
  return lines.empty() ? lines : fmt::format("{}{}\n", head, lines);
}

constexpr std::string_view kPreface = R"(# Configuration

<!-- Made from the table of keys in src/config/keys_*.cc (`config_reference`). A test holds this
     file against it; MERIDIAN_UPDATE_GOLDEN=1 writes it anew. -->

Meridian reads LiteLLM's YAML. Every key has one of three fates: it is **used**; it is accepted **without
effect** (a warning says why, with its place); or it is **refused**, because it promises a restriction that
would not be kept. `meridian check FILE` says which of them each key of a file met.

- A key within two letters of a known one is taken for a slip and refused, and so is a repeated key.
- An unknown key whose name promises a restriction (`allow`, `auth`, `limit`, `budget`, ...) is refused;
  any other unknown key is warned of.
- A known key in the wrong section is applied with a warning; `master_key`, budgets and residency rules are
  refused there, so that nobody believes in a lock that is not one.
- `os.environ/NAME` is replaced anywhere, in lists, too; `environment_variables` of the same file counts
  first. A variable that is not set leaves the key unset: its deployment is skipped with that reason, and a
  lock (`master_key`, `allowed_regions`, a limit) without its variable stops the start.
- `null` means not set. Seconds may carry a unit: `500ms`, `30s`, `5m`, `2h`, `7d`.
- The key of a provider is also taken from its usual variable (`OPENAI_API_KEY`, `GROQ_API_KEY`, ...), but
  never sent to another host that the file names.

)";

constexpr std::string_view kUsedHead =
    "| key | type | here | LiteLLM |\n| --- | --- | --- | --- |\n";
constexpr std::string_view kUnusedHead =
    "Without effect:\n\n| key | why | LiteLLM |\n| --- | --- | --- |\n";
constexpr std::string_view kFreeHead =
    "Free text:\n\n| key | here | LiteLLM |\n| --- | --- | --- |\n";
constexpr std::string_view kRefusedHead =
    "Refused, unless `null`, `false` or empty:\n\n| key | why, and what to write | LiteLLM |\n| "
    "--- | --- | --- |\n";

}  // namespace

std::string config_reference() {
  std::string text(kPreface);
  for (const auto& chapter : kChapters) {
    text += fmt::format("## {}\n\n{}\n\n", chapter.title, chapter.intro);
    text += table(chapter.section, KeyFate::Used, kUsedHead);
    text += table(chapter.section, KeyFate::NoEffect, kUnusedHead);
    text += table(chapter.section, KeyFate::Free, kFreeHead);
    text += table(chapter.section, KeyFate::Refused, kRefusedHead);
  }
  while (text.ends_with("\n\n")) {
    text.pop_back();
  }
  return text;
}

}  // namespace meridian
