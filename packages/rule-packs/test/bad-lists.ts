// Packs refused for a list among the parameters; the line of the fault ends with `#!`.

import type { BadPack } from './bad-pack.ts'

const around = (rule: string) => `version: 1\nid: mine\ntitle: Mine\nrules:\n${rule}`

export const badLists: readonly BadPack[] = [
  {
    why: 'a text in a list of numbers',
    text: around(
      '  - id: one\n    pattern: siege\n    parameters:\n      ageDays:\n        - 30\n        - ninety #!\n'
    ),
    path: 'rules[0].parameters.ageDays[1]',
    says: /must be a number$/
  },
  {
    why: 'a number in a list of words',
    text: around(
      '  - id: a\n    pattern: new-actor\n    parameters:\n      genericActors: [unknown, 3] #!\n'
    ),
    path: 'rules[0].parameters.genericActors[1]',
    says: /must be a text$/
  },
  {
    why: 'a number among rules whose findings count',
    text: around('  - id: a\n    pattern: findings-count\n    parameters: {of: [siege, 3]} #!\n'),
    path: 'rules[0].parameters.of[1]',
    says: /the name of a pattern or the id of a rule/
  },
  {
    why: 'an unknown tactic',
    text: around(
      '  - id: a\n    pattern: supply-line-interdiction\n    parameters: {hitTactics: [roadblock, other:toll]} #!\n'
    ),
    path: 'rules[0].parameters.hitTactics[0]',
    says: /is not a tactic: roadblock; is road-block meant\?/
  },
  {
    why: 'an unknown pattern in a list',
    text: around(
      '  - id: a\n    pattern: retaliation-watch\n    parameters: {holdingPatterns: [sieg]} #!\n'
    ),
    path: 'rules[0].parameters.holdingPatterns[0]',
    says: /is not a pattern over incidents: sieg; is siege meant\?/
  },
  ...(
    [
      ['a name', 'Bamako', [], /must be a hub/],
      [
        'no place',
        '{name: Bamako, country: ML, lat: 12.65}',
        ['lon'],
        /must be degrees, -180 to 180/
      ],
      [
        'a country in words',
        '{name: Bamako, country: Mali, lat: 12.65, lon: -8}',
        ['country'],
        /ISO 3166-1/
      ],
      [
        'a member too many',
        '{name: Bamako, country: ML, lat: 12.65, lon: -8, radius: 3}',
        ['radius'],
        /is not known here/
      ],
      [
        'a corridor without points',
        '{name: A, country: ML, lat: 1, lon: 1, corridors: [{name: N7}]}',
        ['corridors[0]'],
        /lacks a bearing or points/
      ],
      [
        'a corridor point beyond the pole',
        '{name: A, country: ML, lat: 1, lon: 1, corridors: [{name: N7, points: [[1, 1], [99, 1]]}]}',
        ['corridors[0].points[1]'],
        /must be \[lat, lon\]/
      ]
    ] as const
  ).map(([what, hub, member, says]) => ({
    why: `a hub of supply with ${what}`,
    text: around(
      `  - id: a\n    pattern: supply-line-interdiction\n    parameters:\n      hubs:\n        - ${hub} #!\n`
    ),
    path: ['rules[0].parameters.hubs[0]', ...member].join('.'),
    says
  }))
]
