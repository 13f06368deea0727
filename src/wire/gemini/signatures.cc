#include "wire/gemini/signatures.h"

namespace meridian {

namespace {

constexpr std::string_view kThought = "__thought__";

}  // namespace

std::string signed_call_id(std::string id, std::string_view signature) {
  if (!signature.empty()) {
    id.append(kThought).append(signature);
  }
  return id;
}

std::string_view signature_of_call(std::string_view id) {
  const auto at = id.find(kThought);
  return at == std::string_view::npos ? std::string_view() : id.substr(at + kThought.size());
}

}  // namespace meridian
