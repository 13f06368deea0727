#include "providers/kinds.h"

namespace meridian {

FailureKind azure_kind(const ReplyError& error) {
  // A deployment's SKU that is switched off, or an api-version that does not exist: ours to mend.
  if (error.is({"DeploymentNotFound",
                "OperationNotSupported",
                "InvalidApiVersion",
                "ModelDeprecated"}) ||
      error.says({"the api deployment for this resource does not exist", "resource not found"})) {
    return FailureKind::Misconfigured;
  }
  return openai_kind(error);
}

}  // namespace meridian
