// Rules over HTTP: list, declare, withdraw, preview. A change is a record of the control log, which
// each theatre applies at its place in the theatre's own order. Decisions are made in
// rule-operations.ts.

import type { Principal } from '@tocsin/auth/access/principal'
import { getPrincipal } from '@tocsin/auth/sign-in/authentication'
import {
  dictionary,
  listOf,
  makeFormat,
  optional,
  readAs,
  strict,
  text,
  words
} from '@tocsin/contracts/format/format'
import { withoutKeywords } from '@tocsin/contracts/format/setting'
import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import { severities } from '@tocsin/contracts/theatre/severity'
import {
  groupKeys,
  type ParameterValue,
  type RuleVersion,
  ruleNotifies,
  ruleTheatresMax
} from '@tocsin/contracts/theatre/theatre-record'
import { ruleDefinitions } from '@tocsin/engine/rules/catalogue'
import {
  groupByMax,
  headlineLengthMax,
  severitiesMax,
  titleLengthMax
} from '@tocsin/engine/theatre/rule-check'
import { resolveParameters } from '@tocsin/engine/theatre/rule-set'
import { checkSameId } from '@tocsin/service/http/same-id'
import { positionHeader } from '@tocsin/service/projection/read-positions'
import { answer, createRouteAdder, writeProblems } from '@tocsin/service/route/definition'
import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import type { FoldAnswers, SeenStanding } from './fold-answers.ts'
import { parameterWords } from './parameter-words.ts'
import {
  nearMissListSchema,
  ruleListSchema,
  rulePreviewProgressSchema,
  rulePreviewSchema,
  ruleSchema,
  ruleVersionListSchema
} from './rule-answers.ts'
import {
  type PastVersion,
  type RuleAsk,
  RuleOperations,
  type RuleOperationsOptions
} from './rule-operations.ts'
import { asSeen } from './rule-reach.ts'

export interface RulesRoutesOptions extends RuleOperationsOptions {
  readonly answers: FoldAnswers
}

/** Maximum number of rules in one preview. */
const previewsMax = 50

const theatreText = text({ minLength: 1, maxLength: 128 })
const all = [...ruleDefinitions.values()]
const patternNames = all.map(({ id }) => id)
const parameterNames = [...new Set(all.flatMap(({ parameters }) => Object.keys(parameters)))].sort()
const patternShape = { description: 'Name of a pattern.', type: 'string', maxLength: 64 }
const parametersShape = {
  description: 'Parameters by name. The list of rules shows each with its unit and meaning.',
  ...{ type: 'object', maxProperties: 64 }
}

const ruleMembers = {
  // Unknown names are refused by code that suggests similar ones.
  pattern: readAs(makeFormat<string>(patternShape), { ...patternShape, enum: patternNames }),
  title: optional(text('For people.', { minLength: 1, maxLength: titleLengthMax })),
  parameters: optional(
    readAs(makeFormat<Readonly<Record<string, ParameterValue>>>(parametersShape), {
      ...parametersShape,
      propertyNames: { enum: parameterNames }
    })
  ),
  where: optional(
    text('A predicate in CEL over one incident, such as `country == "ML"`. Others are ignored.', {
      minLength: 1,
      maxLength: 4000
    })
  ),
  groupBy: optional(
    listOf(words(groupKeys), 'Attributes that split the groups further.', {
      minItems: 1,
      maxItems: groupByMax,
      uniqueItems: true
    })
  ),
  severities: optional(
    listOf(
      words(severities),
      'Of the levels 1, 2 and so on, never decreasing. The last one applies to all further levels.',
      { minItems: 1, maxItems: severitiesMax }
    )
  ),
  headline: optional(
    text(
      'A headline template with names in braces, such as `{group.settlement}: {measure.value} attacks`.',
      { minLength: 1, maxLength: headlineLengthMax }
    )
  ),
  notify: optional(
    words(
      ruleNotifies,
      '`quiet`: nobody is notified of its alerts. Lists, streams and feeds have them, with `describes`.'
    )
  ),
  theatres: optional(
    listOf(
      theatreText,
      'The theatres in which the rule runs. Omitted: all, including those declared later.',
      { minItems: 1, maxItems: ruleTheatresMax, uniqueItems: true }
    )
  ),
  budgets: optional(
    dictionary<number>({
      description:
        'Of a pattern with a budget: false alarms a year of some theatres, by theatre. Others have the parameter `budget`.',
      maxProperties: ruleTheatresMax,
      additionalProperties: { type: 'number' }
    })
  )
}
/** Read-only members that GET adds. A PUT may carry them; they are ignored. */
const toldMembers = [
  'ruleVersion',
  'inForce',
  'failing',
  'warming',
  'neededRetentionDays',
  'retainedTooShort',
  'namesNoRule',
  'by'
] as const
const ruleBody = strict({
  ...ruleMembers,
  ruleId: optional(makeFormat({ description: 'As in the path.', readOnly: true })),
  ...Object.fromEntries(toldMembers.map(name => [name, optional(makeFormat({ readOnly: true }))]))
})

