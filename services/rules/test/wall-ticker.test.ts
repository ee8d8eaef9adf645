import { expect, it } from 'vitest'
import { clockWords } from '../src/partition/wall-ticker.ts'

it.each([
  [[], /^ok$/],
  [
    [{ kind: 'leap', byMs: 3 * 86_400_000 }],
    /^1 theatre has a time .* by up to 3 days, and gets no ticks\./
  ],
  [
    [
      { kind: 'leap', byMs: 3 * 86_400_000 },
      { kind: 'leap', byMs: 86_400_000 }
    ],
    /^2 theatres have a time .* by up to 3 days, and get no ticks\./
  ]
] as const)('the clock of %j is told in a sentence', (standings, sentence) => {
  expect(clockWords(standings)).toMatch(sentence)
})
