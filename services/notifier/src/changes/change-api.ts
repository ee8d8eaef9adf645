// OpenAPI texts of waiting for changes. The route is in change-routes.ts.

import { ref } from '@tocsin/contracts/openapi/json-schema'
import type { ApiDocs } from '@tocsin/contracts/openapi/operation'

export const changeApi: ApiDocs = {
  'GET /v1/changes': {
    id: 'waitForChanges',
    tag: 'Subscriptions',
    summary: 'Wait until silences or watches change',
    description:
      'Answers when the list is not what `seen` says, or `wait` is over. It is about what the key is shown: a silence or a watch that it may not know of ends no wait. What changes by time alone, such as the end of a silence, and counts of alerts, do not either.',
    query: {
      of: 'Which list.',
      seen: 'As the answer before said it. Left out: nothing was seen, and the answer comes at once.',
      wait: 'For so long at most, seconds.'
    },
    headers: ['tocsin-cursor'],
    answers: { 200: { description: 'What there is now.', schema: ref('Changes') } },
    problems: ['too-many', 'projection-behind']
  }
}
