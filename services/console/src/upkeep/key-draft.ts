// A key as it is typed, and how a key stands. Pure.

import type { ApiKey } from '../shown/answers.ts'
import { bodyOf } from './typed-fields.ts'

export interface KeyDraft {
  readonly name: string
  readonly scopes: readonly string[]
  /** Separated by commas; empty: all. */
  readonly theatres: string
  readonly handling: string
  /** A day; empty: never. */
  readonly expires: string
}

export const blankKey: KeyDraft = {
  name: '',
  scopes: ['alerts:read'],
  theatres: '',
  handling: 'internal',
  expires: ''
}
export const keyScopes = [
  ...['alerts:read', 'alerts:operate', 'reports:read', 'reports:write', 'persons:read'],
  ...['rules:manage', 'subscriptions:manage', 'audit:read', 'metrics:read', 'admin']
]
export const keyFields = ['name', 'scopes', 'theatres', 'handling', 'expiresAt']

export function bodyOfKey(draft: KeyDraft): Readonly<Record<string, unknown>> {
  const { scopes, handling, expires } = draft
  return {
    ...bodyOf(draft, { name: 'text', theatres: 'list' }),
    ...{ scopes, handling },
    // The whole of the last day.
    ...(expires === '' ? {} : { expiresAt: `${expires}T23:59:59Z` })
  }
}

export type KeyState = 'valid' | 'ends-soon' | 'expired' | 'revoked'
const soonMs = 14 * 86_400_000

export function stateOfKey(
  { revokedAt, expiresAt }: Pick<ApiKey, 'revokedAt' | 'expiresAt'>,
  nowMs: number
): KeyState {
  if (revokedAt !== null) return 'revoked'
  if (expiresAt === null) return 'valid'
  const leftMs = Date.parse(expiresAt) - nowMs
  return leftMs <= 0 ? 'expired' : leftMs < soonMs ? 'ends-soon' : 'valid'
}

/** Those in use first, by name; what is over at the end. */
export function keysInOrder(all: readonly ApiKey[], nowMs: number): readonly ApiKey[] {
  const isOver = (key: ApiKey) => Number(['expired', 'revoked'].includes(stateOfKey(key, nowMs)))
  return [...all].sort(
    (a, b) => isOver(a) - isOver(b) || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)
  )
}
