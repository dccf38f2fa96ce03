/** What the server says about the models it plays. It serves any id; these are the ones it lists. */

const LISTED = ["offline", "claude-opus-5-5", "claude-sonnet-5-5", "claude-haiku-5-5"];

export function listModels(): object {
  return {
    data: LISTED.map(describeModel),
    has_more: false,
    first_id: LISTED[0],
    last_id: LISTED.at(-1),
  };
}

export function describeModel(id: string): object {
  const yes = { supported: true };
  const no = { supported: false };
  return {
    type: "model",
    id,
    display_name: id === "offline" ? "Offline model (scripted)" : `${id} (played offline)`,
    created_at: "2026-01-01T00:00:00Z",
    deprecated_at: null,
    retires_at: null,
    lifecycle: "active",
    line: null,
    max_input_tokens: 1_000_000,
    max_tokens: 128_000,
    capabilities: {
      effort: { supported: true, low: yes, medium: yes, high: yes, xhigh: yes, max: yes },
      thinking: {
        supported: true,
        types: { adaptive: yes, between_tools: yes, disabled: no, enabled: no },
      },
      structured_outputs: no,
      image_input: yes,
      pdf_input: no,
    },
  };
}
