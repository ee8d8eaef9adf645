// The rules routes in the OpenAPI document. The routes and their schemas are in rules-routes.ts.

import { ref } from '@tocsin/contracts/openapi/json-schema'
import type { ApiDocs } from '@tocsin/contracts/openapi/operation'
import { compoundPatterns } from '@tocsin/domain/patterns/compound-catalogue'
import { patterns } from '@tocsin/domain/patterns/pattern-catalogue'

const all = [...patterns.values(), ...compoundPatterns.values()]
const names = all.map(({ id }) => id)
const parameterNames = [...new Set(all.flatMap(({ parameters }) => Object.keys(parameters)))].sort()
const ruleMembers = {
  pattern: { description: 'Name of a pattern.', enum: names },
  parameters: {
    description: 'By name; the list of rules shows each with its unit and meaning.',
    propertyNames: { enum: parameterNames }
  },
  title: { description: 'For people.' },
  where: { description: 'A predicate in CEL over one incident, such as `country == "ML"`: other incidents are not looked at.' },
  groupBy: { description: 'What splits the groups of the pattern further.' },
  severities: {
    description: 'Severities of the levels 1, 2, and so on, none less than the one before; the last holds for all further levels.'
  },
  headline: { description: 'A headline with names in braces, such as `{group.settlement}: {measure.value} attacks`.' },
  theatres: { description: 'The theatres that it belongs to. Left out: all, those that come later among them.' }
}
/** Members that GET adds. */
const told = { description: 'As GET answers it; changes nothing.' }
const putMembers = {
  ...ruleMembers,
  ruleId: { description: 'As in the path, where it is sent.' },
  ruleVersion: told,
  inForce: told,
  failing: told,
  warming: told,
  by: told
}
const path = { id: 'Id of the rule: small letters, digits and hyphens.' }

export const rulesApi: ApiDocs = {
  'GET /v1/rules': {
    id: 'listRules',
    tag: 'Rules',
    summary: 'List the rules',
    description:
      'Those that concern a theatre of the key. What is said of failures and of warming rests on what the key may see.',
    answers: { 200: { description: 'The rules with their parameters.', schema: ref('RuleList') } },
    problems: ['overloaded']
  },
  'GET /v1/rules/:id': {
    id: 'getRule',
    tag: 'Rules',
    summary: 'Read a rule',
    path,
    answers: { 200: { description: 'The rule, with every parameter that is in force.', schema: ref('Rule'), headers: ['etag'] } },
    problems: ['overloaded']
  },
  'GET /v1/rules/:id/near': {
    id: 'listNearMisses',
    tag: 'Rules',
    summary: 'See what nearly fired',
    description:
      'What has most of what the rule asks for, or lacks one condition, in the theatres that this instance folds; the nearest first. For a key that may not see all, what it may see is folded anew, one such question at a time.',
    path,
    answers: { 200: { description: 'What comes near.', schema: ref('NearMissList') } },
    problems: ['overloaded']
  },
  'PUT /v1/rules/:id': {
    id: 'putRule',
    tag: 'Rules',
    summary: 'Declare or change a rule',
    description:
      'Past findings are looked at anew with the changed rule; what differs is published quietly. What is left out gets the defaults of the pattern. The same again changes nothing: then the answer has no cursor. Needs a key that holds every theatre of the rule, as it was and as it will be, and is cleared for every handling. A name that is taken by a rule of other theatres is refused.',
    path,
    headers: ['if-match of a rule'],
    body: {
      example: { pattern: 'siege' },
      members: putMembers
    },
    answers: { 200: { description: 'The rule as it now counts.', schema: ref('Rule'), headers: ['tocsin-cursor', 'etag'] } },
    problems: ['overloaded', 'log-unavailable', 'disk-full', 'action-refused', 'projection-behind', 'precondition-required']
  },
  'DELETE /v1/rules/:id': {
    id: 'deleteRule',
    tag: 'Rules',
    summary: 'Withdraw a rule',
    description: 'Its alerts are retracted, quietly. Needs a key as for a change.',
    path,
    headers: ['if-match of a rule'],
    answers: { 204: { description: 'The rule no longer counts.', headers: ['tocsin-cursor'] } },
    problems: ['log-unavailable', 'disk-full', 'action-refused', 'projection-behind', 'precondition-required']
  },
  'POST /v1/rules/preview': {
    id: 'previewRules',
    tag: 'Rules',
    summary: 'See what a change of rules would do',
    description:
      'The rules as they are sent fold all that is retained, beside the theatres; what they find is matched with the alerts that stand. Nothing is published and nothing changes. A rule without a pattern is one that would be withdrawn. For a key that may not see all, both are folded from what it may see. One preview at a time.',
    body: {
      example: { rules: [{ id: 'siege', pattern: 'siege', parameters: { heldDays: 14 } }] },
      members: {
        rules: { description: 'Rules as they would be.' },
        theatres: { description: 'Those that are looked at. Left out: all that the key may see.' }
      }
    },
    answers: { 200: { description: 'The differences, theatre by theatre.', schema: ref('RulePreview') } },
    problems: ['too-many', 'overloaded', 'not-found']
  }
}
