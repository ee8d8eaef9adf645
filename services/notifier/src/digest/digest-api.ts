// OpenAPI texts of the weekly digest. The route is in digest-routes.ts.

import { ref } from '@tocsin/contracts/openapi/json-schema'
import type { ApiDocs } from '@tocsin/contracts/openapi/operation'

export const digestApi: ApiDocs = {
  'GET /v1/digest': {
    id: 'getDigest',
    tag: 'Alerts',
    summary: 'Areas well above their usual week',
    description:
      'Attacks by first-level area against the mean of the year before, with the chance of so many; what `surge` and `sustained-threat` find there; and the situations of rules with a budget. Of what the key may see, as it is known now. An attack counts on the first day that it may be of, once, in the area that its reports state; not if reports doubt it, or its dates span more than a week.',
    query: {
      theatre: 'Id of the theatre.',
      week: 'A day of the week, which begins on Monday, UTC. Omitted: the last week that ended.'
    },
    headers: ['tocsin-cursor'],
    answers: { 200: { description: 'The digest.', schema: ref('Digest') } },
    problems: ['log-unavailable', 'not-found', 'too-many', 'overloaded']
  }
}
