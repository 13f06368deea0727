#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "wire/codec.h"
#include "wire/json.h"
#include "wire/stream_script.h"

namespace meridian {
namespace {

WriteRules rules(std::string_view model = "gemini-2.5-flash") {
  WriteRules rules;
  rules.provider_name = "Vertex AI";
  rules.model = model;
  return rules;
}

std::string sent(const std::string& members, const WriteRules& with = rules()) {
  const auto request = read_request(Dialect::OpenAiChat, R"({"model":"m",)" + members + "}");
  EXPECT_TRUE(request) << request.error().message;
  const auto body = write_request(Dialect::Gemini, *request, with);
  EXPECT_TRUE(!body || is_json_object(*body)) << *body;
  return body ? *body : body.error().message;
}

const std::string kHi = R"("messages":[{"role":"user","content":"Hi"}])";
const std::string kHiSent = R"({"contents":[{"role":"user","parts":[{"text":"Hi"}]}])";
const std::string kF = R"("tools":[{"type":"function","function":{"name":"f"}}])";
const std::string kFSent = R"(,"tools":[{"functionDeclarations":[{"name":"f"}]}])";

// What is written behind "Hi".
std::string config(const std::string& members, const WriteRules& with = rules()) {
  const auto body = sent(kHi + "," + members, with);
  const auto begin = kHiSent + R"(,"generationConfig":)";
  return body.starts_with(begin) ? body.substr(begin.size(), body.size() - begin.size() - 1) : body;
}

TEST(GeminiRequest, HasNeitherModelNorStreamInIt) {
  EXPECT_EQ(sent(kHi + R"(,"stream":true,"stream_options":{"include_usage":true},"user":"u")"),
            kHiSent + "}");
}

TEST(GeminiRequest, CarriesAWholeConversation) {
  EXPECT_EQ(
      sent(
          R"("messages":[{"role":"system","content":"S"},{"role":"user","content":[{"type":"text","text":"look"},{"type":"image_url","image_url":{"url":"data:image/jpg;base64,QQ=="}}]},)"
          R"({"role":"assistant","content":"So","tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{\"x\":1}"}},{"id":"b","type":"function","function":{"name":"g.h","arguments":""}}]},)"
          R"({"role":"tool","tool_call_id":"b","content":"{\"y\":2}"},{"role":"tool","tool_call_id":"a","content":[{"type":"text","text":"1"},{"type":"image_url","image_url":{"url":"data:image/png;base64,QUI="}}]},{"role":"user","content":"so?"}])"),
      R"({"contents":[{"role":"user","parts":[{"text":"look"},{"inlineData":{"mimeType":"image/jpeg","data":"QQ=="}}]},)"
      R"({"role":"model","parts":[{"text":"So"},{"functionCall":{"name":"f","args":{"x":1}}},{"functionCall":{"name":"g_h_00ffd0","args":{}}}]},)"
      R"({"role":"user","parts":[{"functionResponse":{"name":"f","response":{"output":"1"}}},{"functionResponse":{"name":"g_h_00ffd0","response":{"y":2}}}]},)"
      R"({"role":"user","parts":[{"inlineData":{"mimeType":"image/png","data":"QUI="}},{"text":"so?"}]}],)"
      R"("systemInstruction":{"parts":[{"text":"S"}]}})");
}

TEST(GeminiRequest, RefusesAResultWhoseCallIsNotThere) {
  EXPECT_EQ(
      sent(
          R"("messages":[{"role":"user","content":"Hi"},{"role":"tool","tool_call_id":"z","content":"1"}])"),
      "`tool_call_id`: Vertex AI needs the name of the tool that was called, and \"z\" is no call "
      "of "
      "the assistant's message before it");
}

