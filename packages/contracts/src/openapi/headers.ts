// Headers of the HTTP interface by name, of requests and answers, each with its meaning, defined once.

import { reportEventType } from '../report/report-event.ts'
import type { JsonSchema } from './json-schema.ts'

export interface HeaderDoc {
  /** The name on the wire, if one header means different things to different routes. */
  readonly name?: string
  readonly description: string
  readonly schema: JsonSchema
  /** For requests: the header is required. */
  readonly required?: true
  readonly example?: string
}

export const requestHeaders: Readonly<Record<string, HeaderDoc>> = {
  'tocsin-cursor': {
    description:
      'The `tocsin-cursor` of an earlier answer: what it covers is waited for up to 2 s before the request is answered.',
    schema: { type: 'string', pattern: '^[A-Za-z0-9_-]+$' }
  },
  'idempotency-key': {
    description:
      'A name of your own choice for this request, 1 to 200 printable ASCII characters without spaces. Sent again with the same key, it counts once; another body under the same key is refused, and changes nothing. Keys are those of the API key that sends them. A report with an external id is named by that: with a key beside it, it is refused, and so is a stream with a key.',
    schema: { type: 'string', pattern: '^[\\x21-\\x7e]{1,200}$' },
    example: 'field-office-7/2025-06-01/3'
  },
  'if-match': {
    description: 'The `operatorRevision` of the alert that you have seen, such as `"1"` or `1`.',
    schema: { type: 'string', pattern: '^(?:"[0-9]{1,15}"|[0-9]{1,15})$' },
    required: true,
    example: '"1"'
  },
  'if-match of a rule': {
    name: 'if-match',
    description:
      'The `ruleVersion` that you have seen, such as `"3"` or `3`. Where another counts, nothing is changed. Without it a rule that is there is not changed either; one that is not there needs none, or 0.',
    schema: { type: 'string', pattern: '^(?:"[0-9]{1,15}"|[0-9]{1,15})$' },
    example: '"3"'
  },
  'if-match of an incident': {
    name: 'if-match',
    description:
      'The `revision` of the incident that you have seen, such as `"2"` or `2`. Where another one stands, nothing is done.',
    schema: { type: 'string', pattern: '^(?:"[0-9]{1,15}"|[0-9]{1,15})$' },
    example: '"2"'
  },
  'ce-specversion': {
    description: 'CloudEvents in binary mode: the body is the report, the event is in these headers. All four, or none of them.',
    schema: { type: 'string', enum: ['1.0'] }
  },
  'ce-type': { description: 'Of a CloudEvent in binary mode.', schema: { type: 'string', enum: [reportEventType] } },
  'ce-source': {
    description: 'Of a CloudEvent in binary mode.',
    schema: { type: 'string', pattern: '^[\\x21-\\x24\\x26-\\x7e]{1,200}$' }
  },
  'ce-id': {
    description: 'Of a CloudEvent in binary mode. With `ce-source` it names a report that has no external id.',
    schema: { type: 'string', pattern: '^[\\x21-\\x24\\x26-\\x7e]{1,200}$' }
  }
}

export const answerHeaders: Readonly<Record<string, HeaderDoc>> = {
  'tocsin-cursor': {
    description: 'Send it with a read, and the read shows at least what this request wrote.',
    schema: { type: 'string' }
  },
  location: { description: 'Where the new thing is.', schema: { type: 'string' } },
  etag: {
    description: 'The `operatorRevision` of the alert, or the `ruleVersion` of the rule, in quotes: what `If-Match` asks for.',
    schema: { type: 'string' }
  },
  'retry-after': { description: 'Seconds until it makes sense to ask again.', schema: { type: 'string', pattern: '^[0-9]+$' } },
  'ratelimit-policy': {
    description:
      'What the key may ask for, by policy: q in w seconds (draft-ietf-httpapi-ratelimit-headers). Left out where it has no limit.',
    schema: { type: 'string' }
  },
  ratelimit: {
    description: 'What is left of it: r, and t seconds until it is whole again. Counted by each process for itself.',
    schema: { type: 'string' }
  },
  'accept-encoding': { description: 'The compressions that are taken.', schema: { type: 'string' } },
  'www-authenticate': { description: 'How to say who you are.', schema: { type: 'string' } },
  'x-request-id': {
    description: 'Names the request: with it an operator finds the log lines.',
    schema: { type: 'string' }
  },
  'set-cookie': { description: 'The session.', schema: { type: 'string' } }
}
