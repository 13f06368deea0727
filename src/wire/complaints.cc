#include "wire/complaints.h"

#include <fmt/format.h>

#include "wire/failures.h"

namespace meridian {

using Type = JsonValue::Type;

void Complaints::say(std::string sentence) {
  fail(bad_request(std::move(sentence)));
}

void Complaints::fail(Failure failure) {
  if (!failed) {
    failed = std::move(failure);
  }
}

std::string Complaints::full_name(std::string_view field) const {
  return message ? fmt::format("{}[{}].{}", list, *message, field) : std::string(field);
}

void Complaints::missing(std::string_view field) {
  say(fmt::format("`{}` is missing or empty", full_name(field)));
}

void Complaints::about(JsonValue value, std::string_view field, std::string_view what) {
  if (value.missing()) {
    missing(field);
  } else {
    say(fmt::format("`{}` {} (byte {})", full_name(field), what, value.offset()));
  }
}

void Complaints::wrong(JsonValue value, std::string_view field, std::string_view wanted) {
  about(value, field, fmt::format("has to be {}", wanted));
}

bool Complaints::expect(JsonValue value,
                        Type type,
                        std::string_view field,
                        std::string_view wanted) {
  if (!value.is(type)) {
    wrong(value, field, wanted);
  }
  return value.is(type);
}

void Complaints::string(JsonValue value, std::string_view field, std::string& to) {
  if (expect(value, Type::String, field, "a string")) {
    value.append_text(to);
  }
}

std::optional<std::int64_t> Complaints::integer(JsonValue value, std::string_view field) {
  const auto read = value.integer();
  if (!read) {
    wrong(value, field, "a whole number");
  }
  return read;
}

std::optional<double> Complaints::number(JsonValue value, std::string_view field) {
  const auto read = value.number();
  if (!read) {
    wrong(value, field, "a number");
  }
  return read;
}

std::optional<bool> Complaints::boolean(JsonValue value, std::string_view field) {
  expect(value, Type::Bool, field, "true or false");
  return value.boolean();
}

}  // namespace meridian
