// OpenAPI text of the preview of a policy, and of why one alert was told or not. The routes are in
// preview-routes.ts and alert-http/why-routes.ts.

import { filterBody } from '@tocsin/contracts/openapi/filter-schema'
import { ref } from '@tocsin/contracts/openapi/json-schema'
import type { ApiDocs } from '@tocsin/contracts/openapi/operation'
import { previewEventsMax, previewRepeatsMax } from './policy-preview.ts'

export const previewApi: ApiDocs = {
  'POST /v1/subscriptions/preview': {
    id: 'previewPolicy',
    tag: 'Subscriptions',
    summary: 'See what a policy would have told',
    description: `Plays a policy over the events of the last week that such a subscription would have got; changes nothing. Of a theatre that replays the week is that of its clock. Silences and watches are left out, and every telling arrives at once. At most the newest ${previewEventsMax.toLocaleString('en')} events are played: \`isWhole\` is false if there were more; of repeats the first ${previewRepeatsMax.toLocaleString('en')} (\`isRepeatsCut\`). Needs \`alerts:read\` or \`admin\` besides \`subscriptions:manage\`.`,
    body: {
      members: {
        policy: { description: 'As in a subscription; what is left out has its default.' },
        filter: filterBody,
        subscriptionId: {
          description:
            'Of a subscription that you would change: it is told what that one may see. Left out: what your key may see.'
        }
      },
      example: { policy: { minSeverity: 'severe' }, filter: { country: ['ML'] } }
    },
    answers: { 200: { description: 'What would have been told.', schema: ref('PolicyPreview') } },
    problems: ['projection-behind', 'too-many', 'overloaded']
  },
  'GET /v1/subscriptions/:id/why': {
    id: 'whyTold',
    tag: 'Subscriptions',
    summary: 'See why a subscription was told of an alert, or why not',
    description:
      'For who manages the subscription. An alert that the key may not see is treated as missing.',
    path: { id: 'Id of the subscription.' },
    query: { alertId: 'Id of the alert.' },
    headers: ['tocsin-cursor'],
    answers: {
      200: {
        description: 'How its newest event stands, or why none was planned.',
        schema: ref('WhyTold')
      }
    },
    problems: ['projection-behind']
  }
}
