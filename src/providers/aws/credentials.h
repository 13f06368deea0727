#pragma once

#include <memory>

#include "config/settings.h"
#include "providers/credentials.h"

namespace meridian {

// The AWS credential chain for one deployment. The first that yields wins:
//
//   1. `api_key`: a Bedrock API key, sent as a bearer token
//   2. `aws_web_identity_token` with `aws_role_name`: AssumeRoleWithWebIdentity
//   3. `aws_role_name`: AssumeRole, with what the rest of this list yields
//   4. `aws_profile_name`, 5. `aws_access_key_id` and `aws_secret_access_key`
//   6. the variable AWS_BEARER_TOKEN_BEDROCK
//   7. as botocore: AWS_ACCESS_KEY_ID, a profile with a role, web identity (Kubernetes), a profile
//   with
//      keys, container (ECS, EKS), instance metadata (EC2, version 2 only)
//
// `credential_process` is never run: a gateway starts no program that a file names; `trouble` says
// so.
std::unique_ptr<CredentialSource> make_aws_source(const DeploymentParams& params);

}  // namespace meridian
