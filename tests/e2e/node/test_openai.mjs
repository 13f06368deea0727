// OpenAI's Node SDK as the client. test_openai_node.py starts the gateway and says where it is and where the SDK lies.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";

const require = createRequire(`${process.env.E2E_NODE}/`);
const OpenAI = require("openai").default;

const url = process.env.E2E_URL;
const regions = JSON.parse(process.env.E2E_REGIONS); // Model to its region in the simulated cloud.
const models = Object.keys(regions);

const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: process.env.E2E_KEY, maxRetries: 0, timeout: 60_000 });
const said = (content) => [{ role: "user", content }];
const weather = {
  type: "function",
  function: {
    name: "get_weather",
    parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
  },
};

async function setRegion(region, state, values = {}) {
  const answer = await fetch(`${url}/_cloud/regions/${region}`, {
    method: "PUT",
    headers: { authorization: `Bearer ${process.env.E2E_KEY}` },
    body: JSON.stringify({ state, ...values }),
  });
  assert.equal(answer.status, 200, await answer.text());
}

// While `use` runs, the region is in that state.
async function during(region, state, values, use) {
  await setRegion(region, state, values);
  try {
    await use();
  } finally {
    await setRegion(region, "healthy");
  }
}

async function read(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return chunks;
}

const textOf = (chunks) => chunks.map((chunk) => chunk.choices[0]?.delta.content ?? "").join("");

for (const model of models) {
  test(`${model}: a chat is answered whole`, async () => {
    const answer = await client.chat.completions.create({ model, messages: said("Hello") });
    assert.ok(answer.choices[0].message.content.startsWith(`Hello from ${regions[model]}.`));
    assert.equal(answer.choices[0].finish_reason, "stop");
    assert.equal(answer.usage.total_tokens, answer.usage.prompt_tokens + answer.usage.completion_tokens);
  });

  test(`${model}: a stream ends with its reason, and has usage where it was asked for`, async () => {
    const plain = await read(await client.chat.completions.create({ model, messages: said("Hello"), stream: true }));
    assert.ok(textOf(plain).startsWith(`Hello from ${regions[model]}.`));
    assert.equal(plain.at(-1).choices[0].finish_reason, "stop");
    assert.ok(plain.every((chunk) => !chunk.usage));

    const counted = await read(
      await client.chat.completions.create({
        model,
        messages: said("Hello"),
        stream: true,
        stream_options: { include_usage: true },
      }),
    );
    assert.deepEqual(counted.at(-1).choices, []);
    assert.ok(counted.at(-1).usage.completion_tokens > 0);
  });

  test(`${model}: a tool is called, whole and streamed, and its answer taken`, async () => {
    const messages = said("Use the tool: what is the weather in Oslo?");
    const first = await client.chat.completions.create({ model, messages, tools: [weather] });
    assert.equal(first.choices[0].finish_reason, "tool_calls");
    const [call] = first.choices[0].message.tool_calls;
    assert.ok("city" in JSON.parse(call.function.arguments));

    const second = await client.chat.completions.create({
      model,
      messages: [...messages, first.choices[0].message, { role: "tool", tool_call_id: call.id, content: "Rain." }],
      tools: [weather],
    });
    assert.match(second.choices[0].message.content, /The tool has answered/);

    const chunks = await read(await client.chat.completions.create({ model, messages, tools: [weather], stream: true }));
    const parts = chunks.flatMap((chunk) => chunk.choices[0].delta.tool_calls ?? []);
    const streamed = parts.map((part) => part.function?.arguments ?? "").join("");
    assert.ok("city" in JSON.parse(streamed));
    assert.equal(chunks.at(-1).choices[0].finish_reason, "tool_calls");
  });

  test(`${model}: a stream that breaks off throws`, async () => {
    for (const state of ["cutting", "lying"]) {
      await during(regions[model], state, { after_tokens: 5 }, async () => {
        const chunks = [];
        await assert.rejects(async () => {
          for await (const chunk of await client.chat.completions.create({ model, messages: said("Hello"), stream: true })) {
            chunks.push(chunk);
          }
        }, OpenAI.APIError);
        assert.ok(textOf(chunks).startsWith("Hello from"));
        assert.ok(chunks.every((chunk) => !chunk.choices[0].finish_reason));
      });
    }
  });

  test(`${model}: the SDK's stream helper gives the whole answer`, async () => {
    const runner = client.chat.completions.stream({ model, messages: said("Hello") });
    assert.ok((await runner.finalContent()).startsWith(`Hello from ${regions[model]}.`));
  });
}

test("the models are listed and found", async () => {
  const listed = [];
  for await (const model of client.models.list()) listed.push(model.id);
  assert.deepEqual(listed, models);
  assert.equal((await client.models.retrieve(models[0])).id, models[0]);
  await assert.rejects(client.models.retrieve("gpt-5"), OpenAI.NotFoundError);
});

test("the answer names the region that gave it", async () => {
  const { data, response } = await client.chat.completions
    .create({ model: "bedrock", messages: said("Hello") })
    .withResponse();
  assert.ok(data.usage);
  assert.equal(response.headers.get("x-meridian-region"), regions.bedrock);
  assert.equal(response.headers.get("x-litellm-model-region"), regions.bedrock);
});

test("failures are thrown as the classes that the SDK has for them", async () => {
  const ask = (model, options = {}, using = client) =>
    using.chat.completions.create({ model, messages: said("Hello") }, options);
  const stranger = client.withOptions({ apiKey: "sk-wrong" });
  await assert.rejects(ask("bedrock", {}, stranger), OpenAI.AuthenticationError);
  await assert.rejects(ask("gpt-5"), OpenAI.NotFoundError);
  await assert.rejects(client.chat.completions.create({ model: "bedrock", messages: [] }), OpenAI.BadRequestError);
  await assert.rejects(
    ask("bedrock", { headers: { "x-meridian-allowed-regions": "eu" } }),
    OpenAI.PermissionDeniedError,
  );
  await during(regions.vertex, "erroring", { probability: 1 }, () =>
    assert.rejects(ask("vertex"), OpenAI.InternalServerError),
  );
  await during(regions.anthropic, "throttled", {}, () => assert.rejects(ask("anthropic"), OpenAI.RateLimitError));
});

test("a client that aborts leaves nothing open", async () => {
  const stream = await client.chat.completions.create({ model: "bedrock", messages: said("Hello"), stream: true });
  stream.controller.abort();
  assert.equal((await fetch(`${url}/health/liveliness`)).status, 200);
});
