// Rules as text: what is shown of them, what is sent, and on which line a refusal stands.

import { describe, expect, it } from 'vitest'
import {
  findRuleState,
  formatRule,
  readRule,
  ruleIdPattern,
  rulesInOrder
} from '../src/records/rule-text.ts'
import type { Rule } from '../src/shown/answers.ts'
import { aRule as shownRule } from './support/records.ts'

const aRule = (members: Partial<Rule> = {}) =>
  shownRule({ parameters: { heldDays: 14 }, ...members })

describe('the text of a rule', () => {
  it('has what was declared, and none of what the suite tells beside it', () => {
    expect(formatRule(aRule({ where: 'country == "ML"' }))).toBe(
      'pattern: siege\nparameters:\n  heldDays: 14\nwhere: country == "ML"\n'
    )
  })

  it('comes back as it went', () => {
    const declared: Partial<Rule> = {
      title: 'Sieges: Ségou',
      severities: ['severe', 'extreme'],
      theatres: ['sahel'],
      headline: '{group.settlement}: "x"'
    }
    const read = readRule(formatRule(aRule(declared)))
    expect(read).toMatchObject({
      kind: 'rule',
      body: { ...declared, pattern: 'siege', parameters: { heldDays: 14 } }
    })
  })

  it('sends nothing for members that were left empty', () => {
    expect(readRule('title: \npattern: siege\nparameters: {}\n')).toMatchObject({
      body: { pattern: 'siege', parameters: {} }
    })
    expect(readRule('title: \npattern: siege\n')).not.toHaveProperty('body.title')
  })

  it('has a line for each fault, of YAML and of the suite, in a preview too', () => {
    expect(readRule('pattern: [')).toMatchObject({ kind: 'faults', faults: [{ line: 1 }] })
    expect(readRule('- siege')).toMatchObject({ kind: 'faults', faults: [{ line: 1, column: 1 }] })
    const read = readRule('pattern: siege\nparameters:\n  heldDays: -1\nwhere: a ==\n')
    if (read.kind !== 'rule') throw new Error('it is YAML')
    const told = [
      { pointer: '/rules/0/where', detail: 'ends too early' },
      { pointer: '/parameters/heldDays', detail: 'must be positive' }
    ]
    expect(read.faultsOf(told)).toEqual([
      { line: 3, column: 3, detail: 'must be positive', pointer: '/parameters/heldDays' },
      { line: 4, column: 1, detail: 'ends too early', pointer: '/where' }
    ])
  })

  it('needs an id as the suite takes it', () => {
    expect(['siege', 'a', '7-days'].every(id => ruleIdPattern.test(id))).toBe(true)
    expect(['', '-a', 'Siege', 'a b', 'a'.repeat(65)].some(id => ruleIdPattern.test(id))).toBe(
      false
    )
  })
})

describe('rules', () => {
  const failing = aRule({ ruleId: 'z', failing: { count: 2, lastMessage: 'x' } })
  const short = aRule({ ruleId: 'y', warming: ['world'], retainedTooShort: ['world'] })
  const all = [
    aRule({ ruleId: 'b', title: 'Ségou' }),
    failing,
    aRule({ ruleId: 'a', pattern: 'surge' })
  ]

  it('that fail come first, then by name, as far as they are sought', () => {
    const found = (text: string, rules = all) =>
      rulesInOrder(rules, text).map(({ ruleId }) => ruleId)
    expect(found('')).toEqual(['z', 'a', 'b'])
    expect(found('SÉG')).toEqual(['b'])
    expect(found('surge')).toEqual(['a'])
    expect(found('', [...all, short])).toEqual(['y', 'z', 'a', 'b'])
  })

  it('say how they do', () => {
    const rules = [
      failing,
      aRule({ warming: ['world'] }),
      short,
      aRule({ namesNoRule: ['surgee'] })
    ]
    expect(rules.map(findRuleState)).toEqual(['failing', 'warming', 'short', 'short'])
  })
})
