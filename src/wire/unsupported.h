#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "wire/codec.h"

namespace meridian {

// Collects what a provider has no way to express. `drop_params` lets it go; else the request is
// refused with one sentence that names every such field, the provider and the remedy.
class Unsupported {
 public:
  // `rules` has to outlive it.
  explicit Unsupported(const WriteRules& rules) : rules_(rules) {}

  // The operator wants this field never to be sent to this deployment.
  bool dropped_by_name(std::string_view field) const;

  // Tells that the field cannot be sent. `why` completes "`field` ...", where the name alone leaves
  // one wondering: "(together with `temperature`)".
  void field(std::string_view name, std::string_view why = {});

  // Tells what a tool has that only the client's dialect knows.
  void tool_members(const Tool& tool);

  std::optional<Failure> failure() const;

 private:
  const WriteRules& rules_;
  std::string fields_;
  int count_ = 0;
};

// What a field that the internal model does not know means to a provider of another dialect.
enum class ForeignField : std::uint8_t {
  Harmless,  // Says nothing (its default, or a hint about storage and caching): may be left out.
  Unknown,   // Not known there either: perhaps the provider's own. Handed on.
  Impossible,
};

// `from` is the client's dialect.
ForeignField judge_field(Dialect from, std::string_view name, std::string_view json);

}  // namespace meridian
