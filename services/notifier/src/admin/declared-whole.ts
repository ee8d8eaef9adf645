// What the routes of theatres and of sources share: each is declared as a whole, under an id of its
// author's, with a version made of its content.

import { makeFormat, optional, text } from '@tocsin/contracts/format/format'
import { checkSeen, computeContentVersion } from '../alerts/seen-version.ts'

export const family = {
  tag: 'Administration',
  access: ['alerts:read', 'reports:read', 'reports:write']
} as const
export const admin = ['admin'] as const
export const named = (pattern: string, description: string) => ({
  id: text({ description, ...{ minLength: 1, maxLength: 128, pattern } })
})
/** Read-only members of GET answers. They may be sent back with a PUT and are ignored. */
export const readOnly = (...names: readonly string[]) =>
  Object.fromEntries(names.map(name => [name, optional(makeFormat({ readOnly: true }))]))
export const idAgain = optional(makeFormat({ description: 'As in the path.', readOnly: true }))

export function checkContentSeen(known: object | undefined, seen: number | null): void {
  checkSeen(known === undefined ? {} : { version: computeContentVersion(known) }, seen)
}
