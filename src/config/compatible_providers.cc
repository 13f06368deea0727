#include "config/compatible_providers.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace meridian {

namespace {

// Addresses from the vendors' own API pages, November 2026; names of variables as LiteLLM has them.
// The last block before the local servers is LiteLLM's own list of such providers:
// litellm/llms/openai_like/providers.json and openai_compatible_endpoints in litellm/constants.py.
// clang-format off
constexpr auto kProviders = std::to_array<CompatibleProvider>({
    {"groq", "https://api.groq.com/openai/v1", "GROQ_API_KEY", "GROQ_API_BASE"},
    {"mistral", "https://api.mistral.ai/v1", "MISTRAL_API_KEY", "MISTRAL_API_BASE"},
    {"codestral", "https://codestral.mistral.ai/v1", "CODESTRAL_API_KEY", ""},
    {"deepseek", "https://api.deepseek.com/v1", "DEEPSEEK_API_KEY", "DEEPSEEK_API_BASE"},
    {"together_ai", "https://api.together.xyz/v1", "TOGETHERAI_API_KEY", "TOGETHER_AI_API_BASE"},
    {"fireworks_ai", "https://api.fireworks.ai/inference/v1", "FIREWORKS_API_KEY", "FIREWORKS_API_BASE"},
    {"openrouter", "https://openrouter.ai/api/v1", "OPENROUTER_API_KEY", "OPENROUTER_API_BASE"},
    {"xai", "https://api.x.ai/v1", "XAI_API_KEY", "XAI_API_BASE"},
    {"cerebras", "https://api.cerebras.ai/v1", "CEREBRAS_API_KEY", "CEREBRAS_API_BASE"},
    {"nvidia_nim", "https://integrate.api.nvidia.com/v1", "NVIDIA_NIM_API_KEY", "NVIDIA_NIM_API_BASE"},
    {"sambanova", "https://api.sambanova.ai/v1", "SAMBANOVA_API_KEY", "SAMBANOVA_API_BASE"},
    {"perplexity", "https://api.perplexity.ai", "PERPLEXITYAI_API_KEY", "PERPLEXITY_API_BASE"},
    {"moonshot", "https://api.moonshot.ai/v1", "MOONSHOT_API_KEY", "MOONSHOT_API_BASE"},
    {"minimax", "https://api.minimax.io/v1", "MINIMAX_API_KEY", "MINIMAX_API_BASE"},
    {"cohere", "https://api.cohere.ai/compatibility/v1", "COHERE_API_KEY", "COHERE_API_BASE"},
    {"cohere_chat", "https://api.cohere.ai/compatibility/v1", "COHERE_API_KEY", "COHERE_API_BASE"},
    {"huggingface", "https://router.huggingface.co/v1", "HF_TOKEN", "HF_API_BASE"},
    {"deepinfra", "https://api.deepinfra.com/v1/openai", "DEEPINFRA_API_KEY", ""},
    {"dashscope", "https://dashscope-intl.aliyuncs.com/compatible-mode/v1", "DASHSCOPE_API_KEY", "DASHSCOPE_API_BASE"},
    {"volcengine", "https://ark.cn-beijing.volces.com/api/v3", "VOLCENGINE_API_KEY", ""},
    {"zai", "https://api.z.ai/api/paas/v4", "ZAI_API_KEY", "ZAI_API_BASE"},
    {"github", "https://models.github.ai/inference", "GITHUB_API_KEY", "GITHUB_API_BASE"},
    {"nebius", "https://api.studio.nebius.ai/v1", "NEBIUS_API_KEY", "NEBIUS_API_BASE"},
    {"novita", "https://api.novita.ai/v3/openai", "NOVITA_API_KEY", "NOVITA_API_BASE"},
    {"hyperbolic", "https://api.hyperbolic.xyz/v1", "HYPERBOLIC_API_KEY", "HYPERBOLIC_API_BASE"},
    {"friendliai", "https://api.friendli.ai/serverless/v1", "FRIENDLI_TOKEN", ""},
    {"featherless_ai", "https://api.featherless.ai/v1", "FEATHERLESS_AI_API_KEY", "FEATHERLESS_API_BASE"},
    {"lambda_ai", "https://api.lambda.ai/v1", "LAMBDA_API_KEY", "LAMBDA_API_BASE"},
    {"nscale", "https://inference.api.nscale.com/v1", "NSCALE_API_KEY", "NSCALE_API_BASE"},
    {"baseten", "https://inference.baseten.co/v1", "BASETEN_API_KEY", ""},
    {"ai21_chat", "https://api.ai21.com/studio/v1", "AI21_API_KEY", "AI21_API_BASE"},
    {"vercel_ai_gateway", "https://ai-gateway.vercel.sh/v1", "VERCEL_AI_GATEWAY_API_KEY", ""},
    {"ovhcloud", "https://oai.endpoints.kepler.ai.cloud.ovh.net/v1", "OVHCLOUD_API_KEY", ""},
    {"gradient_ai", "https://inference.do-ai.run/v1", "GRADIENT_AI_API_KEY", ""},
    {"meta_llama", "https://api.llama.com/compat/v1", "LLAMA_API_KEY", "LLAMA_API_BASE"},
    {"v0", "https://api.v0.dev/v1", "V0_API_KEY", "V0_API_BASE"},
    {"morph", "https://api.morphllm.com/v1", "MORPH_API_KEY", "MORPH_API_BASE"},
    {"wandb", "https://api.inference.wandb.ai/v1", "WANDB_API_KEY", "WANDB_API_BASE"},
    {"cometapi", "https://api.cometapi.com/v1", "COMETAPI_KEY", ""},
    {"helicone", "https://ai-gateway.helicone.ai", "HELICONE_API_KEY", ""},
    {"publicai", "https://api.publicai.co/v1", "PUBLICAI_API_KEY", "PUBLICAI_API_BASE"},
    {"veniceai", "https://api.venice.ai/api/v1", "VENICE_AI_API_KEY", ""},
    {"xiaomi_mimo", "https://api.xiaomimimo.com/v1", "XIAOMI_MIMO_API_KEY", ""},
    {"scaleway", "https://api.scaleway.ai/v1", "SCW_SECRET_KEY", ""},
    {"synthetic", "https://api.synthetic.new/openai/v1", "SYNTHETIC_API_KEY", ""},
    {"apertis", "https://api.stima.tech/v1", "STIMA_API_KEY", ""},
    {"nano-gpt", "https://nano-gpt.com/api/v1", "NANOGPT_API_KEY", ""},
    {"poe", "https://api.poe.com/v1", "POE_API_KEY", ""},
    {"chutes", "https://llm.chutes.ai/v1", "CHUTES_API_KEY", ""},
    {"abliteration", "https://api.abliteration.ai/v1", "ABLITERATION_API_KEY", ""},
    {"llamagate", "https://api.llamagate.dev/v1", "LLAMAGATE_API_KEY", ""},
    {"gmi", "https://api.gmi-serving.com/v1", "GMI_API_KEY", ""},
    {"aihubmix", "https://aihubmix.com/v1", "AIHUBMIX_API_KEY", "AIHUBMIX_API_BASE"},
    {"crusoe", "https://managed-inference-api-proxy.crusoecloud.com/v1", "CRUSOE_API_KEY", "CRUSOE_API_BASE"},
    {"databricks", "", "DATABRICKS_API_KEY", "DATABRICKS_API_BASE"},
    {"hosted_vllm", "", "HOSTED_VLLM_API_KEY", "HOSTED_VLLM_API_BASE", false},
    {"litellm_proxy", "", "LITELLM_PROXY_API_KEY", "LITELLM_PROXY_API_BASE", false},
    {"custom_openai", "", "", "", false},
    {"openai_like", "", "OPENAI_LIKE_API_KEY", "OPENAI_LIKE_API_BASE", false},
    {"xinference", "http://127.0.0.1:9997/v1", "XINFERENCE_API_KEY", "XINFERENCE_API_BASE", false},
    {"ollama", "http://localhost:11434/v1", "OLLAMA_API_KEY", "OLLAMA_API_BASE", false},
    {"ollama_chat", "http://localhost:11434/v1", "OLLAMA_API_KEY", "OLLAMA_API_BASE", false},
    {"lemonade", "http://localhost:8000/api/v1", "LEMONADE_API_KEY", "LEMONADE_API_BASE", false},
    {"lm_studio", "http://localhost:1234/v1", "LM_STUDIO_API_KEY", "LM_STUDIO_API_BASE", false},
    {"llamafile", "http://127.0.0.1:8080/v1", "LLAMAFILE_API_KEY", "LLAMAFILE_API_BASE", false},
    {"docker_model_runner", "http://localhost:12434/engines/v1", "DOCKER_MODEL_RUNNER_API_KEY", "DOCKER_MODEL_RUNNER_API_BASE", false},
});

constexpr auto kUnsupported = std::to_array<std::string_view>({
    "aiml", "aleph_alpha", "amazon_nova", "anyscale", "assemblyai", "auto_router", "azure_ai",
    "bytez", "chatgpt", "clarifai", "cloudflare", "compactifai", "custom", "datarobot", "deepgram",
    "elevenlabs", "empower", "fal_ai", "galadriel", "gigachat", "github_copilot", "heroku",
    "infinity", "jina_ai", "langgraph", "maritalk", "mcp", "nlp_cloud", "oci", "oobabooga", "palm",
    "petals", "predibase", "ragflow", "recraft", "replicate", "runwayml", "sagemaker",
    "sagemaker_chat", "sagemaker_nova", "sarvam", "snowflake", "stability",
    "text-completion-codestral", "topaz", "triton", "vllm", "voyage", "watsonx", "watsonx_text",
});

constexpr auto kOwn = std::to_array<std::string_view>({
    "bedrock", "bedrock_converse", "vertex_ai", "vertex_ai_beta", "gemini", "anthropic", "anthropic_text",
    "openai", "text-completion-openai", "azure", "azure_text",
});
// clang-format on

std::vector<std::string_view> all_prefixes() {
  std::vector<std::string_view> all(kOwn.begin(), kOwn.end());
  for (const auto& each : kProviders) {
    all.push_back(each.prefix);
  }
  return all;
}

// "https://api.groq.com/openai/v1" -> "api.groq.com"; with the port, where one is written.
std::string_view host_in(std::string_view url) {
  const auto scheme = url.find("://");
  if (scheme == std::string_view::npos) {
    return {};
  }
  const auto rest = url.substr(scheme + 3);
  return rest.substr(0, rest.find('/'));
}

}  // namespace