TEST(GeminiRequest, TakesImagesAudioAndFiles) {
  const auto one = [](const std::string& part) {
    return sent(R"("messages":[{"role":"user","content":[)" + part + "]}]");
  };
  const auto body = [](const std::string& part) {
    return R"({"contents":[{"role":"user","parts":[)" + part + R"(,{"text":" "}]}]})";
  };
  EXPECT_EQ(one(R"({"type":"image_url","image_url":{"url":"https://x/a.png?b=1"}})"),
            body(R"({"fileData":{"mimeType":"image/png","fileUri":"https://x/a.png?b=1"}})"));
  EXPECT_EQ(one(R"({"type":"image_url","image_url":{"url":"gs://b/a.pdf"}})"),
            body(R"({"fileData":{"mimeType":"application/pdf","fileUri":"gs://b/a.pdf"}})"));
  EXPECT_EQ(one(R"({"type":"input_audio","input_audio":{"data":"QQ==","format":"wav"}})"),
            body(R"({"inlineData":{"mimeType":"audio/wav","data":"QQ=="}})"));
  EXPECT_EQ(
      one(R"({"type":"file","file":{"filename":"a","file_data":"data:application/pdf;base64,QQ=="}})"),
      body(R"({"inlineData":{"mimeType":"application/pdf","data":"QQ=="}})"));
  EXPECT_EQ(
      one(R"({"type":"image_url","image_url":{"url":"http://x/a.png"}})"),
      "`image_url`: Vertex AI fetches only https:// and gs:// addresses whose path ends in a "
      "known type (.png, .jpg, .webp, .gif, .heic, .pdf); send the image itself as a data URL "
      "(data:image/png;base64,...)");
  EXPECT_EQ(one(R"({"type":"file","file":{"file_id":"f-1"}})"),
            "`file.file_id`: a file that is stored elsewhere cannot be sent to Vertex AI; send the "
            "file itself (file_data: data:application/pdf;base64,... or a `document` block)");
}

TEST(GeminiRequest, DeclaresFunctionsWithTheirJsonSchema) {
  EXPECT_EQ(
      sent(
          kHi +
          R"(,"tools":[{"type":"function","function":{"name":"f","description":"d","parameters":{"type":"object","properties":{"a":{"$ref":"#/$defs/a"}},"$defs":{"a":{"type":"string"}}}}},)"
          R"({"googleSearch":{}},{"type":"function","function":{"name":"g","parameters":{"type":"object","properties":{},"additionalProperties":false}}}])"),
      kHiSent +
          R"(,"tools":[{"functionDeclarations":[{"name":"f","description":"d","parametersJsonSchema":{"type":"object","properties":{"a":{"$ref":"#/$defs/a"}},"$defs":{"a":{"type":"string"}}}},{"name":"g"}]},{"googleSearch":{}}]})");
}

TEST(GeminiRequest, ForcesAllowsAndForbidsTools) {
  const auto mode = [](const std::string& choice) {
    const auto body = sent(kHi + "," + kF + R"(,"tool_choice":)" + choice);
    const auto begin = kHiSent + kFSent + R"(,"toolConfig":{"functionCallingConfig":)";
    return body.starts_with(begin) ? body.substr(begin.size(), body.size() - begin.size() - 2)
                                   : body;
  };
  EXPECT_EQ(mode(R"("auto")"), R"({"mode":"AUTO"})");
  EXPECT_EQ(mode(R"("none")"), R"({"mode":"NONE"})");
  EXPECT_EQ(mode(R"("required")"), R"({"mode":"ANY"})");
  EXPECT_EQ(mode(R"({"type":"function","function":{"name":"f"}})"),
            R"({"mode":"ANY","allowedFunctionNames":["f"]})");
  EXPECT_EQ(
      mode(
          R"({"type":"allowed_tools","allowed_tools":{"mode":"auto","tools":[{"type":"function","function":{"name":"f"}}]}})"),
      R"({"mode":"VALIDATED","allowedFunctionNames":["f"]})");
  EXPECT_TRUE(mode(R"({"type":"allowed_tools","allowed_tools":{"tools":[]}})")
                  .starts_with("`tool_choice` cannot be sent to Vertex AI"));
  EXPECT_EQ(sent(kHi + "," + kF), kHiSent + kFSent + "}");
  EXPECT_EQ(sent(kHi + R"(,"tools":[{"type":"function","function":{"name":"f","strict":true}}])"),
            kHiSent + kFSent + R"(,"toolConfig":{"functionCallingConfig":{"mode":"VALIDATED"}}})");
}

TEST(GeminiRequest, PutsSamplingIntoGenerationConfig) {
  EXPECT_EQ(
      config(
          R"("max_tokens":9,"temperature":1.5,"top_p":0.5,"top_k":3,"stop":["x",""],"n":1,"seed":7,"presence_penalty":0.5,"frequency_penalty":-1,"mediaResolution":"MEDIA_RESOLUTION_LOW","generationConfig":{"audioTimestamp":true})"),
      R"({"maxOutputTokens":9,"temperature":1.5,"topP":0.5,"topK":3,"stopSequences":["x"],"seed":7,"presencePenalty":0.5,"frequencyPenalty":-1,"mediaResolution":"MEDIA_RESOLUTION_LOW","audioTimestamp":true})");
}

TEST(GeminiRequest, AsksForSeveralAnswersAndHowLikelyTheirTokensAre) {
  EXPECT_EQ(config(R"("n":3,"logprobs":true,"top_logprobs":2)"),
            R"({"candidateCount":3,"responseLogprobs":true,"logprobs":2})");
  EXPECT_EQ(config(R"("n":1,"logprobs":true,"top_logprobs":0)"), R"({"responseLogprobs":true})");
  EXPECT_EQ(sent(kHi + R"(,"logprobs":false)"), kHiSent + "}");
  EXPECT_TRUE(sent(kHi + R"(,"top_logprobs":2)").starts_with("`top_logprobs` cannot be sent to"))
      << "it says nothing without `logprobs`";
  const auto completion =
      read_request(Dialect::OpenAiCompletions, R"({"model":"m","prompt":"a","n":2,"logprobs":2})");
  EXPECT_TRUE(
      write_request(Dialect::Gemini, *completion, rules())
          .error()
          .message.starts_with("`n` (a translated reply has one choice), `logprobs` cannot"));
}

const std::string kTwo =
    R"({"candidates":[{"index":0,"content":{"parts":[{"text":"é"}]},"finishReason":"STOP","logprobsResult":)"
    R"({"chosenCandidates":[{"token":"é","tokenId":7,"logProbability":-0.5}],"topCandidates":[{"candidates":[{"token":"é","logProbability":-0.5},{"token":"a","logProbability":-1.5}]}]}},)"
    R"({"index":1,"content":{"parts":[{"functionCall":{"name":"f","args":{}}}]},"finishReason":"STOP"}],"responseId":"R1"})";
const std::string kToken =
    R"({"content":[{"token":"é","logprob":-0.5,"bytes":[195,169],"top_logprobs":[{"token":"é","logprob":-0.5,"bytes":[195,169]},{"token":"a","logprob":-1.5,"bytes":[97]}]}],"refusal":null})";

TEST(GeminiReply, GivesEveryCandidateAsAChoice) {
  const auto reply = write_reply(Dialect::OpenAiChat, *read_reply(Dialect::Gemini, kTwo));
  EXPECT_TRUE(reply.contains(
      R"("choices":[{"index":0,"message":{"role":"assistant","content":"é","refusal":null},"logprobs":)" +
      kToken + R"(,"finish_reason":"stop"},{"index":1,"message":{"role":"assistant",)"))
      << reply;
  EXPECT_TRUE(reply.contains(R"("logprobs":null,"finish_reason":"tool_calls"}])"));
}

TEST(GeminiStream, GivesEveryCandidateAsAChoice) {
  const std::string stream =
      R"(data: {"candidates":[{"index":0,"content":{"parts":[{"text":"a"}]}},{"index":1,"content":{"parts":[{"text":"b"}]}}],"responseId":"R1"})"
      "\n\n"
      R"(data: {"candidates":[{"index":1,"content":{"parts":[{"text":"c"}]},"finishReason":"STOP"}]})"
      "\n\n"
      "data: " +
      kTwo.substr(0, kTwo.find(R"(,{"index":1)")) + "]}\n\n";
  const std::string script =
      "Start R1\nTextBlock\nText: a\nTextBlock #1\nText #1: b\nText #1: c\nEndBlock #1\nFinish #1 "
      "stop\nText: é\nChances é=-0.500000/é=-0.500000/a=-1.500000\nEndBlock\nFinish stop\nEnd\n";
  EXPECT_EQ(read_in_pieces(Dialect::Gemini, stream, 7), script);
  const auto reader = make_stream_reader(Dialect::Gemini, "id");
  const auto writer = make_stream_writer(Dialect::OpenAiChat, {.model = "m"});
  std::vector<StreamEvent> events;
  reader->feed(stream, events);
  reader->finish(events);
  std::string out;
  for (const auto& event : events) {
    writer->write(event, out);
  }
  for (const std::string part :
       {R"("choices":[{"index":1,"delta":{"role":"assistant","content":"","refusal":null})",
        R"("choices":[{"index":1,"delta":{"content":"b"})",
        R"("choices":[{"index":1,"delta":{},"logprobs":null,"finish_reason":"stop"}])",
        R"("choices":[{"index":0,"delta":{},"logprobs":null,"finish_reason":"stop"}])"}) {
    EXPECT_TRUE(out.contains(part)) << part << "\n" << out;
  }
  EXPECT_TRUE(out.contains(R"("delta":{},"logprobs":)" + kToken + R"(,"finish_reason":null)"));
}

TEST(GeminiStream, IsCutShortWhereOneOfTheCandidatesIs) {
  const std::string stream =
      R"(data: {"candidates":[{"index":0,"content":{"parts":[{"text":"a"}]},"finishReason":"STOP"},{"index":1,"content":{"parts":[{"text":"b"}]}}]})"
      "\n\n";
  EXPECT_TRUE(read_in_pieces(Dialect::Gemini, stream, 1000).contains("stream_cut_short"));
}

TEST(GeminiRequest, AsksForJson) {
  EXPECT_EQ(config(R"("response_format":{"type":"json_object"})"),
            R"({"responseMimeType":"application/json"})");
  const std::string schema =
      R"("response_format":{"type":"json_schema","json_schema":{"name":"r","schema":{"type":"object"}}})";
  EXPECT_EQ(config(schema),
            R"({"responseMimeType":"application/json","responseJsonSchema":{"type":"object"}})");
  EXPECT_EQ(config(schema + "," + kF),
            "`response_format` (together with `tools`) cannot be sent to Vertex AI "
            "(gemini-2.5-flash); leave it out, or set `drop_params: true` for this deployment");
  EXPECT_EQ(
      config(schema + "," + kF, rules("gemini-3-pro-preview")),
      kHiSent + kFSent +
          R"(,"generationConfig":{"responseMimeType":"application/json","responseJsonSchema":{"type":"object"}}})");
}

TEST(GeminiRequest, AsksForThoughtAsEachModelTakesIt) {
  const auto effort = [](const std::string& word, std::string_view model) {
    return config(R"("reasoning_effort":")" + word + "\"", rules(model));
  };
  const auto thinks = [](const std::string& members) {
    return R"({"thinkingConfig":{"includeThoughts":)" + members + "}}";
  };
  EXPECT_EQ(effort("low", "gemini-2.5-flash"), thinks(R"(true,"thinkingBudget":1024)"));
  EXPECT_EQ(effort("none", "gemini-2.5-flash"), thinks(R"(false,"thinkingBudget":0)"));
  EXPECT_EQ(effort("none", "gemini-2.5-pro"), thinks(R"(false,"thinkingBudget":128)"));
  EXPECT_EQ(effort("medium", "gemini-3-pro-preview"), thinks(R"(true,"thinkingLevel":"HIGH")"));
  EXPECT_EQ(effort("medium", "gemini-3-flash"), thinks(R"(true,"thinkingLevel":"MEDIUM")"));
  EXPECT_EQ(config(R"("thinking":{"type":"enabled","budget_tokens":3000})"),
            thinks(R"(true,"thinkingBudget":3000)"));
  EXPECT_EQ(config(R"("thinking":{"type":"adaptive"})"), thinks(R"(true,"thinkingBudget":-1)"));
  EXPECT_EQ(config(R"("thinking":{"type":"enabled","budget_tokens":900})", rules("gemini-3-flash")),
            thinks(R"(true,"thinkingLevel":"LOW")"));
  EXPECT_EQ(config(R"("thinking_level":"low")", rules("gemini-3-flash")),
            R"({"thinkingConfig":{"thinkingLevel":"LOW"}})");
  EXPECT_EQ(config(R"("thinking_level":"a\nb")", rules("gemini-3-flash")),
            R"({"thinkingConfig":{"thinkingLevel":"a\nb"}})")
      << "no name: for Google to refuse";
  EXPECT_EQ(config(R"("thinking_level":{"a":true})", rules("gemini-3-flash")),
            R"({"thinkingConfig":{"thinkingLevel":{"a":true}}})");
  EXPECT_EQ(config(R"("thinking_level":"low","reasoning_effort":"high")", rules("gemini-3-flash")),
            thinks(R"(true,"thinkingLevel":"HIGH")"))
      << "an operator's default gives way";
  EXPECT_EQ(
      effort("low", "gemini-2.0-flash"),
      "`reasoning_effort` cannot be sent to Vertex AI (gemini-2.0-flash); leave it out, or set "
      "`drop_params: true` for this deployment");
}

TEST(GeminiRequest, PassesItsOwnFieldsThrough) {
  EXPECT_EQ(
      sent(
          kHi +
          R"(,"safety_settings":[{"category":"HARM_CATEGORY_HARASSMENT","threshold":"OFF"}],"cachedContent":"c","labels":{"a":"b"},"service_tier":"auto")"),
      kHiSent +
          R"(,"safetySettings":[{"category":"HARM_CATEGORY_HARASSMENT","threshold":"OFF"}],"cachedContent":"c","labels":{"a":"b"}})");
}

TEST(GeminiRequest, NamesWhatItCannotSay) {
  const std::string members =
      R"("seed":3000000000,"logit_bias":{"1":2},"service_tier":"flex","parallel_tool_calls":false,)" +
      kF;
  EXPECT_EQ(sent(kHi + "," + members),
            "`parallel_tool_calls`, `seed` (a number of more than 32 bits), `logit_bias`, "
            "`service_tier` \"flex\" cannot be sent to Vertex AI (gemini-2.5-flash); "
            "leave them out, or set `drop_params: true` for this deployment");
  auto dropping = rules();
  dropping.drop_params = true;
  EXPECT_EQ(sent(kHi + "," + members, dropping), kHiSent + kFSent + "}");
}

// A reply, through an OpenAI client, back to the model that signed it.

const std::string kSigned =
    R"({"candidates":[{"content":{"role":"model","parts":[{"text":"Hm","thought":true},{"text":"Let me see.","thoughtSignature":"dDE="},)"
    R"({"functionCall":{"name":"f","args":{"a": 1.0}},"thoughtSignature":"czE="},{"functionCall":{"name":"f"}}]},"finishReason":"STOP","index":0}],)"
    R"("usageMetadata":{"promptTokenCount":10,"cachedContentTokenCount":4,"toolUsePromptTokenCount":1,"candidatesTokenCount":5,"thoughtsTokenCount":3,"totalTokenCount":19},"modelVersion":"gemini-x","responseId":"R1"})";

TEST(GeminiReply, IsReadIntoTheInternalModel) {
  const auto reply = read_reply(Dialect::Gemini, kSigned);
  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_EQ(
      write_reply(Dialect::OpenAiChat, *reply),
      R"({"id":"R1","object":"chat.completion","created":0,"model":"gemini-x","choices":[{"index":0,"message":{"role":"assistant","content":"Let me see.","refusal":null,"reasoning_content":"Hm",)"
      R"("thinking_blocks":[{"type":"thinking","thinking":"Hm","signature":""},{"type":"thinking","thinking":"","signature":"gemini:dDE="}],)"
      R"("tool_calls":[{"id":"call_R1_0__thought__czE=","type":"function","function":{"name":"f","arguments":"{\"a\": 1.0}"}},{"id":"call_R1_1","type":"function","function":{"name":"f","arguments":"{}"}}]},"logprobs":null,"finish_reason":"tool_calls"}],)"
      R"("usage":{"prompt_tokens":11,"completion_tokens":8,"total_tokens":19,"prompt_tokens_details":{"cached_tokens":4},"completion_tokens_details":{"reasoning_tokens":3}}})");
}

const std::string kSignedHistory =
    R"("messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":"Let me see.","reasoning_content":"Hm","thinking_blocks":[{"type":"thinking","thinking":"","signature":"gemini:dDE="},{"type":"thinking","thinking":"C","signature":"claude"}],)"
    R"("tool_calls":[{"id":"call_R1_0__thought__czE=","type":"function","function":{"name":"f","arguments":"{\"a\": 1.0}"}},{"id":"call_R1_1","type":"function","function":{"name":"f","arguments":"{}"}}]},)"
    R"({"role":"tool","tool_call_id":"call_R1_0__thought__czE=","content":"1"},{"role":"tool","tool_call_id":"call_R1_1","content":"2"}])";

