import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatPath } from '../src/pack-fault.ts'
import { readPack } from '../src/pack-file.ts'
import { badPacks } from './bad-packs.ts'

const read = (text: string | Uint8Array) =>
  readPack(typeof text === 'string' ? Buffer.from(text) : text)
const good = `version: 1
id: mine
title: Mine
falseAlarmsPerYear: 12
rules:
  - id: sieges-of-jnim
    title: Sieges by one group
    pattern: siege
    where: 'country == "ML" && "jnim" in perpetrators'
    groupBy: [actor]
    parameters: &usual
      heldDays: 5
    levels:
      ageDays: [10, 20]
    resolve:
      accessSourcesMin: 3
    severities: [minor, severe]
    headline: '{group.settlement}: {measure.value} criteria since {from}'
  - id: other
    pattern: siege
    enabled: false
    parameters: *usual
`

describe('a valid pack', () => {
  it('is read in the suite’s form: parameters of all blocks together, anchors expanded', () => {
    const reading = read(good)
    expect(reading).toMatchObject({
      ok: true,
      pack: {
        id: 'mine',
        title: 'Mine',
        falseAlarmsPerYear: 12,
        rules: [
          {
            line: 6,
            enabled: true,
            draft: {
              ruleId: 'sieges-of-jnim',
              pattern: 'siege',
              groupBy: ['actor'],
              parameters: { heldDays: 5, ageDays: [10, 20], accessSourcesMin: 3 },
              severities: ['minor', 'severe']
            }
          },
          { enabled: false, draft: { ruleId: 'other', parameters: { heldDays: 5 } } }
        ]
      }
    })
  })

  it('gives its budget to rules that have one and state none', () => {
    const reading = read(`version: 1
id: quiet
title: Quiet
falseAlarmsPerYear: 4
rules:
  - {id: everywhere, pattern: cluster}
  - {id: at-the-border, pattern: cluster, parameters: {budget: 12}, budgets: {sahel: 1}}
  - {id: sieges, pattern: siege}
`)
    expect(reading.ok && reading.pack.rules.map(({ draft }) => draft.parameters)).toEqual([
      { budget: 4 },
      { budget: 12 },
      {}
    ])
    expect(reading.ok && reading.pack.rules[1]?.draft.budgets).toEqual({ sahel: 1 })
  })

  it('may begin with a byte order mark, and be JSON', () => {
    expect(read(`\ufeff${good}`).ok).toBe(true)
    expect(
      read('{"version": 1, "id": "m", "title": "M", "rules": [{"id": "s", "pattern": "siege"}]}').ok
    ).toBe(true)
  })
})

describe('an invalid pack', () => {
  it.each(badPacks)('is refused with its line: $why', ({ text, line, path, says }) => {
    const reading = read(text)
    if (reading.ok) throw new Error('it was taken')
    const marked =
      typeof text === 'string' ? text.split('\n').findIndex(one => one.endsWith('#!')) + 1 : 0
    const found = reading.faults.map(fault => ({
      line: fault.line,
      path: formatPath(fault.path),
      detail: fault.detail
    }))
    expect(found).toContainEqual({
      line: line ?? marked,
      path,
      detail: expect.stringMatching(says) as string
    })
  })

  it('gets all its faults at once, in order of the file', () => {
    const text = `version: 1
id: Mine
title: Mine
rules:
  - id: one
    pattern: seige
  - id: two
    pattern: siege
    parameters: {heldDays: many, nothing: 1}
    where: 'weather'
  - id: three
    patern: siege
`
    const reading = read(text)
    expect(
      reading.ok ? [] : reading.faults.map(fault => `${fault.line} ${formatPath(fault.path)}`)
    ).toEqual([
      '2 id',
      '6 rules[0].pattern',
      '9 rules[1].parameters.heldDays',
      '9 rules[1].parameters.nothing',
      '10 rules[1].where',
      '11 rules[2]',
      '12 rules[2].patern'
    ])
  })

  it('never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.uint8Array(), fc.json().map(Buffer.from), fc.string().map(Buffer.from)),
        bytes => {
          const reading = readPack(bytes)
          expect(reading.ok === true || reading.faults.length > 0).toBe(true)
        }
      ),
      { numRuns: 500 }
    )
  })

  it('never throws for a mutated valid pack', () => {
    fc.assert(
      fc.property(
        fc.nat(good.length - 1),
        fc.constantFrom('', ':', '-', '[', '{', '"', '\n', '&a ', '*a', '\t', 'x', '0'),
        (at, put) => {
          const reading = read(good.slice(0, at) + put + good.slice(at + 1))
          for (const fault of reading.ok ? [] : reading.faults)
            expect(fault.line).toBeGreaterThan(0)
        }
      ),
      { numRuns: 50 }
    )
  })
})
