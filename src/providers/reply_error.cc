#include "providers/reply_error.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include <simdjson.h>

#include "providers/durations.h"

namespace meridian {
namespace {

constexpr std::size_t kBodyBytesMax = std::size_t{64} << 10;
constexpr std::size_t kMessageBytesMax = std::size_t{8} << 10;

using Element = simdjson::dom::element;
using Object = simdjson::dom::object;

// A field as text, numbers too (vLLM's and Azure's codes are numbers). Empty: not there, or nested.
std::string text_at(const Object& object, std::string_view name) {
  Element element;
  std::string_view text;
  std::int64_t number = 0;
  if (object.at_key(name).get(element) != simdjson::SUCCESS) {
    return {};
  }
  if (element.get(text) == simdjson::SUCCESS) {
    return std::string(text.substr(0, kMessageBytesMax));
  }
  if (element.get(number) == simdjson::SUCCESS) {
    return std::to_string(number);
  }
  return {};
}

std::string first_of(const Object& object, std::initializer_list<std::string_view> names) {
  for (const auto name : names) {
    auto text = text_at(object, name);
    if (!text.empty()) {
      return text;
    }
  }
  return {};
}

// Google's list of typed details.
void read_details(const simdjson::dom::array& details, ReplyError& error) {
  for (const auto element : details) {
    Object detail;
    if (element.get(detail) != simdjson::SUCCESS) {
      continue;
    }
    if (const auto delay = text_at(detail, "retryDelay"); !delay.empty()) {
      error.retry_delay = parse_duration(delay);
    }
    if (auto reason = text_at(detail, "reason"); !reason.empty()) {
      error.detail = std::move(reason);
    }
  }
}

void read_error_object(const Object& object, ReplyError& error) {
  error.message = first_of(object, {"message", "Message"});
  error.code = text_at(object, "code");
  error.type = first_of(object, {"type", "status"});
  Object nested;
  if (object["innererror"].get(nested) == simdjson::SUCCESS) {
    error.detail = text_at(nested, "code");
  }
  if (object["details"].get(nested) == simdjson::SUCCESS) {
    error.detail = text_at(nested, "error_code");
  }
  simdjson::dom::array details;
  if (object["details"].get(details) == simdjson::SUCCESS) {
    read_details(details, error);
  }
}

void read_object(const Object& object, ReplyError& error) {
  error.structured = true;
  Object inner;
  std::string_view words;
  if (object["error"].get(inner) == simdjson::SUCCESS) {
    read_error_object(inner, error);
  } else if (object["error"].get(words) == simdjson::SUCCESS) {
    error.message = words.substr(0, kMessageBytesMax);
    error.code = text_at(object, "code");
  } else {
    error.message = first_of(object, {"message", "Message", "detail", "errorMessage"});
    error.code = first_of(object, {"code", "__type"});
    error.type = text_at(object, "type");
    error.structured = !error.message.empty() || !error.code.empty();
  }
  std::int64_t original = 0;
  if (object["originalStatusCode"].get(original) == simdjson::SUCCESS && original >= 100 &&
      original <= 599) {
    error.original_status = static_cast<int>(original);
  }
}

void read_body(std::string_view body, ReplyError& error) {
  if (body.empty() || body.size() > kBodyBytesMax) {
    return;
  }
  simdjson::dom::parser parser;
  const simdjson::padded_string padded(body);
  Element root;
  if (parser.parse(padded).get(root) != simdjson::SUCCESS) {
    return;
  }
  simdjson::dom::array array;
  if (root.get(array) == simdjson::SUCCESS && array.begin() != array.end()) {
    root = *array.begin();
  }
  Object object;
  if (root.get(object) == simdjson::SUCCESS) {
    read_object(object, error);
  }
}

// "ThrottlingException:http://internal.amazon.com/..." and "com.amazon.coral#ThrottlingException".
std::string_view aws_code(std::string_view text) {
  text = text.substr(0, text.find(':'));
  const auto hash = text.find('#');
  return hash == std::string_view::npos ? text : text.substr(hash + 1);
}

}  // namespace

bool ReplyError::says(std::initializer_list<std::string_view> texts) const {
  return std::ranges::any_of(texts,
                             [this](auto text) { return lower.find(text) != std::string::npos; });
}

bool ReplyError::is(std::initializer_list<std::string_view> codes) const {
  return std::ranges::any_of(
      codes, [this](auto name) { return code == name || type == name || detail == name; });
}

ReplyError read_reply_error(int status, const HeaderLookup& header, std::string_view body) {
  ReplyError error;
  error.status = status;
  read_body(body, error);
  const auto aws = header("x-amzn-errortype");
  if (!aws.empty()) {
    error.structured = true;
    error.code = aws_code(aws);
  } else if (error.code.contains('#')) {
    error.code = std::string(aws_code(error.code));
  }
  error.lower.resize(error.message.size());
  std::ranges::transform(error.message, error.lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  });
  return error;
}

}  // namespace meridian
