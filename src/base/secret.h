#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace meridian {

// A key, password or token. It has no formatter and no stream operator: printing one does not
// compile. `reveal` is for building requests and comparing keys, nothing else.
class Secret {
 public:
  Secret() = default;

  explicit Secret(std::string value) : value_(std::move(value)) {}

  std::string_view reveal() const { return value_; }

  bool empty() const { return value_.empty(); }

  friend bool operator==(const Secret&, const Secret&) = default;

 private:
  std::string value_;
};

// Takes as long whatever `given` is: where it first differs must not be measurable. The length of
// the expected key is not hidden.
bool same_secret(const Secret& expected, std::string_view given);

}  // namespace meridian
