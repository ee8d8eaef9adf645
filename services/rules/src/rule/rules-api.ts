// The rules routes in the OpenAPI document. The routes and their schemas are in rules-routes.ts.

import { ref } from '@tocsin/contracts/openapi/json-schema'
import type { ApiDocs } from '@tocsin/contracts/openapi/operation'
import { ruleDefinitions } from '@tocsin/engine/rules/catalogue'

const all = [...ruleDefinitions.values()]
const names = all.map(({ id }) => id)
const parameterNames = [...new Set(all.flatMap(({ parameters }) => Object.keys(parameters)))].sort()
const ruleMembers = {
  pattern: { description: 'Name of a pattern.', enum: names },
  parameters: {
    description: 'Parameters by name. The list of rules shows each with its unit and meaning.',
    propertyNames: { enum: parameterNames }
  },
  title: { description: 'For people.' },
  where: {
    description:
      'A predicate in CEL over one incident, such as `country == "ML"`. Others are ignored.'
  },
  groupBy: { description: 'Attributes that split the groups further.' },
  severities: {
    description:
      'Of the levels 1, 2 and so on, never decreasing. The last one applies to all further levels.'
  },
  headline: {
    description:
      'A headline template with names in braces, such as `{group.settlement}: {measure.value} attacks`.'
  },
  notify: {
    description:
      '`quiet`: nobody is notified of its alerts. Lists, streams and feeds have them, with `describes`.'
  },
  theatres: {
    description:
      'The theatres in which the rule runs. Omitted: all, including those declared later.'
  },
  budgets: {
    description:
      'Of a pattern with a budget: false alarms a year of some theatres, by theatre. Others have the parameter `budget`.'
  }
}
const putMembers = { ...ruleMembers, ruleId: { description: 'As in the path.' } }
const path = { id: 'Id of the rule: lower-case letters, digits and hyphens.' }

export const rulesApi: ApiDocs = {
  'GET /v1/rules': {
    id: 'listRules',
    tag: 'Rules',
    summary: 'List rules',
    description:
      'Rules that run in a theatre of the key. Failures and warming are shown as far as the key may see.',
    answers: { 200: { description: 'The rules with their parameters.', schema: ref('RuleList') } },
    problems: ['overloaded']
  },
  'GET /v1/rules/:id': {
    id: 'getRule',
    tag: 'Rules',
    summary: 'Read a rule',
    path,
    answers: {
      200: {
        description: 'The rule with all its parameters, defaults included.',
        schema: ref('Rule'),
        headers: ['etag']
      }
    },
    problems: ['overloaded']
  },
  'GET /v1/rules/:id/near': {
    id: 'listNearMisses',
    tag: 'Rules',
    summary: 'List near misses of a rule',
    description:
      'Groups that nearly fired: most of the required count, or one condition missing. Nearest first. For a key without full clearance the incidents that it may see are folded, one such query at a time.',
    path,
    answers: { 200: { description: 'The near misses.', schema: ref('NearMissList') } },
    problems: ['overloaded']
  },
  'GET /v1/rules/:id/versions': {
    id: 'listRuleVersions',
    tag: 'Rules',
    summary: 'List versions of a rule',
    description:
      'The versions that were declared, newest first, with their authors; the newest 100. A PUT of an older one restores it. A version is left out if it, or the one before it, ran in a theatre of other keys.',
    path,
    answers: { 200: { description: 'The versions.', schema: ref('RuleVersionList') } },
    problems: ['overloaded']
  },
  'PUT /v1/rules/:id': {
    id: 'putRule',
    tag: 'Rules',
    summary: 'Declare or change a rule',
    description:
      'All retained reports are folded again with the changed rule, and differences are published quietly. Omitted members get the defaults of the pattern. An identical rule changes nothing. Needs a key for every theatre of the rule before and after the change, cleared for every handling. `action-refused`: a rule of other theatres has the id; a theatre retains less than the rule looks back, and 90 days; or a rule over findings would name what no rule answers.',
    path,
    headers: ['if-match of a rule'],
    body: {
      example: { pattern: 'siege' },
      members: putMembers
    },
    answers: {
      200: {
        description: 'The rule after the change.',
        schema: ref('Rule'),
        headers: ['tocsin-cursor', 'etag']
      }
    },
    problems: [
      'overloaded',
      'log-unavailable',
      'disk-full',
      'action-refused',
      'projection-behind',
      'precondition-required'
    ]
  },
  'DELETE /v1/rules/:id': {
    id: 'deleteRule',
    tag: 'Rules',
    summary: 'Withdraw a rule',
    description:
      'Its alerts are retracted quietly. Needs the same key as a change. Refused while a rule over findings names it and no other rule answers.',
    path,
    headers: ['if-match of a rule'],
    answers: { 204: { description: 'The rule is withdrawn.', headers: ['tocsin-cursor'] } },
    problems: [
      'log-unavailable',
      'disk-full',
      'action-refused',
      'projection-behind',
      'precondition-required'
    ]
  },
  'POST /v1/rules/preview': {
    id: 'previewRules',
    tag: 'Rules',
    summary: 'Preview a change of rules',
    description:
      'Folds all retained reports with the rules in the body and compares with the current alerts. Nothing is published or changed. A rule without a pattern is previewed as deleted. For a key without full clearance both sides are folded from what it may see. One preview runs at a time, for at most 30 s; it ends when the client leaves or the key asks for another.',
    body: {
      example: { rules: [{ id: 'siege', pattern: 'siege', parameters: { heldDays: 14 } }] },
      members: {
        rules: { description: 'Rules after the change.' },
        theatres: { description: 'The theatres to preview. Omitted: all that the key may see.' },
        against: {
          description:
            '`in-force`: the current alerts, also if left out. `nothing`: all alerts that these rules would have appear; each rule then needs a pattern.'
        }
      }
    },
    answers: { 200: { description: 'The differences by theatre.', schema: ref('RulePreview') } },
    problems: ['too-many', 'overloaded', 'not-found', 'action-refused']
  },
  'GET /v1/rules/preview': {
    id: 'getRulePreviewProgress',
    tag: 'Rules',
    summary: 'Ask how far a preview is',
    description: 'Of the preview that this key waits for.',
    answers: {
      200: { description: 'How far it is, or null.', schema: ref('RulePreviewProgress') }
    },
    problems: ['overloaded']
  }
}
