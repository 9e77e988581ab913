import type { Usage } from './schema.ts';

/** US dollars for a million tokens. Writes are those of the five-minute cache, the only one used here. */
interface Price {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
}

/** By the beginning of the model's name; from platform.claude.com/docs, “Pricing” and each model's page, read on 2026-11-27. */
const PRICES: readonly { readonly model: string; readonly price: Price; readonly above100k?: Price }[] = [
  { model: 'claude-opus-5-5', price: { input: 4, output: 20, cacheRead: 0.2, cacheWrite: 5 } },
  { model: 'claude-opus-5', price: { input: 5, output: 25, cacheRead: 0.5, cacheWrite: 6.25 } },
  { model: 'claude-sonnet-5-5', price: { input: 2, output: 10, cacheRead: 0.1, cacheWrite: 2.5 } },
  { model: 'claude-sonnet-5', price: { input: 2, output: 10, cacheRead: 0.2, cacheWrite: 2.5 } },
  {
    model: 'claude-haiku-5-5',
    price: { input: 0.1, output: 0.5, cacheRead: 0.01, cacheWrite: 0.125 },
    above100k: { input: 0.5, output: 2.5, cacheRead: 0.05, cacheWrite: 0.625 },
  },
  { model: 'claude-haiku-4-5', price: { input: 1, output: 5, cacheRead: 0.1, cacheWrite: 1.25 } },
];

/** What a call cost in US dollars; for a model without a price here, what the dearest one would have cost, so that no limit is passed unseen. */
export function priceCall(model: string, usage: Usage): number {
  const known = PRICES.find((item) => model.startsWith(item.model));
  const prompt = usage.input + usage.cacheRead + usage.cacheWrite;
  const price = (prompt > 100_000 ? known?.above100k : undefined) ??
    known?.price ?? { input: 10, output: 50, cacheRead: 1, cacheWrite: 12.5 };
  const sum =
    usage.input * price.input + usage.output * price.output + usage.cacheRead * price.cacheRead + usage.cacheWrite * price.cacheWrite;
  return sum / 1_000_000;
}

/** Whether the price of a model is known, so that a bill can say when it guesses. */
export function knowsPrice(model: string): boolean {
  return PRICES.some((item) => model.startsWith(item.model));
}
