#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "base/failure.h"

namespace meridian {

// The shared AWS files: `~/.aws/credentials` has sections `[name]`, `~/.aws/config` has `[default]`
// and
// `[profile name]`. Values by key; keys are lower-case.
using AwsProfile = std::map<std::string, std::string, std::less<>>;
using AwsProfiles = std::map<std::string, AwsProfile, std::less<>>;

enum class AwsFile : std::uint8_t { Credentials, Config };

// Adds a file's sections. Of one key in both files, that of the credentials file counts, whichever
// is read first; inside a file the last. Sections of other kinds (`sso-session`, `services`) are
// passed over, indented lines too (they are settings of S3). Failure: Misconfigured, with the
// line's number and nothing of its text, which may be a secret.
Result<bool> add_aws_file(AwsProfiles& profiles, std::string_view text, AwsFile kind);

// Empty: not there.
std::string_view value_of(const AwsProfile& profile, std::string_view key);

}  // namespace meridian