const idText = (description?: string) =>
  text({
    ...(description === undefined ? {} : { description }),
    pattern: '^[a-z0-9][a-z0-9-]{0,63}$'
  })
const params = { id: idText('Id of the rule: lower-case letters, digits and hyphens.') }

const previewBody = strict({
  rules: listOf(
    // Their words are at the route that declares a rule.
    strict({
      id: idText(),
      ...withoutKeywords(ruleMembers, ['description']),
      pattern: optional(words(patternNames))
    }),
    'Rules after the change.',
    { minItems: 1, maxItems: previewsMax }
  ),
  theatres: optional(
    listOf(theatreText, 'The theatres to preview. Omitted: all that the key may see.', {
      minItems: 1,
      maxItems: 100
    })
  ),
  against: optional(
    words(
      ['in-force', 'nothing'],
      '`in-force`: the current alerts, also if left out. `nothing`: all alerts that these rules would have appear; each rule then needs a pattern.'
    )
  )
})

export function rulesRoutes(options: RulesRoutesOptions): FastifyPluginAsync {
  const { answers } = options
  const manage = ['rules:manage'] as const
  return async app => {
    const operations = new RuleOperations(options)
    const shownBeside = (
      rule: RuleVersion,
      standing: SeenStanding | undefined,
      principal: Principal
    ) => ({
      ...shown(rule, standing, principal),
      ...operations.computeRetention(principal, rule),
      namesNoRule: operations.namesNoRule(principal, rule)
    })
    const shownNow = async (rule: RuleVersion, principal: Principal) =>
      shownBeside(
        rule,
        (await answers.standings(principal, [rule.ruleId])).get(rule.ruleId),
        principal
      )
    const add = createRouteAdder(app, { tag: 'Rules', access: ['alerts:read', 'rules:manage'] })
    add({
      id: 'listRules',
      method: 'GET',
      path: '/v1/rules',
      summary: 'List rules',
      description:
        'Rules that run in a theatre of the key. Failures and warming are shown as far as the key may see.',
      answers: { 200: answer('The rules with their parameters.', ruleListSchema) },
      async handle(request) {
        const principal = getPrincipal(request)
        const rules = operations.rulesFor(principal)
        const standings = await answers.standings(
          principal,
          rules.map(({ ruleId }) => ruleId)
        )
        return {
          items: rules.map(rule => shownBeside(rule, standings.get(rule.ruleId), principal)),
          next: null
        }
      }
    })
    add({
      id: 'getRule',
      method: 'GET',
      path: '/v1/rules/:id',
      summary: 'Read a rule',
      params,
      answers: {
        200: answer('The rule with all its parameters, defaults included.', ruleSchema, 'etag')
      },
      async handle(request, reply) {
        const principal = getPrincipal(request)
        const rule = operations.known(principal, request.params.id)
        reply.header('etag', computeTag(rule))
        return shownNow(rule, principal)
      }
    })
    add({
      id: 'listNearMisses',
      method: 'GET',
      path: '/v1/rules/:id/near',
      summary: 'List near misses of a rule',
      description:
        'Groups that nearly fired: most of the required count, or one condition missing. Nearest first. For a key without full clearance the incidents that it may see are folded, one such query at a time.',
      params,
      answers: { 200: answer('The near misses.', nearMissListSchema) },
      async handle(request) {
        const principal = getPrincipal(request)
        const { ruleId } = operations.known(principal, request.params.id)
        return answers.near(principal, ruleId, () => isGone(request))
      }
    })
    add({
      id: 'listRuleVersions',
      method: 'GET',
      path: '/v1/rules/:id/versions',
      summary: 'List versions of a rule',
      description:
        'The versions that were declared, newest first, with their authors; the newest 100. A PUT of an older one restores it. A version is left out if it, or the one before it, ran in a theatre of other keys.',
      params,
      answers: { 200: answer('The versions.', ruleVersionListSchema) },
      async handle(request) {
        const principal = getPrincipal(request)
        const versions = operations.listVersions(principal, request.params.id)
        return { items: versions.map(each => shownVersion(principal, each)), next: null }
      }
    })
    add({
      id: 'putRule',
      method: 'PUT',
      path: '/v1/rules/:id',
      access: manage,
      summary: 'Declare or change a rule',
      description:
        'All retained reports are folded again with the changed rule, and differences are published quietly. Omitted members get the defaults of the pattern. An identical rule changes nothing. Needs a key for every theatre of the rule before and after the change, cleared for every handling. `action-refused`: a rule of other theatres has the id; a theatre retains less than the rule looks back, and 90 days; or a rule over findings would name what no rule answers.',
      params,
      headers: ['if-match of a rule'],
      body: ruleBody,
      example: { pattern: 'siege' },
      answers: {
        200: answer('The rule after the change.', ruleSchema, 'tocsin-cursor', 'etag')
      },
      problems: [...writeProblems, 'action-refused', 'precondition-required'],
      async handle(request, reply) {
        const principal = getPrincipal(request)
        const seen = versionSeen(request.headers['if-match'])
        const { id } = request.params
        const asked = readAsk(id, request.body)
        const { rule, cursor } = await operations.put(principal, id, asked, seen)
        if (cursor !== null) reply.header(positionHeader, cursor)
        reply.header('etag', computeTag(rule))
        return shownNow(rule, principal)
      }
    })
    add({
      id: 'deleteRule',
      method: 'DELETE',
      path: '/v1/rules/:id',
      access: manage,
      summary: 'Withdraw a rule',
      description:
        'Its alerts are retracted quietly. Needs the same key as a change. Refused while a rule over findings names it and no other rule answers.',
      params,
      headers: ['if-match of a rule'],
      answers: { 204: answer('The rule is withdrawn.', undefined, 'tocsin-cursor') },
      problems: [...writeProblems, 'action-refused', 'precondition-required'],
      async handle(request, reply) {
        const seen = versionSeen(request.headers['if-match'])
        const cursor = await operations.delete(getPrincipal(request), request.params.id, seen)
        return reply.header(positionHeader, cursor).code(204).send()
      }
    })
    add({
      id: 'previewRules',
      method: 'POST',
      path: '/v1/rules/preview',
      access: manage,
      summary: 'Preview a change of rules',
      description:
        'Folds all retained reports with the rules in the body and compares with the current alerts. Nothing is published or changed. A rule without a pattern is previewed as deleted. For a key without full clearance both sides are folded from what it may see. One preview runs at a time, for at most 30 s; it ends when the client leaves or the key asks for another.',
      body: previewBody,
      example: { rules: [{ id: 'siege', pattern: 'siege', parameters: { heldDays: 14 } }] },
      answers: { 200: answer('The differences by theatre.', rulePreviewSchema) },
      problems: ['action-refused'],
      async handle(request) {
        return answers.preview(getPrincipal(request), request.body, () => isGone(request))
      }
    })
    add({
      id: 'getRulePreviewProgress',
      method: 'GET',
      path: '/v1/rules/preview',
      access: manage,
      summary: 'Ask how far a preview is',
      description: 'Of the preview that this key waits for.',
      answers: { 200: answer('How far it is, or null.', rulePreviewProgressSchema) },
      async handle(request) {
        return { preview: await answers.previewing(getPrincipal(request)) }
      }
    })
  }
}

