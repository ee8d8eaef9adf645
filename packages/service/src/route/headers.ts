// Headers of the HTTP interface by name, of requests and answers, each with its meaning, defined
// once.

import type { JsonSchema } from '@tocsin/contracts/format/format'
import { reportEventType } from '@tocsin/contracts/report/report-event'

export interface HeaderDoc {
  /** The name on the wire, if one header means different things to different routes. */
  readonly name?: string
  readonly description: string
  readonly schema: JsonSchema
  /** For requests: the header is required. */
  readonly required?: true
  readonly example?: string
}

const revisionSeen = { type: 'string', pattern: '^(?:"[0-9]{1,15}"|[0-9]{1,15})$' }

export const requestHeaders: Readonly<Record<string, HeaderDoc>> = {
  'tocsin-cursor': {
    description:
      'The `tocsin-cursor` of an earlier answer: the request waits up to 2 s until all that it covers is folded.',
    schema: { type: 'string', pattern: '^[A-Za-z0-9_-]+$' }
  },
  'idempotency-key': {
    description:
      'A client-chosen id of this request, 1 to 200 printable ASCII characters without spaces, unique per API key. A repeat counts once; another body under the same key is refused. Not for a report with an external id, nor for a stream.',
    schema: { type: 'string', pattern: '^[\\x21-\\x7e]{1,200}$' },
    example: 'field-office-7/2025-06-01/3'
  },
  'idempotency-key of an act': {
    name: 'idempotency-key',
    description:
      'A client-chosen id of this request, unique per API key: a repeat after a lost answer is answered as the first was, and does nothing again.',
    schema: { type: 'string', minLength: 1, maxLength: 256 },
    example: '7b1c0e6a-hand-over'
  },
  'if-match': {
    description: 'The `operatorRevision` of the alert that you have seen, such as `"1"` or `1`.',
    schema: revisionSeen,
    required: true,
    example: '"1"'
  },
  'if-match of a rule': {
    name: 'if-match',
    description:
      'The `ruleVersion` that you have seen. If it is not the current one, nothing is changed. Required for an existing rule.',
    schema: revisionSeen,
    example: '"3"'
  },
  'if-match of an incident': {
    name: 'if-match',
    description:
      'The `revision` of the incident that you have seen. If it is not the current one, nothing is done.',
    schema: revisionSeen,
    example: '"2"'
  },
  'if-match of a silenced alert': {
    name: 'if-match',
    description:
      'The `operatorRevision` of the alert that you have seen, for `alertId` alone. If it is not the current one, nothing is silenced.',
    schema: revisionSeen,
    example: '"1"'
  },
  'if-match of a version': {
    name: 'if-match',
    description: 'The `version` that you have seen. If it is not the current one, nothing is done.',
    schema: revisionSeen,
    example: '"2"'
  },
  'if-none-match': {
    description: 'The ETag of an earlier answer: 304 if nothing has changed since.',
    schema: { type: 'string' }
  },
  'ce-specversion': {
    description: 'CloudEvents in binary mode: the body is the report. All four headers or none.',
    schema: { type: 'string', enum: ['1.0'] }
  },
  'ce-type': {
    description: 'For a CloudEvent in binary mode.',
    schema: { type: 'string', enum: [reportEventType] }
  },
  'ce-source': {
    description: 'For a CloudEvent in binary mode.',
    schema: { type: 'string', pattern: '^[\\x21-\\x24\\x26-\\x7e]{1,200}$' }
  },
  'ce-id': {
    description: 'With `ce-source` it identifies a report without an external id.',
    schema: { type: 'string', pattern: '^[\\x21-\\x24\\x26-\\x7e]{1,200}$' }
  }
}

export const answerHeaders: Readonly<Record<string, HeaderDoc>> = {
  link: {
    description:
      'With `rel="next"`: the same request from `next` on. Left out if it would be very long.',
    schema: { type: 'string' }
  },
  'tocsin-age-seconds': {
    description:
      'How long ago, at most, this instance and the rules had folded all, s, in steps of 5.',
    schema: { type: 'string', pattern: '^[0-9]+$' }
  },
  'tocsin-canary-age-seconds': {
    description: 'The `canaryAgeSeconds` of a heartbeat; left out without a canary.',
    schema: { type: 'string', pattern: '^[0-9]+$' }
  },
  'tocsin-complete-record': {
    description: 'The `complete.record` of a heartbeat, on a page that ends where the log ends.',
    schema: { type: 'string', pattern: '^[0-9]+$' }
  },
  'tocsin-complete-time': {
    description: 'The `complete.time` of a heartbeat, on such a page.',
    schema: { type: 'string' }
  },
  'tocsin-epoch': {
    description: 'Identity of the log: another one after a restore of an older copy.',
    schema: { type: 'string', pattern: '^[0-9a-f]{8}$' }
  },
  'tocsin-cursor': {
    description: 'A read that sends it shows at least what this request wrote.',
    schema: { type: 'string' }
  },
  location: { description: 'The URL of the new resource.', schema: { type: 'string' } },
  etag: {
    description:
      'The `operatorRevision` of the alert, `ruleVersion` of the rule, or `version`, in quotes, as `If-Match` expects it.',
    schema: { type: 'string' }
  },
  'etag of an answer': {
    name: 'etag',
    description: 'Identifies these bytes, as `If-None-Match` expects it.',
    schema: { type: 'string' }
  },
  'cache-control of keys': {
    name: 'cache-control',
    description: 'How long the list may be kept.',
    schema: { type: 'string' }
  },
  'retry-after': {
    description: 'Seconds to wait before a retry.',
    schema: { type: 'string', pattern: '^[0-9]+$' }
  },
  'ratelimit-policy': {
    description:
      'Limits of the key by policy: q in w seconds (draft-ietf-httpapi-ratelimit-headers). Omitted without a limit.',
    schema: { type: 'string' }
  },
  ratelimit: {
    description:
      'The remaining amount r, and t seconds until it is fully restored. Counted by each process separately.',
    schema: { type: 'string' }
  },
  'accept-encoding': { description: 'The supported compressions.', schema: { type: 'string' } },
  'www-authenticate': { description: 'How to authenticate.', schema: { type: 'string' } },
  'x-request-id': {
    description: 'Identifies the request in the log.',
    schema: { type: 'string' }
  },
  'set-cookie': { description: 'The session.', schema: { type: 'string' } }
}

/** Headers of every authenticated answer that describe its limits. */
export const limitHeaders = ['ratelimit-policy', 'ratelimit']

/** The headers of an answer, by name on the wire, as references. */
export function buildHeaders(names: readonly string[]): JsonSchema {
  return Object.fromEntries(
    names.map(name => [
      findHeader(answerHeaders, name).name ?? name,
      { $ref: `#/components/headers/${formatComponentName(name)}` }
    ])
  )
}

export const headerComponents: Readonly<Record<string, JsonSchema>> = Object.fromEntries(
  Object.entries(answerHeaders).map(([name, { description, schema }]) => [
    formatComponentName(name),
    { description, schema }
  ])
)

export function findHeader(known: Readonly<Record<string, HeaderDoc>>, name: string): HeaderDoc {
  const found = known[name]
  if (found === undefined) throw new Error(`no header ${name} is described in headers.ts`)
  return found
}

/** `IfMatchOfARule` for `if-match of a rule`. */
export function formatComponentName(words: string): string {
  return words
    .split(/[^A-Za-z0-9]+/)
    .map(word => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`)
    .join('')
}
