#include "config/read_tls.h"

#include <utility>

namespace meridian {

namespace {

bool is_path(const Given& given) {
  return given.value->is_scalar() &&
         (given.value->text.contains('/') || given.value->text.ends_with(".pem"));
}

}  // namespace

void read_tls(PartReader& reader, TlsRules& rules) {
  if (const auto* given = reader.given(Section::Params, "ssl_verify");
      given != nullptr && is_path(*given)) {
    rules.verify = true;
    rules.ca_file = reader.text(Section::Params, "ssl_verify").value_or("");
  } else if (const auto verify = reader.flag(Section::Params, "ssl_verify")) {
    rules.verify = *verify;
    rules.ca_file.clear();
  }
  if (auto certificate = reader.text(Section::Params, "ssl_certificate")) {
    rules.certificate = std::move(*certificate);
  }
}

}  // namespace meridian
