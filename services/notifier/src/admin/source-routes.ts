// Sources over HTTP: declared, listed.

import { mayReadTheatre, mayUse, type Principal } from '@tocsin/auth/access/principal'
import { getPrincipal } from '@tocsin/auth/sign-in/authentication'
import {
  buildPage,
  component,
  count,
  either,
  instant,
  listOf,
  nothing,
  nullable,
  number,
  optional,
  shape,
  strict,
  text,
  truth,
  words
} from '@tocsin/contracts/format/format'
import type { SourceDeclaration } from '@tocsin/contracts/record/control-record'
import { normalizeText } from '@tocsin/contracts/report/normal-text'
import { type Handling, maySee, talkHandling } from '@tocsin/contracts/theatre/handling'
import { reliabilities } from '@tocsin/contracts/theatre/report'
import { undeclaredSource } from '@tocsin/contracts/theatre/theatre-record'
import { readSourceConfig } from '@tocsin/service/control/source-declaration'
import { checkSameId } from '@tocsin/service/http/same-id'
import { answer, writeProblems } from '@tocsin/service/route/definition'
import { registerReadGauge, registerReadGaugesBy } from '@tocsin/service/telemetry/metrics'
import type { FastifyInstance } from 'fastify'
import type { Registry } from 'prom-client'
import { makeReadingRoutes, tellPosition } from '../alerts/position-headers.ts'
import { computeContentVersion, seenIn } from '../alerts/request-headers.ts'
import {
  type AdminDeps,
  admin,
  checkAllTheatres,
  checkContentSeen,
  checkRoom,
  family,
  idAgain,
  named,
  readOnly
} from './control-operations.ts'

const sourceHeardSchema = shape('SourceHeard', 'When a source was last heard in a theatre.', {
  theatre: text(),
  lastReportedAt: instant(),
  state: words(['live', 'silent', 'archive'], '`silent`: no report for longer than its cadence.'),
  reportsADay: listOf(
    count(),
    'Reports and corrections of the last 90 days, by the time that they state; the last is the day of the theatre.'
  )
})

const sourceShownSchema = shape(
  'SourceShown',
  'A declared source. Its grades are shown to `alerts:operate` and administrators.',
  {
    id: text(),
    version: count('Another one with each change, in no order. Shown as `reporters` are.'),
    reliability: words(
      reliabilities,
      'Admiralty code. F means that it cannot be judged, which is not the worst grade.'
    ),
    latenessDays: { description: 'Usual delay of its reports, days.', type: 'number' },
    cadenceDays: {
      description: 'How long it may be silent and still count as live, days.',
      type: 'number'
    },
    archive: truth('An archive never holds the watermark back.'),
    reporters: nullable(
      listOf(
        text(),
        'Ids of the keys that may report as it; null: all. Only for administrators of all theatres.'
      )
    ),
    heard: listOf(
      sourceHeardSchema,
      'By theatre of the key and by the reports that it may see. Only for `alerts:operate` and administrators that may see what is `internal`.'
    )
  },
  ['version', 'reliability', 'latenessDays', 'cadenceDays', 'archive', 'reporters', 'heard']
)

const sourceListSchema = component(
  'SourceList',
  buildPage(
    sourceShownSchema,
    'Declared sources with reports that the key may see. Any other one counts as reliability F, 14 days late, with weekly cadence.'
  )
)

const days = (description: string, byDefault: number) =>
  number({ description, ...{ minimum: 0, maximum: 36_500, default: byDefault } })
const sourceBody = strict({
  reliability: words(['A', 'B', 'C', 'D', 'E', 'F'], 'Admiralty code.'),
  latenessDays: days('Usual delay of its reports, days.', undeclaredSource.latenessDays),
  cadenceDays: days(
    'How long it may be silent and still count as live, days.',
    undeclaredSource.cadenceDays
  ),
  archive: truth('An archive never holds the watermark back.', {
    default: undeclaredSource.archive
  }),
  reporters: optional(
    either(
      nothing,
      listOf(text({ ...{ minLength: 1, maxLength: 300, pattern: '^[\\x21-\\x7e]+$' } }), {
        ...{ maxItems: 1000, uniqueItems: true }
      }),
      'Ids of the keys, or `oidc:` and a subject, that may report as it; null: all. Omitted: unchanged.'
    )
  ),
  id: idAgain,
  ...readOnly('version', 'heard')
})
export function addSourceRoutes(app: FastifyInstance, deps: AdminDeps): void {
  const { control, positions } = deps
  const add = makeReadingRoutes(app, deps, family)
  add({
    id: 'listSources',
    method: 'GET',
    path: '/v1/sources',
    summary: 'List declared sources',
    answers: { 200: answer('Sources.', sourceListSchema) },
    async handle(request) {
      const principal = getPrincipal(request)
      const items = [...control.state.sources.values()].flatMap(
        source => showSource(deps, principal, source) ?? []
      )
      return { items, next: null }
    }
  })
  add({
    id: 'putSource',
    method: 'PUT',
    path: '/v1/sources/:id',
    access: admin,
    summary: 'Declare or change a source',
    description:
      'Properties that reports cannot set. Needs a key for all theatres, cleared for `restricted`.',
    // Source ids are chosen by reporters. Only ids that do not fit in a path or a log line are
    // refused.
    params: named('^[^\\u0000-\\u001f\\u007f/]+$', 'Id of the source, as in reports.'),
    headers: ['if-match of a version'],
    body: sourceBody,
    example: { reliability: 'B', latenessDays: 3, cadenceDays: 1 },
    answers: {
      200: answer('The existing source.', sourceShownSchema, 'tocsin-cursor'),
      201: answer('The new source.', sourceShownSchema, 'tocsin-cursor')
    },
    problems: [...writeProblems, 'action-refused'],
    async handle(request, reply) {
      checkSameId(request.params.id, request.body.id)
      const { reporters, ...judged } = request.body
      // Same limit as in reports: without it, a source could be declared that no report can name.
      const asked: SourceDeclaration = {
        ...readSourceConfig({ ...judged, id: normalizeText(request.params.id) }),
        ...(reporters === undefined ? {} : { reporters })
      }
      const principal = getPrincipal(request)
      const { source, appended, isNew } = await putSource(deps, principal, asked, seenIn(request))
      await tellPosition(reply, positions, appended)
      return reply.code(isNew ? 201 : 200).send(showSource(deps, principal, source))
    }
  })
}

