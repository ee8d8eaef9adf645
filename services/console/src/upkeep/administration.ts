// A theatre, a source and a key as they are typed, and how a key stands. Pure.

import type { ApiKey, Source, Theatre } from '../shown/answers.ts'
import { type DraftOf, draftFrom, type FieldTable, makeBody, type Typed } from './field-table.ts'

const ofNew = { when: ({ of }: Typed) => of === '' } as const

export const theatreFields = {
  id: { as: 'text', isRequired: true, maxLength: 64, ...ofNew },
  countries: { as: 'picks' },
  polygon: { as: 'json' },
  clock: { as: 'choice', row: 'time', ...ofNew },
  retentionDays: { as: 'number', row: 'time' }
} as const satisfies FieldTable

export const sourceFields = {
  id: { as: 'text', isRequired: true, maxLength: 200, ...ofNew },
  reliability: { as: 'choice' },
  cadenceDays: { as: 'number', row: 'time' },
  latenessDays: { as: 'number', row: 'time' },
  archive: { as: 'check' },
  // Without reporters everyone may report as it.
  reporters: { as: 'names', ifEmpty: 'null' }
} as const satisfies FieldTable

interface Declared {
  /** Id of the one that is changed; empty: it is new. */
  readonly of: string
  /** The version that the change is of. */
  readonly version: number
}
export type TheatreDraft = DraftOf<typeof theatreFields> & Declared
export type SourceDraft = DraftOf<typeof sourceFields> & Declared

/** As it is; of a new one what is usual. */
export function makeTheatreDraft(seen: Theatre | null): TheatreDraft {
  const typed = draftFrom({ clock: 'wall', ...seen }, theatreFields)
  return { ...typed, of: seen?.id ?? '', version: seen?.version ?? 0 }
}

export function makeSourceDraft(seen: Source | null): SourceDraft {
  const typed = draftFrom({ reliability: 'F', ...seen }, sourceFields)
  return { ...typed, of: seen?.id ?? '', version: seen?.version ?? 0 }
}

/** Its id stands in the path. */
export function makeDeclaredBody(draft: TheatreDraft | SourceDraft, table: FieldTable): object {
  const { id: _, ...body } = makeBody(draft, table)
  return body
}

export const keyScopes = [
  ...['alerts:read', 'alerts:operate', 'reports:read', 'reports:write', 'persons:read'],
  ...['rules:manage', 'subscriptions:manage', 'audit:read', 'metrics:read', 'admin']
]

export const keyFields = {
  name: { as: 'text', isRequired: true, maxLength: 200 },
  scopes: { as: 'picks', ifEmpty: 'list' },
  theatres: { as: 'picks', of: 'theatres' },
  handling: { as: 'choice', of: 'handlings' },
  expires: { as: 'lastDay', at: 'expiresAt' }
} as const satisfies FieldTable

export const blankKey = draftFrom({ scopes: ['alerts:read'], handling: 'internal' }, keyFields)

export type KeyState = 'valid' | 'ends-soon' | 'expired' | 'revoked'
const soonMs = 14 * 86_400_000

export function findKeyState({ revokedAt, expiresAt }: ApiKey, nowMs: number): KeyState {
  if (revokedAt !== null) return 'revoked'
  if (expiresAt === null) return 'valid'
  const leftMs = Date.parse(expiresAt) - nowMs
  return leftMs <= 0 ? 'expired' : leftMs < soonMs ? 'ends-soon' : 'valid'
}

/** Those in use first, by name; what is over at the end. */
export function keysInOrder(all: readonly ApiKey[], nowMs: number): readonly ApiKey[] {
  const isOver = (key: ApiKey) => Number(['expired', 'revoked'].includes(findKeyState(key, nowMs)))
  return [...all].sort(
    (a, b) => isOver(a) - isOver(b) || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)
  )
}