TEST(GeminiRequest, GivesEachSignatureBackWhereItStood) {
  EXPECT_EQ(
      sent(kSignedHistory),
      R"({"contents":[{"role":"user","parts":[{"text":"Hi"}]},{"role":"model","parts":[{"text":"Let me see.","thoughtSignature":"dDE="},)"
      R"({"functionCall":{"name":"f","args":{"a": 1.0}},"thoughtSignature":"czE="},{"functionCall":{"name":"f","args":{}}}]},)"
      R"({"role":"user","parts":[{"functionResponse":{"name":"f","response":{"output":"1"}}},{"functionResponse":{"name":"f","response":{"output":"2"}}}]}]})");
}

TEST(GeminiRequest, TellsGemini3WhichCallsAnotherModelMade) {
  const std::string history =
      R"("messages":[{"role":"user","content":"Hi"},{"role":"assistant","tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{}"}},{"id":"b","type":"function","function":{"name":"f","arguments":"{}"}}]},)"
      R"({"role":"tool","tool_call_id":"a","content":"1"},{"role":"tool","tool_call_id":"b","content":"2"}])";
  const std::string first =
      R"({"functionCall":{"name":"f","args":{}},"thoughtSignature":"c2tpcF90aG91Z2h0X3NpZ25hdHVyZV92YWxpZGF0b3I="},{"functionCall":{"name":"f","args":{}}}])";
  EXPECT_NE(sent(history, rules("gemini-3-pro-preview")).find(first), std::string::npos);
  EXPECT_EQ(sent(history).find("thoughtSignature"), std::string::npos);
}

