#pragma once

#include <string_view>

#include "providers/renewal.h"

namespace meridian {

// Credentials that the machine itself hands out. Each answers nothing found with an empty lease (no
// key id) where it is simply not there, and a Failure where it is there and broken.

// ECS and EKS Pod Identity: AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or _FULL_URI.
LeaseScript container_credentials(Desk* desk);

// EC2's metadata service, version 2. Version 1 is not asked: anything that can make the gateway
// fetch a URL could read its answer.
LeaseScript instance_credentials(Desk* desk);

// {"AccessKeyId", "SecretAccessKey", "Token", "Expiration"}: all four, or it is an error.
Result<Lease> read_metadata_reply(std::string_view json);

}  // namespace meridian
