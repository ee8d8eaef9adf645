// Faults of stated parameters: a value of each kind that a parameter refuses, with what it says.

import { expect, it } from 'vitest'
import { ruleDefinitions } from '../../src/rules/catalogue.ts'
import { findParameterFaults } from '../../src/rules/parameter-faults.ts'

const patterns = [...ruleDefinitions.keys()]

it.each<[id: string, name: string, value: unknown, path: string, detail: string]>([
  ['surge', 'windowDays', -1, 'windowDays', 'must be 1 days or more, not -1'],
  ['surge', 'windowDays', 366, 'windowDays', 'must be 90 days or less, not 366'],
  ['surge', 'windowDays', Number.NaN, 'windowDays', 'must be a finite number'],
  ['surge', 'windowDays', '', 'windowDays', 'must be a number, such as 7'],
  [
    'surge',
    'windowDays',
    Array.from({ length: 51 }, (_, i) => i + 100),
    'windowDays',
    'has 51 numbers; 50 are the most'
  ],
  ['surge', 'leaveFactor', 5, 'factor', 'must be leaveFactor, 5, or more'],
  ['surge', 'escalateFactor', 1.5, 'escalateFactor', 'must be factor, 2, or more'],
  ['siege', 'criteriaMin', 4, 'criteriaMin', 'must be 3 criteria or less, not 4'],
  ['surge', 'factor', -1, 'factor', 'must be 0 ratio or more, not -1'],
  ['surge', 'factor', 1000000000, 'factor', 'must be 10000000 ratio or less, not 1000000000'],
  ['surge', 'countMin', -1, 'countMin', 'must be 0 incidents or more, not -1'],
  ['surge', 'countMin', 0.5, 'countMin', 'must be a whole number of incidents, not 0.5'],
  [
    'surge',
    'countMin',
    1000000000,
    'countMin',
    'must be 10000000 incidents or less, not 1000000000'
  ],
  ['near-repeat', 'genericActors', [1], 'genericActors.0', 'must be a text'],
  [
    'repeat-victimisation',
    'settlementsMin',
    -1,
    'settlementsMin',
    'must be 2 settlements or more, not -1'
  ],
  [
    'repeat-victimisation',
    'settlementsMin',
    1000000000,
    'settlementsMin',
    'must be 10000000 settlements or less, not 1000000000'
  ],
  ['siege', 'ageDays', -1, 'ageDays', 'must be a list, such as [30,90,180,365]'],
  ['siege', 'ageDays', ['siege'], 'ageDays.0', 'must be a number'],
  ['supply-line-interdiction', 'hubs', -1, 'hubs', 'must be a list, such as []'],
  ['supply-line-interdiction', 'hubs', [1], 'hubs.0', 'must be a hub: {name, country, lat, lon}'],
  ['supply-line-interdiction', 'hubs', [{ absent: 'drill' }, 4], 'hubs.0.name', 'must be a name'],
  [
    'supply-line-interdiction',
    'hubs',
    [{ absent: 'drill' }, 4],
    'hubs.0.absent',
    'is not known here; there are name, country, admin1, lat, lon, corridors'
  ],
  [
    'supply-line-interdiction',
    'hubs',
    [{ absent: 'drill' }, 4],
    'hubs.0.lat',
    'must be degrees, -90 to 90'
  ],
  [
    'supply-line-interdiction',
    'nationalCapitals',
    -1,
    'nationalCapitals',
    'must be true or false, such as true'
  ],
  [
    'supply-line-interdiction',
    'hitTactics',
    -1,
    'hitTactics',
    'must be a list, such as ["road-block","convoy","fuel-blockade","other:road","other:bridge"]'
  ],
  [
    'supply-line-interdiction',
    'hitTactics',
    ['siege'],
    'hitTactics.0',
    'is not a tactic: siege; there are base-overrun, encirclement, aid-denied, movement-denied,'
  ],
  [
    'supply-line-interdiction',
    'hitTactics',
    ['sige', 'other:x', 'ied'],
    'hitTactics.0',
    'is not a tactic: sige; there are base-overrun, encirclement, aid-denied, movement-denied, '
  ],
  ['mass-casualty', 'steps', [], 'steps', 'must be rising numbers, at least one'],
  ['mass-casualty', 'steps', [0.5, -3], 'steps.0', 'must be 1 civilians or more, not 0.5'],
  [
    'new-actor',
    'credibilityMax',
    -1,
    'credibilityMax',
    'must be 1 Admiralty credibility or more, not -1'
  ],
  [
    'new-actor',
    'credibilityMax',
    7,
    'credibilityMax',
    'must be 5 Admiralty credibility or less, not 7'
  ],
  ['reporting-blackout', 'worsePatterns', -1, 'worsePatterns', 'must be a list, such as ["siege"]'],
  [
    'reporting-blackout',
    'worsePatterns',
    ['sige', 'other:x', 'ied'],
    'worsePatterns.0',
    'is not a pattern over incidents: sige; is siege meant?'
  ],
  [
    'reporting-blackout',
    'worsePatterns',
    ['sige', 'other:x', 'ied'],
    'worsePatterns.1',
    'is not a pattern over incidents: other:x; there are surge, sustained-threat'
  ],
  [
    'reporting-blackout',
    'worsePatterns',
    ['sige', 'other:x', 'ied'],
    'worsePatterns.2',
    'is not a pattern over incidents: ied; there are surge, sustained-threat'
  ],
  [
    'retaliation-watch',
    'holdingPatterns',
    -1,
    'holdingPatterns',
    'must be a list, such as ["siege","territory-lost"]'
  ],
  ['count', 'groupBy', -1, 'groupBy', 'must be a text, such as "theatre"'],
  [
    'count',
    'groupBy',
    '',
    'groupBy',
    'must be one of theatre, country, admin1, settlement, category, actor, target, source'
  ],
  ['count', 'window', -1, 'window', 'must be a text, such as "sliding"'],
  ['count', 'window', '', 'window', 'must be one of sliding, tumbling, session'],
  ['count', 'threshold', -1, 'threshold', 'must be 1 or more, not -1'],
  ['count', 'threshold', 1000000000, 'threshold', 'must be 10000000 or less, not 1000000000'],
  ['count', 'leave', 7, 'leave', 'must not be greater than the threshold: it would leave at once'],
  ['count', 'levels', [1], 'levels.0', 'must be a number greater than 3'],
  ['sum', 'field', -1, 'field', 'must be a text, such as "deaths.low"'],
  ['sum', 'field', '', 'field', 'must be one of deaths.low, deaths.best, deaths.high'],
  [
    'sequence',
    'steps',
    -1,
    'steps',
    'must be a list, such as ["category == \\"threat\\"",{"absent":"category == \\"access-restored'
  ],
  ['sequence', 'steps', [], 'steps', 'must be 1 to 8 steps'],
  [
    'sequence',
    'steps',
    [1],
    'steps.0',
    'must be a predicate, or {"absent": predicate} with "days" above 0 at the end'
  ],
  ['sequence', 'steps', ['siege'], 'steps', 'are one step only: a rule of one step is a count'],
  [
    'sequence',
    'steps',
    ['siege'],
    'steps.0',
    'can not be used, at character 1: Unknown variable: siege'
  ],
  [
    'sequence',
    'steps',
    ['sige', 'other:x', 'ied'],
    'steps.0',
    'can not be used, at character 1: Unknown variable: sige'
  ],
  [
    'sequence',
    'steps',
    ['sige', 'other:x', 'ied'],
    'steps.1',
    "can not be used, at character 6: Unexpected character: ':'"
  ],
  [
    'sequence',
    'steps',
    ['sige', 'other:x', 'ied'],
    'steps.2',
    'can not be used, at character 1: Unknown variable: ied'
  ],
  [
    'sequence',
    'steps',
    ['drill', { absent: 'drill', days: 3 }, 'dril'],
    'steps.1.days',
    'is only for an absence at the end; in the middle the next step ends it'
  ],
  [
    'sequence',
    'steps',
    ['drill', { absent: 'drill', days: 3 }, 'dril'],
    'steps.2',
    'can not be used, at character 1: Unknown variable: dril'
  ],
  [
    'all-of',
    'steps',
    -1,
    'steps',
    'must be a list, such as ["category == \\"threat\\"","category == \\"displacement\\""]'
  ],
  ['all-of', 'steps', [], 'steps', 'must be 1 to 8 predicates'],
  [
    'absence',
    'expected',
    -1,
    'expected',
    'must be a list, such as ["category == \\"access-restored\\""]'
  ],
  ['absence', 'expected', [], 'expected', 'must name at least one predicate'],
  ['findings-count', 'of', [1], 'of.0', 'must be the name of a pattern or the id of a rule']
])('%s: %s can not be %j', (id, name, value, path, detail) => {
  const faults = findParameterFaults(ruleDefinitions.get(id)!, { [name]: value } as never, patterns)
  const found = faults.map(fault => `${fault.path.join('.')} ${fault.detail}`)
  expect(found).toContainEqual(expect.stringContaining(`${path} ${detail}`))
})

it.each([...ruleDefinitions.values()])('$id accepts its own defaults', definition => {
  const usual = Object.entries(definition.parameters).map(([name, { default: value }]) => [
    name,
    value
  ])
  const stated = Object.fromEntries(usual) as never
  expect(findParameterFaults(definition, stated, patterns)).toEqual([])
})

it.each([...ruleDefinitions.values()])('$id has no parameter of another name', definition => {
  expect(findParameterFaults(definition, { windowDay: 7 }, patterns)).toMatchObject([
    { path: ['windowDay'] }
  ])
})