TEST(GeminiRequest, LeavesItsSignaturesToNobodyElse) {
  const auto request = read_request(Dialect::OpenAiChat, R"({"model":"m",)" + kSignedHistory + "}");
  ASSERT_TRUE(request);
  for (const auto dialect : {Dialect::AnthropicMessages, Dialect::BedrockConverse}) {
    const auto body = write_request(dialect, *request, rules("anthropic.claude-sonnet-4-5"));
    ASSERT_TRUE(body) << body.error().message;
    EXPECT_EQ(body->find("dDE="), std::string::npos) << *body;
    EXPECT_NE(body->find(R"("signature":"claude")"), std::string::npos) << *body;
  }
}

TEST(GeminiReply, SaysWhyItEnded) {
  const auto finish = [](const std::string& reason) {
    const auto reply =
        read_reply(Dialect::Gemini,
                   R"({"candidates":[{"content":{"parts":[{"text":"x"}]},"finishReason":")" +
                       reason + "\"}]}");
    return reply ? std::to_string(static_cast<int>(reply->finish)) : reply.error().code;
  };
  const auto number = [](FinishReason reason) { return std::to_string(static_cast<int>(reason)); };
  EXPECT_EQ(finish("STOP"), number(FinishReason::Stop));
  EXPECT_EQ(finish("MAX_TOKENS"), number(FinishReason::Length));
  for (const auto* reason : {"SAFETY", "RECITATION", "OTHER", "MODEL_ARMOR", "SOMETHING_NEW"}) {
    EXPECT_EQ(finish(reason), number(FinishReason::ContentFilter)) << reason;
  }
  EXPECT_EQ(finish("MALFORMED_FUNCTION_CALL"), "malformed_function_call");
}

