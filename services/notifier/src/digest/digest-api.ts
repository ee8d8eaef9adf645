// OpenAPI texts of the weekly digest. The route is in digest-routes.ts.

import { atomMediaType } from '@tocsin/contracts/cap/atom-feed'
import { ref } from '@tocsin/contracts/openapi/json-schema'
import type { ApiDocs } from '@tocsin/contracts/openapi/operation'

const feedDoc = {
  tag: 'Streams',
  query: { theatre: 'Id of the theatre.' },
  headers: ['tocsin-cursor', 'if-none-match'],
  answers: {
    200: {
      description: 'The feed.',
      mediaType: atomMediaType,
      schema: { type: 'string' },
      headers: ['etag of an answer']
    },
    304: { description: 'The reader has it already.', headers: ['etag of an answer'] }
  },
  problems: ['log-unavailable', 'projection-behind', 'not-found', 'too-many', 'overloaded']
} as const

export const digestApi: ApiDocs = {
  'GET /v1/digest': {
    id: 'getDigest',
    tag: 'Alerts',
    summary: 'Areas well above their usual week',
    description:
      'Attacks by first-level area against the mean of the year before, with the chance of so many; what `surge` and `sustained-threat` find there; and the situations of rules with a budget. Of what the key may see, as it is known now. An attack counts on the first day that it may be of, once, in the area that its reports state; not if reports doubt it, or its dates span more than a week. Of a crowd as many count as the source with the most reports has, at most 100 a day and place.',
    query: {
      theatre: 'Id of the theatre.',
      week: 'A day of the week, which begins on Monday, UTC. Refused if it lies beyond the retention of the theatre and before all that is known. Omitted: the last week that ended.'
    },
    headers: ['tocsin-cursor'],
    answers: { 200: { description: 'The digest.', schema: ref('Digest') } },
    problems: ['log-unavailable', 'not-found', 'too-many', 'overloaded']
  },
  'GET /v1/digest.atom': {
    ...feedDoc,
    id: 'readDigestFeed',
    summary: 'Read an Atom feed of the digests of the last eight weeks',
    description: 'The newest first, each as plain text, of what is known now.'
  },
  'GET /v1/public/:address/digest.atom': {
    ...feedDoc,
    id: 'readPublicDigestFeed',
    summary: 'Read an Atom feed of the digests of what is public',
    description: 'Needs no key: whoever knows the address reads of public reports in its theatres.',
    path: { address: 'The address of a key, from `GET /v1/cap-address`.' }
  }
}
