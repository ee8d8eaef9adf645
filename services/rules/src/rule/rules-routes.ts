// Rules over HTTP: list, declare, withdraw, preview. A change is a record of the control log, which
// each theatre applies at its place in the theatre's own order. Decisions are made in
// rule-operations.ts.

import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import { severities } from '@tocsin/contracts/theatre/severity'
import {
  groupKeys,
  type RuleVersion,
  ruleNotifies,
  ruleTheatresMax
} from '@tocsin/contracts/theatre/theatre-record'
import { ruleDefinitions } from '@tocsin/engine/rules/catalogue'
import type { PreviewBase } from '@tocsin/engine/theatre/preview'
import {
  groupByMax,
  headlineLengthMax,
  severitiesMax,
  titleLengthMax
} from '@tocsin/engine/theatre/rule-check'
import { resolveParameters } from '@tocsin/engine/theatre/rule-set'
import type { Principal } from '@tocsin/service-kit/access/principal'
import { principalOf } from '@tocsin/service-kit/sign-in/authentication'
import '@tocsin/service-kit/sign-in/fastify-augmentation'
import { checkSameId } from '@tocsin/service-kit/http/same-id'
import { positionHeader } from '@tocsin/service-kit/projection/read-positions'
import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import type { FoldAnswers, PreviewBody, SeenStanding } from './fold-answers.ts'
import { parameterWords } from './parameter-words.ts'
import {
  type PastVersion,
  type RuleAsk,
  RuleOperations,
  type RuleOperationsOptions
} from './rule-operations.ts'
import { asSeen } from './rule-reach.ts'

export interface RulesRoutesOptions extends Omit<RuleOperationsOptions, 'takeKept'> {
  readonly answers: FoldAnswers
}

/** Maximum number of rules in one preview. */
const previewsMax = 50

const ruleMembers = {
  pattern: { type: 'string', maxLength: 64 },
  title: { type: 'string', minLength: 1, maxLength: titleLengthMax },
  parameters: { type: 'object', maxProperties: 64 },
  where: { type: 'string', minLength: 1, maxLength: 4000 },
  groupBy: {
    type: 'array',
    minItems: 1,
    maxItems: groupByMax,
    uniqueItems: true,
    items: { enum: [...groupKeys] }
  },
  severities: {
    type: 'array',
    minItems: 1,
    maxItems: severitiesMax,
    items: { enum: [...severities] }
  },
  headline: { type: 'string', minLength: 1, maxLength: headlineLengthMax },
  notify: { enum: [...ruleNotifies] },
  theatres: {
    type: 'array',
    minItems: 1,
    maxItems: ruleTheatresMax,
    uniqueItems: true,
    items: { type: 'string', minLength: 1, maxLength: 128 }
  },
  budgets: {
    type: 'object',
    maxProperties: ruleTheatresMax,
    additionalProperties: { type: 'number' }
  }
} as const
/** Read-only members that GET adds. A PUT may carry them; they are ignored. */
const toldMembers = [
  'ruleId',
  'ruleVersion',
  'inForce',
  'failing',
  'warming',
  'neededRetentionDays',
  'retainedTooShort',
  'namesNoRule',
  'by'
] as const
const ruleBody = {
  type: 'object',
  additionalProperties: false,
  required: ['pattern'],
  properties: {
    ...ruleMembers,
    ...Object.fromEntries(toldMembers.map(name => [name, { readOnly: true }]))
  }
} as const

const idText = { type: 'string', pattern: '^[a-z0-9][a-z0-9-]{0,63}$' } as const
const ruleId = { type: 'object', properties: { id: idText }, required: ['id'] } as const

const patternNames = [...ruleDefinitions.keys()]
const previewBody = {
  type: 'object',
  additionalProperties: false,
  required: ['rules'],
  properties: {
    rules: {
      type: 'array',
      minItems: 1,
      maxItems: previewsMax,
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['id'],
        properties: { id: idText, ...ruleMembers, pattern: { enum: patternNames } }
      }
    },
    theatres: {
      type: 'array',
      minItems: 1,
      maxItems: 100,
      items: { type: 'string', minLength: 1, maxLength: 128 }
    },
    against: { enum: ['in-force', 'nothing'] satisfies PreviewBase[] }
  }
} as const