/**
 * The rule of a request without the members that GET adds. Throws `body-invalid` if the body names
 * another rule than the path.
 */
function readAsk(id: string, body: RuleAsk & { readonly ruleId?: unknown }): RuleAsk {
  checkSameId(id, body.ruleId, 'ruleId')
  return Object.fromEntries(
    Object.entries(body).filter(([name]) => Object.hasOwn(ruleMembers, name))
  ) as unknown as RuleAsk
}

/** The version in If-Match, quoted or not; null without the header. Throws `header-invalid`. */
function versionSeen(header: string | undefined): number | null {
  if (header === undefined) return null
  const version = /^(?:"(\d{1,15})"|(\d{1,15}))$/.exec(header.trim())
  if (version) return Number(version[1] ?? version[2])
  const errors = [{ pointer: 'if-match', detail: 'must be one version of a rule, such as "3"' }]
  throw new ProblemError('header-invalid', 'If-Match must be one version of a rule, such as "3".', {
    errors
  })
}

/** The entity tag that If-Match takes. */
function computeTag({ ruleVersion }: RuleVersion): string {
  return `"${ruleVersion}"`
}

function isGone({ raw }: FastifyRequest): boolean {
  return raw.socket?.destroyed === true
}

function shownVersion(principal: Principal, { at, by, rule }: PastVersion) {
  const { ruleId: _, ruleVersion, ...declared } = asSeen(principal, rule)
  return { ruleVersion, at, by, rule: declared }
}

/**
 * A rule with all parameters in force, their meaning and its status, reduced to what the principal
 * may see.
 */
function shown(rule: RuleVersion, standing: SeenStanding | undefined, principal: Principal) {
  return {
    ...asSeen(principal, rule),
    inForce: listParametersInForce(rule),
    failing: standing?.failing ?? { count: 0, lastMessage: null },
    warming: standing?.warming ?? []
  }
}

/** Empty for a pattern of another version. */
function listParametersInForce({ pattern, parameters }: RuleVersion) {
  const definition = ruleDefinitions.get(pattern)
  if (definition === undefined) return []
  const inForce = resolveParameters(definition, parameters)
  return Object.entries(definition.parameters).map(([name, { unit, meaning, source }]) => ({
    ...{ name, value: inForce[name], unit, meaning, source },
    ...parameterWords(pattern, { name, unit, meaning })
  }))
}
