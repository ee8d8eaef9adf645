// Answers for operators and orchestrators.

import { type JsonSchema, oneOfWords, record, text, truth } from './json-schema.ts'

export const operationalSchemas: Readonly<Record<string, JsonSchema>> = {
  Alive: record('The process runs.', { alive: { type: 'boolean', const: true } }),
  ReadyReport: record('Whether requests may come, and what is missing.', {
    ready: truth(),
    phase: oneOfWords(['starting', 'serving', 'draining', 'closing']),
    log: text('`ok`, or since when the log does not answer, and why.'),
    checks: {
      description: 'By service, its checks: `ok`, or what is missing.',
      type: 'object',
      additionalProperties: { type: 'object', additionalProperties: { type: 'string' } }
    }
  })
}
