// The shared AWS files, as either kind.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "providers/aws/profiles.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace meridian;
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  for (const auto kind : {AwsFile::Credentials, AwsFile::Config}) {
    AwsProfiles profiles;
    const auto added = add_aws_file(profiles, text, kind);
    // A message names a line and nothing of its text, which may be a secret.
    MERIDIAN_CHECK(added || added.error().message.starts_with("Line "));
    for (const auto& [name, profile] : profiles) {
      for (const auto& [key, value] : profile) {
        MERIDIAN_CHECK(!value.contains('\n'));
      }
    }
  }
  return 0;
}
