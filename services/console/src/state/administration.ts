// Theatres and sources as they are being typed, and who changed what as the address asks for it.

import { computed } from '@preact/signals'
import { administration } from '../http/administration.ts'
import {
  makeSourceDraft,
  makeTheatreDraft,
  sourceFields,
  theatreFields
} from '../upkeep/administration.ts'
import { pathsIn } from '../upkeep/field-table.ts'
import { address } from './address.ts'
import { form } from './form-draft.ts'
import { createPages } from './resource.ts'

const makeKey = ({ of }: { readonly of: string }) => of

export const theatreForm = form('theatre', () => makeTheatreDraft(null), {
  ...{ keyOf: makeKey, fields: pathsIn(theatreFields), restsOnSeen: true }
})
export const sourceForm = form('source', () => makeSourceDraft(null), {
  ...{ keyOf: makeKey, fields: pathsIn(sourceFields), restsOnSeen: true }
})

/** What the audit is asked for; empty: all. */
export const auditAsk = computed(() => ({
  of: address.value.get('of') === 'alerts' ? ('alerts' as const) : ('administration' as const),
  by: address.value.get('who') ?? '',
  subject: address.value.get('subject') ?? ''
}))

const auditQuery = computed(() =>
  Object.entries(auditAsk.value)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&')
)
export const audit = createPages(
  cursor =>
    administration.audit(
      cursor === null
        ? auditQuery.peek()
        : `${auditQuery.peek()}&cursor=${encodeURIComponent(cursor)}`
    ),
  { key: () => auditQuery.value }
)