TEST(GeminiReply, OfABlockedPromptIsFiltered) {
  const auto reply = read_reply(
      Dialect::Gemini,
      R"({"promptFeedback":{"blockReason":"SAFETY"},"usageMetadata":{"promptTokenCount":3,"totalTokenCount":3}})");
  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_EQ(reply->finish, FinishReason::ContentFilter);
  EXPECT_EQ(reply->usage->prompt(), 3);
  EXPECT_EQ(read_reply(Dialect::Gemini, "{}").error().code, "bad_provider_reply");
}

TEST(GeminiReply, CountsThoughtsOnceWhereTheyAreInTheAnswer) {
  const auto reply = read_reply(
      Dialect::Gemini,
      R"({"candidates":[{}],"usageMetadata":{"promptTokenCount":10,"candidatesTokenCount":8,"thoughtsTokenCount":3,"totalTokenCount":18}})");
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->usage->output, 8);
  EXPECT_EQ(reply->usage->reasoning, 3);
}

TEST(GeminiReply, ThatIsAnErrorIsAFailure) {
  const auto failure =
      read_reply(Dialect::Gemini,
                 R"([{"error":{"code":429,"message":"Slow","status":"RESOURCE_EXHAUSTED"}}])")
          .error();
  EXPECT_EQ(failure.kind, FailureKind::RateLimited);
  EXPECT_EQ(failure.status, 429);
  EXPECT_EQ(failure.message, "Slow");
  EXPECT_EQ(read_reply(Dialect::Gemini, R"({"error":{"code":503,"message":"x"}})").error().status,
            503);
}

