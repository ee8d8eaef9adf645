// What rules says of its routes, for the OpenAPI document. The routes and their schemas are in rules-routes.ts.

import { ref } from '@tocsin/contracts/openapi/json-schema'
import type { ApiDocs } from '@tocsin/contracts/openapi/operation'
import { patterns } from '@tocsin/domain/pattern-catalogue'

const parameterNames = [...new Set([...patterns.values()].flatMap(({ parameters }) => Object.keys(parameters)))].sort()
const path = { id: 'Id of the rule: small letters, digits and hyphens.' }

export const rulesApi: ApiDocs = {
  'GET /v1/rules': {
    id: 'listRules',
    tag: 'Rules',
    summary: 'List the rules',
    answers: { 200: { description: 'All rules with their parameters.', schema: ref('RuleList') } }
  },
  'GET /v1/rules/:id': {
    id: 'getRule',
    tag: 'Rules',
    summary: 'Read a rule',
    path,
    answers: { 200: { description: 'The rule, with every parameter that is in force.', schema: ref('Rule') } }
  },
  'PUT /v1/rules/:id': {
    id: 'putRule',
    tag: 'Rules',
    summary: 'Declare or change a rule',
    description:
      'Past findings are looked at anew with the changed rule; what differs is published quietly. Parameters that are left out get the defaults of the pattern.',
    path,
    body: {
      example: { pattern: 'siege' },
      members: {
        pattern: { description: 'Name of a pattern.', enum: [...patterns.keys()] },
        parameters: {
          description: 'By name; the list of rules shows each with its unit and meaning.',
          propertyNames: { enum: parameterNames }
        }
      }
    },
    answers: { 200: { description: 'The rule as it now counts.', schema: ref('Rule'), headers: ['tocsin-cursor'] } },
    problems: ['log-unavailable', 'disk-full', 'action-refused', 'projection-behind']
  },
  'DELETE /v1/rules/:id': {
    id: 'deleteRule',
    tag: 'Rules',
    summary: 'Withdraw a rule',
    description: 'Its alerts are retracted, quietly.',
    path,
    answers: { 204: { description: 'The rule no longer counts.', headers: ['tocsin-cursor'] } },
    problems: ['log-unavailable', 'disk-full', 'projection-behind']
  }
}
