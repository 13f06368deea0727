#include "cloud/schema_example.h"

#include <algorithm>
#include <cctype>

#include <boost/json.hpp>

#include "cloud/ask_parts.h"

namespace meridian {
namespace {

namespace json = boost::json;

constexpr int kDepthMax = 24;
constexpr std::size_t kItemsMax = 16;

class Example {
 public:
  explicit Example(const json::value& root) : root_(root) {}

  json::value of(const json::value& schema, int depth) const {
    const auto* const object = schema.if_object();
    if (object == nullptr || depth > kDepthMax) {
      return schema.is_bool() && schema.get_bool() ? json::value(json::object()) : json::value();
    }
    if (const auto* fixed = first_of_fixed(*object)) {
      return *fixed;
    }
    if (const auto reference = text_in(*object, "$ref"); !reference.empty()) {
      return of_reference(reference, depth);
    }
    for (const auto* const key : {"anyOf", "oneOf"}) {
      const auto* const choices = array_in(*object, key);
      if (choices != nullptr && !choices->empty()) {
        return of(choices->front(), depth + 1);
      }
    }
    return of_type(*object, depth);
  }

 private:
  static const json::value* first_of_fixed(const json::object& schema) {
    for (const auto* const key : {"const", "default"}) {
      if (const auto* value = schema.if_contains(key)) {
        return value;
      }
    }
    const auto* const choices = array_in(schema, "enum");
    return choices != nullptr && !choices->empty() ? &choices->front() : nullptr;
  }

  // "#/$defs/City".
  json::value of_reference(std::string_view reference, int depth) const {
    if (!reference.starts_with('#')) {
      return {};
    }
    boost::system::error_code failed;
    const auto* const target =
        root_.find_pointer({reference.data() + 1, reference.size() - 1}, failed);
    return target == nullptr ? json::value() : of(*target, depth + 1);
  }

  static std::string type_of(const json::object& schema) {
    auto type = text_in(schema, "type");
    if (const auto* types = array_in(schema, "type"); types != nullptr && !types->empty()) {
      type = types->front().is_string() ? view(types->front().get_string()) : type;
    }
    std::string lower(type);
    std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return std::tolower(c); });
    if (lower.empty() && schema.contains("properties")) {
      lower = "object";
    }
    return lower;
  }

  json::value of_type(const json::object& schema, int depth) const {
    const auto type = type_of(schema);
    if (type == "object") return of_object(schema, depth);
    if (type == "array") return of_array(schema, depth);
    if (type == "string") return of_string(schema);
    if (type == "integer" || type == "number") return of_number(schema);
    if (type == "boolean") return true;
    return {};
  }

  json::value of_object(const json::object& schema, int depth) const {
    json::object made;
    const auto* const required = array_in(schema, "required");
    const auto* const properties = object_in(schema, "properties");
    if (required == nullptr) {
      return made;
    }
    for (const auto& name : *required) {
      if (name.is_string()) {
        const auto key = view(name.get_string());
        const auto* const property = properties == nullptr ? nullptr : given(*properties, key);
        made[name.get_string()] =
            property == nullptr ? json::value(json::object()) : of(*property, depth + 1);
      }
    }
    return made;
  }

  json::value of_array(const json::object& schema, int depth) const {
    json::array made;
    const auto least = std::min(whole(schema, "minItems", 0), static_cast<std::int64_t>(kItemsMax));
    const auto* const items = given(schema, "items");
    for (std::int64_t i = 0; i < least; ++i) {
      made.push_back(items == nullptr ? json::value() : of(*items, depth + 1));
    }
    return made;
  }

  static json::value of_string(const json::object& schema) {
    const auto format = text_in(schema, "format");
    std::string text = format == "date"        ? "2026-11-25"
                       : format == "date-time" ? "2026-11-25T12:00:00Z"
                       : format == "email"     ? "someone@example.org"
                       : format == "uri"       ? "https://example.org/"
                       : format == "uuid"      ? "00000000-0000-4000-8000-000000000000"
                                               : "example";
    constexpr std::int64_t kLengthMax = 4096;
    const auto most =
        std::clamp<std::int64_t>(whole(schema, "maxLength", kLengthMax), 0, kLengthMax);
    const auto least = std::clamp<std::int64_t>(whole(schema, "minLength", 0), 0, most);
    text.resize(static_cast<std::size_t>(
                    std::clamp<std::int64_t>(static_cast<std::int64_t>(text.size()), least, most)),
                'x');
    return json::string(text);
  }

  static json::value of_number(const json::object& schema) {
    const auto least = whole(schema, "minimum", whole(schema, "exclusiveMinimum", -1) + 1);
    return std::min(least, whole(schema, "maximum", std::max<std::int64_t>(least, 0)));
  }

  static std::int64_t whole(const json::object& schema,
                            std::string_view key,
                            std::int64_t otherwise) {
    const auto* const value = given(schema, key);
    boost::system::error_code failed;
    const auto number = value == nullptr ? otherwise : value->to_number<std::int64_t>(failed);
    return failed ? otherwise : number;
  }

  const json::value& root_;
};

}  // namespace

std::string schema_example(const json::value& schema) {
  if (!schema.is_object()) {
    return "{}";
  }
  return json::serialize(Example(schema).of(schema, 0));
}

}  // namespace meridian