// Streams.

std::string part(const std::string& json) {
  return R"(data: {"candidates":[{"content":{"role":"model","parts":[)" + json +
         "]},\"index\":0}],\"modelVersion\":\"gemini-x\",\"responseId\":\"R1\"}\r\n\r\n";
}

const std::string kLast =
    "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"\"}]},\"finishReason\":\"STOP\"}],"
    "\"usageMetadata\":{\"promptTokenCount\":5,\"candidatesTokenCount\":2,\"thoughtsTokenCount\":1,"
    "\"totalTokenCount\":8}}\r\n\r\n";

TEST(GeminiStream, IsReadWhereverItIsCut) {
  const auto bytes =
      part(R"({"text":"Hm","thought":true})") +
      part(R"({"text":", ja","thought":true,"thoughtSignature":"dDA="})") +
      part(R"({"text":"Hé"},{"text":"llo"})") + part(R"({"executableCode":{}})") +
      part(R"({"text":"","thoughtSignature":"dDE="})") +
      part(
          R"({"functionCall":{"name":"f","args":{"a":[1]}},"thoughtSignature":"czE="},{"functionCall":{"name":"g","id":"own"}})") +
      kLast;
  const auto whole = read_in_pieces(Dialect::Gemini, bytes, bytes.size());
  EXPECT_EQ(whole,
            "Start R1: gemini-x\nThinkBlock\nThink: Hm\nThink: , ja\nSignature: gemini:dDA=\n"
            "EndBlock\nTextBlock\nText: Hé\nText: llo\nEndBlock\nThinkBlock\nSignature: "
            "gemini:dDE=\nEndBlock\nToolBlock call_R1_0__thought__czE=: f\nArguments: {\"a\":[1]}\n"
            "EndBlock\nToolBlock own: g\nArguments: {}\nEndBlock\nFinish tool calls\nUsage 5 0 0 3 "
            "1\nEnd\n");
  for (std::size_t cut = 1; cut < bytes.size(); ++cut) {
    ASSERT_EQ(read_cut_at(Dialect::Gemini, bytes, cut), whole) << cut;
  }
  EXPECT_EQ(read_in_pieces(Dialect::Gemini, bytes, 1), whole);
}

