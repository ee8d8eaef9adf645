import { describe, expect, it } from 'vitest'
import { plainOf, ToldFinding } from '../../src/finding/told-finding.ts'
import { jsonPieces } from '../../src/theatre/json-pieces.ts'

const plain = {
  group: { theatre: 'all' },
  situation: null,
  fromMs: 1,
  toMs: null,
  levels: [],
  measure: { name: 'attacks', value: 3, threshold: 3, baseline: null },
  triggers: [],
  support: [],
  omitted: 0
}
const words = { headline: 'Three attacks', explanation: 'Threshold: 3.' }

describe('a finding whose words are made when they are read', () => {
  it('makes them once, and not before', () => {
    let made = 0
    const finding = new ToldFinding(plain, () => {
      made += 1
      return words
    })
    expect(made).toBe(0)
    expect([finding.headline, finding.explanation, finding.headline]).toEqual([
      words.headline,
      words.explanation,
      words.headline
    ])
    expect(made).toBe(1)
  })

  it('has them as plain data, as text, and in pieces of text', () => {
    const finding = new ToldFinding(
      { ...plain, deaths: { low: 1, best: 2, high: 3 }, certainty: 'likely' },
      () => words
    )
    const whole = { ...plain, deaths: { low: 1, best: 2, high: 3 }, certainty: 'likely', ...words }
    expect(plainOf(finding)).toEqual(whole)
    expect(JSON.parse(JSON.stringify({ finding }))).toEqual({ finding: whole })
    const many = Array.from({ length: 3000 }, () => finding)
    const text = [...jsonPieces(many, { isAtom: () => false, packed: value => value })].join('')
    expect(JSON.parse(text)).toEqual(many.map(() => whole))
    const large = new ToldFinding(
      { ...plain, group: Object.fromEntries(many.map((_, i) => [`g${i}`, 'x'])) },
      () => words
    )
    const pieces = [...jsonPieces(large, { isAtom: () => false, packed: value => value })].join('')
    expect(JSON.parse(pieces)).toEqual({ ...plain, group: large.group, ...words })
  })
})
