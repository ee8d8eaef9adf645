// Why the suite refuses a row, by the columns of the row's file.

import type { FieldError } from '@tocsin/contracts/problem/problem-catalogue'
import type { Fault, RefusalReason } from '@tocsin/importers/item/import-item'

interface Refusal {
  readonly code: string
  readonly detail: string
  readonly errors?: readonly FieldError[] | undefined
}

/** A problem's faults of a row, by the columns of the file. */
export function listFaults(
  { code, detail, errors }: Refusal,
  columnOf: (pointer: string) => string | null
): readonly Fault[] {
  const reason: RefusalReason =
    code === 'forbidden' ? 'not-allowed' : code === 'body-malformed' ? 'unreadable' : 'contract'
  if (errors === undefined || errors.length === 0)
    return [{ column: null, reason, detail: `${code}: ${detail}` }]
  return errors.map(error => ({ column: columnOf(error.pointer), reason, detail: error.detail }))
}
