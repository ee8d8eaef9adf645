// Answers about rules.

import { type JsonSchema, listOf, pageOf, record, ref, text } from '../json-schema.ts'

const parameterValue = {
  anyOf: [{ type: 'number' }, { type: 'string' }, { type: 'boolean' }, { type: 'array', items: { type: 'number' } }]
}

export const ruleSchemas: Readonly<Record<string, JsonSchema>> = {
  Rule: record('A rule: a pattern with its parameters.', {
    ruleId: text(),
    ruleVersion: { description: 'Rises with each change.', type: 'integer', minimum: 1 },
    pattern: text(),
    parameters: {
      description: 'Those that were given; the rest are the defaults of the pattern.',
      type: 'object',
      additionalProperties: parameterValue
    },
    inForce: listOf(
      record('A parameter with the value that counts.', {
        name: text(),
        value: parameterValue,
        unit: text(),
        meaning: text(),
        source: text('Where the default comes from.')
      }),
      'Every parameter of the pattern.'
    )
  }),
  RuleList: pageOf(ref('Rule'), 'All rules.')
}
