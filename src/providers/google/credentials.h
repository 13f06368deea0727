#pragma once

#include <memory>

#include "config/settings.h"
#include "providers/credentials.h"
#include "providers/renewal.h"

namespace meridian {

// Google's access tokens for one deployment: `vertex_credentials` (a path, or the JSON itself),
// else Application Default Credentials: the file that GOOGLE_APPLICATION_CREDENTIALS names,
// gcloud's well-known file, the metadata server. Renewed 3 min 45 s before the end, as google-auth
// does.
std::unique_ptr<CredentialSource> make_google_source(const DeploymentParams& params);

// Three tries, one second and then two apart, as long as the server says that they may help.
LeaseScript fetch_token(Desk* desk, FetchUrl errand);

}  // namespace meridian
