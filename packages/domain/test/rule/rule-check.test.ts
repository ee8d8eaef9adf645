// Validity of a rule: items of lists are checked when a rule is written, and again when it is
// folded.

import { describe, expect, it } from 'vitest'
import { type AnyPattern, resolveParameters } from '../../src/detection/pattern.ts'
import { compoundPatterns, patterns } from '../../src/patterns/pattern-catalogue.ts'
import type { ParameterValue, RuleVersion } from '../../src/record/theatre-record.ts'
import { patternOf, ruleFaults } from '../../src/rule/rule-check.ts'
import { FoldStory } from '../fold-story.ts'

const all = [...patterns.values(), ...compoundPatterns.values()]
const lists = all.flatMap(({ id, parameters }) =>
  Object.entries(parameters).flatMap(([name, parameter]) => {
    const usual: unknown = parameter.default
    return Array.isArray(usual) ? [[id, name, usual as readonly ParameterValue[]] as const] : []
  })
)
const rule = (pattern: string, parameters: RuleVersion['parameters'] = {}): RuleVersion => ({
  ruleId: pattern,
  ruleVersion: 1,
  pattern,
  parameters
})

describe('a rule', () => {
  it('whose predicate fails for every incident is refused, one that may fail is not', () => {
    const faultsOf = (where: string) =>
      ruleFaults({ ...rule('surge'), where }).map(({ detail }) => detail)
    expect(faultsOf('1/0 == 0')).toEqual([
      expect.stringMatching(/^can not be used, at character \d+: it fails for every incident: /)
    ])
    expect(faultsOf('9223372036854775807 + 1 > 0')).toEqual([
      expect.stringContaining('it fails for every incident: ')
    ])
    expect(faultsOf('[1, 2].exists(n, n / 0 == n)')).toEqual([
      expect.stringContaining('it fails for every incident: ')
    ])
    for (const where of [
      'true',
      '1 / 1 == 1',
      'deaths.best / 0 == 0',
      '"a" == "b"',
      'actors.all(a, actors[9] == a)'
    ])
      expect(faultsOf(where).filter(detail => detail.includes('every incident'))).toEqual([])
  })

  it.each(lists)('of %s refuses a wrong item in %s, with its path', (id, name, usual) => {
    for (const wrong of [null, false, [['a']]]) {
      const value = [...usual, wrong]
      const [fault] = ruleFaults(rule(id, { [name]: value }))
      expect(fault?.path.slice(0, 3)).toEqual(['parameters', name, usual.length])
      expect(() => resolveParameters(patternOf(id) as AnyPattern, { [name]: value })).toThrow(
        RangeError
      )
    }
  })

  it('over findings that names a pattern which is none in a predicate is refused', () => {
    const draft = (...steps: ParameterValue[]) => ({
      ...rule('findings-sequence'),
      parameters: { steps }
    })
    const sound = [
      `"other:finding-front" in tactics`,
      `tactics.exists(t, t.startsWith('other:finding-'))`
    ]
    expect(ruleFaults(draft(...sound))).toEqual([])
    expect(
      ruleFaults(draft(sound[0] as string, '"other:finding-frnt" in tactics', sound[1] as string))
    ).toEqual([
      {
        path: ['parameters', 'steps', 1],
        detail: 'names findings of what is not a pattern over incidents: frnt; is front meant?'
      }
    ])
    const absent = { absent: `'other:finding-findings-count' in tactics` }
    expect(
      ruleFaults(draft(sound[0] as string, absent, sound[0] as string)).map(({ path }) => path)
    ).toEqual([['parameters', 'steps', 1, 'absent']])
    // Of incidents it is a tactic as any other that a reporter may have.
    expect(
      ruleFaults({
        ...rule('sequence'),
        parameters: { steps: ['"other:finding-frnt" in tactics', 'true'] }
      })
    ).toEqual([])
  })

  it.each(['Kon\u202ena', 'Konna\u2069', 'Kon\nna', 'Kon\u001b[2Jna', 'Kon\u0085na'])(
    'with %j as title or headline is refused',
    text => {
      const faults = ruleFaults({ ...rule('surge'), title: text, headline: `{count}: ${text}` })
      expect(faults.map(({ path, detail }) => [path, detail])).toEqual([
        [['title'], expect.stringMatching(/^must be one line .* U\+[0-9A-F]{4} at character \d+$/)],
        [
          ['headline'],
          expect.stringMatching(/^must be one line .* U\+[0-9A-F]{4} at character \d+$/)
        ]
      ])
    }
  )

  it('whose title shows nothing is refused; other scripts and their joiners are not', () => {
    const faultsOf = (title: string) =>
      ruleFaults({ ...rule('surge'), title, headline: `${title} {count}` }).map(({ path }) => path)
    expect(faultsOf('\u200b\u2060')).toEqual([['title']])
    for (const title of ['می\u200cشود', 'क्\u200dष', 'Ségou', '札幌', 'M23: “three”'])
      expect(faultsOf(title)).toEqual([])
  })

  it.each([7, { absent: 'drill', days: -1 }, { absent: 'drill', within: 3 }])(
    'refuses %j as a step of a sequence',
    step => {
      const faults = ruleFaults(rule('sequence', { steps: ['drill', step] as ParameterValue }))
      expect(faults).toEqual([
        {
          path: ['parameters', 'steps', 1],
          detail: expect.stringMatching(/predicate.*above 0/) as string
        }
      ])
    }
  )

  it('with a wrong item in a list is ignored by the fold, and the previous version stays', () => {
    const before = rule('supply-line-interdiction', {
      hubs: [
        {
          name: 'Sévaré',
          country: 'ML',
          lat: 14.5,
          lon: -4.1,
          corridors: [{ name: 'RN6', bearing: 200 }]
        }
      ]
    })
    const story = new FoldStory({ rules: [before], start: '2025-01-01' })
    const hubs = [
      { name: 'Sévaré', country: 'ML', lat: 14.5, lon: -4.1, corridors: [{ name: 'RN6' }] }
    ]
    const output = story.take({
      type: 'rule.configured',
      data: { ...before, ruleVersion: 2, parameters: { hubs } }
    })
    expect(output.ignored).toBe('unusable-rule')
    expect(story.fold.rules).toEqual([before])
  })
})
