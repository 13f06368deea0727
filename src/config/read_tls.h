#pragma once

#include "base/tls_rules.h"
#include "config/part_reader.h"

namespace meridian {

// `ssl_verify` (a flag, or the path of certificates to believe) and `ssl_certificate`, into
// `rules`; what is not given stays as it is.
void read_tls(PartReader& reader, TlsRules& rules);

}  // namespace meridian
