#include "providers/flat_json.h"

#include <charconv>
#include <cstdint>

#include <simdjson.h>

namespace meridian {
namespace {

std::optional<std::string> scalar(simdjson::dom::element element) {
  std::string_view text;
  std::int64_t number = 0;
  bool flag = false;
  if (element.get(text) == simdjson::SUCCESS) {
    return std::string(text);
  }
  if (element.get(number) == simdjson::SUCCESS) {
    return std::to_string(number);
  }
  if (element.get(flag) == simdjson::SUCCESS) {
    return flag ? "true" : "false";
  }
  return std::nullopt;
}

}  // namespace

std::optional<FlatJson> FlatJson::read(std::string_view text) {
  if (text.size() > kBytesMax) {
    return std::nullopt;
  }
  simdjson::dom::parser parser;
  const simdjson::padded_string padded(text);
  simdjson::dom::object object;
  if (parser.parse(padded).get(object) != simdjson::SUCCESS) {
    return std::nullopt;
  }
  FlatJson flat;
  for (const auto field : object) {
    if (auto value = scalar(field.value)) {
      flat.fields_.emplace(field.key, std::move(*value));
    }
  }
  return flat;
}

std::string_view FlatJson::operator[](std::string_view name) const {
  const auto found = fields_.find(name);
  return found == fields_.end() ? std::string_view() : found->second;
}

std::optional<long> FlatJson::seconds(std::string_view name) const {
  const auto text = (*this)[name];
  long value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return value;
}

}  // namespace meridian
