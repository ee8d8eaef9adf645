// Whether sources are heard, and whether that is known now: old data does not stay current. Pure:
// times are passed in.

import type { Source } from '../shown/answers.ts'

/** Sources and theatres are asked for this often, and when they change, ms. */
export const askEveryMs = 60_000
/** An answer is current for three questions, ms: one or two may be lost on a bad link. */
export const currentForMs = 3 * askEveryMs

/** `atMs`: when it was received; null: never. */
export function isCurrent(atMs: number | null, nowMs: number): boolean {
  return atMs !== null && nowMs - atMs <= currentForMs
}

export interface Heard {
  readonly live: number
  readonly all: number
  /** Ids, with the theatres where one is heard elsewhere. */
  readonly silent: readonly string[]
  /** Ids of the sources without any report that this key may see. */
  readonly unheard: readonly string[]
}

export type SourcesStanding =
  | { readonly kind: 'asking' | 'hidden' | 'none' }
  | ({ readonly kind: 'heard' } & Heard)
  /** Not known now: `atMs` is when `was` was received; null: never. */
  | { readonly kind: 'unknown'; readonly atMs: number | null; readonly was: Heard | null }

export interface SourcesSigns {
  /** Null: not answered yet, or not visible to this key. */
  readonly sources: readonly Source[] | null
  readonly toldAtMs: number | null
  readonly isForbidden: boolean
  readonly hasFailed: boolean
  readonly isLive: boolean
  readonly nowMs: number
}

export function assessSources({
  sources,
  toldAtMs,
  isForbidden,
  hasFailed,
  isLive,
  nowMs
}: SourcesSigns): SourcesStanding {
  if (isForbidden) return { kind: 'hidden' }
  if (sources === null)
    return hasFailed ? { kind: 'unknown', atMs: null, was: null } : { kind: 'asking' }
  const isTold = sources.every(({ heard }) => heard !== undefined)
  const was = isTold ? readHeard(sources) : null
  if (!isLive || !isCurrent(toldAtMs, nowMs)) return { kind: 'unknown', atMs: toldAtMs, was }
  if (was === null) return { kind: 'hidden' }
  return was.all === 0 ? { kind: 'none' } : { kind: 'heard', ...was }
}

/**
 * Archives are never heard again, and never missed. A source that is silent in a theatre is not
 * heard there, even if it is heard elsewhere.
 */
function readHeard(sources: readonly Source[]): Heard {
  const awaited = sources.filter(({ archive }) => !archive)
  const silent = awaited.flatMap(({ id, heard = [] }) => {
    const where = heard.filter(({ state }) => state !== 'live').map(({ theatre }) => theatre)
    if (where.length === 0) return []
    return [where.length === heard.length ? id : `${id} (${where.join(', ')})`]
  })
  const unheard = awaited.filter(({ heard = [] }) => heard.length === 0).map(({ id }) => id)
  return {
    live: awaited.length - silent.length - unheard.length,
    all: awaited.length,
    silent,
    unheard
  }
}