export function rulesRoutes(options: RulesRoutesOptions): FastifyPluginAsync {
  const { answers } = options
  const readers = { access: ['alerts:read', 'rules:manage'] } as const
  const managers = { access: ['rules:manage'] } as const
  return async app => {
    const operations = new RuleOperations({ ...options, takeKept: app.keptRecords.take })
    const shownBeside = (
      rule: RuleVersion,
      standing: SeenStanding | undefined,
      principal: Principal
    ) => ({
      ...shown(rule, standing, principal),
      ...operations.retentionOf(principal, rule),
      namesNoRule: operations.namesNoRule(principal, rule)
    })
    const shownNow = async (rule: RuleVersion, principal: Principal) =>
      shownBeside(
        rule,
        (await answers.standings(principal, [rule.ruleId])).get(rule.ruleId),
        principal
      )
    app.get('/v1/rules', { config: readers }, async request => {
      const principal = principalOf(request)
      const rules = operations.rulesFor(principal)
      const standings = await answers.standings(
        principal,
        rules.map(({ ruleId }) => ruleId)
      )
      return {
        items: rules.map(rule => shownBeside(rule, standings.get(rule.ruleId), principal)),
        next: null
      }
    })
    app.get<{ Params: { id: string } }>(
      '/v1/rules/:id',
      { config: readers, schema: { params: ruleId } },
      async (request, reply) => {
        const principal = principalOf(request)
        const rule = operations.known(principal, request.params.id)
        reply.header('etag', tagOf(rule))
        return shownNow(rule, principal)
      }
    )
    app.get<{ Params: { id: string } }>(
      '/v1/rules/:id/near',
      { config: readers, schema: { params: ruleId } },
      async request =>
        answers.near(
          principalOf(request),
          operations.known(principalOf(request), request.params.id).ruleId,
          () => isGone(request)
        )
    )
    app.get<{ Params: { id: string } }>(
      '/v1/rules/:id/versions',
      { config: readers, schema: { params: ruleId } },
      async request => {
        const principal = principalOf(request)
        const versions = operations.versionsOf(principal, request.params.id)
        return { items: versions.map(each => shownVersion(principal, each)), next: null }
      }
    )
    app.put<{ Params: { id: string }; Body: RuleAsk }>(
      '/v1/rules/:id',
      { config: managers, schema: { params: ruleId, body: ruleBody } },
      async (request, reply) => {
        const principal = principalOf(request)
        const seen = versionSeen(request.headers['if-match'])
        const { rule, cursor } = await operations.put(
          principal,
          request.params.id,
          askOf(request.params.id, request.body),
          seen
        )
        if (cursor !== null) reply.header(positionHeader, cursor)
        reply.header('etag', tagOf(rule))
        return shownNow(rule, principal)
      }
    )
    app.delete<{ Params: { id: string } }>(
      '/v1/rules/:id',
      { config: managers, schema: { params: ruleId } },
      async (request, reply) => {
        const seen = versionSeen(request.headers['if-match'])
        reply.header(
          positionHeader,
          await operations.delete(principalOf(request), request.params.id, seen)
        )
        return reply.code(204).send()
      }
    )
    app.post<{ Body: PreviewBody }>(
      '/v1/rules/preview',
      { config: managers, schema: { body: previewBody } },
      async request => answers.preview(principalOf(request), request.body, () => isGone(request))
    )
    app.get('/v1/rules/preview', { config: managers }, async request => ({
      preview: await answers.previewing(principalOf(request))
    }))
  }
}

/**
 * The rule of a request without the members that GET adds. Throws `body-invalid` if the body names
 * another rule than the path.
 */
function askOf(id: string, body: RuleAsk & { readonly ruleId?: unknown }): RuleAsk {
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
function tagOf({ ruleVersion }: RuleVersion): string {
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
