// Answers for operators and orchestrators.

import { type JsonSchema, record, text, truth, words } from './json-schema.ts'

export const operationalSchemas: Readonly<Record<string, JsonSchema>> = {
  Alive: record('The process runs.', { alive: { type: 'boolean', const: true } }),
  ReadyReport: record('Readiness, and what is missing.', {
    ready: truth(),
    phase: words(['starting', 'serving', 'draining', 'closing']),
    log: text('`ok`, or since when the log has not answered, and why.'),
    checks: {
      description: 'The checks of each service: `ok`, or what is missing.',
      type: 'object',
      additionalProperties: { type: 'object', additionalProperties: { type: 'string' } }
    }
  })
}
