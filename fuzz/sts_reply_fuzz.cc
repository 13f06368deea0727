// STS's XML: the first byte chooses between an answer and an error.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "providers/aws/sts.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace meridian;
  if (size == 0) {
    return 0;
  }
  const std::string_view xml(reinterpret_cast<const char*>(bytes) + 1, size - 1);
  const auto lease = read_sts_reply(bytes[0] % 2 == 0 ? 200 : 403, xml);
  if (lease) {
    MERIDIAN_CHECK(!lease->credential.aws_secret.empty() && lease->ends);
    MERIDIAN_CHECK(lease->credential.aws_token.reveal().find_first_of("\r\n") ==
                   std::string_view::npos);
  } else {
    MERIDIAN_CHECK(!lease.error().message.empty());
  }
  return 0;
}