TEST(GeminiStream, ThatEndsWithoutAFinishReasonIsCutShort) {
  const auto bytes = part(R"({"text":"Hel"})") + kLast;
  const auto cut_short = [](const std::string& script) {
    return script.ends_with(
        "Fail 9 0 stream_cut_short: Gemini's stream ended before a finishReason\n");
  };
  EXPECT_TRUE(cut_short(read_in_pieces(Dialect::Gemini, part(R"({"text":"Hel"})"), 33)));
  EXPECT_TRUE(cut_short(read_in_pieces(Dialect::Gemini, "", 1)));
  // As much of the last event as makes it readable is the whole of it: its JSON.
  const auto json_end = bytes.size() - std::string_view("\r\n\r\n").size();
  for (std::size_t end = 0; end < json_end; ++end) {
    const auto script = read_in_pieces(Dialect::Gemini, bytes.substr(0, end), 1 + end);
    ASSERT_EQ(script.find("\nEnd\n"), std::string::npos) << end << script;
    ASSERT_NE(script.find("Fail "), std::string::npos) << end << script;
  }
}

TEST(GeminiStream, TakesUsageThatComesLast) {
  EXPECT_EQ(
      read_in_pieces(
          Dialect::Gemini,
          "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"x\"}]},\"finishReason\":"
          "\"MAX_TOKENS\"}]}\n\ndata: {\"usageMetadata\":{\"promptTokenCount\":1,"
          "\"candidatesTokenCount\":2,\"totalTokenCount\":3}}\n\n",
          7),
      "Start req-1\nTextBlock\nText: x\nEndBlock\nFinish length\nUsage 1 0 0 2 0\nEnd\n");
}

