// Rules over HTTP: list, declare, withdraw, preview. A change is a record of the control log; the theatres take it at its place in their own order.
// What is asked is decided at the desk.

import { ProblemError } from '@tocsin/contracts/problem-catalogue'
import { severities } from '@tocsin/domain/alert'
import { compoundPatterns } from '@tocsin/domain/compound-catalogue'
import { headlineLengthMax } from '@tocsin/domain/headline-template'
import { patterns } from '@tocsin/domain/pattern-catalogue'
import { groupByMax, parametersInForce, patternOf, severitiesMax, titleLengthMax } from '@tocsin/domain/rule-check'
import { groupKeys, type RuleVersion } from '@tocsin/domain/theatre-record'
import { principalOf } from '@tocsin/service-kit/authentication'
import '@tocsin/service-kit/fastify-augmentation'
import { mayReadTheatre, type Principal } from '@tocsin/service-kit/principal'
import type { FastifyPluginAsync } from 'fastify'
import { type PreviewDesk, previewsMax } from './preview-desk.ts'
import { type RuleAsk, RuleDesk, type RuleDeskOptions } from './rule-desk.ts'
import type { RuleStandings, Sees } from './rule-standings.ts'

export interface RulesRoutesOptions extends RuleDeskOptions {
  readonly standings: RuleStandings
  readonly preview: (desk: RuleDesk) => PreviewDesk
  readonly near: (ruleId: string, principal: Principal) => object
}

const ruleMembers = {
  pattern: { type: 'string', maxLength: 64 },
  title: { type: 'string', minLength: 1, maxLength: titleLengthMax },
  parameters: { type: 'object', maxProperties: 64 },
  where: { type: 'string', minLength: 1, maxLength: 4000 },
  groupBy: { type: 'array', minItems: 1, maxItems: groupByMax, uniqueItems: true, items: { enum: [...groupKeys] } },
  severities: { type: 'array', minItems: 1, maxItems: severitiesMax, items: { enum: [...severities] } },
  headline: { type: 'string', minLength: 1, maxLength: headlineLengthMax }
} as const
const ruleBody = { type: 'object', additionalProperties: false, required: ['pattern'], properties: ruleMembers } as const

const idText = { type: 'string', pattern: '^[a-z0-9][a-z0-9-]{0,63}$' } as const
const ruleId = { type: 'object', properties: { id: idText }, required: ['id'] } as const

const patternNames = [...patterns.keys(), ...compoundPatterns.keys()]
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
    theatres: { type: 'array', minItems: 1, maxItems: 100, items: { type: 'string', minLength: 1, maxLength: 128 } }
  }
} as const

export interface PreviewBody {
  readonly rules: readonly (Partial<RuleAsk> & { readonly id: string })[]
  readonly theatres?: readonly string[]
}

export function rulesRoutes(options: RulesRoutesOptions): FastifyPluginAsync {
  const { standings, near } = options
  const desk = new RuleDesk(options)
  const preview = options.preview(desk)
  const readers = { access: ['alerts:read', 'rules:manage'] } as const
  const managers = { access: ['rules:manage'] } as const
  return async app => {
    app.get('/v1/rules', { config: readers }, async request => {
      const sees = seenBy(principalOf(request))
      return { items: desk.rules.map(rule => shown(rule, standings, sees)), next: null }
    })
    app.get<{ Params: { id: string } }>('/v1/rules/:id', { config: readers, schema: { params: ruleId } }, async request =>
      shown(desk.known(request.params.id), standings, seenBy(principalOf(request)))
    )
    app.get<{ Params: { id: string } }>('/v1/rules/:id/near', { config: readers, schema: { params: ruleId } }, async request =>
      near(desk.known(request.params.id).ruleId, principalOf(request))
    )
    app.put<{ Params: { id: string }; Body: RuleAsk }>(
      '/v1/rules/:id',
      { config: managers, schema: { params: ruleId, body: ruleBody } },
      async (request, reply) => {
        const { rule, cursor } = await desk.put(request.params.id, request.body, versionSeen(request.headers['if-match']))
        if (cursor !== null) reply.header('tocsin-cursor', cursor)
        return shown(rule, standings, seenBy(principalOf(request)))
      }
    )
    app.delete<{ Params: { id: string } }>(
      '/v1/rules/:id',
      { config: managers, schema: { params: ruleId } },
      async (request, reply) => {
        reply.header('tocsin-cursor', await desk.delete(request.params.id, versionSeen(request.headers['if-match'])))
        return reply.code(204).send()
      }
    )
    app.post<{ Body: PreviewBody }>('/v1/rules/preview', { config: managers, schema: { body: previewBody } }, async request =>
      preview.preview(request.body, principalOf(request), () => request.raw.socket?.destroyed === true)
    )
  }
}

/** The version that If-Match names, in quotes or without; null where there is none. Throws `header-invalid`. */
function versionSeen(header: string | undefined): number | null {
  if (header === undefined) return null
  const version = /^(?:"(\d{1,15})"|(\d{1,15}))$/.exec(header.trim())
  if (version) return Number(version[1] ?? version[2])
  const errors = [{ pointer: 'if-match', detail: 'must be one version of a rule, such as "3"' }]
  throw new ProblemError('header-invalid', 'If-Match must be one version of a rule, such as "3".', { errors })
}

function seenBy(principal: Principal): Sees {
  return theatre => mayReadTheatre(principal, theatre)
}

/** A rule with every parameter that is in force and what each means, and how it fares. */
function shown(rule: RuleVersion, standings: RuleStandings, sees: Sees) {
  const pattern = patternOf(rule.pattern)
  const inForce: Readonly<Record<string, unknown>> = parametersInForce(rule)
  const documented = Object.entries(pattern?.parameters ?? {}).map(([name, p]) => ({
    name,
    value: inForce[name],
    unit: p.unit,
    meaning: p.meaning,
    source: p.source
  }))
  return {
    ...rule,
    inForce: documented,
    failing: standings.failing(rule.ruleId, sees),
    warming: standings.warming(rule.ruleId, sees)
  }
}
