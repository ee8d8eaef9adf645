// How many bytes of bodies a process holds at once: those that are being read and those that wait for their answer. Over it a request is turned away
// before a byte of it is read. What comes as a stream is not held and not counted, nor what comes from nobody: that is never read.

import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import '../sign-in/fastify-augmentation.ts'
import type { Principal } from '../access/principal.ts'

export interface BodyBudgetLimits {
  /** Largest single body, bytes. */
  readonly bodyBytesMax: number
  /** Most bytes of all bodies, a quarter of them of one key; one body is always taken. */
  readonly bodiesBytesMax: number
}

/** What is held now, for the figures. */
export interface BodyBudget {
  readonly heldBytes: () => number
}

/** Content types that are read as they come and held nowhere. */
const streamed = /^\s*application\/x-ndjson\b/i

/** Methods whose requests have no body that is read. */
const bodyless: ReadonlySet<string> = new Set(['GET', 'HEAD'])

/** Largest body of a route that is open to everyone, bytes: nothing is kept back for it, so it must not matter. */
const openBodyBytesMax = 1024

/** Of the whole, what one key may have at once; one body of each is always taken. The owner, who could lift any limit, has the whole. */
const shareOfKey = 1 / 4

/** Adds the limit to all routes of the app. It counts for those who are known: by then the guard has let them in. */
export function limitBodies(app: FastifyInstance, limits: BodyBudgetLimits): BodyBudget {
  const held = new HeldBytes()
  app.addHook('onRoute', route => {
    if (route.config?.access === 'open') route.bodyLimit ??= Math.min(openBodyBytesMax, limits.bodyBytesMax)
  })
  app.addHook('preParsing', (request, reply, payload, done) => {
    const { principal } = request
    if (principal === null || request.routeOptions.config.access === 'open') return done(null, payload)
    const bytes = bytesOf(request, limits.bodyBytesMax)
    const refusal = refusalOf(held, principal, bytes, limits.bodiesBytesMax)
    if (refusal !== null) return done(refusal)
    // Who has gone while it was asked who they are will not close again.
    if (bytes > 0 && !reply.raw.destroyed) {
      held.add(principal.id, bytes)
      // Comes once for each answer, also where the client has gone before it.
      reply.raw.once('close', () => held.add(principal.id, -bytes))
    }
    done(null, payload)
  })
  return { heldBytes: () => held.bytes }
}

/** Bytes that are held, of all and of each key; of whom nothing is held nothing is known. */
class HeldBytes {
  readonly #ofKey = new Map<string, number>()
  #bytes = 0

  get bytes(): number {
    return this.#bytes
  }

  bytesOf(keyId: string): number {
    return this.#ofKey.get(keyId) ?? 0
  }

  add(keyId: string, bytes: number): void {
    this.#bytes += bytes
    const ofKey = this.bytesOf(keyId) + bytes
    if (ofKey === 0) this.#ofKey.delete(keyId)
    else this.#ofKey.set(keyId, ofKey)
  }
}

function refusalOf(held: HeldBytes, { id, limits }: Principal, bytes: number, bytesMax: number): ProblemError | null {
  if (bytes === 0) return null
  const ofKey = held.bytesOf(id)
  if (limits !== 'none' && ofKey > 0 && ofKey + bytes > bytesMax * shareOfKey) return overShare()
  return held.bytes > 0 && held.bytes + bytes > bytesMax ? overloaded() : null
}

/** What a body may come to: as announced; as much as is ever taken where nothing is announced or it is compressed. */
function bytesOf({ headers, method }: FastifyRequest, bodyBytesMax: number): number {
  if (bodyless.has(method)) return 0
  const length = headers['content-length']
  if (length === undefined && headers['transfer-encoding'] === undefined) return 0
  if (streamed.test(headers['content-type'] ?? '')) return 0
  if (length === undefined || headers['content-encoding'] !== undefined) return bodyBytesMax
  return Math.min(Number(length), bodyBytesMax)
}

function overloaded(): ProblemError {
  const detail = 'More is being sent here at once than this process holds. Nothing of this was read; send it again in a moment.'
  return new ProblemError('overloaded', detail, { retryAfterS: 1 })
}

function overShare(): ProblemError {
  const detail =
    'This key is sending as much at once as one key may. Nothing of this was read; send it when an earlier body is answered.'
  return new ProblemError('too-many', detail, { retryAfterS: 1 })
}
