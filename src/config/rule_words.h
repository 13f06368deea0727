#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/part_reader.h"
#include "residency/policy.h"

namespace meridian {

// The words of a residency rule: a list, one word, or "eu, us" in one text. Each unknown word is
// reported, and so is a rule that names no place. Nothing where it is not given or was wrong.
std::optional<std::vector<std::string>> read_rule_words(const Yaml& value,
                                                        const std::string& path,
                                                        Issues& issues);

// "did you mean ...", or how such words look.
std::string place_hint(std::string_view word);

}  // namespace meridian
