#pragma once

#include "config/issues.h"
#include "config/tree.h"

namespace meridian {

// Repeated keys anywhere in the tree. One that says nothing new is warned of; others are errors.
void check_repeats(const Yaml& root, Issues& issues);

}  // namespace meridian
