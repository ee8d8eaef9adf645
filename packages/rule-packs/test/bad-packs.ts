// Invalid packs. The line of each fault ends with `#!` if a comment can stand there; else its
// number is given.

import { badLists } from './bad-lists.ts'
import type { BadPack } from './bad-pack.ts'

/** A pack around one rule, which begins at line 5. */
const around = (rule: string) => `version: 1\nid: mine\ntitle: Mine\nrules:\n${rule}`
/** A valid rule with additional members. */
const rule = (more: string) => around(`  - id: one\n    pattern: siege\n${more}`)
const example = (more: string) =>
  rule(
    `    examples:\n      - name: it fires\n        until: 2025-02-01\n        expect: []\n        reports:\n${more}`
  )
const bytes = (...parts: readonly (string | number)[]) =>
  Buffer.concat(
    parts.map(part => (typeof part === 'string' ? Buffer.from(part) : Buffer.from([part])))
  )

export const badPacks: readonly BadPack[] = [
  ...badLists,
  // The file
  { why: 'nothing at all', text: '', line: 1, path: 'the pack', says: /must be a map of members/ },
  {
    why: 'a list',
    text: '- version: 1',
    line: 1,
    path: 'the pack',
    says: /must be a map of members/
  },
  {
    why: 'bytes that are not UTF-8',
    text: bytes('version: 1\nid: m\ntitle: "', 0xff, '"\n'),
    line: 3,
    path: 'the pack',
    says: /not UTF-8/
  },
  {
    why: 'too long a file',
    text: `# ${'x'.repeat(300_000)}`,
    line: 1,
    path: 'the pack',
    says: /the limit is 262144/
  },
  {
    why: 'a tab for an indent',
    text: 'version: 1\nrules:\n\t- id: one',
    line: 3,
    path: 'the pack',
    says: /tab/
  },
  {
    why: 'a list that does not end',
    text: around('  - [a, b'),
    line: 5,
    path: 'the pack',
    says: /not well-formed YAML/
  },
  {
    why: 'a quote that does not end',
    text: 'version: 1\ntitle: "Mine',
    line: 2,
    path: 'the pack',
    says: /not well-formed YAML/
  },
  {
    why: 'two documents',
    text: `${rule('')}\n---\nversion: 1`,
    line: 8,
    path: 'the pack',
    says: /second document/
  },
  {
    why: 'a member twice',
    text: 'version: 1\nid: a\nid: b #!\n',
    path: 'the pack',
    says: /names a member twice/
  },
  { why: 'a tag', text: 'version: 1\nid: !secret a #!\n', path: 'the pack', says: /has a tag/ },
  {
    why: 'an undefined anchor',
    text: 'version: 1\nid: *a #!\n',
    path: 'id',
    says: /is not defined before it/
  },
  {
    why: 'a map that contains itself',
    text: around('  - &a\n    id: one\n    parameters: *a #!'),
    path: 'rules[0].parameters',
    says: /infinite structure/
  },
  {
    why: 'anchors that expand to millions',
    text: `a: &a [x,x,x,x,x,x,x,x,x]\n${[...'bcdefgh'].map((name, i) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[i]}`).join(',')}]`).join('\n')}`,
    line: 5,
    path: 'e[1][2][7][3][7]',
    says: /more than 20000 values/
  },
  {
    why: 'lists within lists',
    text: `a: ${'['.repeat(40)}${']'.repeat(40)} #!`,
    path: `a${'[0]'.repeat(24)}`,
    says: /24 levels deep/
  },
  {
    why: 'lists within lists by the thousand',
    text: `a: ${'['.repeat(60_000)}`,
    line: 1,
    path: 'the pack',
    says: /nests more than 24 lists and maps$/
  },
  // The pack
  {
    why: 'no version',
    text: 'id: mine\ntitle: Mine\nrules: []',
    line: 1,
    path: 'the pack',
    says: /lacks version/
  },
  {
    why: 'another version',
    text: rule('').replace('version: 1', 'version: 2 #!'),
    path: 'version',
    says: /must be 1/
  },
  {
    why: 'an id with capitals',
    text: rule('').replace('id: mine', 'id: Mine #!'),
    path: 'id',
    says: /small letters, digits and hyphens/
  },
  {
    why: 'a title that is a list',
    text: rule('').replace('title: Mine', 'title: [Mine] #!'),
    path: 'title',
    says: /must be a text/
  },
  {
    why: 'no rules',
    text: 'version: 1\nid: mine\ntitle: Mine\nrules: [] #!',
    path: 'rules',
    says: /must not be empty/
  },
  {
    why: 'an unknown member',
    text: `${rule('')}ruless: [] #!`,
    path: 'ruless',
    says: /is unknown; allowed are version, id/
  },
  {
    why: 'a budget of nothing',
    text: `${rule('')}falseAlarmsPerYear: 0 #!`,
    path: 'falseAlarmsPerYear',
    says: /must be 0.1 or more/
  },
  {
    why: 'a prototype member name',
    text: `${rule('')}__proto__: {a: 1} #!`,
    path: '__proto__',
    says: /is unknown/
  },
  // The rule
  {
    why: 'a rule without a pattern',
    text: around('  - id: one #!'),
    path: 'rules[0]',
    says: /lacks pattern/
  },
  {
    why: 'a rule that is a text',
    text: around('  - siege #!'),
    path: 'rules[0]',
    says: /must be a map of members/
  },
  {
    why: 'an id twice',
    text: around(
      '  - {id: a, pattern: siege}\n  - {id: b, pattern: siege}\n  - {id: a, pattern: front} #!'
    ),
    path: 'rules[2].id',
    says: /already the id of rules\[0\]/
  },
  {
    why: 'an id that is a route',
    text: around('  - id: preview #!\n    pattern: siege\n'),
    path: 'rules[0].id',
    says: /a route has that name/
  },
  {
    why: 'an unknown pattern',
    text: around('  - id: one\n    pattern: weather #!'),
    path: 'rules[0].pattern',
    says: /not a pattern: weather; there are .*widening-arc/
  },
  {
    why: 'a pattern that is misspelt',
    text: around('  - id: one\n    pattern: seige #!'),
    path: 'rules[0].pattern',
    says: /is siege meant\?/
  },
  {
    why: 'enabled as a word',
    text: rule('    enabled: "yes" #!\n'),
    path: 'rules[0].enabled',
    says: /true or false/
  },
  {
    why: 'an unknown parameter',
    text: rule('    parameters:\n      weather: 3 #!\n'),
    path: 'rules[0].parameters.weather',
    says: /not a parameter of siege; there are criteriaMin/
  },
  {
    why: 'a parameter that is misspelt',
    text: rule('    parameters:\n      heldDay: 3 #!\n'),
    path: 'rules[0].parameters.heldDay',
    says: /is heldDays meant\?/
  },
  {
    why: 'a text for a number',
    text: rule('    parameters:\n      heldDays: seven #!\n'),
    path: 'rules[0].parameters.heldDays',
    says: /must be a number, such as 7/
  },
  {
    why: 'a number for a list',
    text: rule('    parameters:\n      ageDays: 30 #!\n'),
    path: 'rules[0].parameters.ageDays',
    says: /must be a list/
  },
  {
    why: 'a number below its range',
    text: rule('    parameters:\n      heldDays: -1 #!\n'),
    path: 'rules[0].parameters.heldDays',
    says: /0 days or more, not -1/
  },
  {
    why: 'a number above its range',
    text: rule('    parameters:\n      heldDays: 40000 #!\n'),
    path: 'rules[0].parameters.heldDays',
    says: /36500 days or less/
  },
  {
    why: 'a number without end',
    text: rule('    parameters:\n      heldDays: .inf #!\n'),
    path: 'rules[0].parameters.heldDays',
    says: /finite/
  },
  {
    why: 'an item of a list out of range',
    text: rule('    parameters:\n      ageDays:\n        - 30\n        - -5 #!\n'),
    path: 'rules[0].parameters.ageDays[1]',
    says: /0 days or more/
  },
  {
    why: 'half a source',
    text: rule('    parameters:\n      accessSourcesMin: 2.5 #!\n'),
    path: 'rules[0].parameters.accessSourcesMin',
    says: /whole number/
  },
  {
    why: 'a parameter in two places',
    text: rule('    parameters: {heldDays: 7}\n    resolve:\n      heldDays: 8 #!\n'),
    path: 'rules[0].resolve.heldDays',
    says: /already set in parameters/
  },
  {
    why: 'a malformed predicate',
    text: rule("    where: 'category ==' #!\n"),
    path: 'rules[0].where',
    says: /can not be used, at character/
  },
  {
    why: 'a predicate over an unknown field',
    text: rule('    where: \'weather == "rain"\' #!\n'),
    path: 'rules[0].where',
    says: /weather/
  },
  {
    why: 'a predicate that gives a number',
    text: rule("    where: 'size(actors)' #!\n"),
    path: 'rules[0].where',
    says: /true or false/
  },
  {
    why: 'a predicate of two kinds of value',
    text: rule("    where: 'category == 3' #!\n"),
    path: 'rules[0].where',
    says: /can not be used/
  },
  {
    why: 'too long a predicate',
    text: rule(`    where: '${'true && '.repeat(400)}true' #!\n`),
    path: 'rules[0].where',
    says: /longer than 2000/
  },
  {
    why: 'a predicate that is true or false already',
    text: rule('    where: true #!\n'),
    path: 'rules[0].where',
    says: /must be a text/
  },
  {
    why: 'an unknown group',
    text: rule('    groupBy: [weather] #!\n'),
    path: 'rules[0].groupBy[0]',
    says: /not a key: weather/
  },
  {
    why: 'a group twice',
    text: rule('    groupBy: [actor, actor] #!\n'),
    path: 'rules[0].groupBy[1]',
    says: /is listed twice/
  },
  {
    why: 'too many groups',
    text: rule('    groupBy: [actor, category, country, admin1] #!\n'),
    path: 'rules[0].groupBy',
    says: /more than 3 keys/
  },
  {
    why: 'an unknown severity',
    text: rule('    severities: [dire] #!\n'),
    path: 'rules[0].severities[0]',
    says: /minor, moderate, severe, extreme/
  },
  {
    why: 'a severity that falls',
    text: rule('    severities: [severe, minor] #!\n'),
    path: 'rules[0].severities[1]',
    says: /less than that of level 1/
  },
  {
    why: 'a headline with an open brace',
    text: rule("    headline: 'Siege of {group.settlement' #!\n"),
    path: 'rules[0].headline',
    says: /without its \}/
  },
  {
    why: 'a headline with an unknown name',
    text: rule("    headline: 'Siege of {place}' #!\n"),
    path: 'rules[0].headline',
    says: /names \{place\}, which is not known/
  },
  {
    why: 'too long a headline',
    text: rule(`    headline: '${'x'.repeat(301)}' #!\n`),
    path: 'rules[0].headline',
    says: /300 are the most/
  },
  {
    why: 'too long a title',
    text: rule(`    title: '${'x'.repeat(121)}' #!\n`),
    path: 'rules[0].title',
    says: /1 to 120 characters/
  },
  // Its examples
  {
    why: 'an example without an end',
    text: rule('    examples:\n      - name: a #!\n        reports: []\n        expect: []\n'),
    path: 'rules[0].examples[0]',
    says: /lacks until/
  },
  {
    why: 'a day that does not exist',
    text: example(
      '          - at: 2025-02-30 #!\n            category: blockade\n            location: {country: ML}\n'
    ),
    path: 'rules[0].examples[0].reports[0].at',
    says: /not a valid day/
  },
  {
    why: 'a day in another form',
    text: example(
      '          - at: 1/2/2025 #!\n            category: blockade\n            location: {country: ML}\n'
    ),
    path: 'rules[0].examples[0].reports[0].at',
    says: /write 2025-06-01/
  },
  {
    why: 'an end before its beginning',
    text: example(
      '          - at: 2025-01-05\n            to: 2025-01-04 #!\n            category: blockade\n            location: {country: ML}\n'
    ),
    path: 'rules[0].examples[0].reports[0].to',
    says: /before at/
  },
  {
    why: 'a report after the end',
    text: example(
      '          - at: 2025-03-05 #!\n            category: blockade\n            location: {country: ML}\n'
    ),
    path: 'rules[0].examples[0].reports[0].at',
    says: /after until/
  },
  {
    why: 'an unknown category',
    text: example(
      '          - at: 2025-01-05\n            category: weather #!\n            location: {country: ML}\n'
    ),
    path: 'rules[0].examples[0].reports[0].category',
    says: /not a category: weather/
  },
  {
    why: 'an unknown tactic in a report',
    text: example(
      '          - at: 2025-01-05\n            category: attack\n            tactics: [rain] #!\n            location: {country: ML}\n'
    ),
    path: 'rules[0].examples[0].reports[0].tactics[0]',
    says: /not a tactic: rain/
  },
  {
    why: 'a place without a country',
    text: example(
      '          - at: 2025-01-05\n            category: attack\n            location: {name: Diosso} #!\n'
    ),
    path: 'rules[0].examples[0].reports[0].location',
    says: /country or admin1/
  },
  {
    why: 'half of coordinates',
    text: example(
      '          - at: 2025-01-05\n            category: attack\n            location: {country: ML, lat: 14} #!\n'
    ),
    path: 'rules[0].examples[0].reports[0].location',
    says: /lat and lon/
  },
  {
    why: 'a place beyond the pole',
    text: example(
      '          - at: 2025-01-05\n            category: attack\n            location: {country: ML, lat: 91, lon: 0} #!\n'
    ),
    path: 'rules[0].examples[0].reports[0].location.lat',
    says: /90 or less/
  },
  {
    why: 'less than no deaths',
    text: example(
      '          - at: 2025-01-05\n            category: attack\n            fatalities: {low: -1} #!\n            location: {country: ML}\n'
    ),
    path: 'rules[0].examples[0].reports[0].fatalities.low',
    says: /0 or more/
  },
  // Rules over findings
  {
    why: 'a rule that reads itself',
    text: around('  - id: a\n    pattern: findings-count\n    parameters: {of: [a]} #!\n'),
    path: 'rules[0].parameters.of[0]',
    says: /a rule cannot read its own findings/
  },
  {
    why: 'two rules that read each other',
    text: around(
      '  - id: a\n    pattern: findings-count\n    parameters: {of: [b]} #!\n  - id: b\n    pattern: findings-sum\n    parameters: {of: [siege]}\n'
    ),
    path: 'rules[0].parameters.of[0]',
    says: /is a rule over findings: b/
  },
  {
    why: 'a rule that reads a pattern over findings',
    text: around(
      '  - id: a\n    pattern: findings-count\n    parameters: {of: [compound-crisis]} #!\n'
    ),
    path: 'rules[0].parameters.of[0]',
    says: /level 1/
  },
  {
    why: 'a predicate of incidents for a rule over findings',
    text: around("  - id: a\n    pattern: findings-count\n    where: 'true' #!\n"),
    path: 'rules[0].where',
    says: /reads what other rules find/
  },
  {
    why: 'a step that is not a predicate',
    text: around(
      "  - id: a\n    pattern: sequence\n    parameters:\n      steps: ['category == \"threat\"', 'weather'] #!\n"
    ),
    path: 'rules[0].parameters.steps[1]',
    says: /weather/
  }
]
