#include "providers/aws/profiles.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>

#include <fmt/format.h>

namespace meridian {
namespace {

constexpr std::size_t kFileBytesMax = std::size_t{1} << 20;
constexpr std::string_view kBlank = " \t\r";

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(kBlank);
  if (begin == std::string_view::npos) {
    return {};
  }
  return text.substr(begin, text.find_last_not_of(kBlank) - begin + 1);
}

std::string_view next_line(std::string_view& text) {
  const auto end = std::min(text.find('\n'), text.size());
  const auto line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

// A comment ends a value only behind a blank: a secret may hold '#'.
std::string_view without_comment(std::string_view text) {
  for (std::size_t i = 1; i < text.size(); ++i) {
    const bool mark = text[i] == '#' || text[i] == ';';
    if (mark && kBlank.contains(text[i - 1])) {
      return trimmed(text.substr(0, i));
    }
  }
  return text;
}

// The profile that a section's header names; nothing: a section of another kind.
std::optional<std::string> profile_name(std::string_view header, AwsFile kind) {
  header = trimmed(header);
  if (kind == AwsFile::Credentials || header == "default") {
    return std::string(header);
  }
  constexpr std::string_view kWord = "profile";
  if (!header.starts_with(kWord) || header.size() == kWord.size() ||
      !kBlank.contains(header[kWord.size()])) {
    return std::nullopt;
  }
  auto name = trimmed(header.substr(kWord.size()));
  if (name.size() >= 2 && name.front() == name.back() &&
      (name.front() == '"' || name.front() == '\'')) {
    name = name.substr(1, name.size() - 2);
  }
  return std::string(name);
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  });
  return out;
}

std::unexpected<Failure> wrong(std::size_t line, AwsFile kind, std::string_view problem) {
  Failure failure;
  failure.kind = FailureKind::Misconfigured;
  failure.message = fmt::format("Line {} of the AWS {} file {}",
                                line,
                                kind == AwsFile::Config ? "config" : "credentials",
                                problem);
  return std::unexpected(std::move(failure));
}

// A file, line by line.
struct Reading {
  AwsFile kind = AwsFile::Credentials;
  AwsProfiles found;
  AwsProfile* section = nullptr;  // Null: before the first, or in one of another kind.
  bool any_section = false;

  // What is wrong with the line; empty: nothing.
  std::string_view take(std::string_view line) {
    const auto content = trimmed(line);
    if (content.empty() || content.front() == '#' || content.front() == ';') {
      return {};
    }
    if (content.front() == '[') {
      return begin_section(content);
    }
    if (line.front() == ' ' || line.front() == '\t') {
      return {};
    }
    const auto equals = content.find('=');
    if (equals == std::string_view::npos || !any_section) {
      return "is neither [section], key = value nor a comment.";
    }
    if (section != nullptr) {
      section->insert_or_assign(lower(trimmed(content.substr(0, equals))),
                                std::string(without_comment(trimmed(content.substr(equals + 1)))));
    }
    return {};
  }

  std::string_view begin_section(std::string_view content) {
    const auto end = content.find(']');
    if (end == std::string_view::npos) {
      return "begins a section and has no ].";
    }
    const auto name = profile_name(content.substr(1, end - 1), kind);
    section = name ? &found[*name] : nullptr;
    any_section = true;
    return {};
  }
};

void merge(AwsProfile& into, AwsProfile& from, AwsFile kind) {
  for (auto& [key, value] : from) {
    if (kind == AwsFile::Credentials) {
      into.insert_or_assign(key, std::move(value));
    } else {
      into.try_emplace(key, std::move(value));
    }
  }
}

}  // namespace

Result<bool> add_aws_file(AwsProfiles& profiles, std::string_view text, AwsFile kind) {
  if (text.size() > kFileBytesMax) {
    return wrong(1, kind, "belongs to a file of more than 1 MiB, which cannot be one.");
  }
  if (text.starts_with("\xef\xbb\xbf")) {
    text.remove_prefix(3);
  }
  Reading reading{.kind = kind};
  for (std::size_t number = 1; !text.empty(); ++number) {
    if (const auto problem = reading.take(next_line(text)); !problem.empty()) {
      return wrong(number, kind, problem);
    }
  }
  for (auto& [name, profile] : reading.found) {
    merge(profiles[name], profile, kind);
  }
  return true;
}

std::string_view value_of(const AwsProfile& profile, std::string_view key) {
  const auto found = profile.find(key);
  return found == profile.end() ? std::string_view() : found->second;
}

}  // namespace meridian
