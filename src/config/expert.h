#pragma once

#include <string>
#include <vector>

#include "config/settings.h"

namespace meridian {

// What somebody who runs such gateways would say about this one, beyond the file's own warnings:
// one region only, no probes, a group under several laws, a model that its region no longer lists.
std::vector<std::string> expert_warnings(const Settings& settings);

}  // namespace meridian
