// Rules over HTTP: list, declare, withdraw. A change is a record of the control log; the theatres take it at its place in their own order.

import { canonicalJson } from '@tocsin/contracts/canonical-json'
import { digest } from '@tocsin/contracts/digest'
import { ProblemError } from '@tocsin/contracts/problem-catalogue'
import { encodeRecord } from '@tocsin/contracts/records'
import type { ControlPayload } from '@tocsin/domain/control-record'
import { resolveParameters } from '@tocsin/domain/pattern'
import { patterns } from '@tocsin/domain/pattern-catalogue'
import type { Clock } from '@tocsin/domain/ports'
import type { RuleVersion } from '@tocsin/domain/theatre-record'
import { advance } from '@tocsin/event-log/cursor'
import type { EventLog } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import type { ControlView } from '@tocsin/service-kit/control-view'
import '@tocsin/service-kit/fastify-augmentation'
import { sealCursor } from '@tocsin/service-kit/sealed-cursor'
import type { FastifyPluginAsync } from 'fastify'

export interface RulesRoutesOptions {
  readonly log: EventLog
  readonly clock: Clock
  readonly control: ControlView
  readonly cursorKey: Buffer
}

/** How long a write waits to be read back, ms. Source: design, section 5. */
const ownWriteMs = 2000

const ruleBody = {
  type: 'object',
  additionalProperties: false,
  required: ['pattern'],
  properties: {
    pattern: { type: 'string', maxLength: 64 },
    parameters: { type: 'object', maxProperties: 64 }
  }
} as const

const ruleId = {
  type: 'object',
  properties: { id: { type: 'string', pattern: '^[a-z0-9][a-z0-9-]{0,63}$' } },
  required: ['id']
} as const

export function rulesRoutes({ log, clock, control, cursorKey }: RulesRoutesOptions): FastifyPluginAsync {
  const write = async (payload: ControlPayload): Promise<string> => {
    const time = new Date(clock.nowMs()).toISOString()
    const id = digest('control', payload.type, JSON.stringify(payload.data), time)
    const [appended] = await log.append(topics.control, [
      { id, key: 'control', value: encodeRecord({ id, source: '/tocsin/rules', time, cause: null }, payload) }
    ])
    if (!appended || !(await control.waitForAppended(appended, ownWriteMs))) {
      throw new ProblemError('projection-behind', 'the change is stored and not folded yet', { retryAfterS: 1 })
    }
    const cursor = advance(await log.cursorAt(topics.control, 'earliest'), appended.partition, appended.position + 1n)
    return sealCursor(cursorKey, { cursors: [cursor] })
  }
  return async app => {
    app.get('/v1/rules', { config: { access: ['alerts:read', 'rules:manage'] } }, async () => ({
      items: [...control.state.rules.values()].map(shown),
      next: null
    }))
    app.get<{ Params: { id: string } }>(
      '/v1/rules/:id',
      { config: { access: ['alerts:read', 'rules:manage'] }, schema: { params: ruleId } },
      async request => shown(known(control, request.params.id))
    )
    app.put<{ Params: { id: string }; Body: { pattern: string; parameters?: RuleVersion['parameters'] } }>(
      '/v1/rules/:id',
      { config: { access: ['rules:manage'] }, schema: { params: ruleId, body: ruleBody } },
      async (request, reply) => {
        const rule = nextVersion(control, request.params.id, request.body)
        const cursor = await write({ type: 'rule.declared', data: rule })
        // Another instance may have declared this version at the same time: the first counts.
        if (canonicalJson(control.state.rules.get(rule.ruleId) ?? null) !== canonicalJson(rule))
          throw new ProblemError('action-refused', `rule ${rule.ruleId} was changed at the same time, and that came first`)
        reply.header('tocsin-cursor', cursor)
        return shown(rule)
      }
    )
    app.delete<{ Params: { id: string } }>(
      '/v1/rules/:id',
      { config: { access: ['rules:manage'] }, schema: { params: ruleId } },
      async (request, reply) => {
        const rule = known(control, request.params.id)
        reply.header('tocsin-cursor', await write({ type: 'rule.withdrawn', data: { ruleId: rule.ruleId } }))
        return reply.code(204).send()
      }
    )
  }
}

function known(control: ControlView, id: string): RuleVersion {
  const rule = control.state.rules.get(id)
  if (!rule) throw new ProblemError('not-found', `there is no rule ${id}`)
  return rule
}

function nextVersion(
  control: ControlView,
  id: string,
  body: { pattern: string; parameters?: RuleVersion['parameters'] }
): RuleVersion {
  const pattern = patterns.get(body.pattern)
  if (!pattern) {
    const detail = `is not a pattern; there are ${[...patterns.keys()].join(', ')}`
    throw new ProblemError('body-invalid', `${body.pattern} ${detail}`, { errors: [{ pointer: '/pattern', detail }] })
  }
  const parameters = body.parameters ?? {}
  try {
    resolveParameters(pattern, parameters)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new ProblemError('body-invalid', error.message, { errors: [{ pointer: '/parameters', detail: error.message }] })
  }
  return { ruleId: id, ruleVersion: (control.state.rules.get(id)?.ruleVersion ?? 0) + 1, pattern: body.pattern, parameters }
}

/** A rule with every parameter that is in force, and what each means. */
function shown(rule: RuleVersion) {
  const pattern = patterns.get(rule.pattern)
  const inForce = pattern ? resolveParameters(pattern, rule.parameters) : rule.parameters
  const documented = Object.entries(pattern?.parameters ?? {}).map(([name, p]) => ({
    name,
    value: inForce[name],
    unit: p.unit,
    meaning: p.meaning,
    source: p.source
  }))
  return { ...rule, inForce: documented }
}
