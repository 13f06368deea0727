#pragma once

#include <string>

#include <boost/json/value.hpp>

namespace meridian {

// JSON that satisfies a JSON Schema with as little as it takes: required members only, the first of
// several choices, the least number. Google's upper-case types count too. Local references are
// followed, a bounded way. Anything that is not understood becomes null.
std::string schema_example(const boost::json::value& schema);

}  // namespace meridian
