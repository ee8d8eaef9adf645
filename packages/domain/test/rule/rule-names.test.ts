// What rules over findings name must be answered by a rule.

import { describe, expect, it } from 'vitest'
import type { RuleVersion } from '../../src/record/theatre-record.ts'
import { looseNames, newlyLooseNames } from '../../src/rule/rule-names.ts'

const rule = (ruleId: string, pattern: string, theatres?: readonly string[]): RuleVersion => ({
  ...{ ruleId, ruleVersion: 1, pattern, parameters: {} },
  ...(theatres === undefined ? {} : { theatres })
})
const reads = (of: readonly string[], theatres?: readonly string[]): RuleVersion => ({
  ...rule('reads', 'findings-count', theatres),
  parameters: { of: [...of] }
})
const details = (...rules: readonly RuleVersion[]) =>
  looseNames(rules).map(({ path, detail }) => [path.at(-1), detail])

describe('a name in a rule over findings', () => {
  it('is answered by a rule, and by the pattern of a rule, in any order', () => {
    expect(
      details(reads(['weekly', 'front']), rule('weekly', 'surge'), rule('mine', 'front'))
    ).toEqual([])
    expect(details(rule('weekly', 'surge'), reads(['weekly']))).toEqual([])
    expect(details(reads([]))).toEqual([])
    expect(details(rule('weekly', 'surge', ['sahel']), reads(['weekly']))).toEqual([])
  })

  it('is loose if nothing has it, and the nearest is named', () => {
    expect(details(reads(['wekly', 'surgee', 'whatever']), rule('weekly', 'surge'))).toEqual([
      [
        0,
        expect.stringMatching(
          /^is neither a rule over incidents nor a pattern: wekly; is weekly meant\?; a rule must be/
        )
      ],
      [1, expect.stringContaining(': surgee; is surge meant?;')],
      [
        2,
        'is neither a rule over incidents nor a pattern: whatever; a rule must be declared before another names it'
      ]
    ])
  })

  it('is loose if no rule uses the pattern, if the rule runs elsewhere, or reads findings itself', () => {
    expect(details(reads(['front']))).toEqual([
      [0, expect.stringContaining('is a pattern that no other rule uses: front')]
    ])
    expect(details(reads(['weekly'], ['lake']), rule('weekly', 'surge', ['sahel']))).toEqual([
      [0, 'runs in none of the theatres of this rule: weekly']
    ])
    expect(details(reads(['crisis']), rule('crisis', 'compound-crisis'))).toEqual([
      [0, expect.stringContaining('is a rule over findings: crisis')]
    ])
    expect(details(reads(['reads']))).toHaveLength(1)
  })

  it('is left loose by the end of what it names, and not twice', () => {
    const weekly = rule('weekly', 'surge')
    const before = [weekly, reads(['weekly', 'gone'])]
    expect(newlyLooseNames(before, [reads(['weekly', 'gone'])]).map(({ name }) => name)).toEqual([
      'weekly'
    ])
    expect(newlyLooseNames(before, before)).toEqual([])
    expect(newlyLooseNames([reads(['gone'])], [reads(['gone'], ['sahel'])])).toEqual([])
  })
})