std::span<const CompatibleProvider> compatible_providers() {
  return kProviders;
}

const CompatibleProvider* find_compatible(std::string_view prefix) {
  const auto found = std::ranges::find(kProviders, prefix, &CompatibleProvider::prefix);
  return found == kProviders.end() ? nullptr : &*found;
}

const CompatibleProvider* find_compatible_at(std::string_view url) {
  const auto host = host_in(url);
  if (host.empty() || host.starts_with("localhost") || host.starts_with("127.")) {
    return nullptr;  // Anything may listen there.
  }
  const auto found = std::ranges::find_if(
      kProviders, [host](const auto& each) { return host_in(each.base_url) == host; });
  return found == kProviders.end() ? nullptr : &*found;
}

std::string_view usual_prefix(std::string_view name) {
  constexpr auto kNames = std::to_array<std::pair<std::string_view, std::string_view>>({
      {"aws", "bedrock"},
      {"azure_openai", "azure"},
      {"claude", "anthropic"},
      {"fireworks", "fireworks_ai"},
      {"google", "gemini"},
      {"kimi", "moonshot"},
      {"nvidia", "nvidia_nim"},
      {"qwen", "dashscope"},
      {"together", "together_ai"},
      {"vertex", "vertex_ai"},
      {"zhipu", "zai"},
      {"zhipuai", "zai"},
  });
  const auto found =
      std::ranges::find(kNames, name, &std::pair<std::string_view, std::string_view>::first);
  return found == kNames.end() ? std::string_view() : found->second;
}

bool is_unsupported_provider(std::string_view prefix) {
  return std::ranges::find(kUnsupported, prefix) != kUnsupported.end();
}

std::span<const std::string_view> provider_prefixes() {
  static const std::vector<std::string_view> kAll = all_prefixes();
  return kAll;
}

}  // namespace meridian