/**
 * Creates or updates a source. An omitted list of reporters leaves the restriction unchanged.
 * `seen`: as for a theatre. Throws `forbidden` unless the principal covers all theatres: a source
 * has the same rating in each.
 */
export async function putSource(
  { control, controlOperations, limits }: AdminDeps,
  principal: Principal,
  asked: SourceDeclaration,
  seen: number | null = null
) {
  checkAllTheatres(principal)
  return controlOperations.change(async () => {
    const { sources } = control.state
    const known = sources.get(asked.id)
    checkContentSeen(known, seen)
    checkRoom(sources, asked.id, limits.sourcesMax, 'sources')
    const { reporters = known?.reporters, ...judged } = asked
    // No stored list and an explicit null both mean that the source is open to all.
    const isOpen = reporters === undefined || (reporters === null && known?.reporters === undefined)
    const source = isOpen ? judged : { ...judged, reporters }
    const payload = { type: 'source.declared', data: source } as const
    const appended = await controlOperations.declare(payload, known, principal)
    return { source, appended, isNew: known === undefined }
  })
}

/**
 * Null for a reader who may see no report of the source. A source without any report is shown to
 * officers and administrators. Only they see grades. If they may see what is internal, they also see
 * when the source last reported, by the reports that they may see. Reporters are shown to
 * administrators of all theatres, who may set them.
 */
function showSource({ projection }: AdminDeps, principal: Principal, source: SourceDeclaration) {
  const setsAll = mayUse(principal, []) && principal.theatres === '*'
  const isOfficer = mayUse(principal, ['alerts:operate'])
  const lastTick = (theatre: string) => projection.clocks.lastTick(theatre)?.to ?? null
  const heardAt = (level: Handling) => projection.sources.of(source, lastTick, level)
  const heard = heardAt(principal.handling).filter(({ theatre }) =>
    mayReadTheatre(principal, theatre)
  )
  const isNew = isOfficer && heardAt('restricted').length === 0
  if (!setsAll && !isNew && heard.length === 0) return null
  if (!isOfficer) return { id: source.id }
  return {
    ...readSourceConfig(source),
    ...(setsAll
      ? { reporters: source.reporters ?? null, version: computeContentVersion(source) }
      : {}),
    ...(maySee(principal.handling, talkHandling) ? { heard } : {})
  }
}

/** Adds the gauges of the silence of sources: how many, and the seconds of each. */
export function watchSilentSources(
  registry: Registry,
  { control, projection, limits }: AdminDeps
): void {
  const read = () => {
    const lastTick = (theatre: string) => projection.clocks.lastTick(theatre)?.to ?? null
    return projection.sources.silence(control.state.sources.values(), lastTick)
  }
  registerReadGauge(
    registry,
    'tocsin_sources_silent',
    'Pairs of declared source and theatre that were silent for longer than the cadence of the source; no archives.',
    () => read().silent
  )
  registerReadGaugesBy(
    registry,
    {
      tocsin_source_silent_seconds:
        'Time since the last report of a declared source, by its theatre; the longest of its theatres. Beyond notifier.theatresLabelledMax sources the others are `other`.'
    },
    'source',
    {
      tocsin_source_silent_seconds: () => {
        const ids = [...control.state.sources.keys()].sort()
        const named = new Set(ids.slice(0, limits.theatresLabelledMax))
        const labelled: Record<string, number> = {}
        for (const [id, seconds] of read().secondsBySource) {
          const label = named.has(id) ? id : 'other'
          labelled[label] = Math.max(labelled[label] ?? 0, seconds)
        }
        return labelled
      }
    }
  )
}
