#include "providers/simulated.h"

namespace meridian {

Credential simulated_credential(Provider provider) {
  Credential credential;
  switch (provider) {
    case Provider::Bedrock:
      credential.aws_key_id = Secret("AKIASIMULATEDCLOUD00");
      credential.aws_secret = Secret("simulated/cloud/secret/of/forty/letters0");
      credential.account = "AKIA...UD00";
      break;
    case Provider::Vertex:
      credential.bearer = Secret("ya29.simulated-cloud");
      credential.account = "simulated-project";
      break;
    case Provider::Gemini:
      credential.api_key = Secret("AIza-simulated-cloud");
      credential.account = "simulated";
      break;
    case Provider::Anthropic:
      credential.api_key = Secret("sk-ant-simulated-cloud");
      credential.account = "simulated";
      break;
    case Provider::OpenAi:
    case Provider::Compatible:
      credential.api_key = Secret("sk-simulated-cloud");
      credential.account = "simulated";
      break;
    case Provider::Azure:
      credential.api_key = Secret("simulated-cloud-azure");
      credential.account = "simulated";
      break;
  }
  return credential;
}

}  // namespace meridian