TEST(GeminiStream, OfABlockedPromptIsFiltered) {
  EXPECT_EQ(
      read_in_pieces(Dialect::Gemini,
                     "data: {\"promptFeedback\":{\"blockReason\":\"PROHIBITED_CONTENT\"}}\n\n",
                     7),
      "Start req-1\nFinish content filter\nEnd\n");
}

TEST(GeminiStream, TurnsAnErrorIntoAFailure) {
  const std::string error =
      "{\n \"error\": {\n  \"code\": 503,\n  \"message\": \"Busy\",\n  \"status\": "
      "\"UNAVAILABLE\"\n }\n}\n";
  EXPECT_EQ(read_in_pieces(Dialect::Gemini, error, 5), "Fail 2 503 UNAVAILABLE: Busy\n")
      << "a body that is no event stream";
  EXPECT_EQ(read_in_pieces(Dialect::Gemini, "[" + error + "]", 5),
            "Fail 2 503 UNAVAILABLE: Busy\n");
  EXPECT_EQ(read_in_pieces(Dialect::Gemini,
                           "data: {\"error\":{\"code\":429,\"message\":\"Slow\",\"status\":"
                           "\"RESOURCE_EXHAUSTED\"}}\n\n",
                           5),
            "Fail 3 429 RESOURCE_EXHAUSTED: Slow\n");
  EXPECT_EQ(
      read_in_pieces(Dialect::Gemini,
                     "data: {\"candidates\":[{\"finishReason\":\"MALFORMED_FUNCTION_CALL\"}]}\n\n",
                     5),
      "Start req-1\nFail 2 502 malformed_function_call: the model's attempt to call a tool "
      "could not be read (MALFORMED_FUNCTION_CALL)\n");
  EXPECT_EQ(read_in_pieces(Dialect::Gemini, "data: {\n\n", 5).substr(0, 29),
            "Fail 2 502 bad_provider_reply");
}

TEST(GeminiStream, SurvivesAnOpenAiClientWithItsSignatures) {
  const auto reader = make_stream_reader(Dialect::Gemini, "req-1");
  const auto writer = make_stream_writer(
      Dialect::OpenAiChat, {.model = "m", .include_usage = false, .created = 0, .request_id = ""});
  std::vector<StreamEvent> events;
  reader->feed(part(R"({"text":"So","thoughtSignature":"dDE="})") +
                   part(R"({"functionCall":{"name":"f","args":{}},"thoughtSignature":"czE="})") +
                   kLast,
               events);
  reader->finish(events);
  std::string out;
  for (const auto& event : events) {
    writer->write(event, out);
  }
  EXPECT_NE(
      out.find(
          R"("thinking_blocks":[{"type":"thinking","thinking":"","signature":"gemini:dDE="}])"),
      std::string::npos)
      << out;
  EXPECT_NE(out.find(R"("id":"call_R1_0__thought__czE=")"), std::string::npos) << out;
}

}  // namespace
}  // namespace meridian
