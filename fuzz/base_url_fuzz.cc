// A base URL: what is taken can stand in a head and reads back as the same address.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "providers/address.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace meridian;
  const auto url = parse_base_url({reinterpret_cast<const char*>(bytes), size});
  if (url) {
    const auto host = host_header(url->address);
    MERIDIAN_CHECK(host.find_first_of(" \r\n/@") == std::string::npos);
    const auto again = parse_base_url((url->address.tls ? "https://" : "http://") + host);
    MERIDIAN_CHECK(again && again->address == url->address);
  }
  return 0;
}
