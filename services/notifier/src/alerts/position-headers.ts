// Positions in headers: waits for the position that a request brings, and returns that of a write. And
// what all routes that read use of the notifier.

import type { Principal } from '@tocsin/auth/access/principal'
import type { Quota } from '@tocsin/auth/access/quota'
import type { RecordPosition } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import { positionHeader, type ReadPositions } from '@tocsin/service/projection/read-positions'
import { createRouteAdder, type Family } from '@tocsin/service/route/definition'
import type { ServiceDeps } from '@tocsin/service/service-deps'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { AlertCursors } from './alert-cursors.ts'
import type { EvidenceReading, PrivateReader } from './evidence.ts'
import type { Stale } from './liveness.ts'
import type { Projection } from './projection.ts'
import type { ScanScheduler } from './scan-scheduler.ts'
import type { SharedKnowledge } from './shared-knowledge.ts'
import type { SignsOfLife } from './sign-of-life.ts'

export interface ReadDeps extends Omit<ServiceDeps, 'metrics'> {
  readonly projection: Projection
  readonly shared: SharedKnowledge
  readonly positions: ReadPositions
  readonly cursorKey: Buffer
  readonly cursors: AlertCursors
  readonly scans: ScanScheduler
  readonly signs: SignsOfLife
  readonly evidence: EvidenceReading
  readonly openPrivate: PrivateReader
  readonly feedWaits: Quota
  readonly exports: Quota
  /** Since when the state here may be out of date; null while it is current. */
  readonly stale: () => Stale | null
  /** Whether a principal could still authenticate now. */
  readonly isStillGood: (principal: Principal) => boolean
  /** The current time of a theatre, ISO 8601: its last tick in a replay, else the wall clock. */
  readonly nowIn: (theatre: string) => string
  readonly isReplay: (theatre: string) => boolean
  /** `https://tocsin.example.org`, or empty: then links are relative. */
  readonly publicUrl: string
}

/** Adds routes of a family, which all wait for the position in the request. */
export function makeReadingRoutes(
  app: FastifyInstance,
  deps: { readonly positions: ReadPositions },
  family: Omit<Family, 'reach'>
) {
  return createRouteAdder(app, { ...family, reach: request => reach(deps, request) })
}

export function reach(
  deps: { readonly positions: ReadPositions },
  request: FastifyRequest
): Promise<void> {
  return deps.positions.reach(request.headers[positionHeader])
}

/** No record was written, so there is no position to wait for. */
export async function tellPosition(
  reply: FastifyReply,
  positions: ReadPositions,
  appended: RecordPosition | null,
  topic: Parameters<ReadPositions['behind']>[0] = topics.control
): Promise<void> {
  if (appended !== null) reply.header(positionHeader, await positions.behind(topic, appended))
}
